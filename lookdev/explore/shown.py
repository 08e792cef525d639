"""What a viewer is sent: one region of one picture, log-coded, at the size it is looked at."""

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.image import canvas, mattes
from lookdev.render import Rendered
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

Region = tuple[float, float, float, float]
"""Left, top, right, bottom in full-resolution plate pixels of the display window."""

Size = tuple[int, int]
"""Width and height."""

_QUALITY = 92
_SUBSAMPLING = int(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)


@dataclass(frozen=True)
class Source:
    """Something that can be looked at: a part of a look's frame."""

    id: str
    label: str
    look: Look
    what: str = "comp"
    """`comp`, `plate`, `support`, `element:LAYER`, `alpha:LAYER` or `matte:NAME`."""


@dataclass(frozen=True)
class Coded:
    """A region of a picture as bytes."""

    encoding: Literal["half", "jpeg", "grey"]
    """`half`: float16 RGB. `jpeg`: 8-bit RGB. `grey`: one byte a pixel."""
    kind: Literal["colour", "mono"]
    """`colour` is ACEScct; `mono` is a matte, 0..1, to be shown without a view."""
    width: int
    height: int
    region: Region
    data: bytes


def plane_of(rendered: Rendered, what: str, shot_file: ShotFile, scale: float) -> Tensor:
    """The display window of one part of a frame: (3, H, W) scene-linear ACEScg, or (H, W) 0..1.

    A layer that the look does not show is black.
    """
    plate = rendered.plate
    rows, columns = plate.display.within(plate.data)
    what, _, name = what.partition(":")
    match what:
        case "comp":
            plane = rendered.comp
        case "plate":
            plane = rendered.below
        case "support":
            plane = rendered.support
        case "matte":
            read = canvas.read_matte(shot_file, name, rendered.number, plate, scale)
            plane = torch.from_numpy(read)
        case "element":
            rgba = rendered.layers.get(name)
            plane = torch.zeros_like(rendered.below) if rgba is None else rgba[:3]
        case _:
            rgba = rendered.layers.get(name)
            plane = torch.zeros_like(rendered.support) if rgba is None else rgba[3]
    return plane[..., rows, columns]


def coded(plane: Tensor, *, region: Region, size: Size, plate: Size, exact: bool) -> Coded:
    """One region of a plane, no larger than it is looked at, as RGB bytes.

    Args:
        plane: What `plane_of` gave.
        region: What of it is visible, in full-resolution plate pixels.
        size: Width and height of the place it fills (screen pixels).
        plate: Width and height of the display window at full resolution (px).
        exact: Half floats rather than JPEG.
    """
    shown, region = _fitted(plane, region, size, plate)
    mono = shown.ndim == 2
    code = shown[..., None].expand(-1, -1, 3) if mono else log_coded(shown)
    height, width = shown.shape[:2]
    kind: Literal["colour", "mono"] = "mono" if mono else "colour"
    if exact:
        data = code.to(torch.float16).contiguous().numpy().tobytes()
        return Coded("half", kind, width, height, region, data)
    return Coded("jpeg", kind, width, height, region, jpeg(eight_bit(code)))


def grey(plane: Tensor, *, region: Region, size: Size, plate: Size) -> Coded:
    """One region of a matte (H, W), one byte a pixel; otherwise as `coded`."""
    shown, region = _fitted(plane, region, size, plate)
    height, width = shown.shape
    return Coded("grey", "mono", width, height, region, eight_bit(shown).tobytes())


def log_coded(linear: Tensor) -> Tensor:
    """Scene-linear ACEScg as ACEScct code values (S-2016-001): 0.18 is 0.414, 223 is 1."""
    toe = 10.5402377416545 * linear + 0.0729055341958355
    log = (torch.log2(linear.clamp(min=0.0078125)) + 9.72) / 17.52
    return torch.where(linear <= 0.0078125, toe, log)


def eight_bit(code: Tensor) -> npt.NDArray[np.uint8]:
    """Code values 0..1 as bytes, rounded; what lies beyond is clipped."""
    return np.asarray((code * 255 + 0.5).clamp(0, 255).to(torch.uint8).numpy())


def jpeg(picture: npt.NDArray[np.uint8], quality: int = _QUALITY) -> bytes:
    """An RGB picture (H, W, 3) as a JPEG with whole chroma."""
    flags = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        _SUBSAMPLING,
    ]
    done, data = cv2.imencode(".jpg", picture[..., ::-1], flags)
    assert done, "OpenCV encodes any 8-bit RGB picture"
    return bytes(data.tobytes())


def value_at(plane: Tensor, x: float, y: float, plate: Size) -> list[float] | None:
    """The values of the pixel that holds a point of the plate; None outside."""
    across, down = _scales(plane, plate)
    column, row = math.floor(x * across), math.floor(y * down)
    if not (0 <= column < plane.shape[-1] and 0 <= row < plane.shape[-2]):
        return None
    return [float(v) for v in plane[..., row, column].reshape(-1).tolist()]


def _scales(plane: Tensor, plate: Size) -> tuple[float, float]:
    """A plane's pixels per plate pixel, across and down: a proxy's height is rounded."""
    return plane.shape[-1] / plate[0], plane.shape[-2] / plate[1]


def _fitted(plane: Tensor, region: Region, size: Size, plate: Size) -> tuple[Tensor, Region]:
    """The region's pixels, (h, w) or (h, w, 3) on the CPU, area-averaged to what is seen of them.

    They are cut at whole pixels, and so cover a little more than was asked for, or less at the
    plate's edge: at one to one they are never resampled.
    """
    cut, real = _cut(plane, region, plate)
    width = _seen(cut.shape[-1], size[0], real[2] - real[0], region[2] - region[0])
    height = _seen(cut.shape[-2], size[1], real[3] - real[1], region[3] - region[1])
    rows = cut if cut.ndim == 2 else cut.permute(1, 2, 0)
    pixels = np.ascontiguousarray(rows.cpu().numpy())
    return torch.from_numpy(mattes.resized(pixels, width, height)), real


def _seen(own: int, screen: int, real: float, asked: float) -> int:
    """How many of its own pixels a side keeps: no more than the screen has for that length."""
    return max(1, min(own, math.ceil(screen * real / max(asked, 1e-6) - 1e-6)))


def _cut(plane: Tensor, region: Region, plate: Size) -> tuple[Tensor, Region]:
    """The whole pixels around a region, and the region that they fill; one pixel at least."""
    across, down = _scales(plane, plate)
    left, right = _span(region[0] * across, region[2] * across, plane.shape[-1])
    top, bottom = _span(region[1] * down, region[3] * down, plane.shape[-2])
    real = (left / across, top / down, right / across, bottom / down)
    return plane[..., top:bottom, left:right], real


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    first = min(max(0, math.floor(start + 1e-6)), length - 1)
    return first, min(max(first + 1, math.ceil(end - 1e-6)), length)
