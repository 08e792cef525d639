"""A draft: a look in the making, every look it has been, and the state of the desk it lies on."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    model_validator,
)

from lookdev.spec.base import Name, Spec, Time
from lookdev.spec.fields import FrameNumber
from lookdev.spec.look import Look

MAX_UNDO = 200
"""How many steps back the desk remembers."""

TakeId = Annotated[int, Field(ge=1, le=999_999)]
"""Takes of a draft are counted from 1, in order of creation."""

Words = Annotated[str, StringConstraints(max_length=200)]
"""A short text for people: who, or where from."""

_LockName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,200}$")]


class Take(Spec):
    """A look that came to rest; written once."""

    format: Literal["take/1"]
    id: TakeId
    parent: TakeId | None = None
    """The take that it was made from; none for the first of its line."""
    created: Time
    by: Words
    """The user's name."""
    origin: Words
    """Where it came from: "opened toxic_v003", "from the wedge", "edited by hand"."""
    frame: FrameNumber | None = None
    """The frame that was looked at."""
    ask: bool = False
    """Offered from elsewhere: the desk asks before it shows it."""
    look: Look

    @model_validator(mode="after")
    def _parent_is_older(self) -> "Take":
        if self.parent is not None and self.parent >= self.id:
            raise ValueError(f"take {self.id} has parent {self.parent}; a parent is older")
        return self


class Mark(Spec):
    """What a person thinks of a take."""

    starred: bool = False
    rejected: bool = False
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class Change(Spec):
    """What one undo, or redo, puts back: the fields that are written, and no others."""

    current: TakeId = 1
    marks: dict[int, Mark] = {}
    """Marks of these takes; an empty mark takes the take's mark away."""
    solo: Name | None = None
    locked: tuple[_LockName, ...] = ()


def _unpacked(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return Change.model_validate_json(value)
    except ValidationError as error:
        raise ValueError("it is no change as the desk writes them; remove it") from error


def _packed(change: Change) -> str:
    return change.model_dump_json(exclude_unset=True)


PackedChange = Annotated[
    Change, BeforeValidator(_unpacked), PlainSerializer(_packed, return_type=str)
]
"""In the file a line of JSON: 200 steps are read and written quickly, and fit on a page."""


class DeskState(Spec):
    """What the desk remembers between two sittings."""

    format: Literal["desk/1"]
    current: TakeId
    """The take on the desk."""
    marks: dict[int, Mark] = {}
    """By take; a take without a mark is not named."""
    solo: Name | None = None
    """The one layer that is shown; none is all of them."""
    locked: tuple[_LockName, ...] = ()
    """Layers, groups and parameters that randomising leaves alone."""
    frame: FrameNumber | None = None
    """The frame that is looked at."""
    opened: Name | None = None
    """The look that was last asked for."""
    seen: Annotated[int, Field(ge=0)] = 0
    """The newest take that was offered to the desk and told."""
    written: str = ""
    """SHA-256 of the draft's file as the desk wrote it: another one was edited by hand."""
    view: dict[str, JsonValue] = {}
    """The viewer's state, as the viewer gave it."""
    undo: Annotated[tuple[PackedChange, ...], Field(max_length=MAX_UNDO)] = ()
    redo: Annotated[tuple[PackedChange, ...], Field(max_length=MAX_UNDO)] = ()


class Holder(Spec):
    """The desk that writes a draft; its file's time is its last beat."""

    format: Literal["holder/1"]
    token: str
    """Tells this hold from every other one."""
    by: Words
    host: str
    pid: int
    started: float
    """When the process started (seconds since 1970): a pid is given out again."""
    since: Time


def utc_now() -> str:
    """Now, as files have it: `2026-11-22 18:30:00`."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
