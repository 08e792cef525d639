"""A layer's body: its element shaded, matched to the plate, and standing in the shot's depth."""

from collections.abc import Hashable
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.blend.depth import extinction, hazed, in_front, transmittance
from lookdev.blend.match import matched, transferred
from lookdev.blend.shade import shaded
from lookdev.render.planes import Planes
from lookdev.render.view import View
from lookdev.spec.base import Rgb
from lookdev.spec.blending import Match
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer, Look


@dataclass(frozen=True, eq=False)
class Body:
    """A layer before any matte."""

    rgba: Tensor
    """Premultiplied (4, H, W), scene-linear."""
    glow: Tensor | None
    """The part of its colour that is emission (3, H, W), where that blooms."""


def body_key(layer: Layer, look: Look, view: View) -> Hashable:
    """What a body depends on beside its planes."""
    blend, frame = layer.blend, view.frame
    return (
        value_at(blend.exposure, frame),
        _lit(layer, look),
        blend.glow,
        blend.match,
        _depth(layer, frame),
        _blooms(layer),
    )


def body_of(layer: Layer, look: Look, view: View, planes: Planes) -> Body:
    """Shade an element's planes, match them, and set them into the depth."""
    blend, match = layer.blend, layer.blend.match
    distance, soft, thick, haze, colour = _depth(layer, view.frame)
    density, emission, light = planes.density, planes.emission, planes.light
    if thick:
        density = extinction(density, view.depth(), thick)
    if distance and view.shot_file.shot.depth is not None:
        front = in_front(view.depth(), distance, soft)
        density, emission = density * front, emission * front
    if match.transfer and layer.element.kind == "patch":  # the map was fitted to what is levelled
        light = light if light.ndim == 3 else light.expand(3, *light.shape)
        light = matched(light, exposure=match.exposure, white=match.white, black=match.black)
        light, match = transferred(light, match.map, match.transfer), Match()
    exposure = value_at(blend.exposure, view.frame) + match.exposure
    glow = _times(blend.glow, match.white)
    rgba = shaded(
        density,
        light,
        emission,
        exposure=exposure,
        tint=_times(_lit(layer, look), match.white),
        glow=glow,
        black=match.black,
    )
    own = None
    if _blooms(layer):
        gain = 2.0**exposure * transmittance(distance, haze)
        own = torch.stack([emission * (gain * channel) for channel in glow])
    if haze:
        rgba = hazed(rgba, distance, haze, colour)
    return Body(rgba, own)


def _lit(layer: Layer, look: Look) -> Rgb:
    """Colour of the light on the element: the tint, and of what is relit, the key's."""
    share = 0.0 if layer.element.kind == "patch" else layer.blend.light.relight
    red, green, blue = (1 - share + share * channel for channel in look.light.colour)
    return _times(layer.blend.tint, (red, green, blue))


def _depth(layer: Layer, frame: int) -> tuple[float, float, float, float, Rgb]:
    """Distance, softness, extinction, haze and its colour; elements only."""
    depth = layer.blend.depth
    if layer.element.kind == "patch":
        return 0.0, 0.0, 0.0, 0.0, depth.haze_colour
    values = (depth.distance, depth.soft, depth.extinction, depth.haze)
    distance, soft, thick, haze = (value_at(curve, frame) for curve in values)
    return distance, soft, thick, haze, depth.haze_colour


def _blooms(layer: Layer) -> bool:
    return layer.blend.light.bloom > 0 and layer.element.kind != "patch"


def _times(a: Rgb, b: Rgb) -> Rgb:
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]
