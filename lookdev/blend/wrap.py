"""Light wrap: the plate's light that comes around an element's edges from behind it."""

import torch
from torch import Tensor

from lookdev.blend.soft import softened


def wrapped(rgba: Tensor, plate: Tensor, *, amount: float, size: float) -> Tensor:
    """A premultiplied layer (4, H, W) with light of the plate (3, H, W) on its edges.

    With a the layer's alpha and blur a Gaussian of `size` (px, standard deviation):

        added = amount * a * blur(max(plate, 0) * (1 - a))

    It is the mean of the plate that is seen around a pixel, times the share of its neighbourhood
    that is seen, which is 0 deep inside; the mean's normaliser is that very share, and cancels.
    This is the light wrap of Brinkmann, "The Art and Science of Digital Compositing" (2nd edition,
    2008, chapter 13), kept linear and unclipped: a highlight wraps as far as it is bright. A plate
    below 0 takes no light away. Where alpha is 0, and in alpha itself, nothing changes. The
    picture's border is no edge.
    """
    if amount == 0:
        return rgba
    alpha = rgba[3]
    seen = 1 - alpha
    result, light = torch.empty_like(rgba), torch.empty_like(alpha)
    for own, behind, target in zip(rgba[:3], plate, result[:3], strict=True):
        around = softened(torch.clamp(behind, min=0, out=light).mul_(seen), size)
        torch.addcmul(own, around, alpha, value=amount, out=target)
    result[3] = alpha
    return result
