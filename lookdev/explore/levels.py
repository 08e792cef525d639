"""How bright a comp is over time, as a plot: flicker and jumps between versions are seen there."""

import math
from collections.abc import Mapping

from lookdev.explore.figure import dressed, legend, new_figure, png
from lookdev.image.colour import LUMINANCE
from lookdev.render import Rendered

_GREY = 0.18
_LINES = "#6cb4ff", "#ffb05c"

_SPAN = 0.25
"""Stops that the plot spans at least: what nobody sees must not look like a jump."""

Levels = Mapping[str, Mapping[int, float]]
"""Stops by frame, by the name of what they were measured on."""


def mean_stops(rendered: Rendered) -> float:
    """Mean luminance of the comp's display window, in stops from middle grey (0.18).

    Minus infinity where nothing is brighter than black.
    """
    rows, columns = rendered.plate.display.within(rendered.plate.data)
    means = rendered.comp[:, rows, columns].mean(dim=(1, 2))
    luminance = sum(share * float(mean) for share, mean in zip(LUMINANCE, means, strict=True))
    return math.log2(luminance / _GREY) if luminance > 0 else -math.inf


def levels_plot(levels: Levels, *, first: int, last: int) -> bytes:
    """The plot as a PNG; frames that were not measured are gaps."""
    figure = new_figure(4.6, 2.0)
    axes = dressed(figure.add_subplot(), x="frame", y="stops from 0.18")
    for (name, stops), colour in zip(levels.items(), _LINES, strict=False):
        frames = range(first, last + 1)
        values = [stops.get(frame, math.nan) for frame in frames]
        axes.plot(frames, values, color=colour, marker=".", markersize=4, label=name)
    low, high = axes.get_ylim()
    if high - low < _SPAN:
        axes.set_ylim((low + high - _SPAN) / 2, (low + high + _SPAN) / 2)
    axes.set_xlim(first, max(last, first + 1))
    axes.ticklabel_format(useOffset=False)
    legend(axes)
    return png(figure)
