"""How sharp the plate is: the blur of its sharpest edges, as a Gaussian's standard deviation."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.errors import PlateError
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels

_SCALES = (1.0, 1.6, 2.6)
_SOFTEST, _SHARPEST = 4.0, 0.3
_CONTRAST = 0.12
"""Least height of an edge over its middle level, so that grain is none."""
_AGREE = 0.35
_CELL = 32
_MANY = 12
_SHARP_SHARE = 0.15

Floats = npt.NDArray[np.float32]


def measured_sharpness(pictures: Sequence[Pixels]) -> float:
    """Blur (px) of plate frames (H, W, 3), scene-linear: 0.3 to 4.

    An edge blurred by s has, blurred further by a, a gradient that falls as 1 / sqrt(s^2 + a^2):
    two such blurs give s (after Zhuo and Sim, Defocus map estimation, 2011). A third must agree,
    which it does at a lone step, and not at lines and texture. Each cell of 32 pixels gives its
    median; the plate's sharpness is that of its sharpest cells, for the rest may be out of focus.

    Raises:
        PlateError: No edge is distinct enough.
    """
    weights = np.array(LUMINANCE, np.float32)
    each = [_cells(picture[..., :3] @ weights) for picture in pictures]
    cells = np.concatenate(each) if each else np.zeros(0)
    if cells.size == 0:
        raise PlateError(
            "the plate's sharpness cannot be measured: it has no distinct edge; measure other "
            "frames, or set blend.camera.blur by eye"
        )
    return float(np.quantile(cells, _SHARP_SHARE).clip(_SHARPEST, _SOFTEST))


def blur_to_match(plate_sigma: float, element_sigma: float) -> float:
    """The blur (px) that makes an element as soft as the plate; 0 where it already is."""
    return math.sqrt(max(plate_sigma**2 - element_sigma**2, 0.0))


def _cells(luminance: Floats) -> npt.NDArray[np.float64]:
    """Median blur of the edges in each cell that has enough of them."""
    rows, columns, sigma = _edges(np.ascontiguousarray(luminance, np.float32))
    cell = rows // _CELL * (luminance.shape[1] // _CELL + 1) + columns // _CELL
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    parts = np.split(sigma[order], starts[1:]) if len(order) else []
    return np.array([np.median(part) for part in parts if len(part) >= _MANY])


def _edges(
    luminance: Floats,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Rows, columns and blur of lone steps."""
    smooth = [cv2.GaussianBlur(luminance, (0, 0), scale) for scale in _SCALES]
    slopes = [_gradient(picture) for picture in smooth]
    steep = [np.hypot(x, y) for x, y in slopes]
    rows, columns = np.nonzero(_ridge(*slopes[1], steep[1]))
    a, b, c = (one[rows, columns].astype(np.float64) for one in steep)
    own = _central(*(one[rows, columns].astype(np.float64) for one in slopes[1]))
    fine, coarse = _blur(a, b, 0, 1) - own, _blur(b, c, 1, 2) - own
    height = b * np.sqrt(2 * np.pi * (np.maximum(fine, 0) + _SCALES[1] ** 2 + own))
    middle = smooth[2][rows, columns]
    lone = (fine > -0.2) & (np.abs(coarse - fine) <= _AGREE * (fine + _SCALES[0] ** 2))
    good = lone & (height > _CONTRAST * np.abs(middle)) & (middle > 0)
    sigma = np.sqrt(np.maximum(fine[good], 0))
    return rows[good], columns[good], sigma


def _gradient(picture: Floats) -> tuple[Floats, Floats]:
    across = cv2.filter2D(picture, -1, np.array([[-0.5, 0, 0.5]], np.float32))
    down = cv2.filter2D(picture, -1, np.array([[-0.5], [0], [0.5]], np.float32))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _central(
    across: npt.NDArray[np.float64], down: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Variance (px^2) that central differences have as a blur: 1/3 along x or y, 1/6 between."""
    return np.asarray((across**4 + down**4) / (across**2 + down**2) ** 2 / 3)


def _blur(
    steep: npt.NDArray[np.float64], softer: npt.NDArray[np.float64], i: int, j: int
) -> npt.NDArray[np.float64]:
    """Variance (px^2) of an edge by its gradients after blurs i and j."""
    ratio = steep / np.maximum(softer, 1e-12)
    widened = _SCALES[j] ** 2 - _SCALES[i] ** 2
    total = widened / np.maximum(ratio**2 - 1, 1e-6)
    return np.asarray(total - _SCALES[i] ** 2)


def _ridge(across: Floats, down: Floats, steep: Floats) -> npt.NDArray[np.bool_]:
    """Where the gradient is the largest along its own direction; never at the border."""
    grown = cv2.dilate(steep, np.ones((1, 3), np.uint8))
    lengthened = cv2.dilate(steep, np.ones((3, 1), np.uint8))
    top = np.where(np.abs(across) >= np.abs(down), steep >= grown, steep >= lengthened)
    inside = np.zeros_like(top)
    margin = 8
    inside[margin:-margin, margin:-margin] = True
    return np.asarray(top & inside & (steep > 0))
