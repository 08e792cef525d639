"""How unlike two pictures are that should be the same, whatever their level and gain nearby."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Laid
from lookdev.qc.reduced import blocks

_Means = npt.NDArray[np.float64]

_KNOWN = 0.05
"""Share of a neighbourhood that must be sure."""
_GROWN = 0.5, 0.85
"""A neighbourhood whose mean keeps less than the first share of itself hardly counts, from the
second on it counts in full: where a front has just arrived there is nothing to compare."""
_HARDLY = 0.02
_FAINT = 1e-9
"""Variance below which a plane shows nothing."""


def unsteadiness(laid: Laid, where: Pixels | None = None) -> float | None:
    """Root mean square difference, as a share of the contrast that both have: 0 to about 1.4.

    Over neighbourhoods of 48 px each plane is compared as correlation compares it, so its level and
    gain there are free: a fade or a front that grows is no unsteadiness. Neighbourhoods count by
    their contrast, planes alike. 0 is the same, 1.41 has nothing in common.

    Args:
        laid: The two pictures.
        where: What counts of it, (h, w) of 0 and 1; everything if None.

    Returns:
        None where nothing is to be seen.
    """
    sure = laid.sure if where is None else laid.sure * where
    share = _around(sure)
    if not (share > _KNOWN).any():
        return None
    shared = [
        _shared(_Statistics.of(a, b, sure, share), grows=laid.grows)
        for a, b in zip(laid.now, laid.before, strict=True)
    ]
    found = [1 - together / spread for together, spread in shared if spread > _FAINT]
    return float(np.sqrt(2 * max(float(np.mean(found)), 0.0))) if found else None


@dataclass(frozen=True, eq=False)
class _Statistics:
    """Of two planes in each neighbourhood that is known."""

    means: tuple[_Means, _Means]
    variances: tuple[_Means, _Means]
    covariance: _Means
    weight: _Means
    """Share of all that is known; sums to 1."""

    @classmethod
    def of(cls, a: Pixels, b: Pixels, sure: Pixels, share: _Means) -> "_Statistics":
        """Of two planes where they are sure, and the share of each neighbourhood that is."""
        known = share > _KNOWN
        weighted_a, weighted_b = a * sure, b * sure
        products = (weighted_a, weighted_b, weighted_a * a, weighted_b * b, weighted_a * b)
        of_a, of_b, of_aa, of_bb, of_ab = (
            _around(product)[known] / share[known] for product in products
        )
        return cls(
            means=(of_a, of_b),
            variances=(np.maximum(of_aa - of_a**2, 0), np.maximum(of_bb - of_b**2, 0)),
            covariance=of_ab - of_a * of_b,
            weight=share[known] / share[known].sum(),
        )


def _shared(found: _Statistics, *, grows: bool) -> tuple[float, float]:
    """Mean covariance of two planes, and the most that it could be with their variances."""
    weight = found.weight * _lasting(*found.means, found.weight) if grows else found.weight
    most = np.sqrt(found.variances[0] * found.variances[1])
    return float((found.covariance * weight).sum()), float((most * weight).sum())


def _lasting(a: _Means, b: _Means, weight: _Means) -> _Means:
    """How far a neighbourhood's mean lasted, but for what all of them gained."""
    gain = float((a * weight).sum()) / max(float((b * weight).sum()), 1e-12)
    others = np.maximum(b * gain, 0)
    kept = np.minimum(a, others) / np.maximum(np.maximum(a, others), 1e-6)
    lasted = np.clip((kept - _GROWN[0]) / (_GROWN[1] - _GROWN[0]), _HARDLY, 1)
    return np.asarray(lasted, np.float64)


def _around(plane: Pixels) -> _Means:
    """Means over the neighbourhood of each block: three by three of them."""
    means = cv2.blur(blocks(plane), (3, 3), borderType=cv2.BORDER_REFLECT)
    return np.asarray(means, np.float64)
