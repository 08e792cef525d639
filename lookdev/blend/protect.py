"""Guards on what a layer adds: its highlights, and what would be below 0."""

import torch
from torch import Tensor


def rolled_off(rgba: Tensor, ceiling: float) -> Tensor:
    """A premultiplied layer (4, H, W) with a soft shoulder: its colour never passes the ceiling.

    The shoulder is that of `lookdev.image.encode.rolled_off`: with m the largest channel and c the
    ceiling (above 0), the pixel is scaled by f(m) / m, so that its hue stays:

        f(m) = m                  where m <= c / 2
        f(m) = c - c^2 / (4 m)    above

    It is taken of the colour as it is added, premultiplied. A straight colour says nothing where
    light and cover come from different things: bloom over an edge's thin alpha, a shadow that is
    in alpha alone, flames that hide little. Divided by such an alpha their light would be far above
    any ceiling, and would be put out. Alpha, and colour up to the knee, keep their bits; a layer
    that is nowhere above it comes back itself.
    """
    top = rgba[:3].amax(dim=0)
    if top.max() <= ceiling / 2:
        return rgba
    bright = top.clamp_min(ceiling / 2)  # at the knee the scale is 1
    scale = (ceiling - ceiling * ceiling / (4 * bright)) / bright
    scale = torch.where(top > ceiling / 2, scale, 1)
    result = rgba.clone()
    result[:3].mul_(scale).clamp_(max=ceiling)
    return result


def guarded(rgba: Tensor) -> Tensor:
    """A premultiplied layer (4, H, W) whose colour takes no light away: it is 0 and up.

    One that is so already comes back itself.
    """
    if rgba[:3].min() >= 0:
        return rgba
    result = rgba.clone()
    result[:3].clamp_(min=0)
    return result
