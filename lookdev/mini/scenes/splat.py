"""Drawing particles one by one, antialiased and motion-blurred, onto a torus."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.maps import SIDES, Maps
from lookdev.mini.scenes.fields import ease
from lookdev.mini.scenes.peaks import Peaks

_REACHES = (2, 3, 4, 6, 8, 11, 15, 21, 30, 42, 60)
"""Half widths of patches: each particle is drawn on the smallest that holds it."""

_TRACE = 1e-3


@dataclass(frozen=True)
class Patch:
    """The pixels round n particles of equal reach.

    Attributes:
        rows: Which particles, `(n,)`.
        dx: Offset from each particle to its pixels, to the right, `(n, P, P)`.
        dy: The same, downwards.
        pixel: Their places in a flattened `(B, S, S)`.
    """

    rows: Tensor
    dx: Tensor
    dy: Tensor
    pixel: Tensor


@dataclass(frozen=True)
class Stamp:
    """What particles put on the pixels of a patch.

    Attributes:
        alpha: Coverage times opacity, 0..1, `(n, P, P)`.
        light: What is returned of a light from each of `SIDES`; each spreads to `(n, P, P)`.
        emission: Added radiance, before coverage, `(n, P, P)`; None for none.
    """

    alpha: Tensor
    light: tuple[Tensor, ...]
    emission: Tensor | None = None


Paint = Callable[[Patch], Stamp]


class Canvas:
    """Maps of B scenes of S x S pixels onto which particles are laid in any order."""

    def __init__(self, like: Tensor) -> None:
        """Start with empty maps in the shape of a plane `(B, S, S)`."""
        self._shape = like.shape
        self._clear, self._weight, self._glow = like.new_zeros(3, like.numel())
        self._light = like.new_zeros(len(SIDES), like.numel())

    def stamp(self, peaks: Peaks, reach: Tensor, paint: Paint) -> None:
        """Draw particles.

        Args:
            peaks: Where.
            reach: Pixels from each particle to the farthest it touches, `(N,)`; at most 60 count.
            paint: What.
        """
        held = torch.bucketize(reach, torch.tensor(_REACHES[:-1], device=reach.device))
        for index, radius in enumerate(_REACHES):
            rows = (held == index).nonzero()[:, 0]
            if len(rows):
                patch = self._patch(peaks, rows, radius)
                self._lay(patch.pixel, paint(patch))

    def maps(self, rest: tuple[float, float, float, float]) -> Maps:
        """Return the maps; `rest` is the light of what is hardly there, from each side."""
        still = self._light.new_tensor(rest)[:, None]
        light = (self._light + _TRACE * still) / (self._weight + _TRACE)
        light = light.view(len(SIDES), *self._shape).transpose(0, 1).clamp(0, 1)
        density = 1 - torch.exp(self._clear)
        return Maps(density.view(self._shape), light, self._glow.view(self._shape))

    def _patch(self, peaks: Peaks, rows: Tensor, radius: int) -> Patch:
        size = self._shape[-1]
        axis = torch.arange(-radius, radius + 1, device=rows.device)
        x, y = peaks.x[rows, None, None], peaks.y[rows, None, None]
        px = x.round().long() + axis[None, None, :]
        py = y.round().long() + axis[None, :, None]
        pixel = (peaks.scene[rows, None, None] * size + py % size) * size + px % size
        dx, dy = torch.broadcast_tensors(px - x, py - y)
        return Patch(rows, dx, dy, pixel)

    def _lay(self, pixel: Tensor, stamp: Stamp) -> None:
        where, alpha = pixel.flatten(), stamp.alpha.clamp(max=0.9995)
        self._clear.index_add_(0, where, torch.log1p(-alpha).flatten())
        self._weight.index_add_(0, where, alpha.flatten())
        for plane, light in zip(self._light, stamp.light, strict=True):
            plane.index_add_(0, where, (alpha * light).flatten())
        if stamp.emission is not None:
            self._glow.index_add_(0, where, stamp.emission.flatten())


def swept(dx: Tensor, dy: Tensor, radius: Tensor, edge: Tensor, travel: Tensor) -> Tensor:
    """Coverage of soft discs that move while the shutter is open.

    Along its path a disc hides a pixel for as long as the chord through it takes to pass.

    Args:
        dx: Offsets from the middle of the path, pixels, `(n, P, P)`.
        dy: The same, downwards.
        radius: Pixels, `(n, 1, 1)` or one for each pixel.
        edge: Half the width of the soft edge, pixels, `(n, 1, 1)`.
        travel: Path (x, y), pixels, `(n, 2)`.

    Returns:
        0..1, `(n, P, P)`; a streak is the thinner the longer it is.
    """
    length, (x, y) = way(travel)
    along, across = dx * x + dy * y, (dy * x - dx * y).abs()
    chord = ((radius + edge).square() - across.square()).clamp_min(0).sqrt() - edge
    half = (length.square() / 4 + edge.square()).sqrt()
    passed = torch.minimum(chord, along + half) + torch.minimum(chord, half - along)
    time = (passed.clamp_min(0) / (2 * half)).clamp(max=1)
    return time * ease(0.5 + (radius - across) / (2 * edge))


def way(travel: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Length of paths `(n, 2)` and their direction x and y, each `(n, 1, 1)`; any, if they rest."""
    x, y = travel[:, 0, None, None] + 1e-3, travel[:, 1, None, None]
    length = (x.square() + y.square()).sqrt().clamp_min(1e-6)
    return length, (x / length, y / length)
