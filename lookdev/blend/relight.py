"""An element lit from another side, by light maps: how much of a light from each side it returns.

Maps are (4, h, w), scene-linear, 0 and up, at an element's own size: from the left, from the right,
from above, from behind. Six-way smoke lighting has two more, from below and from in front.
"""

import math

import torch
from torch import Tensor

_REACH = 1 / 6
"""How far mass throws shade (e-folding length), as a share of the plane's height."""
_DEPTH = 2.0
"""Optical depth of full density over that length and beyond."""
_DENSEST = 0.99


def directional(density: Tensor, light: Tensor) -> Tensor:
    """Light maps (4, h, w) of an element that has none, from density and light (h, w).

    An estimate, from the picture's plane alone: it knows neither the element's depth nor where the
    light that a model gave came from, and lays the new shade over the old. From the left, right and
    above it is Beer-Lambert, exp(-2 m), with m the mean density towards that side, weighted by
    exp(-distance / reach), where reach is a sixth of the height: what is further off in the picture
    hardly stands in the light's way. From behind it is light through the element: its transmittance
    exp(-t), t = -ln(1 - density), averaged over its own depth, (1 - exp(-t)) / t: thin parts glow,
    the core is dark. The border's density goes on beyond it, so no rim is lit there.

    All four are scaled alike at each pixel, so that their mean is `light`.
    """
    reach = _REACH * density.shape[0]
    left, right = _shade(density, reach), _shade(density.flip(1), reach).flip(1)
    above = _shade(density.T, reach).T
    reached = torch.stack([left, right, above]).mul_(-_DEPTH).exp_()
    thick = -torch.log1p(-density.clamp(0, _DENSEST))
    behind = torch.where(thick > 0, -torch.expm1(-thick) / thick, 1)
    maps = torch.cat([reached, behind[None]])
    return maps * (light / maps.mean(dim=0))


def _shade(density: Tensor, reach: float) -> Tensor:
    """Mean density (h, w) from each pixel to the left.

    The exponential moving mean m[j] = r m[j-1] + (1 - r) density[j], with m[0] = density[0], as one
    running sum; r is the decay over a pixel. No term is below 0, so nothing cancels; planes up to
    25 times as wide as high stay within what float32 holds.
    """
    width = density.shape[1]
    at = torch.arange(width, dtype=density.dtype, device=density.device)
    growth = ((at - width / 2) / reach).exp_()
    weights = growth * (1 - math.exp(-1 / reach))
    weights[0] = growth[0]
    return (density * weights).cumsum(dim=1).div_(growth)


def relit(maps: Tensor, *, azimuth: float, elevation: float, ambient: float) -> Tensor:
    """Light (h, w) of a key light from a direction, by light maps (4, h, w).

    Azimuth and elevation are degrees. Azimuth 0 is a light from the right, 90 from behind the
    element towards the camera, 180 from the left, -90 from the camera; elevation 90 is straight
    above, -90 straight below. With d the unit vector towards the light, the map of the side that a
    component points to is weighted by that component's square, and these sum to 1: the ambient cube
    of Mitchell, McTaggart and Green, "Shading in Valve's Source Engine" (SIGGRAPH 2006), as six-way
    smoke lighting uses it. It is smooth in both angles.

    The two maps that are missing come from the four: light from opposite sides, to first order,
    adds to the same from any side (Ramamoorthi and Hanrahan, 2001: the linear term of irradiance is
    odd), so below = left + right - above and front = left + right - behind, no less than 0. They
    are estimates, coarser than what a model gives.

    `ambient`, 0..1, mixes towards the mean of the four maps.
    """
    left, right, above, behind = maps
    up, around = math.radians(elevation), math.radians(azimuth)
    x, y, z = (
        math.cos(up) * math.cos(around),
        math.sin(up),
        math.cos(up) * math.sin(around),
    )
    key = x * x * (right if x > 0 else left)
    key = key + y * y * (above if y > 0 else _opposite(above, left, right))
    key = key + z * z * (behind if z > 0 else _opposite(behind, left, right))
    return torch.lerp(key, maps.mean(dim=0), ambient)


def _opposite(side: Tensor, left: Tensor, right: Tensor) -> Tensor:
    return (left + right - side).clamp_min(0)
