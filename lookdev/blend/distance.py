"""Distance to the nearest pixel that is not in a set: the same bits on every call."""

import cv2
import numpy as np
import numpy.typing as npt

_EXACT = 1400.0  # pixels; from here on a float32 no longer tells one square from the next


def distances(there: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """How far (px) each True pixel is from the nearest False one (H, W); False ones are at 0.

    Where nothing is False everything is infinitely far. Squares of distances between pixels are
    whole numbers, and up to 1400 px OpenCV's result is rounded to them: its last bit differs with
    the place of the input in memory (seen with 5.0.0, which asks Intel's IPP).
    """
    mask = there.astype(np.uint8)
    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    measured = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    exact = np.square(measured, dtype=np.float64)
    np.sqrt(np.rint(exact, out=exact), out=exact)
    np.copyto(measured, exact, where=measured < _EXACT, casting="same_kind")
    return np.asarray(measured, np.float32)
