"""Bloom: light of an element's own that lens and air spread around it."""

from torch import Tensor

from lookdev.blend.soft import softened

_KERNELS = ((1, 1 / 2), (2, 1 / 3), (4, 1 / 6))
"""Standard deviations, as multiples of the size, and weights; the weights' sum is 1."""


def bloomed(rgba: Tensor, glow: Tensor, *, amount: float, size: float) -> Tensor:
    """A premultiplied layer (4, H, W) with a share of its glow spread around it.

    With `glow` (3, H, W), 0 and up, the emission that is already in the layer's colour, and `size`
    a standard deviation (px):

        colour' = colour + amount * (spread(glow) - glow)

    `spread` is a sum of Gaussians of size, 2 size and 4 size, which together fall off slowly, as
    the glare of an eye or lens does (Spencer, Shirley, Zimmerman and Greenberg, "Physically-Based
    Glare Effects for Digital Images", SIGGRAPH 1995, add such kernels, normalised). No light is
    made or lost but what leaves the picture; none comes in. `amount` is 0..1; alpha stays.
    """
    if amount == 0 or size == 0:
        return rgba
    result = rgba.clone()
    for target, own in zip(result[:3], glow, strict=True):
        target.sub_(own, alpha=amount)
        for multiple, weight in _KERNELS:
            target.add_(softened(own, multiple * size, beyond="nothing"), alpha=amount * weight)
    return result
