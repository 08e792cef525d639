"""What the demo's files say of themselves: the camera report of a shoot that never was."""

from pathlib import Path

from lookdev.demo.arrays import Floats
from lookdev.demo.camera import FRAME_RATE
from lookdev.image import exr
from lookdev.image.colour import WORKING
from lookdev.image.frame import Attribute, Frame, Window
from lookdev.image.tags import WORKING_TAGS

_DATE = "2026:11:02 16:48:00"
_SHOOT = (
    Attribute("framesPerSecond", "rational", FRAME_RATE),
    Attribute("reelName", "string", "A014C003"),
    Attribute("Copyright", "string", "lookdev demo"),  # OpenImageIO's name for EXR's `owner`
    Attribute("cameraModel", "string", "lookdev synthetic 24mm"),
    Attribute("lensModel", "string", "24mm pinhole"),
    Attribute("focalLength", "float", 24.0),
)


def write_slated(
    path: Path, pixels: Floats, channels: tuple[str, ...], frame: int, *, half: bool = True
) -> None:
    """Write `pixels` (H, W, C) with the demo's header; pictures of three channels are ACEScg.

    Raises:
        DeliveryError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = pixels.shape[:2]
    window = Window(0, 0, width, height)
    is_picture = len(channels) == 3
    timecode = Attribute("smpte:TimeCode", "timecode", _timecode(frame))
    made = Frame(
        pixels,
        channels,
        WORKING if is_picture else exr.RAW,
        window,
        window,
        frame,
        (*_SHOOT, timecode, *(WORKING_TAGS if is_picture else ())),
    )
    exr.write(path, made, date_time=_DATE, half=half)


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
