"""Mattes as numbers: read onto a window, and shaped into fronts."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image import exr
from lookdev.image.frame import Pixels, Window
from lookdev.image.sequence import frame_path
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import FRAME

_EDGE = 0.5  # where a soft matte's edge is drawn


def read_matte(shot_file: ShotFile, name: str, frame: int, window: Window) -> Pixels:
    """A matte of the shot over a window, (H, W) float32 clipped to 0..1; `frame` is all 1.

    Raises:
        PlateError: Its file is missing or damaged.
    """
    if name == FRAME:
        return np.ones((window.height, window.width), np.float32)
    picture = shot_file.shot.mattes[name]
    path = frame_path(str(shot_file.folder.resolve(picture.pattern)), frame)
    read = exr.read(path, picture.channels[:1], colourspace=exr.RAW, number=frame)
    return np.clip(read.over_window(window).pixels[..., 0], 0.0, 1.0)


def resized(plane: Pixels, width: int, height: int) -> Pixels:
    """Area average when smaller, cubic when larger."""
    if plane.shape[:2] == (height, width):
        return plane
    smaller = width < plane.shape[1] or height < plane.shape[0]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(plane, (width, height), interpolation=method), np.float32)


def moved(plane: Pixels, x: float, y: float) -> Pixels:
    """The plane moved by (x, y) pixels, linear between pixels, its border continued."""
    if x == 0 and y == 0:
        return plane
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    size = (plane.shape[1], plane.shape[0])
    warped = cv2.warpAffine(
        plane, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.float32)


def softened(plane: Pixels, sigma: float) -> Pixels:
    """Gaussian blur by a standard deviation in pixels."""
    if sigma <= 0:
        return plane
    blurred = cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)


def foot_front(matte: Pixels, *, rise: float, drop: float, spread: float) -> Pixels:
    """A front along the lower edge of a matte, (H, W) of 0..1 with edges one pixel soft.

    In each column it stands from `rise` above the foot to `drop` below it. Beyond the matte's
    sides it runs on for `spread` pixels at the height of its last column, sinking to nothing along
    a quarter of an ellipse. All lengths are pixels of this matte.
    """
    height, width = matte.shape
    columns, lowest = _foot(matte > _EDGE)
    if columns.size == 0 or rise + drop <= 0:
        return np.zeros_like(matte)
    x = np.arange(width, dtype=np.float32)
    foot = np.interp(x, columns, lowest).astype(np.float32)
    beyond = np.maximum(columns[0] - x, x - columns[-1]).clip(0)
    share = np.sqrt(np.clip(1 - (beyond / max(spread, 1e-6)) ** 2, 0, 1))
    y = np.arange(height, dtype=np.float32)[:, None] + 0.5
    above = y - (foot - rise * share) + 0.5
    below = (foot + drop * share) - y + 0.5
    front = np.minimum(above, below).clip(0, 1) * (share > 0)
    return np.asarray(front, np.float32)


def _foot(inside: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The foot of a standing thing: columns, and the row below its lowest pixel there.

    Thin columns (a cornice that overhangs the wall) do not stand on it. What stands in front (a
    car) hides the foot and can only make it seem higher, so the foot is the lower convex hull of
    what is seen.
    """
    tall = inside.sum(axis=0)
    columns = np.flatnonzero(tall > tall.max() / 3)
    if tall.max() == 0:
        return columns, columns
    lowest = inside.shape[0] - np.argmax(inside[::-1], axis=0)
    hull: list[tuple[int, int]] = []
    for x, y in zip(columns.tolist(), lowest[columns].tolist(), strict=True):
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    return np.array([p[0] for p in hull]), np.array([p[1] for p in hull])


def _is_above(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Whether b lies on or above the line from a to c (rows count downwards)."""
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])
