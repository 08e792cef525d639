"""Where machine time and energy went, as plots."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from lookdev.finals.report.model import KINDS, Fate, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Mapping[str, Mapping[str, float]]
"""Numbers by what they are of, and what they are for."""

_MOST = 20
"""So many bars can be read; of the others the label says what they are together."""

_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""Okabe and Ito's: told apart by every kind of colour vision."""


def cost_plot(report: Report) -> "Figure":
    """Machine time of each shot: what it was for, and what became of the looks it was spent on."""
    kinds = {shot.shot: shot.sum.hours_by_kind for shot in report.shots}
    fates: dict[str, dict[str, float]] = {}
    for shot in report.shots:
        own = fates.setdefault(shot.shot, defaultdict(float))
        for row in shot.looks:
            own[row.fate] += row.sum.machine_hours
    every = sum(report.sum.hours_by_kind.values())
    unit, times = ("h", 1) if every >= 1 else ("min", 60) if every >= 1 / 60 else ("s", 3600)
    figure, (left, right) = _figure(2, len(kinds))
    names = _foremost(kinds)
    what, whose = (f"machine time by {of} ({unit})" for of in ("what it was for", "the look"))
    _stack(left, kinds, names, parts=KINDS, times=times, label=what)
    _stack(right, fates, names, parts=get_args(Fate), times=times, label=whose)
    right.set_yticklabels([])
    return figure


def energy_plot(report: Report) -> "Figure":
    """Energy of each look, by the method that it is known by."""
    rows: dict[str, dict[str, float]] = {}
    for shot in report.shots:
        for row in shot.looks:
            own = rows.setdefault(f"{shot.shot} {row.look}", defaultdict(float))
            for method, joules in row.sum.joules.items():
                own[method] += joules
    every = sum(report.sum.joules.values())
    unit, times = ("kWh", 1 / 3.6e6) if every >= 3.6e6 else ("Wh", 1 / 3600)
    methods = sorted({method for row in rows.values() for method in row})
    figure, (axes,) = _figure(1, len(rows))
    label = f"energy ({unit})"
    _stack(axes, rows, _foremost(rows), parts=methods, times=times, label=label)
    return figure


def _figure(panels: int, bars: int) -> "tuple[Figure, Sequence[Axes]]":
    from matplotlib import pyplot as plt

    height = 1.9 + 0.28 * min(max(bars, 1), _MOST)
    figure, axes = plt.subplots(
        1, panels, figsize=(10, height), layout="constrained", squeeze=False
    )
    plt.close(figure)  # a notebook shows what a cell gives back, and nothing twice
    return figure, list(axes[0])


def _foremost(rows: Rows) -> list[str]:
    """The names of the rows that took most."""
    return sorted(rows, key=lambda name: (-_total(rows, [name]), name))[:_MOST]


def _total(rows: Rows, names: Iterable[str]) -> float:
    return sum(sum(rows[name].values()) for name in names)


def _stack(
    axes: "Axes",
    rows: Rows,
    names: Sequence[str],
    *,
    parts: Sequence[str],
    times: float,
    label: str,
) -> None:
    """A bar for each name, the first at the top, its parts side by side."""
    starts = [0.0] * len(names)
    shown = [part for part in parts if any(row.get(part) for row in rows.values())]
    for number, part in enumerate(shown):
        widths = [rows[name].get(part, 0.0) * times for name in names]
        colour = _COLOURS[number % len(_COLOURS)]
        axes.barh(range(len(names)), widths, left=starts, color=colour, label=part, height=0.7)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
    if others := set(rows) - set(names):
        label += f"; {len(others)} others: {_total(rows, others) * times:.2f}"
    axes.set_xlabel(label)
    if shown:
        columns = 1 if max(map(len, shown)) > 20 else 4
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8
        )
    else:
        axes.text(0.5, 0.5, "nothing has been run yet", ha="center", transform=axes.transAxes)
        axes.set_xticks([])
