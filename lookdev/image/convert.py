"""A plate that becomes EXR once, in a folder of its own: converted, or with NaN repaired."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import numpy as np

from lookdev.errors import DeliveryError
from lookdev.image.colour import WORKING, Colour
from lookdev.image.defects import Checked, mended
from lookdev.image.exr import NO_DATE, RAW, read, write
from lookdev.image.footage import Movie, decode
from lookdev.image.frame import Attribute, Frame, Pixels
from lookdev.image.plate import FoundPlate, is_exr
from lookdev.image.sequence import frame_path
from lookdev.image.survey import Progress
from lookdev.image.tags import WORKING_TAGS

RGB = ("R", "G", "B")


def next_version(parent: Path) -> Path:
    """`v001` in this folder, or the one after the last that is there."""
    taken = [int(p.name[1:]) for p in parent.glob("v[0-9][0-9][0-9]*") if p.name[1:].isdigit()]
    return parent / f"v{max(taken, default=0) + 1:03d}"


@contextmanager
def fresh_folder(version: Path) -> Iterator[Path]:
    """A hidden folder that becomes `version` when the block ends well; else nothing is left.

    Raises:
        DeliveryError: It cannot be written, or another ingest has made `version` meanwhile.
    """
    missing = [folder for folder in version.parents if not folder.exists()]
    hidden = None
    try:
        version.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=f".{version.name}.", dir=version.parent))
        yield hidden
        hidden.chmod(0o755)  # mkdtemp's folders are for their owner only
        hidden.rename(version)
    except BaseException as error:
        _clear(hidden, missing)
        if isinstance(error, OSError):
            raise DeliveryError(
                f"{version}: cannot be written: {error.strerror or error}"
            ) from error
        raise


def _clear(hidden: Path | None, folders: list[Path]) -> None:
    if hidden is not None:
        shutil.rmtree(hidden, ignore_errors=True)
    for folder in folders:
        with suppress(OSError):  # another ingest may use it by now
            folder.rmdir()


def convert(
    plate: FoundPlate,
    pattern: str,
    *,
    colourspace: str,
    colour: Colour,
    fps: Fraction,
    progress: Progress,
) -> None:
    """Write a movie, DPX, PNG or TIFF plate as half EXR, scene-linear ACEScg, R, G, B.

    NaN and Inf, which ingest has refused or was told to repair, are mended on the way.

    Raises:
        PlateError: A frame of a movie is damaged, or a value is too large for half.
        DeliveryError: A frame cannot be written.
    """
    header = (*WORKING_TAGS, Attribute("framesPerSecond", "rational", fps.as_integer_ratio()))
    frames = plate.last - plate.first + 1
    for done, pixels in enumerate(_code_values(plate), start=1):
        number = plate.first + done - 1
        frame = Frame(
            pixels=colour.convert(pixels, colourspace, WORKING),
            channels=RGB,
            colourspace=WORKING,
            data=plate.display,
            display=plate.display,
            number=number,
            header=header,
        )
        path = frame_path(pattern, number)
        write(path, frame, date_time=NO_DATE, pixel_aspect=plate.pixel_aspect)
        progress("conversion of the plate", done, frames)


def repair(checked: Checked, pattern: str, progress: Progress) -> None:
    """Write a whole sequence anew: defective frames mended, the others as the bytes they are.

    A mended frame holds only the channels that are read; it is half where that is exact, else
    float.
    """
    survey = checked.survey
    for done, number in enumerate(survey.frames, start=1):
        source, target = survey.sequence.path(number), frame_path(pattern, number)
        if number in checked.defects or not is_exr(survey):
            frame = mended(read(source, checked.channels, colourspace=RAW, number=number))
            half = np.array_equal(_as_half(frame.pixels), frame.pixels)
            aspect = survey.header.pixel_aspect
            write(target, frame, date_time=NO_DATE, pixel_aspect=aspect, half=half)
        else:
            shutil.copyfile(source, target)
        progress(f"repair of the {survey.role}", done, len(survey.frames))


def _code_values(plate: FoundPlate) -> Iterator[Pixels]:
    if isinstance(plate.source, Movie):
        yield from decode(plate.source)
        return
    for number in plate.source.frames:
        path = plate.source.sequence.path(number)
        frame = mended(read(path, plate.channels[:3], colourspace=RAW, number=number))
        yield frame.over_window(plate.display).pixels


def _as_half(pixels: Pixels) -> Pixels:
    with np.errstate(over="ignore"):
        return pixels.astype(np.float16).astype(np.float32)
