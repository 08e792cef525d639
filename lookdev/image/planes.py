"""A decoded movie frame's planes, as numbers of their full depth."""

from pathlib import Path
from typing import Any

import numpy as np

from lookdev.errors import PlateError
from lookdev.image.frame import Pixels
from lookdev.image.yuv import Plane, to_rgb

_PLANAR_TWIN = {  # packed formats, and the planar one that holds the same values
    "nv12": "yuv420p",
    "p010le": "yuv420p10le",
    "rgb24": "gbrp",
    "bgr24": "gbrp",
    "bgr0": "gbrp",
    "rgba": "gbrap",
    "bgra": "gbrap",
    "argb": "gbrap",
    "rgb48le": "gbrp16le",
    "rgba64le": "gbrap16le",
}


def planar(path: Path, frame: Any) -> Any:
    """The frame with one plane a component, values unchanged.

    Raises:
        PlateError: Its pixel format is not handled.
    """
    name = frame.format.name
    if name in _PLANAR_TWIN:
        return frame.reformat(format=_PLANAR_TWIN[name])
    if not name.startswith(("yuv4", "yuva4", "yuvj4", "gbrp", "gbrap")) or name.endswith(
        ("be", "f32le", "f16le", "411p", "410p", "440p", "msble")
    ):
        raise PlateError(
            f"{path}: its pixel format {name} is not handled; convert it to yuv422p10le or EXR"
        )
    return frame


def rgb_of(path: Path, frame: Any, *, matrix: int | None, full_range: bool) -> Pixels:
    """A decoded frame as R'G'B' (H, W, 3) at its full depth; 0 is black, 1 is white."""
    whole = planar(path, frame)
    parts = whole.format.components[:3]
    planes = tuple(_plane(whole.planes[p.plane], p.bits, p.width, p.height) for p in parts)
    bits = parts[0].bits
    if matrix is None:
        return np.stack(planes, axis=-1).astype(np.float32) / np.float32(2**bits - 1)
    assert len(planes) == 3
    return to_rgb(planes, matrix=matrix, bits=bits, full=full_range)


def _plane(plane: Any, bits: int, width: int, height: int) -> Plane:
    kind = np.dtype(np.uint8 if bits <= 8 else "<u2")
    lines = np.frombuffer(plane, kind).reshape(-1, plane.line_size // kind.itemsize)
    return np.asarray(lines[:height, :width])
