"""Waves that solve Poisson's equation on a box: sine and cosine transforms through Fourier's.

One direction has N unknowns. Each of its ends is *held*, meeting a 0 one step beyond the last
unknown (Dirichlet), or *free*, as if mirrored beyond it (Neumann). The exact eigenvectors of the
second difference are then waves, with unknowns j and waves k from 0 on:

    both ends held    sin(2 pi (j + 1) (k + 1) / (2N + 2))       DST-I
    the last free     sin(2 pi (j + 1) (2k + 1) / (4N + 2))
    both ends free    cos(2 pi (2j + 1) k / 4N)                  DCT-II

(G. Strang, "The Discrete Cosine Transform", SIAM Review 41(1), 1999.) They are Fourier's waves of a
longer period, at some of its places and tones: a transform is one of Fourier's with 0 at all other
places.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Waves:
    """One direction: how many unknowns, and which of its ends are free."""

    count: int
    first_free: bool = False
    last_free: bool = False

    @property
    def level(self) -> bool:
        """Whether nothing holds the unknowns' level, which is then taken as 0."""
        return self.first_free and self.last_free

    @property
    def _ends(self) -> int:
        return self.first_free + self.last_free

    @property
    def _period(self) -> int:
        return (2 * self.count + 2, 4 * self.count + 2, 4 * self.count)[self._ends]

    @property
    def _places(self) -> slice:
        return slice(1, 2 * self.count, 2) if self.level else slice(1, self.count + 1)

    @property
    def _tones(self) -> slice:
        held, half, free = (1, self.count + 1, 1), (1, 2 * self.count + 1, 2), (0, self.count, 1)
        return slice(*(held, half, free)[self._ends])

    def eigenvalues(self) -> Tensor:
        """(N,) of minus the second difference, in double."""
        tones = torch.arange(self._period, dtype=torch.float64)[self._tones]
        half_step = math.pi / self._period * (2 if self.level else 1)
        return (2 * torch.sin(tones * half_step)).square()

    def weights(self) -> Tensor:
        """(N,) factors of the waves that make `unknowns` the inverse of `waves`, in double."""
        scale = (8 if self._ends else 4) / self._period
        weights = torch.full((self.count,), scale, dtype=torch.float64)
        if self.level:
            weights[0] /= 2
        return weights

    def waves(self, unknowns: Tensor, dim: int) -> Tensor:
        """The sums of unknowns times each wave, along a dimension."""
        turned = self.first_free and not self.last_free
        unknowns = unknowns.flip(dim) if turned else unknowns
        return self._fourier(unknowns, dim, self._places, self._tones)

    def unknowns(self, waves: Tensor, dim: int) -> Tensor:
        """The sums of weighted waves at each unknown, along a dimension."""
        unknowns = self._fourier(waves, dim, self._tones, self._places)
        return unknowns.flip(dim) if self.first_free and not self.last_free else unknowns

    def _fourier(self, values: Tensor, dim: int, where: slice, what: slice) -> Tensor:
        values = values.movedim(dim, -1)  # across rows of memory it takes thrice as long
        spread = values.new_zeros((*values.shape[:-1], self._period))
        spread[..., where] = values
        sums = torch.fft.rfft(spread)[..., what]
        result: Tensor = sums.real if self.level else -sums.imag
        return result.movedim(-1, dim)


def solved(laplacian: Tensor, rows: Waves, columns: Waves) -> Tensor:
    """The unknowns (C, H, W) whose 5-point Laplacian is given; of mean 0 if all ends are free."""
    waves = columns.waves(rows.waves(laplacian, 1), 2)
    eigenvalues = rows.eigenvalues()[:, None] + columns.eigenvalues()
    factors = -rows.weights()[:, None] * columns.weights() / eigenvalues
    if rows.level and columns.level:
        factors[0, 0] = 0
    waves = waves * factors.to(waves)
    return rows.unknowns(columns.unknowns(waves, 2), 1)
