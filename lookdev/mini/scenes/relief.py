"""Relief: a height towards the camera, how it bulges, and how it is lit from four sides."""

import math

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import ease, slope

_TOWARDS = ((-1.0, 0.0), (1.0, 0.0), (0.0, -1.0))
"""Left, right and above, as x and y (down)."""
_RAISED = 0.42
"""Every light stands this much in front of the picture (tangent), as a softbox would."""
_REACHES = (1, 2, 3, 5, 8, 12, 18, 26)
_WRAP = 0.4
"""How far light creeps round a volume: scattering inside it."""


def bulging(height: Tensor, radius: Tensor, reach: int, step: int) -> Tensor:
    """Swell a height field to round lobes with creases between them: a cauliflower.

    The dilation by a paraboloid (van den Boomgaard 1992), max over y of h(y) - |x - y|^2 / 2 r,
    is what inverted Worley noise is for points: each peak becomes a cap of the given radius.

    Args:
        height: Pixels, `(B, S, S)`, on a torus.
        radius: Of curvature, pixels, `(B,)`.
        reach: How far peaks are looked for, pixels.
        step: Pixels between places looked at; the caps are rough by step^2 / 8 r.

    Returns:
        The swollen height, `(B, S, S)`.
    """
    curve = 0.5 / radius[:, None, None]
    for dim in (1, 2):
        result = height
        for k in range(step, reach + 1, step):
            either = torch.maximum(height.roll(k, dim), height.roll(-k, dim))
            result = torch.maximum(result, either - k * k * curve)
        height = result
    return height


def lit_from_sides(height: Tensor, hardness: Tensor) -> Tensor:
    """Light that a relief returns to the camera from left, right and above.

    Lambert's cosine, wrapped, times what of the light's disc stands above the horizon.

    Args:
        height: Pixels, `(B, S, S)`, on a torus.
        hardness: 1 casts usual shadows, 0 none, `(B,)`.

    Returns:
        Fractions, 0..1, `(B, 3, S, S)`.
    """
    dx, dy = slope(height)
    lean = torch.rsqrt(1 + dx.square() + dy.square())
    lit = []
    for x, y in _TOWARDS:
        facing = (_RAISED - x * dx - y * dy) * lean / math.hypot(1, _RAISED)
        seen = ease(0.5 + (_RAISED - _horizon(height, x, y)) / 1.4)
        shadow = 1 - 0.75 * hardness[:, None, None] * (1 - seen)
        lit.append(((facing + _WRAP) / (1 + _WRAP)).clamp_min(0) * shadow)
    return torch.stack(lit, dim=1)


def _horizon(height: Tensor, x: float, y: float) -> Tensor:
    """Tangent of the highest that stands in a light's way."""
    highest = torch.full_like(height, -9.0)
    for reach in _REACHES:
        there = height.roll((round(-reach * y), round(-reach * x)), (1, 2))
        highest = torch.maximum(highest, (there - height) / reach)
    return highest
