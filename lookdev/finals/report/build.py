"""A report, put together from the ledger and the show's files."""

from collections.abc import Sequence
from pathlib import Path

from lookdev.errors import LedgerError, SpecError
from lookdev.finals.report.glance import approvals_of, rights_of
from lookdev.finals.report.model import (
    Fate,
    LookRow,
    Money,
    Report,
    ShotReport,
    Sum,
)
from lookdev.finals.report.speed import iterations, speed_up
from lookdev.finals.report.takes import names
from lookdev.spec.draft import utc_now
from lookdev.spec.event import Delivered, Estimate, Event, Hours, Run
from lookdev.spec.folder import ShowFolder
from lookdev.spec.show import Rates
from lookdev.store.ledger import Ledger


def report(
    folder: ShowFolder | None = None, sequence: str | None = None, shot: str | None = None
) -> Report:
    """What a show, a sequence or a shot cost and used.

    Args:
        folder: The show; the one around the current folder if None.
        sequence: One sequence; all of them if None.
        shot: One shot of that sequence.

    Raises:
        LedgerError: The ledger cannot be read.
        SpecError: There is no such shot, or a file of the show is damaged.
    """
    folder = folder or ShowFolder.find(Path.cwd())
    ledger = Ledger.open(folder)
    problems, events = _read(ledger)
    head = ledger.head()
    chosen = _chosen(folder, events, sequence, shot)
    shots = tuple(_of_shot(folder, name, _of(events, name)) for name in chosen)
    runs = tuple(e for e in events if isinstance(e, Run) and e.shot in chosen)
    total, human = Sum.of(runs), sum(one.human_hours for one in shots)
    return Report(
        format="report/1",
        show=folder.show.name,
        made=utc_now(),
        ledger=str(ledger.path),
        events=head.events,
        head=head.hash,
        problems=problems,
        sum=total,
        human_hours=human,
        money=_money(folder.show.rates, total, human),
        shots=shots,
        runs=runs,
    )


def _read(ledger: Ledger) -> tuple[tuple[str, ...], list[Event]]:
    """What is wrong with the chain, and its events, as far as they are events still."""
    problems = tuple(ledger.check())
    try:
        return problems, list(ledger.events())
    except LedgerError as error:
        raise LedgerError(problems[0] if problems else str(error)) from error


def _chosen(
    folder: ShowFolder, events: Sequence[Event], sequence: str | None, shot: str | None
) -> list[str]:
    """The shots that there are, or were when something ran."""
    base = folder.root / "params" / "shots"
    there = {f"{p.parent.parent.name}/{p.parent.name}" for p in base.glob("*/*/shot.yaml")}
    every = sorted(there | {event.shot for event in events})
    if shot is not None and sequence is None:
        raise SpecError(f"shot is {shot}, without its sequence; say sequence too")
    if sequence is None:
        return every
    chosen = [name for name in every if shot in (None, name.partition("/")[2])]
    chosen = [name for name in chosen if name.partition("/")[0] == sequence]
    if not chosen:
        wanted = sequence if shot is None else f"{sequence}/{shot}"
        known = ", ".join(every) or "none yet"
        raise SpecError(f"{base}: there is no {wanted}; the shots are {known}")
    return chosen


def _of(events: Sequence[Event], shot: str) -> list[Event]:
    return [event for event in events if event.shot == shot]


def _of_shot(folder: ShowFolder, shot: str, events: Sequence[Event]) -> ShotReport:
    rates, place = folder.show.rates, folder.root / "params" / "shots" / shot
    runs = [event for event in events if isinstance(event, Run)]
    people = tuple(event for event in events if isinstance(event, Hours))
    total, human = Sum.of(runs), sum(event.hours for event in people)
    looks, rejected = _looks(place, runs, rates)
    return ShotReport(
        shot=shot,
        sum=total,
        looks=looks,
        human_hours=human,
        people=people,
        estimates=tuple(event for event in events if isinstance(event, Estimate)),
        money=_money(rates, total, human),
        iterations=iterations(runs),
        speed_up=speed_up(events, total, folder),
        rejected=rejected,
        rights=rights_of(folder, shot),
        approvals=approvals_of(place),
        deliveries=tuple(event.name for event in events if isinstance(event, Delivered)),
    )


def _looks(
    place: Path, runs: Sequence[Run], rates: Rates | None
) -> tuple[tuple[LookRow, ...], Sum]:
    """A row for each look and what became of it, and what rejected takes took."""
    called = names(place)
    groups: dict[tuple[str, Fate], list[Run]] = {}
    for run in runs:
        found = called.of(run)
        groups.setdefault((found.look, found.fate), []).append(run)
    rows = []
    for (look, fate), its in sorted(groups.items()):
        summed = Sum.of(its)
        cost = None if rates is None else rates.device_hour * summed.machine_hours
        rows.append(LookRow(look=look, fate=fate, sum=summed, machine_cost=cost))
    rejected = [run for (_, fate), its in groups.items() if fate == "rejected take" for run in its]
    return tuple(rows), Sum.of(rejected)


def _money(rates: Rates | None, total: Sum, human: float) -> Money | None:
    if rates is None:
        return None
    return Money(
        currency=rates.currency,
        machine=rates.device_hour * total.machine_hours,
        people=rates.person_hour * human,
    )
