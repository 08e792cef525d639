"""How quickly looks were tried, and how much quicker a shot was than its estimate."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lookdev.errors import TrustError
from lookdev.finals.report.estimates import require_signed
from lookdev.finals.report.model import Iterations, SpeedUp, Sum
from lookdev.spec.event import Estimate, Event, Hours, Run
from lookdev.spec.folder import ShowFolder

PAUSE = timedelta(minutes=15)
"""A sitting ends when nothing has run for so long."""


def iterations(runs: Sequence[Run]) -> Iterations:
    """Looks that were tried, and the hours of the sittings in which that was done."""
    tried = [run for run in runs if run.what in ("explore", "wedge")]
    hours = 0.0
    for who in {(run.who, run.host) for run in tried}:
        hours += _sittings([run for run in tried if (run.who, run.host) == who])
    done = {run.look_digest for run in tried if run.outcome == "done" and not run.cached}
    return Iterations(looks=len(done), hours=hours)


def _sittings(runs: Sequence[Run]) -> float:
    """Hours from each sitting's first run's begin to its last run's end."""
    spans = sorted(_span(run) for run in runs)
    total, (begin, end) = timedelta(), spans[0]
    for later, until in spans[1:]:
        if later - end > PAUSE:
            total += end - begin
            begin = later
        end = max(end, until)
    return (total + end - begin) / timedelta(hours=1)


def _span(run: Run) -> tuple[datetime, datetime]:
    end = datetime.fromisoformat(run.at)
    return end - timedelta(seconds=run.wall_seconds), end


def speed_up(events: Sequence[Event], sum_: Sum, folder: ShowFolder) -> SpeedUp:
    """How many times faster a shot was than its estimate; `events` are the shot's, in order."""
    first = next((n for n, event in enumerate(events) if isinstance(event, Run)), len(events))
    counted, ignored = _counted(events, first, folder)
    human = sum(event.hours for event in events if isinstance(event, Hours))
    why = _missing(counted, ignored, human, ran=first < len(events))
    if why or counted is None:
        return SpeedUp(why=why, ignored=ignored)
    return SpeedUp(
        low=counted.hours / (human + sum_.machine_hours),
        high=counted.hours / human,
        estimate_hours=counted.hours,
        why=(
            f"{counted.hours:g} h estimated by {counted.by} ({counted.scope}) before the first "
            f"run, against {human:g} h of people's work, with {sum_.machine_hours:.2f} h of the "
            "machine's or without"
        ),
        ignored=ignored,
    )


def _counted(
    events: Sequence[Event], first: int, folder: ShowFolder
) -> tuple[Estimate | None, tuple[str, ...]]:
    """The newest estimate that counts, and why the others do not.

    The order is the chain's, not the clock's: nobody can put an event before another one.
    """
    counted, ignored = None, []
    for place, event in enumerate(events):
        if not isinstance(event, Estimate):
            continue
        if place > first:
            ignored.append(f"{_said(event)}: came after the shot's first run, and does not count")
            continue
        try:
            require_signed(event, folder)
        except TrustError as error:
            ignored.append(f"{_said(event)}: {error}")
        else:
            counted = event
    return counted, tuple(ignored)


def _missing(counted: Estimate | None, ignored: Sequence[str], human: float, *, ran: bool) -> str:
    if not ran:
        return "nothing has been run yet"
    if counted is None:
        return (
            "no estimate counts"
            if ignored
            else "there was no estimate before the first run (`lookdev estimate`)"
        )
    if human == 0:
        return "no human hours were entered (`lookdev hours`)"
    return ""


def _said(event: Estimate) -> str:
    return f"{event.hours:g} h by {event.by} on {event.at}"
