"""What QC found, as small pictures."""

from typing import TYPE_CHECKING

from lookdev.qc.gates import Line, lines
from lookdev.spec.qc import QcReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_PANEL = (2.9, 1.4)
"""Of one meter (inches)."""


def qc_plot(report: QcReport) -> "Figure":
    """A panel for each meter that has a gate: its layers over the frames, and what is allowed.

    Where no gate was measured there is one empty panel that says so.
    """
    from matplotlib import pyplot as plt  # noqa: PLC0415 half a second

    found = [line for line in lines(report.readings, report.gates) if line.allowed is not None]
    meters = list(dict.fromkeys(line.meter for line in found))
    layers = list(dict.fromkeys(line.layer for line in found))
    rows, columns = max(1, -(-len(meters) // _COLUMNS)), min(_COLUMNS, max(1, len(meters)))
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(_PANEL[0] * columns, _PANEL[1] * rows),
        layout="constrained",
        squeeze=False,
        dpi=72,
    )
    panels = list(grid.flat)
    for meter, panel in zip(meters, panels, strict=False):
        _draw([line for line in found if line.meter == meter], layers, panel)
    for panel in panels[len(meters) :]:
        panel.axis("off")
    if not meters:
        panels[0].set_title("no gate was measured", fontsize=8)
    plt.close(figure)
    return figure


def _draw(of_meter: list[Line], layers: list[str], panel: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 as pyplot

    fails = any(line.above for line in of_meter)
    panel.set_title(of_meter[0].meter + (": FAILS" if fails else ""), fontsize=8)
    for line in of_meter:
        frames = sorted(line.values)
        values = [line.values[frame] for frame in frames]
        colour = f"C{layers.index(line.layer) % 10}"
        panel.plot(frames, values, ".-", ms=3, lw=1, color=colour, label=line.layer or "frame")
    assert of_meter[0].allowed is not None, "only gated meters are drawn"
    panel.axhline(of_meter[0].allowed, color="0.2", lw=0.8, ls="--")
    panel.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    panel.tick_params(labelsize=6)
    panel.legend(fontsize=6, frameon=False)
