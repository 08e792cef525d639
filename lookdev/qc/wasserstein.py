"""How far clouds of colours lie apart, each taken as a normal distribution."""

import numpy as np
import numpy.typing as npt

_ROUNDING = 1e-9
"""Share of both variances that is no distance, but rounding: roots of a spread that is flat in one
direction keep half of a float's digits there."""

Array = npt.NDArray[np.float64]


def to_each(mean: Array, spread: Array, means: Array, spreads: Array) -> Array:
    """The 2-Wasserstein distance (N,) of one cloud from each of N others.

    Dowson and Landau, "The Fréchet distance between multivariate normal distributions" (1982).

    Args:
        mean: (3,).
        spread: Its covariance, (3, 3).
        means: (N, 3).
        spreads: (N, 3, 3).
    """
    root = _root(spread)
    cross = _root(root @ spreads @ root)
    both = np.trace(spread + spreads, axis1=1, axis2=2)
    square = ((means - mean) ** 2).sum(1) + both - 2 * np.trace(cross, axis1=1, axis2=2)
    return np.asarray(np.sqrt(np.where(square > _ROUNDING * both, square, 0)))


def _root(matrices: Array) -> Array:
    """The positive root of symmetric matrices (..., 3, 3)."""
    values, vectors = np.linalg.eigh((matrices + matrices.swapaxes(-1, -2)) / 2)
    roots = np.sqrt(np.maximum(values, 0))[..., None, :]
    return np.asarray((vectors * roots) @ vectors.swapaxes(-1, -2))
