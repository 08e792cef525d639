"""The cells of a wedge as a gallery's items."""

from collections.abc import Sequence
from typing import Any

from lookdev.explore.wedge_plan import PlannedCell, WedgePlan
from lookdev.spec.draft import Mark
from lookdev.spec.wedge_state import WedgeState

_FEW, _MOST = 4, 6
"""Columns: pictures as wide as the screen would show only one of them at a time."""

DIVERSITY = "diversity"
"""How far the nearest other cell is; 1 is plainly different."""

_LONG = 48
"""Characters of a value that are shown in a title."""


def items(plan: WedgePlan, state: WedgeState) -> list[dict[str, Any]]:
    """One item a cell, in the sheet's order."""
    return [
        _item(cell, state.marks.get(cell.id, Mark()), apart)
        for cell, apart in zip(plan.cells, plan.diversity.nearest, strict=True)
    ]


def columns(plan: WedgePlan) -> int:
    """As the sheet has them, where that fits a screen."""
    across = plan.widths[0]
    return _FEW if across < 3 else min(across, _MOST)


def sort_keys(names: Sequence[str]) -> list[dict[str, str]]:
    """What cells can be sorted by."""
    axes = [{"id": name, "label": name} for name in names]
    return [
        *axes,
        {"id": "seconds", "label": "seconds"},
        {"id": "evaluations", "label": "evaluations"},
        {"id": DIVERSITY, "label": DIVERSITY},
    ]


def _item(cell: PlannedCell, mark: Mark, apart: float | None) -> dict[str, Any]:
    cost = cell.finished
    lines = [] if apart is None else [f"{DIVERSITY} {apart:.2f}"]
    return {
        "id": cell.id,
        "title": ", ".join(_short(name, value) for name, value in cell.variant.settings),
        "lines": lines if cost else ["not rendered yet"],
        "starred": mark.starred,
        "rejected": mark.rejected,
        "current": False,
        "picture": cell.key if cost else "",
        "note": mark.note,
        "seconds": cost.seconds if cost else None,
        "evaluations": cost.evaluations if cost else None,
        "sort": {name: _comparable(value) for name, value in cell.variant.settings}
        | {DIVERSITY: apart},
    }


def _short(name: str, value: Any) -> str:
    layer, *_, field = name.split(".")
    text = str(value)
    text = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
    return f"{layer} {field.replace('_', ' ')} {text}"


def _comparable(value: Any) -> Any:
    """Seeds are digits in a text: they sort as numbers."""
    return int(value) if isinstance(value, str) and value.isdigit() and len(value) < 16 else value
