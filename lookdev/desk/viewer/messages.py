"""What the viewer's page says to the kernel, as types: parsed once, here."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lookdev.errors import LookdevError

Pair = tuple[float, float]
"""x, y in plate pixels: origin top left, pixel centres at .5."""
Region = tuple[float, float, float, float]
"""x0, y0, x1, y1 in plate pixels."""
Size = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
"""Width and height in pixels of the screen."""


class _Said(BaseModel):
    """Frozen; a page sends whole numbers where a float is meant, so types may widen."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Ready(_Said):
    """A page shows the viewer: it wants the LUT and the current pictures."""

    type: Literal["ready"]
    webgl: bool
    software: bool


class Seen(_Said):
    """What is visible, and on how many pixels of the screen."""

    type: Literal["region"]
    region: Region
    size: Size
    moving: bool


class Sources(_Said):
    """What A, B and the matte overlay show; `overlay` is empty where there is none."""

    type: Literal["source"]
    a: str
    b: str
    overlay: str


class At(_Said):
    """The frame wanted; `moving` while the hand still scrubs."""

    type: Literal["frame"]
    frame: int
    moving: bool


class Play(_Said):
    """The cached range is to be played: its clip is wanted at this size."""

    type: Literal["play"]
    a: str
    b: str
    size: Size


class Probe(_Said):
    """The pointer rests on a pixel."""

    type: Literal["probe"]
    id: int
    x: float
    y: float


class Box(_Said):
    """A filled rectangle of a garbage matte."""

    kind: Literal["box"]
    x0: float
    y0: float
    x1: float
    y1: float


class Brush(_Said):
    """A round stroke of a garbage matte, in plate pixels; `erase` takes away."""

    kind: Literal["brush"]
    radius: Annotated[float, Field(gt=0)]
    points: Annotated[tuple[Pair, ...], Field(min_length=1)]
    erase: bool


class Matte(_Said):
    """A garbage matte to be saved: shapes in the order they were drawn."""

    type: Literal["matte"]
    name: str
    shapes: tuple[Annotated[Box | Brush, Field(discriminator="kind")], ...]


class Painted(_Said):
    """The picture with that id is on the screen, `ms` after it arrived there."""

    type: Literal["painted"]
    id: int
    ms: float


class Point(_Said):
    """A double click on the picture."""

    type: Literal["point"]
    frame: int
    x: float
    y: float


class Command(_Said):
    """One of the desk's own shortcuts was pressed."""

    type: Literal["command"]
    id: str


class Cancel(_Said):
    """Cancel what is busy."""

    type: Literal["cancel"]


class Played(_Said):
    """Frames shown and dropped since play was pressed."""

    type: Literal["played"]
    shown: int
    dropped: int
    seconds: float


Message = (
    Ready | Seen | Sources | At | Play | Probe | Matte | Painted | Point | Command | Cancel | Played
)
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


def parse(content: object) -> Message:
    """The message as its type.

    Raises:
        LookdevError: It is none that the viewer sends.
    """
    try:
        return _MESSAGE.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "type"
        raise LookdevError(
            f"viewer: message field {where}: {first['msg']}; reload the page"
        ) from error
