"""What the ledger holds: what was run, approved, delivered, estimated and worked, by whom."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from lookdev.spec.base import Digest, Line, Name, Spec, Time
from lookdev.spec.draft import utc_now
from lookdev.spec.fields import FrameNumber
from lookdev.spec.user import this_host, this_user

FORMAT: Literal["event/1"] = "event/1"
"""Of events that this version reads and writes."""

ShotName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w-]{0,62}/[A-Za-z][\w-]{0,62}$")]
"""A sequence and its shot: `street/sh0010`."""

Seconds = Annotated[float, Field(ge=0, le=1e9)]
HumanHours = Annotated[float, Field(gt=0, le=100_000)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Who = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Stamped(Spec):
    """What every event says; made now, by this user, on this machine, unless it is said."""

    format: Literal["event/1"] = FORMAT
    at: Time = Field(default_factory=utc_now)
    """When it was entered (UTC)."""
    who: Who = Field(default_factory=this_user)
    """The user of the process that entered it."""
    host: Who = Field(default_factory=this_host)
    """The machine on which it was entered."""
    shot: ShotName


class Energy(Spec):
    """What a run took from the wall, and how that is known; one is nothing without the other."""

    joules: Annotated[float, Field(ge=0, le=1e12)]
    method: Line
    """A counter's name, or `estimate:` and what was multiplied."""

    @property
    def is_measured(self) -> bool:
        """Whether a counter was read."""
        return not self.method.startswith("estimate")


class Run(Stamped):
    """Something was computed: a take, a wedge's cell, a still, a final, a check before it."""

    kind: Literal["run"] = "run"
    what: Literal["explore", "draft", "wedge", "still", "final", "approve", "rebuild"]
    """`explore` is the desk; `draft` a delivery of a look that is not approved."""
    look: Line | None = None
    """Name and version (`snow_v003`); none where the look has none yet, as on the desk."""
    look_digest: Digest
    models: dict[Name, Digest]
    """The model cards of the look's layers, and a digest of each one's files."""
    frames: Annotated[tuple[FrameNumber, ...], Field(max_length=1_000_000)]
    evaluations: Count
    """Of the networks, for elements that were finished."""
    wall_seconds: Seconds
    device_seconds: Seconds
    """The wall's, less those in which models were loaded."""
    device: Line
    energy: Energy
    outcome: Annotated[Line, StringConstraints(pattern=r"^(done|cancelled|failed: .*)$")]
    cached: bool
    """Whether every element was there already, so that no network ran."""


class Approved(Stamped):
    """A look or shot was approved."""

    kind: Literal["approval"] = "approval"
    look: Line
    approval: Digest
    """Of the envelope's bytes."""
    by: Line


class Delivered(Stamped):
    """A delivery was finished."""

    kind: Literal["delivery"] = "delivery"
    name: Line
    look: Line
    approval: Digest | None = None
    """Of the approval's envelope; none for a draft."""
    frames: Count


class Estimate(Stamped):
    """The hours that the shot would take without generation, signed by whoever says so."""

    kind: Literal["estimate"] = "estimate"
    hours: HumanHours
    by: Line
    scope: Line
    signed: Annotated[str, StringConstraints(min_length=2, max_length=100_000)]
    """The DSSE envelope over an in-toto Statement that says the same."""


class Hours(Stamped):
    """A person's work on a shot."""

    kind: Literal["hours"] = "hours"
    hours: HumanHours
    by: Line
    what: Line


Event = Run | Approved | Delivered | Estimate | Hours
"""One event of the ledger, told apart by `kind`."""

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Reads one from JSON."""
