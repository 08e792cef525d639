"""What an element is made of: density, the light it returns from each side, and its own light."""

from dataclasses import dataclass

import torch
from torch import Tensor

SIDES = ("left", "right", "above", "behind")
"""Where the light of each light map comes from."""


@dataclass(frozen=True)
class Maps:
    """A batch of elements, float32.

    Attributes:
        density: Straight alpha, 0..1, `(B, H, W)`.
        light: Fraction of a light from each of `SIDES` that is returned, 0 or more, about 0..1,
            `(B, 4, H, W)`; straight, so to be multiplied by density.
        emission: Scene-linear radiance to be added as it is (density is already in it), 0 or more,
            may exceed 1, `(B, H, W)`.
    """

    density: Tensor
    light: Tensor
    emission: Tensor

    def __getitem__(self, rows: Tensor | slice) -> "Maps":
        """Take the elements at the given indices."""
        return Maps(self.density[rows], self.light[rows], self.emission[rows])

    def cut(self, margin: int) -> "Maps":
        """The same without their outermost pixels."""
        inner = (..., slice(margin, -margin), slice(margin, -margin))
        return Maps(self.density[inner], self.light[inner], self.emission[inner])


def over(front: Maps, back: Maps) -> Maps:
    """Lay elements over others: light by what is seen of each; emission is hidden by density."""
    behind = (1 - front.density) * back.density
    density = front.density + behind
    lit = front.density[:, None] * front.light + behind[:, None] * back.light
    trace = 1e-3
    light = (lit + trace * front.light) / (density + trace)[:, None]
    return Maps(density, light, front.emission + (1 - front.density) * back.emission)


def empty(like: Tensor) -> Maps:
    """Elements of nothing, in the shape of a plane `(B, H, W)`."""
    nothing = torch.zeros_like(like)
    return Maps(nothing, nothing[:, None].expand(-1, len(SIDES), -1, -1), nothing)
