"""A report as lines for a person."""

from collections.abc import Iterator

from lookdev.finals.report.model import LookRow, Money, Report, ShotReport, Sum


def text(report: Report) -> str:
    """The report in words: the show first, then every shot."""
    return "\n".join([*_of_show(report), *(line for one in report.shots for line in _of(one))])


def _of_show(report: Report) -> Iterator[str]:
    yield f"{report.show}, {report.made} UTC"
    for problem in report.problems:
        yield f"LEDGER DAMAGED: {problem}"
    if report.problems:
        yield "no number below can be relied on"
    state = "damaged" if report.problems else "whole"
    yield f"ledger      {report.events} events, chain {state}, head {report.head[:12]}"
    yield from _sums(report.sum, report.human_hours, report.money)


def _of(shot: ShotReport) -> Iterator[str]:
    yield ""
    yield f"shot {shot.shot}"
    yield from _sums(shot.sum, shot.human_hours, shot.money)
    if shot.sum.runs:
        yield from _table(shot)
        yield _rejected(shot.rejected)
        yield _iterations(shot)
    yield from _speed(shot)
    yield from _glance(shot)


def _sums(total: Sum, human: float, money: Money | None) -> Iterator[str]:
    if not total.runs:
        yield "machine     nothing has been run yet"
    else:
        kinds = ", ".join(f"{kind} {_hours(h)}" for kind, h in total.hours_by_kind.items())
        yield f"machine     {_hours(total.machine_hours)}: {kinds}"
        ended = f"{total.cancelled} cancelled, {total.failed} failed"
        yield (
            f"runs        {total.runs} ({total.cached} from the cache, {ended}), "
            f"{total.evaluations} evaluations"
        )
        yield from _energy(total)
    yield f"people      {_hours(human)} entered"
    if money is None:
        yield "cost        not known: show.yaml has no rates"
    else:
        yield (
            f"cost        {money.currency} {money.total:,.2f}: machine {money.machine:,.2f}, "
            f"people {money.people:,.2f}, by the rates of show.yaml"
        )


def _energy(total: Sum) -> Iterator[str]:
    head = f"energy      {_kwh(sum(total.joules.values()))}"
    ways = list(total.joules.items())
    if len(ways) == 1:
        yield f"{head}, {ways[0][0]}"
        return
    yield f"{head}:"
    for method, joules in ways:
        yield f"            {_kwh(joules)}, {method}"


def _table(shot: ShotReport) -> Iterator[str]:
    money = "" if shot.money is None else f" {shot.money.currency:>10}"
    heads = f"{'runs':>5} {'evaluations':>11} {'machine':>9} {'energy':>11}{money}"
    yield f"  {'look':24} {'':14} {heads}"
    for row in shot.looks:
        yield _row(row)


def _row(row: LookRow) -> str:
    fate = "" if row.fate in ("version", "not kept") else row.fate
    cost = "" if row.machine_cost is None else f" {row.machine_cost:10,.2f}"
    joules = sum(row.sum.joules.values())
    return (
        f"  {row.look:24} {fate:14} {row.sum.runs:5} {row.sum.evaluations:11} "
        f"{_hours(row.sum.machine_hours):>9} {_kwh(joules):>11}{cost}"
    )


def _rejected(rejected: Sum) -> str:
    joules = sum(rejected.joules.values())
    return (
        f"rejected    {rejected.runs} runs of takes that were rejected: "
        f"{_hours(rejected.machine_hours)}, {_kwh(joules)} (part of the above)"
    )


def _iterations(shot: ShotReport) -> str:
    found = shot.iterations
    if found.an_hour is None:
        return (
            f"iterations  not measured: {found.looks} looks were tried at the desk and in wedges, "
            "in less than a minute"
        )
    return (
        f"iterations  {found.an_hour:.1f} an hour: {found.looks} looks in "
        f"{_hours(found.hours)} at the desk (edits that run no model are not counted)"
    )


def _speed(shot: ShotReport) -> Iterator[str]:
    found = shot.speed_up
    if found.low is None or found.high is None:
        yield f"speed-up    not measured: {found.why}"
    else:
        yield f"speed-up    {found.low:.1f} to {found.high:.1f} times: {found.why}"
    for line in found.ignored:
        yield f"            {line}"


def _glance(shot: ShotReport) -> Iterator[str]:
    for look in shot.rights:
        yield f"rights      {look.look}: {'may be delivered' if not look.blocks else 'blocked'}"
        for block in look.blocks:
            yield f"            {block}"
    yield f"approvals   {', '.join(shot.approvals) or 'none'}"
    yield f"deliveries  {', '.join(shot.deliveries) or 'none'}"


def _hours(hours: float) -> str:
    """In the unit in which it is more than nothing."""
    if hours == 0 or hours >= 0.95:
        return f"{hours:.1f} h" if hours else "0 h"
    return f"{hours * 60:.1f} min" if hours >= 1 / 60 else f"{hours * 3600:.1f} s"


def _kwh(joules: float) -> str:
    if joules >= 3.6e5:
        return f"{joules / 3.6e6:.2f} kWh"
    return f"{joules / 3600:.2f} Wh" if joules >= 36 else f"{joules:.2f} J"
