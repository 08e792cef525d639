"""Y'CbCr and R'G'B', by the matrix and range that the file's tags name.

Formulas: ITU-T H.273, 8.3 (matrix coefficients) and its range equations. Left to themselves, the
usual scalers take BT.601 whatever the tags say.
"""

import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels

KR_KB = {  # H.273 table 4, by code
    1: (0.2126, 0.0722),  # BT.709
    5: (0.299, 0.114),  # BT.601, 625 lines
    6: (0.299, 0.114),  # BT.601, 525 lines
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020, non-constant luminance
}
"""Share of red and of blue in luma, by the tag's number."""

BT709 = 1
Plane = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def to_rgb(planes: tuple[Plane, Plane, Plane], *, matrix: int, bits: int, full: bool) -> Pixels:
    """Planes Y, Cb, Cr as R'G'B' (H, W, 3): 0 is black, 1 is white; excursions are kept.

    Chroma planes may be halved in either direction; they are interpolated as MPEG-2 and H.264 site
    them by default: on the left luma column, between two luma rows.
    """
    luma, *chroma = planes
    height, width = luma.shape
    step = 2 ** (bits - 8)  # of 8-bit codes, in this depth's
    top = 2**bits - 1
    black, white, spread = (0, top, top) if full else (16 * step, 219 * step, 224 * step)
    y = (luma.astype(np.float32) - np.float32(black)) / np.float32(white)
    cb, cr = (
        (_full_size(plane.astype(np.float32), height, width) - np.float32(128 * step))
        / np.float32(spread)
        for plane in chroma
    )
    kr, kb = KR_KB[matrix]
    rgb = np.empty((height, width, 3), np.float32)
    rgb[..., 0] = y + np.float32(2 * (1 - kr)) * cr
    rgb[..., 2] = y + np.float32(2 * (1 - kb)) * cb
    rgb[..., 1] = (y - kr * rgb[..., 0] - kb * rgb[..., 2]) / np.float32(1 - kr - kb)
    return rgb


def to_yuv420(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """8-bit R'G'B' (H, W, 3), even sizes, as BT.709 limited range: (H * 3/2, W), planes stacked.

    Chroma is filtered and sited as `to_rgb` reads it.
    """
    height, width, _ = rgb.shape
    kr, kb = KR_KB[BT709]
    values = rgb.astype(np.float32) / np.float32(255)
    y = values @ np.array((kr, 1 - kr - kb, kb), np.float32)
    chroma = np.empty((2, height, width), np.float32)
    for n, (channel, weight) in enumerate(((2, kb), (0, kr))):
        chroma[n] = (values[..., channel] - y) / np.float32(2 * (1 - weight))
    planes = [16 + 219 * y, *(128 + 224 * _half_size(plane) for plane in chroma)]
    stacked = np.concatenate([np.rint(plane).ravel() for plane in planes])
    return stacked.astype(np.uint8).reshape(height * 3 // 2, width)


def _full_size(plane: Pixels, height: int, width: int) -> Pixels:
    if plane.shape[1] != width:  # columns 0, 2, 4 are the samples; the others lie between two
        wide = np.repeat(plane, 2, axis=1)
        wide[:, 1:-1:2] = (plane[:, :-1] + plane[:, 1:]) / 2
        plane = wide[:, :width]
    if plane.shape[0] != height:  # samples lie a quarter row from the rows above and below
        padded = np.pad(plane, ((1, 1), (0, 0)), mode="edge")
        tall = np.repeat(plane, 2, axis=0) * np.float32(0.75)
        tall[0::2] += padded[:-2] / 4
        tall[1::2] += padded[2:] / 4
        plane = tall[:height]
    return plane


def _half_size(plane: Pixels) -> Pixels:
    rows = (plane[0::2] + plane[1::2]) / np.float32(2)
    padded = np.pad(rows, ((0, 0), (1, 0)), mode="edge")
    left, middle, right = padded[:, 0:-1:2], padded[:, 1::2], padded[:, 2::2]
    return (left + 2 * middle + right) / np.float32(4)
