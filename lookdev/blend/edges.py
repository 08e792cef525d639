"""Edges of mattes: erode, feather, and the ramp inside a support.

Distances are Euclidean (OpenCV's exact 5x5 transform), in pixels. Mattes are (H, W) of 0..1 on the
CPU or a GPU; the distance transform itself runs on the CPU.
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

_EDGE = 0.5


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
    """Gaussian blur by a standard deviation in pixels; the border is continued."""
    if sigma <= 0:
        return matte
    height, width = matte.shape
    radius = max(1, min(int(np.ceil(3 * sigma)), height - 1, width - 1))
    x = torch.arange(-radius, radius + 1, dtype=matte.dtype, device=matte.device)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    picture = F.pad(matte[None, None], (radius,) * 4, mode="replicate")
    picture = F.conv2d(picture, kernel[None, None, :, None])
    picture = F.conv2d(picture, kernel[None, None, None, :])
    return picture[0, 0].clamp(0, 1)


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
