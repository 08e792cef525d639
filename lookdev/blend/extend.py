"""Edge extend: a patch's own colours carried out over its soft edge."""

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.blend.residue import box_around
from lookdev.blend.soft import softened

_FULL = 0.995  # of cover; from here a pixel's colour is all the patch's own
_BLUR = 1 / 3  # standard deviation, of the length that colours are carried
_FADE = 1 / 4  # of that length: its end, over which they give way to what was there


def extended(colour: Tensor, cover: Tensor, pixels: float) -> Tensor:
    """Colours (3, H, W) in which those of full cover go on outwards for at most `pixels`.

    A soft or slightly too large edge then shows the patch's own colour, and no longer the old
    background that was in it. Cover is the patch's matte (H, W) of 0..1; where it is full (0.995
    and more) nothing changes. Outside, each pixel takes the colour of the nearest full one; up to
    half of the way the mean of what is around takes over, or lines would run outwards; over the
    last quarter it fades to what was there. Where nothing is full there is nothing to carry, and
    the input comes back. Distances are measured by OpenCV, on the CPU.
    """
    if pixels <= 0:
        return colour
    full = (cover >= _FULL).cpu().numpy()
    if full.all() or not full.any():
        return colour
    box = box_around(full, pixels)
    distance, nearest = _nearest(full[box])
    away = torch.from_numpy(distance).to(colour.device)
    weight = ((pixels + 1 - away) / max(1, pixels * _FADE)).clamp_(0, 1)
    result = colour.clone()
    own = colour[:, *box]
    carried = own.flatten(1)[:, torch.from_numpy(nearest).to(colour.device)].view_as(own)
    carried = _without_lines(carried, away, weight, pixels)
    inside = torch.from_numpy(full[box]).to(colour.device)
    result[:, *box] = torch.where(inside, own, torch.lerp(own, carried, weight))
    return result


def _nearest(
    full: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """How far the nearest full pixel is (h, w), and its place in the flattened picture (h * w)."""
    outside = np.logical_not(full).astype(np.uint8)
    distance, labels = cv2.distanceTransformWithLabels(
        outside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.flatnonzero(full)
    place_of = np.zeros(int(labels.max()) + 1, np.int64)
    place_of[labels.reshape(-1)[places]] = places
    return np.asarray(distance, np.float32), place_of[labels.reshape(-1)]


def _without_lines(carried: Tensor, away: Tensor, weight: Tensor, pixels: float) -> Tensor:
    """The further out, the more of the mean of full and carried colours around."""
    known = (weight > 0).to(carried.dtype)
    stack = softened(torch.cat((carried * known, known[None])), pixels * _BLUR, beyond="nothing")
    mean = stack[:3] / stack[3].clamp_min(1e-6)
    return torch.lerp(carried, mean, (2 * away / (pixels + 1)).clamp(0, 1) * known)
