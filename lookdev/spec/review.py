"""What people said of one version of a look: notes and status, in a file beside it."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from lookdev.spec.base import Spec, Time
from lookdev.spec.fields import FrameNumber

Status = Literal["draft", "for review", "changes", "approved"]
"""Where a version stands; `approved` is a person's word here; a signed approval
is a file of its own, and the desk tells the two apart."""

STATUSES: tuple[Status, ...] = get_args(Status)


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("it must not be empty")
    return text


Author = Annotated[
    str,
    StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(_says_something),
]
"""A person's name."""

Text = Annotated[
    str,
    StringConstraints(max_length=5000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$"),
    AfterValidator(_says_something),
]
"""What a note says; it may have several lines."""


class Note(Spec):
    """A remark at a frame; it may be done, and is never deleted."""

    id: Annotated[int, Field(ge=1)]
    author: Author
    frame: FrameNumber
    point: tuple[float, float] | None = None
    """x, y in plate pixels: origin top left of the display window; none is the whole picture."""
    text: Text
    created: Time
    done: bool = False


class StatusChange(Spec):
    """Who said what of the version, and when."""

    status: Status
    by: Author
    at: Time


class Review(Spec):
    """Everything said of one version."""

    format: Literal["review/1"]
    look: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*_v[0-9]{3,}$")]
    """The version, as its file is called: `toxic_v003`."""
    notes: tuple[Note, ...] = ()
    history: tuple[StatusChange, ...] = ()
    """Every change of status, oldest first."""

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> "Review":
        ids = [note.id for note in self.notes]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"two notes have the id {twice}; give one of them another")
        return self

    @property
    def status(self) -> Status:
        """What was said last; `draft` before anything was."""
        return self.history[-1].status if self.history else "draft"

    @property
    def open_notes(self) -> tuple[Note, ...]:
        """The notes that are not done."""
        return tuple(note for note in self.notes if not note.done)


class ReviewDesk(Spec):
    """What the review desk remembers of one person between two sittings."""

    format: Literal["review-desk/1"]
    a: str = ""
    """The version under review."""
    b: str = ""
    """What it is compared with; empty is the plate."""
    frame: FrameNumber | None = None
    author: Annotated[str, StringConstraints(max_length=100)] = ""
    """The name that was last given."""
    text: Annotated[str, StringConstraints(max_length=5000)] = ""
    """A note that is not added yet."""
    view: dict[str, JsonValue] = {}
    """The viewer's state, as the viewer gave it."""
