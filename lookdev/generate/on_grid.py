"""Where a moving element is made, so that it is the same while it moves.

A network halves a picture several times, and answers the same noise a little differently wherever
that lies on its grid: flakes change from frame to frame. So a moving element is made with its noise
at whole steps of the grid only, where the answer is the same, and its picture is then moved the
rest of the way. The control map goes the same way back, and composition stays where it is drawn.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.image.frame import Window

_TAPS = 2
"""Pixels to either side that a cubic reads."""


@dataclass(frozen=True)
class OnGrid:
    """One frame's place: a canvas that lies on the grid, with a step more than the picture needs.

    That step, on all sides, is what the network sees beyond the border: the layer's own noise, so
    that the border stays the same as well.

    Attributes:
        size: Width and height of the picture (px).
        step: Of the grid (px).
        whole: How far the noise is moved on the canvas (x, y), in whole steps.
        rest: How far the canvas is still to be moved, -2 to step - 2.
    """

    size: tuple[int, int]
    step: int
    whole: tuple[int, int]
    rest: tuple[float, float]

    @classmethod
    def of(cls, moved: tuple[float, float], size: tuple[int, int], step: int) -> "OnGrid":
        """Of an element that has moved so far (px; x right, y down)."""
        x, y = (step * math.floor((one + _TAPS) / step) for one in moved)
        return cls(size, step, (x, y), (moved[0] - x, moved[1] - y))

    @property
    def canvas(self) -> Window:
        """What of the layer's plane of noise the canvas shows."""
        x, y = (-self._before - one for one in self.whole)
        return Window(x, y, self.size[0] + self._more, self.size[1] + self._more)

    @property
    def _before(self) -> int:
        """Pixels of the canvas to the left of the picture, and above it, where nothing is left."""
        return 2 * self.step

    @property
    def _more(self) -> int:
        """Pixels that the canvas has more than the picture."""
        return self._before + self.step + 2 * _TAPS

    def back(self, plane: Tensor) -> Tensor:
        """A plane (h, w) of the picture as the canvas has it: linear, its border continued."""
        for dim, rest in ((1, self.rest[0]), (0, self.rest[1])):
            last = plane.shape[dim] - 1
            begin = math.floor(rest)
            place = torch.arange(last + 1 + self._more) + begin - self._before
            low = plane.index_select(dim, place.clamp(0, last))
            high = plane.index_select(dim, (place + 1).clamp(0, last))
            plane = torch.lerp(low, high, rest - begin)
        return plane

    def forth(self, planes: Tensor) -> Tensor:
        """Planes (..., H, W) of the canvas as the picture (..., h, w) has them.

        Cubic between pixels (Keys, "Cubic convolution interpolation for digital image processing",
        1981): means are kept, and next to nothing is softened. Values may overshoot a little.
        """
        for dim, rest, length in zip((-1, -2), self.rest, self.size, strict=True):
            begin = math.floor(self._before - rest)
            moved = torch.zeros_like(planes.narrow(dim, 0, length))
            for tap, weight in _weights(self._before - rest - begin):
                moved.add_(planes.narrow(dim, begin + tap, length), alpha=weight)
            planes = moved
        return planes


def _weights(t: float) -> list[tuple[int, float]]:
    """The cubic's taps and weights at `t` from a pixel to the next; that pixel alone at 0."""
    if t == 0:
        return [(0, 1.0)]
    return [
        (-1, ((-0.5 * t + 1) * t - 0.5) * t),
        (0, (1.5 * t - 2.5) * t * t + 1),
        (1, ((-1.5 * t + 2) * t + 0.5) * t),
        (2, (0.5 * t - 0.5) * t * t),
    ]
