"""What a plate is, by its own account: EXR frames, DPX, PNG or TIFF frames, or a movie."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import OpenImageIO as oiio

from lookdev.errors import PlateError
from lookdev.image.channels import plate_channels, views_of
from lookdev.image.colour import Colour
from lookdev.image.exr import Header
from lookdev.image.footage import MOVIES, Movie, open_movie
from lookdev.image.frame import Window
from lookdev.image.survey import PLATE, Progress, Survey, survey
from lookdev.image.tags import colourspace_of, rate_of, timecode_of

MOVIE_START = 1001
"""The first frame of a plate that came as a movie."""

_PICTURES = (".dpx", ".png", ".tif", ".tiff")
_DPX_SPACES = {  # (transfer, colorimetric), where these two leave no doubt
    ("Linear", "ITU-R 709-4"): "Linear Rec.709 (sRGB)",
    ("ITU-R 709-4", "ITU-R 709-4"): "Rec.1886 Rec.709 - Display",
}


@dataclass(frozen=True)
class FoundPlate:
    """A plate before anything is written: its place, shape, and what it says of itself."""

    source: Survey | Movie
    channels: tuple[str, ...]
    first: int
    last: int
    display: Window
    pixel_aspect: float
    timecode: str | None
    fps: Fraction | None
    colourspace: tuple[str, str] | None
    """What it says of its colour space, and by which attribute."""
    ignored: tuple[str, ...]
    """Views and channels that are not read."""

    @property
    def is_converted(self) -> bool:
        """Whether it must become EXR first."""
        return isinstance(self.source, Movie) or not is_exr(self.source)


def is_exr(found: Survey) -> bool:
    """Whether a sequence is EXR."""
    return Path(found.sequence.pattern).suffix.lower() == ".exr"


def find_plate(location: Path, view: str | None, colour: Colour, progress: Progress) -> FoundPlate:
    """Open a plate's headers, all of them; reads no pixels.

    Raises:
        PlateError: It is no plate that can be used; one sentence says why.
    """
    if location.suffix.lower() in MOVIES:
        return _of_movie(location, view)
    found = survey(PLATE, location, progress)
    header, suffix = found.header, Path(found.sequence.pattern).suffix.lower()
    if suffix != ".exr" and suffix not in _PICTURES:
        raise PlateError(f"{location}: is no EXR, DPX, PNG, TIFF or movie; write the plate as EXR")
    if header.get("Orientation") not in (None, 1):
        raise PlateError(
            f"{header.path}: is stored turned (Orientation {header.get('Orientation')}); "
            "write it out upright"
        )
    channels = plate_channels(header, view)
    stated = colourspace_of(header, colour) if suffix == ".exr" else _of_dpx(header)
    return FoundPlate(
        source=found,
        channels=channels,
        first=found.first,
        last=found.last,
        display=header.display,
        pixel_aspect=header.pixel_aspect,
        timecode=timecode_of(header),
        fps=rate_of(header),
        colourspace=(stated[0], f"the header's {stated[1]}") if stated else None,
        ignored=_ignored(header, channels, view),
    )


def _of_movie(path: Path, view: str | None) -> FoundPlate:
    if view is not None:
        raise PlateError(f"{path}: has no view {view}; a movie has no views: leave --view out")
    if not path.is_file():
        raise PlateError(f"{path}: there is no such file")
    movie = open_movie(path)
    return FoundPlate(
        source=movie,
        channels=("R", "G", "B"),
        first=MOVIE_START,
        last=MOVIE_START + movie.frames - 1,
        display=Window(0, 0, movie.width, movie.height),
        pixel_aspect=movie.pixel_aspect,
        timecode=movie.timecode,
        fps=movie.fps,
        colourspace=(movie.colourspace, "the movie's tags") if movie.colourspace else None,
        ignored=("A",) if movie.has_alpha else (),
    )


def _of_dpx(header: Header) -> tuple[str, str] | None:
    """From a DPX's transfer and colorimetric fields; PNG and TIFF say nothing that can be trusted.

    A Rec.709 transfer is read as display light, as a movie's is.
    """
    if header.path.suffix.lower() != ".dpx":
        return None
    source: Any = oiio.ImageInput.open(str(header.path))
    spec = source.spec()
    fields = tuple(spec.get_string_attribute(f"dpx:{f}") for f in ("Transfer", "Colorimetric"))
    source.close()
    space = _DPX_SPACES.get(fields)
    return (space, "dpx:Transfer") if space else None


def _ignored(header: Header, channels: tuple[str, ...], view: str | None) -> tuple[str, ...]:
    views = views_of(header)
    other = [f"view {v}" for v in views if v != (view or views[0])]
    return (*other, *(name for name in header.channels if name not in channels))
