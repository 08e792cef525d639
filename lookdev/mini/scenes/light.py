"""One key light, from the upper left and in front of the picture."""

import math

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import slope

KEY = (-0.48, -0.62, 0.62)
"""Unit vector towards the key light: x right, y down, z towards the camera."""

_REACHES = (2, 4, 7, 12, 18, 26)


def transmittance(density: Tensor, thickness: float) -> Tensor:
    """March every pixel's density towards the key and return what light is left.

    Args:
        density: 0..1, `(B, S, S)`, on a torus.
        thickness: Optical depth of one pixel of full density (Beer-Lambert).

    Returns:
        Fraction of the light that arrives, 0..1, `(B, S, S)`.
    """
    depth = torch.zeros_like(density)
    flat = math.hypot(KEY[0], KEY[1])
    last = 0
    for reach in _REACHES:
        x, y = round(reach * KEY[0] / flat), round(reach * KEY[1] / flat)
        depth = depth + (reach - last) * density.roll((-y, -x), (1, 2))
        last = reach
    return torch.exp(-thickness * depth)


def lambert(height: Tensor) -> Tensor:
    """Shade a height field by the key.

    Args:
        height: Towards the camera, pixels, `(B, S, S)`.

    Returns:
        Cosine between the surface's normal and the key, 0..1.
    """
    dx, dy = slope(height)
    facing = KEY[2] - KEY[0] * dx - KEY[1] * dy
    return (facing * torch.rsqrt(1 + dx.square() + dy.square())).clamp(0, 1)
