"""A report as CSV, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.finals.report.model import Report
from lookdev.spec.files import write_text

Cell = str | int | float | None


def write_csv(report: Report, folder: Path) -> list[Path]:
    """Write `shots.csv`, `looks.csv`, `runs.csv` and `people.csv`; returns their paths.

    Seconds, hours and joules are bare numbers. A text that a spreadsheet would take for a formula
    begins with an apostrophe.

    Raises:
        SpecError: The folder cannot be made.
        DeliveryError: A file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SpecError(f"{folder}: cannot be made: {error.strerror or error}") from error
    tables = {
        "shots": _shots(report),
        "looks": _looks(report),
        "runs": _runs(report),
        "people": _people(report),
    }
    paths = []
    for name, rows in tables.items():
        paths.append(folder / f"{name}.csv")
        write_text(paths[-1], _csv(rows))
    return paths


def _shots(report: Report) -> Iterable[Sequence[Cell]]:
    yield (
        *("shot", "runs", "cancelled", "failed", "cached", "evaluations", "machine_hours"),
        *("device_hours", "joules", "human_hours", "currency", "machine_cost", "people_cost"),
        *("looks_tried", "desk_hours", "looks_an_hour", "rejected_runs", "rejected_machine_hours"),
        *("rejected_joules", "speed_up_low", "speed_up_high", "speed_up_why"),
    )
    for shot in report.shots:
        total, money, found = shot.sum, shot.money, shot.speed_up
        yield (
            *(shot.shot, total.runs, total.cancelled, total.failed, total.cached),
            *(total.evaluations, total.machine_hours, total.device_hours, _joules(total.joules)),
            shot.human_hours,
            *((money.currency, money.machine, money.people) if money else (None, None, None)),
            *(shot.iterations.looks, shot.iterations.hours, shot.iterations.an_hour),
            *(shot.rejected.runs, shot.rejected.machine_hours, _joules(shot.rejected.joules)),
            *(
                found.low,
                found.high,
                found.why if found.is_measured else "not measured: " + found.why,
            ),
        )


def _looks(report: Report) -> Iterable[Sequence[Cell]]:
    yield (
        *("shot", "look", "fate", "runs", "cancelled", "failed", "cached", "evaluations"),
        *("machine_hours", "device_hours", "joules", "joules_method", "machine_cost"),
    )
    for shot in report.shots:
        for row in shot.looks:
            total = row.sum
            yield (
                *(shot.shot, row.look, row.fate, total.runs, total.cancelled, total.failed),
                *(total.cached, total.evaluations, total.machine_hours, total.device_hours),
                *(_joules(total.joules), " + ".join(total.joules), row.machine_cost),
            )


def _runs(report: Report) -> Iterable[Sequence[Cell]]:
    yield (
        *("at", "who", "host", "shot", "what", "look", "look_digest", "models", "frames"),
        *("evaluations", "wall_seconds", "device_seconds", "device", "joules", "joules_method"),
        *("outcome", "cached"),
    )
    for run in report.runs:
        yield (
            *(run.at, run.who, run.host, run.shot, run.what, run.look, run.look_digest),
            " ".join(f"{name}:{digest[:12]}" for name, digest in sorted(run.models.items())),
            " ".join(str(frame) for frame in run.frames),
            *(run.evaluations, run.wall_seconds, run.device_seconds, run.device),
            *(run.energy.joules, run.energy.method, run.outcome, int(run.cached)),
        )


def _people(report: Report) -> Iterable[Sequence[Cell]]:
    yield "at", "kind", "shot", "by", "hours", "what", "entered_by"
    for shot in report.shots:
        for done in shot.people:
            yield done.at, "hours", done.shot, done.by, done.hours, done.what, done.who
        for told in shot.estimates:
            yield told.at, "estimate", told.shot, told.by, told.hours, told.scope, told.who


def _joules(by_method: dict[str, float]) -> float:
    return sum(by_method.values())


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell
