"""Drawing particles one by one, antialiased and motion-blurred, onto a torus."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.peaks import Peaks


@dataclass(frozen=True)
class Stamp:
    """What one particle puts on each pixel of its patch, all `(N, P, P)`.

    Attributes:
        alpha: Coverage times opacity, 0..1.
        light: Fraction of the key reflected.
        emission: Added radiance, before coverage.
    """

    alpha: Tensor
    light: Tensor
    emission: Tensor


Shape = Callable[[Tensor, Tensor, Tensor], Stamp]
"""Draws particles from offsets (x, y) to their centre lines, pixels, and the place along these
lines, 0 at the tail to 1 at the head; each `(N, P, P)`."""


class Canvas:
    """Maps of B scenes of S x S pixels onto which particles are laid in any order."""

    def __init__(self, count: int, size: int) -> None:
        """Start with empty maps."""
        self._shape = (count, size, size)
        self._clear, self._weight, self._light, self._glow = torch.zeros(4, count * size * size)

    def stamp(self, peaks: Peaks, shape: Shape, radius: int) -> None:
        """Draw every particle, swept along its streak.

        Args:
            peaks: Where.
            shape: What.
            radius: Half the patch's width, pixels: nothing is drawn farther out.
        """
        size = self._shape[-1]
        axis = torch.arange(-radius, radius + 1)
        px = peaks.x.round().long()[:, None, None] + axis[None, None, :]
        py = peaks.y.round().long()[:, None, None] + axis[None, :, None]
        dx, dy = px - peaks.x[:, None, None], py - peaks.y[:, None, None]
        stamp = shape(*_from_streak(dx, dy, peaks.streak))
        alpha = stamp.alpha * peaks.presence[:, None, None]
        pixel = ((peaks.scene[:, None, None] * size + py % size) * size + px % size).flatten()
        self._clear.index_add_(0, pixel, torch.log1p(-alpha.clamp(max=0.9995)).flatten())
        self._weight.index_add_(0, pixel, alpha.flatten())
        self._light.index_add_(0, pixel, (alpha * stamp.light).flatten())
        self._glow.index_add_(0, pixel, (alpha * stamp.emission).flatten())

    def maps(self, rest: float) -> tuple[Tensor, Tensor, Tensor]:
        """Return density, light (`rest` where nothing is) and emission, each `(B, S, S)`."""
        trace = 1e-3
        light = (self._light + trace * rest) / (self._weight + trace)
        maps = (1 - torch.exp(self._clear), light, self._glow)
        density, light, emission = (each.view(self._shape) for each in maps)
        return density, light, emission


def _from_streak(dx: Tensor, dy: Tensor, streak: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Offsets to the nearest point of each particle's path, centred on it, and that point."""
    sx, sy = streak[:, 0, None, None], streak[:, 1, None, None]
    square = (sx.square() + sy.square()).clamp_min(1e-6)
    along = ((dx * sx + dy * sy) / square).clamp(-0.5, 0.5)
    return dx - along * sx, dy - along * sy, along + 0.5
