"""Edges of mattes: erode, feather, and the ramp inside a support.

Lengths are pixels. Mattes are (H, W) of 0..1 on any device; OpenCV does the work, on the CPU.
"""

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.blend.distance import distances

_DISC = 8
_FINE = 6.0


def eroded(matte: Tensor, pixels: float) -> Tensor:
    """Shrink a matte by a distance; a negative one grows it. The border is continued.

    Greyscale: each pixel takes the smallest (growing: the largest) value within that distance, so
    soft edges stay as soft as they were, and the effect rises from nothing at 0. Between whole
    pixels it is mixed.
    """
    if pixels == 0:
        return matte
    filtered = cv2.erode if pixels > 0 else cv2.dilate
    whole, part = divmod(abs(pixels), 1)
    plane = matte.cpu().numpy()
    for radius in _radii(int(whole)):
        plane = filtered(plane, _disc(radius), borderType=cv2.BORDER_REPLICATE)
    if part:
        further = filtered(plane, _disc(1), borderType=cv2.BORDER_REPLICATE)
        plane = plane + np.float32(part) * (further - plane)
    return torch.from_numpy(plane).to(matte.device)


def _radii(total: int) -> list[int]:
    """A large disc as a row of small ones: the same within a pixel, at a fraction of the cost."""
    return [_DISC] * (total // _DISC) + ([total % _DISC] if total % _DISC else [])


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def feathered(matte: Tensor, sigma: float) -> Tensor:
    """Gaussian blur by a standard deviation in pixels; the border is continued.

    A wide blur is done on a reduced matte: one that is at least `_FINE` pixels wide there, so that
    what the reduction takes away is no longer to be seen.
    """
    if sigma <= 0:
        return matte
    plane = matte.cpu().numpy()
    height, width = plane.shape
    factor = max(1, int(sigma / _FINE))
    if factor > 1:
        size = max(1, width // factor), max(1, height // factor)
        plane = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    spread = sigma * plane.shape[1] / width, sigma * plane.shape[0] / height
    plane = cv2.GaussianBlur(plane, (0, 0), *spread, borderType=cv2.BORDER_REPLICATE)
    if factor > 1:
        plane = cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC)
    return torch.from_numpy(plane.clip(0, 1)).to(matte.device)


def ramped_inside(support: Tensor, pixels: float) -> Tensor:
    """A support's weight: 0 where the support is 0, rising smoothly inside its edge.

    Full weight is reached `pixels` inside the outermost supported pixel. The picture's border is
    no edge: a support that reaches it goes on beyond.
    """
    if pixels <= 0:
        return support
    inside = (support > 0).cpu().numpy()
    share = (torch.from_numpy(distances(inside)).to(support.device) / (pixels + 1)).clamp(0, 1)
    return support * share * share * (3 - 2 * share)
