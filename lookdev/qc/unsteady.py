"""How unlike two pictures are that should be the same, whatever their level and gain nearby."""

from collections.abc import Iterator  # noqa: TC003

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Laid
from lookdev.qc.reduced import blocks, spread

_Means = npt.NDArray[np.float64]

_KNOWN = 0.05
"""Share of a neighbourhood that must be sure."""
_DENSEST = 0.5
"""Share of a layer's amount, where it is densest, that is compared: a front that grows repeats
nothing at its rim."""
_FAINT = 1e-9
"""Variance below which a plane shows nothing."""


class Comparison:
    """Of two pictures that are laid onto each other.

    Over neighbourhoods of 48 px each plane is compared as correlation compares it, so its level and
    gain there are free: a fade or a front that grows is no unsteadiness. Neighbourhoods count by
    their contrast; of amounts the densest half is compared; planes count alike.
    """

    def __init__(self, laid: Laid, where: Pixels | None = None) -> None:
        """Compare them, where `where` (h, w) is 1; everywhere if None."""
        self._planes = list(_statistics(laid, where))

    @property
    def unsteadiness(self) -> float | None:
        """Root mean square difference, as a share of the contrast that both have.

        0 is the same, 1.41 has nothing in common; None where nothing is to be seen.
        """
        found = [1 - one.together / one.most for one in self._planes]
        return float(np.sqrt(2 * max(float(np.mean(found)), 0.0))) if found else None

    @property
    def swayed(self) -> float:
        """Share of the first plane's difference that one small shift of all explains, 0 to 1.

        What evolves differs every way; what jumps differs as its slope does. The shift is the least
        squares one (Lucas and Kanade, "An Iterative Image Registration Technique", 1981).
        """
        return self._planes[0].swayed if self._planes else 0.0


def unsteadiness(laid: Laid, where: Pixels | None = None) -> float | None:
    """`Comparison.unsteadiness` of two pictures."""
    return Comparison(laid, where).unsteadiness


def _statistics(laid: Laid, where: Pixels | None) -> "Iterator[_Statistics]":
    """Of each plane in which there is anything to be seen."""
    sure = laid.sure if where is None else laid.sure * where
    share = _around(sure)
    if laid.grows:
        sure = sure * _dense(laid, share)
        share = _around(sure)
    if (share > _KNOWN).any():
        for a, b in zip(laid.now, laid.before, strict=True):
            found = _Statistics(a, b, sure, share)
            if found.most > _FAINT:
                yield found


class _Statistics:
    """Of two planes, over the neighbourhoods that are known."""

    def __init__(self, a: Pixels, b: Pixels, sure: Pixels, share: _Means) -> None:
        """Of two planes where they are sure, and the share of each neighbourhood that is."""
        self._sure, self._share, self._known = sure, share[share > _KNOWN], share > _KNOWN
        self._planes = a, b
        means = self._mean(a), self._mean(b)
        variances = self._covariance(a, a, *means[:1] * 2), self._covariance(b, b, *means[1:] * 2)
        self._weight = self._share / self._share.sum()
        self.together = self._total(self._covariance(a, b, *means))
        """Mean covariance."""
        self.most = self._total(np.sqrt(np.maximum(variances[0], 0) * np.maximum(variances[1], 0)))
        """The most that it could be with these variances."""
        self._gain = self._total(np.sqrt(np.maximum(variances[0], 0))) / max(
            self._total(np.sqrt(np.maximum(variances[1], 0))), 1e-12
        )

    @property
    def swayed(self) -> float:
        """As `Comparison.swayed`."""
        a, b = self._planes[0], self._planes[1] * np.float32(self._gain)
        x, y = _slopes(np.asarray((a + b) / 2, np.float32))
        parts = (b - a, x, y)
        means = [self._mean(one) for one in parts]
        table = np.empty((3, 3))
        for i, one in enumerate(parts):
            for j in range(i, 3):
                found = self._total(self._covariance(one, parts[j], means[i], means[j]))
                table[i, j] = table[j, i] = found
        if table[0, 0] <= 0 or np.linalg.det(table[1:, 1:]) <= 0:
            return 0.0
        explained = table[0, 1:] @ np.linalg.solve(table[1:, 1:], table[1:, 0])
        return float(np.clip(explained / table[0, 0], 0, 1))

    def _mean(self, plane: Pixels) -> _Means:
        mean = _around(plane * self._sure)[self._known] / self._share
        return np.asarray(mean, np.float64)

    def _covariance(self, a: Pixels, b: Pixels, of_a: _Means, of_b: _Means) -> _Means:
        return self._mean(a * b) - of_a * of_b

    def _total(self, means: _Means) -> float:
        return float((means * self._weight).sum())


def _dense(laid: Laid, share: _Means) -> Pixels:
    """Where the densest half of the first plane lies, which has one, (h, w) of 0 and 1."""
    for planes in zip(laid.now, laid.before, strict=True):
        a, b = (_around(plane * laid.sure) for plane in planes)
        least = np.minimum(a, b * (a.sum() / max(b.sum(), 1e-12)))
        order = np.sort(least, axis=None)[::-1]
        amount = np.cumsum(order)
        if amount[-1] > 0:
            enough = order[np.searchsorted(amount, _DENSEST * amount[-1])]
            mask = ((least >= enough) & (share > _KNOWN)).astype(np.float32)
            return spread(mask, laid.sure)
    return np.zeros_like(laid.sure)


def _slopes(plane: Pixels) -> tuple[Pixels, Pixels]:
    x, y = (
        cv2.Sobel(plane, cv2.CV_32F, *axis, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
        for axis in ((1, 0), (0, 1))
    )
    return x, y


def _around(plane: Pixels) -> _Means:
    """Means over the neighbourhood of each block: three by three of them."""
    means = cv2.blur(blocks(plane), (3, 3), borderType=cv2.BORDER_REFLECT)
    return np.asarray(means, np.float64)
