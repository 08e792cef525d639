"""The shadow that an element throws on what is below it, folded into its alpha."""

import math

import torch
from torch import Tensor

from lookdev.blend.soft import softened


def darkness(
    alpha: Tensor,
    *,
    contact: float,
    size: float,
    x: float,
    y: float,
    ground: float,
    ground_size: float,
) -> Tensor:
    """How dark (H, W), 0..1, an element of density `alpha` makes what is below it.

    It is `1 - (1 - contact * c) (1 - ground * g)`: two shadows that meet multiply, as light that is
    held back twice. c is the density, moved by `x` to the right and `y` down (px, of any fraction)
    and blurred by `size` (px, standard deviation). g is the mass above: the density blurred by half
    of `ground_size` and moved down as far, so that it is darkest one standard deviation below the
    element, and gone 2.5 times `ground_size` below it. `contact` and `ground` are 0..1. What the
    border cuts is taken to go on beyond it.
    """
    held = torch.zeros_like(alpha)
    if contact:
        held = softened(_moved(alpha, x, y), size) * contact
    if ground:
        wide = ground_size / 2
        mass = softened(_moved(alpha, 0, wide), wide) * ground
        held = held + mass.mul_(1 - held)
    return held.clamp_(0, 1)


def shadowed(
    rgba: Tensor,
    *,
    contact: float,
    size: float,
    x: float,
    y: float,
    ground: float,
    ground_size: float,
    falls: Tensor | None = None,
) -> Tensor:
    """A premultiplied layer (4, H, W) whose alpha darkens what is below, as its shadows do.

    The shadow is neutral and lies under the layer: colour stays, and with s the `darkness` of its
    alpha a, `over` darkens the plate by a' = 1 - (1 - a) (1 - s). Where s is 0, alpha keeps its
    bits. `falls` (H, W) of 0..1 is where the shadow may fall; everywhere if None.
    """
    if contact == 0 and ground == 0:
        return rgba
    dark = darkness(
        rgba[3], contact=contact, size=size, x=x, y=y, ground=ground, ground_size=ground_size
    )
    if falls is not None:
        dark = dark * falls
    result = rgba.clone()
    result[3].addcmul_(1 - rgba[3], dark)
    return result


def _moved(plane: Tensor, x: float, y: float) -> Tensor:
    """(H, W) moved right and down, linear between pixels; the border's pixels are continued."""
    return _along(1, _along(0, plane, y), x)


def _along(axis: int, plane: Tensor, pixels: float) -> Tensor:
    whole = math.floor(pixels)
    part = pixels - whole
    first = _shifted(axis, plane, whole)
    return first if part == 0 else torch.lerp(first, _shifted(axis, plane, whole + 1), part)


def _shifted(axis: int, plane: Tensor, pixels: int) -> Tensor:
    if pixels == 0:
        return plane
    size = plane.shape[axis]
    source = torch.arange(size, device=plane.device).sub_(pixels).clamp_(0, size - 1)
    return plane.index_select(axis, source)
