"""What a wedge cost, as a picture: seconds a cell, and how the evaluations add up."""

import io
from collections.abc import Sequence
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lookdev.explore.wedge_cells import WedgeCell

_INK, _PAPER, _FAINT = "#dddddd", "#1c1d1f", "#888888"


def cost_plot(cells: Sequence[WedgeCell]) -> bytes:
    """A PNG of the finished cells' cost, in the sheet's order."""
    figure = Figure(figsize=(9.6, 2.4), dpi=96, facecolor=_PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    seconds, evaluations = figure.subplots(1, 2)
    numbers = range(1, len(cells) + 1)
    seconds.bar(numbers, [cell.seconds for cell in cells], color="#6cc1ff", width=0.8)
    counts = [cell.evaluations for cell in cells]
    before = [0, *accumulate(counts)][: len(counts)]
    evaluations.bar(numbers, before, color="#55585e", width=0.8, label="before it")
    evaluations.bar(numbers, counts, bottom=before, color="#ffc94d", width=0.8, label="of the cell")
    evaluations.legend(facecolor=_PAPER, labelcolor=_INK, edgecolor=_FAINT, fontsize=8)
    for axes, title in ((seconds, "seconds a cell"), (evaluations, "evaluations, added up")):
        _dress(axes, title)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, color=_INK, fontsize=9, loc="left")
    axes.set_xlabel("cell", color=_INK, fontsize=8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=title.startswith("eval")))
    axes.set_facecolor(_PAPER)
    axes.tick_params(colors=_INK, labelsize=8)
    for name, spine in axes.spines.items():
        spine.set_color(_FAINT)
        spine.set_visible(name in ("left", "bottom"))
