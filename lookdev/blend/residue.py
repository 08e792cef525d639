"""How far outside its matte a joined patch may change the plate."""

import cv2
import numpy as np
import torch
from torch import Tensor


def influence(mask: Tensor, reach: float) -> Tensor:
    """The weight (H, W) of 0..1 with which a multi-band or gradient join lies over its plate.

    1 wherever the mask is above 0; outside it falls smoothly, and from the first pixel more than
    `reach` (px) away, up to a part of one, it is exactly 0. Both joins change the plate beyond the
    matte, and grow thinner without an end: multiplied by this (and by the support's ramp) they
    have one. OpenCV measures the distance, on the CPU.
    """
    inside = mask > 0
    if reach <= 0:
        return inside.to(torch.float32)
    outside = np.logical_not(inside.cpu().numpy()).astype(np.uint8)
    if outside.all():
        return torch.zeros_like(mask, dtype=torch.float32)
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    share = 1 - torch.from_numpy(distance).to(mask.device) / (reach + 1)
    share.clamp_(0, 1)
    return share * share * (3 - 2 * share)
