"""Where an element stands in a shot's depth: behind what is nearer, and in its air.

Depth z is the plate's, (H, W), from the camera, in the shot's own unit. Where it is 0, below 0 or
not finite, nothing is there: it is infinitely far. NaN never comes out.
"""

import math

import torch
from torch import Tensor

_HARD = 1e-9
"""Softness that float32 cannot tell from none."""

_THICKEST = 5.0
"""Optical depth that a volume of full density reaches at most: 0.7 % of the plate shows through."""


def in_front(z: Tensor, distance: float, soft: float) -> Tensor:
    """How far (H, W), 0..1, an element at a distance stands in front of what the plate shows.

    It is 1 where the plate is further than `soft / 2` behind the element, 0 where it is as far in
    front of it, and a smoothstep between; with `soft` 0 it is a step, 1 where both are equally far,
    and as ragged as the depth is. At distance 0 the element is in front of everything.
    """
    if distance <= 0:
        return torch.ones_like(z)
    far = _far(z)
    if soft < _HARD:
        return (far >= distance).to(z.dtype)
    share = ((far - distance) / soft + 0.5).clamp_(0, 1)
    return share * share * (3 - 2 * share)


def transmittance(distance: float, haze: float) -> float:
    """Share of its light that arrives through air: exp(-haze * distance), Beer-Lambert.

    `haze` is the extinction coefficient, per unit of depth.
    """
    return math.exp(-haze * distance)


def hazed(rgba: Tensor, distance: float, haze: float, colour: tuple[float, float, float]) -> Tensor:
    """A premultiplied layer (4, H, W) as it is seen through air of a colour (scene-linear).

    With T the transmittance, its colour is `T * rgb + (1 - T) * alpha * colour`: what it loses is
    made up, where it covers, by the air in front of it. Air before what it does not cover is the
    plate's own already. Alpha stays.
    """
    clear = transmittance(distance, haze)
    if clear == 1:
        return rgba
    result = rgba.clone()
    result[:3].mul_(clear)
    for channel, air in zip(result[:3], colour, strict=True):
        channel.add_(rgba[3], alpha=(1 - clear) * air)
    return result


def extinction(density: Tensor, z: Tensor, per_unit: float) -> Tensor:
    """Alpha (H, W) of a volume that fills the space from the camera up to the plate.

    Beer-Lambert, with an extinction coefficient of `per_unit * density` along the way:
    `1 - exp(-density * t)`, with `t = per_unit * z` and at most 5. Without that end a volume before
    a sky, which is infinitely far, would be a stencil: opaque wherever there is any of it. With
    `per_unit` 0 there is no volume, but the flat card that the density is.
    """
    if per_unit == 0:
        return density
    there = (z > 0) & z.isfinite()
    thick = torch.where(there, z * per_unit, _THICKEST).clamp_max(_THICKEST)
    return -torch.expm1(-density * thick)


def _far(z: Tensor) -> Tensor:
    return torch.where((z > 0) & z.isfinite(), z, torch.inf)
