"""A shot: its plate, mattes and companions, as `lookdev ingest` found them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from lookdev.spec.base import Name, Rate, Rgb, Spec
from lookdev.spec.fields import FrameNumber
from lookdev.spec.look import FRAME

Location = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
"""A path or a `%04d` pattern: relative to the show, or starting with a root of `show.yaml`."""


class Plate(Spec):
    """The picture that everything goes over."""

    pattern: Location
    first: FrameNumber
    last: FrameNumber
    colourspace: str
    """A colour space of the show's OCIO config; deliveries are written in it."""
    channels: Annotated[tuple[str, ...], Field(min_length=3, max_length=4)]
    """Red, green, blue, and alpha where there is one, as the file names them (`left.R`, ...)."""
    view: str | None = None
    """The view that is read from a multi-view file; empty for the default one."""

    @model_validator(mode="after")
    def _is_a_range(self) -> "Plate":
        if self.last < self.first:
            raise ValueError(f"last is {self.last}, before first {self.first}")
        return self


class Picture(Spec):
    """A companion sequence over the plate's range: a matte, clean plate, depth or motion."""

    pattern: Location
    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    """The channels that are read, in order."""


class Cdl(Spec):
    """The shot's ASC CDL, applied in ACEScct under the show LUT; viewing only, never in EXR."""

    slope: Rgb = (1.0, 1.0, 1.0)
    offset: Rgb = (0.0, 0.0, 0.0)
    power: tuple[
        Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]
    ] = (1.0, 1.0, 1.0)
    saturation: Annotated[float, Field(ge=0)] = 1.0


class IngestRecord(Spec):
    """What ingest did and saw, for whoever asks later."""

    source: str
    """What was given: a pattern, a folder or a movie, by its name."""
    colourspace_from: str
    """Who said which colour space it is: the header, the file's tag, or the person."""
    fps_from: str
    converted_from: str | None = None
    """Colour space of a movie or DPX before it was converted, once, to EXR."""
    repaired: tuple[str, ...] = ()
    """NaN and Inf that were repaired: frame, channel and count."""
    ignored: tuple[str, ...] = ()
    """Views and channels of the plate that are not read."""


class Shot(Spec):
    """One shot of the show."""

    format: Literal["shot/1"]
    sequence: Name
    shot: Name
    plate: Plate
    fps: Rate
    width: Annotated[int, Field(ge=1, le=65536)]
    """Of the display window (px)."""
    height: Annotated[int, Field(ge=1, le=65536)]
    x: int = 0
    """First column of the display window; 0 in nearly every plate."""
    y: int = 0
    """First row of the display window."""
    pixel_aspect: Annotated[float, Field(gt=0, le=10)] = 1.0
    timecode: str | None = None
    """Of the first frame, where the header has one."""
    mattes: dict[Name, Picture] = {}
    clean_plate: Picture | None = None
    depth: Picture | None = None
    motion: Picture | None = None
    track: Location | None = None
    """A CSV of `frame,x,y`: plate pixels, origin top left, pixel centres at .5."""
    cdl: Cdl | None = None
    ceiling: Annotated[float, Field(ge=1, le=1000)] = 16.0
    """The brightest a generated picture may get (scene-linear ACEScg); it rolls off to that."""
    ingest: IngestRecord

    @model_validator(mode="after")
    def _frame_is_reserved(self) -> "Shot":
        if FRAME in self.mattes:
            raise ValueError("a matte may not be named frame: that is the matte of everything")
        return self

    def working_size(self, width: int) -> tuple[int, int]:
        """The working size of that width in the plate's proportions, unsqueezed."""
        return width, max(1, round(width * self.height / (self.width * self.pixel_aspect)))

    def pictures(self) -> dict[str, Picture]:
        """Every companion sequence, by its role (`matte tower`, `depth`, ...)."""
        named = {f"matte {name}": picture for name, picture in self.mattes.items()}
        others = {"clean plate": self.clean_plate, "depth": self.depth, "motion": self.motion}
        return named | {role: picture for role, picture in others.items() if picture is not None}
