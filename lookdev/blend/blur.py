"""Blur of a camera: its lens, and motion while the shutter is open.

Pictures are premultiplied RGBA (4, H, W), scene-linear float32, on any device. The border is
continued, so that an element that covers the frame stays full up to its edge; sums are kept
wherever it is not touched. OpenCV does the work on the CPU; elsewhere shifted copies are summed,
in full float32, where a convolution might be rounded (TF32).
"""

import math
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

_FINE = 6.0
_EXACT = 5
"""Reach (px) up to which OpenCV sums the kernel's taps, and takes no Fourier transform."""

Kernel = npt.NDArray[np.float64]
Planes = npt.NDArray[np.float32]


def lens_blurred(rgba: Tensor, sigma: float) -> Tensor:
    """Gaussian blur by a standard deviation (px of the picture).

    A wide one is done on a reduced picture where it still is `_FINE` pixels wide. What reduction
    (box: f^2/12) and linear enlargement (triangle: f^2/6) add to its variance is taken off it.
    """
    if sigma <= 0:
        return rgba
    factor = max(1, int(sigma / _FINE))
    if rgba.device.type != "cpu":
        return _lens_by_taps(rgba, sigma, factor)
    return torch.from_numpy(np.stack([_lens(plane, sigma, factor) for plane in rgba.numpy()]))


def _spreads(sigma: float, was: tuple[int, ...], now: tuple[int, ...]) -> tuple[float, float]:
    """Standard deviation down and across on the reduced picture."""
    ratios = [a / b for a, b in zip(was, now, strict=True)]
    down, across = (
        math.sqrt((sigma / ratio) ** 2 - (0.25 if ratio > 1 else 0)) for ratio in ratios
    )
    return down, across


