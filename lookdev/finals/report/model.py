"""What a report holds; `lookdev report --json` prints it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from lookdev.spec.base import Spec
from lookdev.spec.event import Estimate, Hours, Run

KINDS = ("explore", "wedge", "still", "draft", "approve", "rebuild", "final")
"""What runs are for, in order of work."""

Fate = Literal["version", "take", "starred take", "rejected take", "not kept"]


class Money(Spec):
    """What it cost, by the rates of show.yaml."""

    currency: str
    machine: float
    people: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.machine + self.people


class Sum(Spec):
    """Runs added up."""

    runs: int
    cancelled: int
    failed: int
    cached: int
    """Runs for which no network ran."""
    evaluations: int
    machine_hours: float
    """On the wall: cancelled and failed runs too."""
    device_hours: float
    """Of them, those without the loading of models."""
    hours_by_kind: dict[str, float]
    """Machine hours by what they were for (`KINDS`)."""
    joules: dict[str, float]
    """Energy by the method that it is known by."""

    @classmethod
    def of(cls, runs: Iterable[Run]) -> "Sum":
        """These runs together."""
        every = list(runs)
        kinds, joules = defaultdict[str, float](float), defaultdict[str, float](float)
        for run in every:
            kinds[run.what] += run.wall_seconds / 3600
            joules[run.energy.method] += run.energy.joules
        return cls(
            runs=len(every),
            cancelled=sum(run.outcome == "cancelled" for run in every),
            failed=sum(run.outcome.startswith("failed") for run in every),
            cached=sum(run.cached for run in every),
            evaluations=sum(run.evaluations for run in every),
            machine_hours=sum(run.wall_seconds for run in every) / 3600,
            device_hours=sum(run.device_seconds for run in every) / 3600,
            hours_by_kind={kind: kinds[kind] for kind in KINDS if kind in kinds},
            joules=dict(joules),
        )


class LookRow(Spec):
    """What one look of a shot took; a draft's takes are a row each for what became of them."""

    look: str
    fate: Fate
    sum: Sum
    machine_cost: float | None
    """None without rates."""


class Iterations(Spec):
    """How quickly looks were tried."""

    looks: int
    """Different looks for which a model ran, at the desk and in wedges."""
    hours: float
    """At the desk; a sitting ends when nothing has run for a quarter of an hour."""

    @property
    def an_hour(self) -> float | None:
        """Looks an hour; None below a minute, which is no sitting (times are whole seconds)."""
        return self.looks / self.hours if self.hours >= 1 / 60 else None


class SpeedUp(Spec):
    """How many times faster than the traditional estimate; or why that is not measured.

    low = estimate / (human hours + machine hours), high = estimate / human hours: whether a person
    waits for the machine is what lies between.
    """

    low: float | None = None
    high: float | None = None
    estimate_hours: float | None = None
    why: str
    """What it rests on, or why it is not measured."""
    ignored: tuple[str, ...] = ()
    """Estimates that do not count, each with the reason."""

    @property
    def is_measured(self) -> bool:
        """Whether there is a range."""
        return self.low is not None


class LookRights(Spec):
    """Whether a look may be delivered."""

    look: str
    blocks: tuple[str, ...]
    """Why not; empty where it may."""


class ShotReport(Spec):
    """One shot."""

    shot: str
    sum: Sum
    looks: tuple[LookRow, ...]
    human_hours: float
    people: tuple[Hours, ...]
    estimates: tuple[Estimate, ...]
    money: Money | None
    iterations: Iterations
    speed_up: SpeedUp
    rejected: Sum
    """Of takes that were rejected; part of `sum`."""
    rights: tuple[LookRights, ...]
    approvals: tuple[str, ...]
    """Files in `approved/`; their signatures are not looked at here."""
    deliveries: tuple[str, ...]
    """As the ledger has them."""


class Report(Spec):
    """A show, or some of its shots."""

    format: Literal["report/1"]
    show: str
    made: str
    """When (UTC)."""
    ledger: str
    """Its path."""
    events: int
    """In the whole ledger."""
    head: str
    """Its newest hash."""
    problems: tuple[str, ...]
    """What is wrong with the chain: then no number here can be relied on."""
    sum: Sum
    human_hours: float
    money: Money | None
    shots: tuple[ShotReport, ...]
    runs: tuple[Run, ...]
