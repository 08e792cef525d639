"""How the desk's plots look, and how they become PNG bytes, which no notebook keeps."""

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, PAPER, FAINT = "#dddddd", "#1c1d1f", "#888888"


def new_figure(width: float, height: float) -> Figure:
    """A dark figure of that size (inches at 96 dots), drawn without a screen."""
    figure = Figure(figsize=(width, height), dpi=96, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def dressed(axes: Axes, *, x: str, y: str = "") -> Axes:
    """The axes in the desk's colours, with their labels."""
    axes.set_facecolor(PAPER)
    axes.set_xlabel(x, color=INK, fontsize=8)
    axes.set_ylabel(y, color=INK, fontsize=8)
    axes.tick_params(colors=INK, labelsize=8)
    axes.spines[:].set_color(FAINT)
    return axes


def legend(axes: Axes) -> None:
    """What the lines are."""
    axes.legend(facecolor=PAPER, labelcolor=INK, edgecolor=FAINT, fontsize=8)


def png(figure: Figure) -> bytes:
    """The figure's bytes."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()