def _reduced_size(shape: tuple[int, ...], factor: int) -> tuple[int, int]:
    height, width = shape
    return max(1, height // factor), max(1, width // factor)


def _lens(plane: Planes, sigma: float, factor: int) -> Planes:
    size = _reduced_size(plane.shape, factor)
    small = plane if factor == 1 else cv2.resize(plane, size[::-1], interpolation=cv2.INTER_AREA)
    down, across = _spreads(sigma, plane.shape, size)
    small = cv2.sepFilter2D(
        small, -1, _gaussian(across), _gaussian(down), borderType=cv2.BORDER_REPLICATE
    )
    if factor == 1:
        return np.asarray(small, np.float32)
    wide = cv2.resize(small, plane.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)


def _lens_by_taps(rgba: Tensor, sigma: float, factor: int) -> Tensor:
    height, width = rgba.shape[-2:]
    size = _reduced_size((height, width), factor)
    small = rgba if factor == 1 else F.interpolate(rgba[None], size, mode="area")[0]
    down, across = _spreads(sigma, (height, width), size)
    small = summed(small, _gaussian(down)[:, None])
    small = summed(small, _gaussian(across)[None])
    if factor == 1:
        return small
    return F.interpolate(small[None], (height, width), mode="bilinear", align_corners=False)[0]


def _gaussian(sigma: float) -> Kernel:
    """Sampled; or, where that would be too narrow, three taps of the same variance."""
    if sigma < 0.7:
        return np.array([sigma**2 / 2, 1 - sigma**2, sigma**2 / 2])
    reach = math.ceil(4 * sigma)
    kernel: Kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.asarray(kernel / kernel.sum())


def motion_blurred(rgba: Tensor, x: float, y: float) -> Tensor:
    """The mean over a straight way of (x, y) px (y downwards), half of it before and half after.

    Up to 10 px it is exact for a picture that is linear between its pixels. Longer, on the CPU, it
    is a running sum in a picture sheared along the way: the same, but that a line along the way
    becomes softer across by up to 0.7 px (standard deviation).
    """
    if x == 0 and y == 0:
        return rgba
    if rgba.device.type != "cpu":
        return summed(rgba, way(x, y))
    planes = rgba.numpy()
    if max(abs(x), abs(y)) <= 2 * (_EXACT - 1):
        return torch.from_numpy(filtered(planes, way(x, y)))
    if abs(x) >= abs(y):
        return torch.from_numpy(np.stack([_swept(plane, abs(x), y / x) for plane in planes]))
    swept = [_swept(cv2.transpose(plane), abs(y), x / y) for plane in planes]
    return torch.from_numpy(np.stack([cv2.transpose(plane) for plane in swept]))


def way(x: float, y: float) -> Kernel:
    """The kernel of a straight way of (x, y) px: odd height and width, sum 1.

    Each of its points is shared among the four pixels around it (bilinear). Between two crossings
    of the pixel grid the shares are quadratic along the way, so Simpson's rule is exact.
    """
    ends = abs(x) / 2, abs(y) / 2
    reach = [math.ceil(end) + 1 for end in ends]
    kernel = np.zeros((2 * reach[1] + 1, 2 * reach[0] + 1))
    for a, b in pairwise(_crossings(*ends)):
        for t, share in ((a, 1), ((a + b) / 2, 4), (b, 1)):
            _splat(kernel, reach[0] + t * x, reach[1] + t * y, (b - a) * share / 6)
    return np.asarray(kernel / kernel.sum())


def _crossings(*ends: float) -> list[float]:
    """Where the way, from -0.5 to 0.5, starts, stops, and meets whole rows and columns."""
    places = {-0.5, 0.5}
    for end in ends:
        whole = int(end)
        places |= {k / (2 * end) for k in range(-whole, whole + 1) if end > 0}
    return sorted(places)


def _splat(kernel: Kernel, x: float, y: float, weight: float) -> None:
    column, row = math.floor(x), math.floor(y)
    right, lower = x - column, y - row
    kernel[row, column] += weight * (1 - right) * (1 - lower)
    kernel[row, column + 1] += weight * right * (1 - lower)
    kernel[row + 1, column] += weight * (1 - right) * lower
    kernel[row + 1, column + 1] += weight * right * lower


def _swept(plane: Planes, length: float, slope: float) -> Planes:
    """Mean along a way that goes `length` px across and `slope` times that down."""
    height, width = plane.shape
    reach = math.ceil(length / 2) + 1
    rise = math.ceil(abs(slope) * width / 2) + 1
    middle = reach + width / 2
    plane = cv2.copyMakeBorder(plane, 0, 0, reach, reach, cv2.BORDER_REPLICATE)
    sheared = _sheared(plane, slope, -slope * middle - rise, (width + 2 * reach, height + 2 * rise))
    swept = _averaged_across(sheared, length)
    back = _sheared(swept, -slope, slope * middle + rise, (width + 2 * reach, height))
    return np.ascontiguousarray(back[:, reach : reach + width])


def _sheared(plane: Planes, slope: float, offset: float, size: tuple[int, int]) -> Planes:
    """Each column moved down by its own way: what was at row y + slope x + offset is at y."""
    return np.asarray(
        cv2.warpAffine(
            plane,
            np.array([[1, 0, 0], [slope, 1, offset]]),
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def _averaged_across(plane: Planes, length: float) -> Planes:
    """Box of any length: two whole ones, mixed so that sum and variance are those of `length`."""
    inner = 2 * int((length - 1) / 2) + 1
    outer = inner + 2
    share = (length**2 - inner**2 + 1) / (outer**2 - inner**2)
    share = min(max(share, 0.0), 1.0)
    narrow, wide = (
        cv2.blur(plane, (taps, 1), borderType=cv2.BORDER_REPLICATE) for taps in (inner, outer)
    )
    return np.asarray(cv2.addWeighted(narrow, 1 - share, wide, share, 0), np.float32)


def filtered(planes: Planes, kernel: Kernel) -> Planes:
    """Planes (C, H, W) under a symmetric kernel, by OpenCV; the border is continued."""
    taps = kernel.astype(np.float32)
    return np.stack(
        [cv2.filter2D(plane, -1, taps, borderType=cv2.BORDER_REPLICATE) for plane in planes]
    )


def summed(planes: Tensor, kernel: Kernel) -> Tensor:
    """The same on any device: shifted copies, weighted and summed in float32."""
    height, width = planes.shape[-2:]
    down, across = (side // 2 for side in kernel.shape)
    padded = F.pad(planes[None], (across, across, down, down), mode="replicate")[0]
    result = torch.zeros_like(planes)
    for row, column in np.argwhere(kernel):
        shifted = padded[:, row : row + height, column : column + width]
        result.add_(shifted, alpha=float(kernel[row, column]))
    return result
