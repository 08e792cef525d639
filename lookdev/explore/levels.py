"""How bright a comp is over time, as a plot: flicker and jumps between versions are seen there."""

import io
import math
from collections.abc import Mapping

from matplotlib.figure import Figure

from lookdev.render import Rendered

_GREY = 0.18
_AP1 = (0.2722287168, 0.6740817658, 0.0536895174)
"""Luminance of ACEScg's red, green and blue (SMPTE RP 177 from S-2014-004's primaries)."""

_PAPER, _INK, _LINES = "#1c1c1c", "#d0d0d0", ("#6cb4ff", "#ffb05c")

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
    luminance = sum(share * float(mean) for share, mean in zip(_AP1, means, strict=True))
    return math.log2(luminance / _GREY) if luminance > 0 else -math.inf


def levels_plot(levels: Levels, *, first: int, last: int) -> bytes:
    """The plot as a PNG; frames that were not measured are gaps."""
    figure = Figure(figsize=(4.4, 1.9), dpi=100, layout="constrained", facecolor=_PAPER)
    axes = figure.add_subplot(facecolor=_PAPER)
    for (name, stops), colour in zip(levels.items(), _LINES, strict=False):
        frames = range(first, last + 1)
        values = [stops.get(frame, math.nan) for frame in frames]
        axes.plot(frames, values, color=colour, marker=".", markersize=4, label=name)
    low, high = axes.get_ylim()
    if high - low < _SPAN:
        axes.set_ylim((low + high - _SPAN) / 2, (low + high + _SPAN) / 2)
    axes.set_xlim(first, max(last, first + 1))
    axes.set_ylabel("stops from 0.18", color=_INK)
    axes.set_xlabel("frame", color=_INK)
    axes.tick_params(colors=_INK)
    axes.ticklabel_format(useOffset=False)
    axes.spines[:].set_color("#606060")
    axes.legend(labelcolor=_INK, facecolor=_PAPER, edgecolor="#606060", fontsize="small")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()
