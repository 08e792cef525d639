"""Plots for the desk, as PNG bytes: pictures that no notebook keeps."""

from collections.abc import Mapping

import numpy as np

from lookdev.explore.figure import FAINT, INK, dressed, legend, new_figure, png
from lookdev.explore.shown import plane_of
from lookdev.image.colour import LUMINANCE
from lookdev.render import Rendered
from lookdev.spec.base import Spec
from lookdev.spec.curve import AnyCurve, value_at
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer

_SIZE = 5.2, 2.6
_GREY = 0.18


def exposure_plot(rendered: Rendered, shot_file: ShotFile) -> bytes:
    """Histograms of plate and comp over exposure, in stops about 18% grey."""
    figure = new_figure(*_SIZE)
    axes = dressed(
        figure.add_subplot(), x="exposure (stops about 18% grey)", y="share of pixels (%)"
    )
    edges = np.arange(-10, 10.25, 0.25)
    for name, colour in (("plate", "#8ab4f8"), ("comp", "#f6c177")):
        rgb = plane_of(rendered, name, shot_file, 1.0).cpu().numpy().reshape(3, -1)
        luminance = np.array(LUMINANCE, np.float32) @ rgb
        lit = luminance[luminance > 0]
        counts, _ = np.histogram(np.log2(lit / _GREY), edges)
        black = 100 * (1 - lit.size / luminance.size)
        said = f"{name} ({black:.1f}% at or below 0)" if black >= 0.05 else name
        axes.stairs(100 * counts / luminance.size, edges, color=colour, label=said)
    legend(axes)
    return png(figure)


def curves_of(layer: Layer) -> dict[str, AnyCurve]:
    """The layer's parameters that change over frames, by their names within the layer."""
    parts: list[tuple[str, Spec]] = [
        ("control", layer.control),
        ("motion", layer.motion),
        ("blend", layer.blend),
    ]
    found: dict[str, AnyCurve] = {}
    for group, part in parts:  # which grows: a part's own parts follow
        for field, value in part:
            if isinstance(value, Spec):
                parts.append((f"{group}.{field}", value))
            elif isinstance(value, dict):
                found[f"{group}.{field}".replace("_", " ")] = value
    return found


def curves_plot(curves: Mapping[str, AnyCurve], first: int, last: int, frame: int) -> bytes:
    """Curves over a range of frames, each as a share of its own span; the frame is marked."""
    figure = new_figure(*_SIZE)
    axes = dressed(figure.add_subplot(), x="frame", y="from its lowest to its highest")
    frames = np.arange(first, last + 1)
    for name, curve in curves.items():
        values = np.array([value_at(curve, int(n)) for n in frames])
        low, high = float(values.min()), float(values.max())
        span = high - low or 1.0
        axes.plot(frames, (values - low) / span, label=f"{name}: {low:g} to {high:g}")
    axes.axvline(frame, color=FAINT, linestyle=":")
    if curves:
        legend(axes)
    else:
        axes.set_title("no parameter of this layer changes over frames", color=INK)
    return png(figure)
