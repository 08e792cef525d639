"""A layer's way onto the plate: its matte, its edge, and the light and shadow at its border."""

import math
from collections.abc import Hashable

import torch
from torch import Tensor

from lookdev.blend.extend import extended
from lookdev.blend.gradient import MARGIN, gradient_domain
from lookdev.blend.multiband import Pyramid, pyramid
from lookdev.blend.multiband import joined as joined_bands
from lookdev.blend.protect import guarded, rolled_off
from lookdev.blend.residue import influence
from lookdev.blend.shadow import shadowed
from lookdev.blend.wrap import wrapped
from lookdev.generate.sources import shows_its_start
from lookdev.render.view import View
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer

_THIN = 1e-4
_FAINT = 1 / 512
"""Below this a feather's tail is no part of a matte: or it would decide how far a join reaches."""


def joined_key(layer: Layer, view: View) -> Hashable:
    """What the way depends on, beside the layer itself, its matte and its support."""
    blend, frame = layer.blend, view.frame
    guards = blend.protect, view.shot_file.shot.ceiling
    if layer.element.kind == "patch":
        edge = blend.edge
        return edge.method, edge.bands, value_at(edge.extend, frame), guards
    return (
        guards,
        _wrap(layer),
        tuple(_shadow(layer, view).values()) if _throws(layer, frame) else None,
    )


def joined(layer: Layer, view: View, seen: Tensor, shape: Tensor, support: Tensor) -> Tensor:
    """Premultiplied RGBA (4, H, W) with matte, holdouts and support applied, at full opacity."""
    if layer.element.kind == "patch":
        return _patched(layer, view, seen, shape, support)
    rgba = seen * (shape * support)
    amount, size = _wrap(layer)
    if amount:
        rgba = wrapped(rgba, view.below(), amount=amount, size=size * view.scale)
    rgba = _protected(layer, view, rgba)
    if _throws(layer, view.frame):
        rgba = _with_shadow(layer, view, rgba, support)
    return rgba


def _with_shadow(layer: Layer, view: View, rgba: Tensor, support: Tensor) -> Tensor:
    """Its shadow falls beyond the layer's own matte, but on no holdout, and nowhere unpermitted."""
    falls = support
    for holdout in layer.holdouts:
        falls = falls * (1 - view.matte(holdout))
    return shadowed(rgba, falls=falls, **_shadow(layer, view))


def _protected(layer: Layer, view: View, rgba: Tensor) -> Tensor:
    protect = layer.blend.protect
    if protect.roll_off:
        rgba = rolled_off(rgba, view.shot_file.shot.ceiling)
    return guarded(rgba) if protect.no_negative else rgba


def _wrap(layer: Layer) -> tuple[float, float]:
    light = layer.blend.light
    return light.wrap, light.wrap_size if light.wrap else 0.0


def _throws(layer: Layer, frame: int) -> bool:
    light = layer.blend.light
    dark = value_at(light.shadow, frame) > 0 or value_at(light.ground, frame) > 0
    return dark and layer.blend.transfer == "over"


def _shadow(layer: Layer, view: View) -> dict[str, float]:
    light, frame, scale = layer.blend.light, view.frame, view.scale
    return {
        "contact": value_at(light.shadow, frame),
        "size": light.shadow_size * scale,
        "x": value_at(light.shadow_x, frame) * scale,
        "y": value_at(light.shadow_y, frame) * scale,
        "ground": value_at(light.ground, frame),
        "ground_size": light.ground_size * scale,
    }


def _patched(layer: Layer, view: View, seen: Tensor, shape: Tensor, support: Tensor) -> Tensor:
    """A patch replaces: what shows of it is decided by its matte, and by its edge's method."""
    edge = layer.blend.edge
    mask = seen[3] * shape
    if shows_its_start(layer):  # the shot's own pictures need no guard
        return torch.cat([seen[:3] * (shape * support), (mask * support)[None]])
    protect = layer.blend.protect
    colour = seen[:3] / seen[3].clamp_min(_THIN)
    if protect.roll_off:
        colour = rolled_off(colour, view.shot_file.shot.ceiling)
    colour = extended(colour, mask, value_at(edge.extend, view.frame) * view.scale)
    if edge.method == "mix":
        weight = mask * support
    else:
        mask = mask * (mask > _FAINT)
        colour, reach = _across(layer, view, colour, mask)
        weight = influence(mask, reach) * support
    rgba = torch.cat([colour * weight, weight[None]])
    if protect.no_negative:  # but a plate that is below 0 itself is no fault of the patch
        allowed = view.below().clamp_max(0) * rgba[3]
        rgba = torch.cat([torch.maximum(rgba[:3], allowed), rgba[3:]])
    return rgba


def _across(layer: Layer, view: View, colour: Tensor, mask: Tensor) -> tuple[Tensor, float]:
    """Patch and plate as one picture (3, H, W), and how far it reaches beyond the matte (px)."""
    edge, plate = layer.blend.edge, view.below()
    if edge.method == "gradient":
        margin = max(2, round(MARGIN * view.scale))
        return gradient_domain(colour, plate, mask, margin=margin), float(margin)
    bands = max(1, edge.bands + round(math.log2(view.scale)))
    reach = 2.0**bands
    known: Pyramid = view.stages.get("plate/pyramid", bands, lambda: pyramid(plate, bands))
    whole = extended(colour, (mask > 0).to(colour.dtype), reach)  # wide bands read beyond the matte
    return joined_bands(pyramid(whole, bands), known, mask), reach
