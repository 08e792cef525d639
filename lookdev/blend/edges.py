"""Edges of mattes: erode, feather, and the ramp inside a support.

Distances are Euclidean (OpenCV's precise transform), in pixels. Mattes are (H, W) of 0..1, on the
CPU or a GPU; distance and blur themselves run on the CPU, in OpenCV.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

_EDGE = 0.5
_FINE = 6.0


def eroded(matte: Tensor, pixels: float) -> Tensor:
    """Shrink a matte by a distance; a negative one grows it. Soft interiors keep their values.

    The new edge is one pixel soft and lies `pixels` inside the old one's 0.5 contour.
    """
    if pixels == 0:
        return matte
    inside = matte > _EDGE
    distance = torch.where(inside, _distance(inside), 1 - _distance(~inside))
    edge = (distance - pixels).clamp(0, 1)
    return torch.minimum(matte, edge) if pixels > 0 else torch.maximum(matte, edge)


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
    share = (_distance(support > 0) / (pixels + 1)).clamp(0, 1)
    return support * share * share * (3 - 2 * share)


def _distance(inside: Tensor) -> Tensor:
    """Distance of each inside pixel to the nearest outside one; very large where all is in."""
    mask = inside.cpu().numpy().astype(np.uint8)
    if mask.all():
        return torch.full(inside.shape, 1e6, dtype=torch.float32, device=inside.device)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return torch.from_numpy(distance).to(inside.device)
