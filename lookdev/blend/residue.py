"""How far outside its matte a joined patch may change the plate."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.blend.distance import distances


def influence(mask: Tensor, reach: float) -> Tensor:
    """The weight (H, W) of 0..1 with which a multi-band or gradient join lies over its plate.

    1 wherever the mask is above 0; outside it falls smoothly, and from the first pixel more than
    `reach` (px) away, up to a part of one, it is exactly 0. Both joins change the plate beyond the
    matte, and grow thinner without an end: multiplied by this (and by the support's ramp) they
    have one. OpenCV measures the distance, on the CPU.
    """
    inside = mask > 0
    weight = inside.to(torch.float32)
    there = inside.cpu().numpy()
    if reach <= 0 or not there.any():
        return weight
    box = box_around(there, reach)
    away = torch.from_numpy(distances(np.logical_not(there[box]))).to(mask.device)
    share = 1 - away / (reach + 1)
    share.clamp_(0, 1)
    weight[box] = share * share * (3 - 2 * share)
    return weight


def box_around(there: npt.NDArray[np.bool_], pixels: float) -> tuple[slice, slice]:
    """Rows and columns of all that is True, and of what is up to a length (px) away from it."""
    beyond = int(pixels) + 1
    rows, columns = (np.flatnonzero(there.any(axis)) for axis in (1, 0))
    return (
        slice(max(0, int(rows[0]) - beyond), int(rows[-1]) + 1 + beyond),
        slice(max(0, int(columns[0]) - beyond), int(columns[-1]) + 1 + beyond),
    )
