"""An element lit from another side, by light maps: how much of a light from each side it returns.

Maps are (4, h, w), scene-linear, 0 and up, at an element's own size: from the left, from the right,
from above, from behind. Six-way smoke lighting has two more, from below and from in front.
"""

import math

import torch
from torch import Tensor

from lookdev.blend.soft import softened

_REACH = 1 / 6
"""How far mass throws shade (e-folding length), as a share of the plane's height."""
_SCATTER = 1 / 8
"""Blur of all shade, as a share of its reach: light finds its way around small things."""
_DEPTH = 2.0
"""Optical depth of full density."""
_DARK = 1e-6


def directional(density: Tensor, light: Tensor) -> Tensor:
    """Light maps (4, h, w) of an element that has none, from density and light (h, w).

    An estimate, from the picture's plane alone: it knows neither the element's depth nor where the
    light that a model gave came from, and lays the new shade over the old. It is Beer-Lambert,
    exp(-2 m). From the left, right and above m is the mean density towards that side, weighted by
    exp(-distance / reach), where reach is a sixth of the height: what is further off in the picture
    hardly stands in the light's way. From behind m is the density itself, blurred: thin parts glow,
    the core is dark. The border's density goes on beyond it, so no rim is lit there.

    All four are scaled alike at each pixel, so that their mean is `light`.
    """
    reach = _REACH * density.shape[0]
    scatter = _SCATTER * reach
    left, right = _shade(density, reach), _shade(density.flip(1), reach).flip(1)
    above = _shade(density.T, reach).T
    sides = softened(torch.stack([left, right, above]), scatter)
    behind = softened(density, 2 * scatter)
    maps = torch.cat([sides, behind[None]]).mul_(-_DEPTH).exp_()
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

    The two maps that are missing come from the four. To first order, light from opposite sides adds
    to the same for all sides (the linear term of irradiance is odd: Ramamoorthi and Hanrahan, "An
    Efficient Representation for Irradiance Environment Maps", SIGGRAPH 2001).
    With s the mean of left and right, opposite a map m is

        2 s / (1 + (m / s)^2)

    which is 2 s - m where m is near s, and stays within 0 and 2 s elsewhere. So light from below
    and from in front are estimates, coarser than what a model gives.

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
    around = (left + right) / 2
    return 2 * around / (1 + (side / around.clamp_min(_DARK)).square())
