"""Pictures that lead a model: the edges of a picture, and depth as nearness."""

import cv2
import numpy as np

from lookdev.image.frame import Pixels

_LOW, _HIGH = 80, 160
"""Canny's thresholds on 8-bit luma: those that the published edge ControlNets were trained with lie
about here."""


def edges(codes: Pixels) -> Pixels:
    """Edges (h, w), 0 or 1, of display pixels (h, w, 3) in 0..1 (Canny 1986)."""
    luma = cv2.cvtColor(np.clip(codes, 0, 1).astype(np.float32), cv2.COLOR_RGB2GRAY)
    found = cv2.Canny((luma * 255).round().astype(np.uint8), _LOW, _HIGH)
    return (found > 0).astype(np.float32)


def nearness(depth: Pixels) -> Pixels:
    """Nearness (h, w) in 0..1, 1 the nearest, of a depth plane (h, w) with larger farther.

    It is 1 / depth between its 2nd and 98th percentile, as depth ControlNets expect; what is not
    finite or not positive is infinitely far.
    """
    known = np.isfinite(depth) & (depth > 0)
    inverse = np.where(known, 1 / np.where(known, depth, 1), 0).astype(np.float32)
    if not known.any():
        return inverse
    far, near = np.percentile(inverse[known], (2, 98))
    if near <= far:
        return known.astype(np.float32)
    return np.clip((inverse - far) / (near - far), 0, 1).astype(np.float32)
