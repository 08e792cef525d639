"""Pictures carried along a flow, and what is not known of them filled from around.

A flow is (h, w, 2) float32, x and y in pixels, as `flow` has it.
"""

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels


def filled(plane: Pixels, sure: Pixels) -> Pixels:
    """A plane with what is not sure filled from around, smoothly, coarse to fine (push-pull).

    Gortler et al., "The Lumigraph", 1996, section 3.4. Where `sure` is 1 nothing changes; where it
    is 0 everywhere, all becomes 0.

    Args:
        plane: (h, w) or (h, w, C).
        sure: (h, w), 0..1.
    """
    planes = plane.reshape(*sure.shape, -1)
    made = [
        planes[..., i] * sure + (1 - sure) * _from_around(planes[..., i] * sure, sure)
        for i in range(planes.shape[2])
    ]
    return np.stack(made, -1).reshape(plane.shape)


def _from_around(weighted: Pixels, sure: Pixels) -> Pixels:
    """The mean of what is sure near each pixel, from as near as there is enough; both (h, w)."""
    height, width = sure.shape
    if max(height, width) == 1:
        return np.asarray(weighted / np.maximum(sure, 1e-6), np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    half, half_sure = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (weighted, sure))
    enough = np.minimum(1, 2 * half_sure)
    known = half / np.maximum(half_sure, 1e-6) * enough
    whole = known + (1 - enough) * _from_around(known, enough)
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_LINEAR)


def warped(plane: Pixels, along: Pixels) -> Pixels:
    """A plane as seen from another picture: each pixel takes what lies where the flow leads.

    Cubic between pixels, held inside the range of the pixels around, so that a highlight rings
    neither dark nor bright; the border continues. Where the flow is 0, the plane's own numbers.

    Args:
        plane: (h, w) or (h, w, C).
        along: Flow (h, w, 2) from the picture that is wanted to the plane's.
    """
    if not along.any():
        return plane.copy()
    x, y = ends(along)
    planes = np.atleast_3d(plane)
    made = [_cubic(np.ascontiguousarray(planes[..., i]), x, y) for i in range(planes.shape[2])]
    return np.stack(made, -1).reshape(plane.shape)


def _cubic(plane: Pixels, x: Pixels, y: Pixels) -> Pixels:
    around = np.ones((3, 3), np.uint8)
    values = cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    lowest, highest = (
        cv2.remap(extreme(plane, around), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        for extreme in (cv2.erode, cv2.dilate)
    )
    return np.clip(values, lowest, highest)


def sampled(plane: Pixels, along: Pixels) -> Pixels:
    """The plane where a flow leads, linear between pixels, its border continued."""
    x, y = ends(along)
    return cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def ends(along: Pixels) -> tuple[Pixels, Pixels]:
    """Where a flow leads: columns and rows."""
    height, width = along.shape[:2]
    x = along[..., 0] + np.arange(width, dtype=np.float32)
    y = along[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def inside(along: Pixels) -> npt.NDArray[np.bool_]:
    """Where a flow leads to a pixel of the picture: half a pixel beyond the last centre."""
    height, width = along.shape[:2]
    x, y = ends(along)
    return (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
