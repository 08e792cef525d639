"""An approval: what was approved, by whom, and on what; the predicate of a signed statement."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from lookdev.spec.base import Digest, Line, Name, Spec, Time
from lookdev.spec.fields import FrameNumber
from lookdev.spec.qc import Waiver

APPROVAL = "urn:x-lookdev:approval:v1"
"""The statement's predicate type."""

Machine = dict[str, str | int]
"""What of a machine and its libraries can change pixels, and what it is."""

LookVersion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*_v[0-9]{3,}$")]
"""A look's name and version, as its file is called: `toxic_v003`."""


class ApprovedFrame(Spec):
    """A frame that was seen and approved."""

    frame: FrameNumber
    pixels: Digest
    """Of the comp as delivered: channels, windows, half values in rows."""
    checked: bool
    """Whether a final rebuilds it, past every cache, before anything is rendered."""


class Superseded(Spec):
    """The approval that this one takes the place of."""

    name: Line
    digest: Digest
    """Of its envelope's bytes."""


class Frozen(Spec):
    """Everything that an approval freezes, as it was: so that a change can be named."""

    look: dict[str, JsonValue]
    """The look's written fields."""
    shot: dict[str, JsonValue]
    """The shot's written fields."""
    cards: dict[Name, dict[str, JsonValue]]
    """The model cards' written fields, by id."""
    packages: dict[str, str]
    """Versions of the installed packages that lookdev needs, by name."""


class Words(Spec):
    """What a person says of an approval."""

    by: Line
    """Who approves."""
    note: Annotated[str, StringConstraints(max_length=5000)] = ""
    written_approval: Line | None = None
    """Reference of the written approval; none where the show's policy waives it."""

    @model_validator(mode="after")
    def _says_who(self) -> "Words":
        if not self.by.strip():
            raise ValueError("by is empty; give the name of who approves")
        return self


class Approval(Words):
    """What the statement says beside its subjects' digests."""

    format: Literal["approval/1"]
    name: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*_v[0-9]{3,}_a[0-9]{3,}$")
    ]
    """As its file is called: `toxic_v003_a001`."""
    kind: Literal["look", "shot"]
    """`look`: still frames. `shot`: a range that was seen moving; its elements are frozen."""
    sequence: Name
    shot: Name
    look: LookVersion
    at: Time
    frames: Annotated[tuple[ApprovedFrame, ...], Field(min_length=1)]
    machine: Machine
    frozen: Frozen
    supersedes: Superseded | None = None
    waived: Annotated[tuple[Waiver, ...], Field(max_length=64)] = ()
    """Gates that it does not pass, and who let them pass, why."""

    @model_validator(mode="after")
    def _frames_are_distinct_and_checked(self) -> "Approval":
        numbers = [one.frame for one in self.frames]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a frame is approved twice; each stands once")
        if not self.checked:
            raise ValueError("no frame is checked; at least one is rebuilt before a final")
        return self

    @property
    def checked(self) -> tuple[ApprovedFrame, ...]:
        """The frames that a final rebuilds first."""
        return tuple(one for one in self.frames if one.checked)

    @property
    def stills(self) -> tuple[int, ...]:
        """The frames that were approved as stills."""
        return tuple(one.frame for one in self.checked)

    @property
    def moving(self) -> tuple[int, ...]:
        """The frames that were seen moving; none where a look was approved."""
        return () if self.kind == "look" else tuple(one.frame for one in self.frames)

    @property
    def pixels(self) -> dict[int, str]:
        """Pixel hash by frame."""
        return {one.frame: one.pixels for one in self.frames}


class RebuiltFrame(Spec):
    """How a rebuilt frame compares with the approved one.

    A difference is `|rebuilt - approved| / max(|approved|, 0.02)` of a channel's delivered value.
    """

    frame: FrameNumber
    pixels: Digest
    mean: Annotated[float, Field(ge=0)]
    worst: Annotated[float, Field(ge=0)]


class Rebuild(Spec):
    """The proof that came before a final: the approved frames, made once more."""

    exact: bool
    """Every frame is equal in every bit."""
    frames: tuple[RebuiltFrame, ...]
    mean_allowed: float
    worst_allowed: float
    approved_on: Machine
    rebuilt_on: Machine

    def expected(self, approval: Approval) -> dict[int, str]:
        """What approved frames of this delivery must be: pixel hash by frame.

        Every approved frame, where the rebuild was equal in every bit; on another kind of machine
        the rebuilt frames as they came out there.
        """
        if self.exact:
            return approval.pixels
        return {one.frame: one.pixels for one in self.frames}
