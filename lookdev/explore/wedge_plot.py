"""What a wedge cost, as a picture: seconds a cell, and how the evaluations add up."""

from collections.abc import Sequence
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from lookdev.explore.figure import INK, dressed, legend, new_figure, png
from lookdev.explore.wedge_cells import WedgeCell


def cost_plot(cells: Sequence[WedgeCell]) -> bytes:
    """A PNG of the finished cells' cost, in the sheet's order."""
    figure = new_figure(9.6, 2.4)
    seconds, evaluations = figure.subplots(1, 2)
    numbers = range(1, len(cells) + 1)
    seconds.bar(numbers, [cell.seconds for cell in cells], color="#6cc1ff", width=0.8)
    counts = [cell.evaluations for cell in cells]
    before = [0, *accumulate(counts)][: len(counts)]
    evaluations.bar(numbers, before, color="#55585e", width=0.8, label="before it")
    evaluations.bar(numbers, counts, bottom=before, color="#ffc94d", width=0.8, label="of the cell")
    legend(evaluations)
    for axes, title in ((seconds, "seconds a cell"), (evaluations, "evaluations, added up")):
        _dress(axes, title)
    return png(figure)


def _dress(axes: Axes, title: str) -> None:
    dressed(axes, x="cell")
    axes.set_title(title, color=INK, fontsize=9, loc="left")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=title.startswith("eval")))
    axes.spines[["top", "right"]].set_visible(False)
