"""Write one EXR whole or not at all; the only file here that knows OpenImageIO."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from lookdev.demo.arrays import Floats
from lookdev.demo.camera import FRAME_RATE
from lookdev.errors import PlateError

_AP1 = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)
_DATE = "2026:11:02 16:48:00"  # fixed, or OpenImageIO stamps the clock and bytes differ


@dataclass(frozen=True)
class Slate:
    """What every file of the sequence says about itself."""

    frame: int
    reel: str = "A014C003"


def write_exr(
    path: Path, pixels: Floats, channels: Sequence[str], slate: Slate, *, half: bool = True
) -> None:
    """Write ``pixels`` (H, W, C) as a ZIP EXR through a temporary file, then rename.

    Raises:
        PlateError: OpenImageIO refused the file, its pixels or its close.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part.exr")
    spec = _spec(pixels.shape, channels, slate, half=half)
    try:
        _write(part, spec, np.ascontiguousarray(pixels, np.float32))
        part.replace(path)
    except OSError as error:
        raise PlateError(
            f"{path}: cannot write the frame ({error}); check space and rights"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, spec: oiio.ImageSpec, pixels: Floats) -> None:
    """Write and flush to disk; OSError with OpenImageIO's own words if any step failed."""
    out = oiio.ImageOutput.create(str(path))
    if out is None:
        raise OSError(oiio.geterror())
    # A write can fail while the close says True, so each is asked.
    written = out.open(str(path), spec) and out.write_image(pixels)
    reason = out.geterror()
    if not (out.close() and written):
        raise OSError(reason or out.geterror())
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _spec(
    shape: tuple[int, ...], channels: Sequence[str], slate: Slate, *, half: bool
) -> oiio.ImageSpec:
    spec = oiio.ImageSpec(shape[1], shape[0], shape[2], oiio.HALF if half else oiio.FLOAT)
    spec.channelnames = tuple(channels)
    spec.attribute("compression", "zip")
    spec.attribute("DateTime", _DATE)
    spec.attribute("framesPerSecond", oiio.TypeDesc("rational"), FRAME_RATE)
    spec.attribute("smpte:TimeCode", oiio.TypeTimeCode, _timecode(slate.frame))
    spec.attribute("reelName", slate.reel)
    spec.attribute("owner", "lookdev demo")
    spec.attribute("cameraModel", "lookdev synthetic 24mm")
    spec.attribute("lensModel", "24mm pinhole")
    spec.attribute("focalLength", 24.0)
    if len(channels) == 3:
        spec.attribute("chromaticities", oiio.TypeDesc("float[8]"), _AP1)
        spec.attribute("oiio:ColorSpace", "ACEScg")
    return spec


def _timecode(frame: int) -> tuple[int, int]:
    """SMPTE 12M non-drop time code at 24 frames a second, BCD in the EXR's first word.

    Frame 0 is 00:00:00:00, so frame 1001 is 00:00:41:17.
    """
    seconds, frames = divmod(frame, 24)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    word = 0
    for place, value in enumerate((frames, seconds, minutes, hours % 24)):
        word |= (value // 10 << 4 | value % 10) << (8 * place)
    return word, 0
