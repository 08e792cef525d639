"""A wedge's contact sheet, with a slate that says what it is and what it cost."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from lookdev.explore.wedge_plan import PlannedCell, WedgePlan, proxy_size
from lookdev.image.sheet import Cell, Picture, contact_sheet, read_png, write_png
from lookdev.spec.draft import utc_now

_ACROSS = 8
"""Cells in a row where there is one axis alone."""

_EMPTY = 40
"""Code value of a cell that is not rendered."""


def write_sheet(path: Path, plan: WedgePlan, *, starred: Collection[str] = ()) -> Path:
    """Write the sheet; a cell that is missing is grey and says so.

    Args:
        path: A PNG.
        plan: The wedge.
        starred: Ids of cells to mark.

    Raises:
        DeliveryError: It cannot be written.
    """
    nearest = plan.diversity.nearest
    drawn = iter(
        [
            _cell(cell, plan, apart, starred=cell.id in starred)
            for cell, apart in zip(plan.cells, nearest, strict=True)
        ]
    )
    rows = [[next(drawn) for _ in range(width)] for width in _widths(plan)]
    shot = plan.look_file.shot
    sheet = contact_sheet(
        rows,
        title=f"{shot.sequence}/{shot.shot}  {plan.look_file.name}  frame {plan.frame}",
        subtitle=_subtitle(plan),
    )
    write_png(path, sheet)
    return path


def _widths(plan: WedgePlan) -> list[int]:
    """Cells in each row; a lone axis has no other one to keep in line with, and is wrapped."""
    if len(plan.axes) > 1:
        return list(plan.widths)
    whole, rest = divmod(len(plan.cells), _ACROSS)
    return [*[_ACROSS] * whole, *([rest] if rest else [])]


def _subtitle(plan: WedgePlan) -> str:
    finished = [cell.finished for cell in plan.cells if cell.finished]
    count = f"{len(plan.cells)} looks"
    if len(finished) < len(plan.cells):
        count = f"{len(finished)} of {count}"
    seconds = sum(cell.seconds for cell in finished)
    evaluations = sum(cell.evaluations for cell in finished)
    parts = [
        f"wedge of {count}",
        *plan.texts,
        utc_now().partition(" ")[0],
        f"{seconds:.0f} s",
        f"{evaluations} evaluations",
    ]
    if plan.diversity.typical is not None:
        parts.append(plan.diversity.sentence)
    return "  ".join(parts)


def _cell(cell: PlannedCell, plan: WedgePlan, apart: float | None, *, starred: bool) -> Cell:
    mark = ("starred",) if starred else ()
    if cell.finished is None:
        return Cell(_grey(plan), (*cell.label, "not rendered", *mark))
    cost = f"{cell.finished.seconds:.1f} s  {cell.finished.evaluations} evaluations"
    if apart is not None:
        cost += f"  diversity {apart:.2f}"
    return Cell(read_png(cell.finished.picture), (*cell.label, cost, *mark))


def _grey(plan: WedgePlan) -> Picture:
    shot = plan.look_file.shot
    width, height = proxy_size(shot.width, shot.height)
    return np.full((round(height / shot.pixel_aspect), width, 3), _EMPTY, np.uint8)
