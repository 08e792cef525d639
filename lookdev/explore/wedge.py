"""A wedge: every combination of some parameters' values, on one contact sheet.

Cells are kept by digest: a wedge that is finished opens again without torch, and one that was
broken off renders only what is missing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from filelock import FileLock, Timeout
from pydantic import Field

from lookdev.errors import SpecError
from lookdev.explore.wedge_cells import WedgeCell, read_record
from lookdev.explore.wedge_home import open_look
from lookdev.explore.wedge_plan import WedgePlan, plan
from lookdev.explore.wedge_sheet import write_sheet
from lookdev.spec.base import Spec
from lookdev.spec.files import check_writable, write_json

PROGRESS = "progress.json"
"""How far a run is, beside its cells; each state of it is written whole."""

LOCK = ".run.lock"
"""Held by a run from its beginning to its end."""

_PATIENCE = 2.0
"""Seconds to wait for another run's lock: somebody may only have tried whether it is free."""

OnCell = Callable[[int, int, str], None]


class Progress(Spec):
    """How far a run is, as `progress.json` has it."""

    done: Annotated[int, Field(ge=0)] = 0
    total: Annotated[int, Field(ge=0)] = 0
    label: str = ""
    """Of the cell that is rendered."""
    seconds: Annotated[float, Field(ge=0)] = 0.0
    finished: bool = False


@dataclass(frozen=True)
class Wedge:
    """A finished wedge."""

    sheet: Path
    cells: tuple[WedgeCell, ...]
    rendered: int
    """Cells that were not there yet."""


def wedge(
    look: str, *, axes: list[str], frame: int, out: Path, progress: OnCell | None = None
) -> Wedge:
    """Render every combination of the axes' values for one frame.

    Writes `sheet.png`, `wedge.json`, and for each cell a look (`cells/<digest>.yaml`), a picture
    (`.png`, and a smaller `.jpg`) and what it cost (`.json`). To use a cell, copy its look into the
    shot's `looks/`.

    Raises:
        LookdevError: Look, axes, plate, model or `out` is wrong; nothing was rendered.
    """
    return run(plan(open_look(look), axes, frame=frame, out=out), progress=progress)


def run(planned: WedgePlan, *, progress: OnCell | None = None) -> Wedge:
    """Render what is missing of a wedge, and write its sheet.

    Raises:
        LookdevError: Another run works in the folder, or something cannot be rendered or written;
            finished cells are kept.
    """
    check_writable(planned.folder)
    with _held(planned.out, patience=_PATIENCE):
        return _run(planned.refreshed(), progress)


def require_free(out: Path) -> None:
    """Refuse a folder in which a run works.

    Raises:
        SpecError: One does.
    """
    with _held(out, patience=0):
        pass


def _run(planned: WedgePlan, progress: OnCell | None) -> Wedge:
    out, missing = planned.out, len(planned.missing)
    say = _Said(out / PROGRESS, missing, progress)
    if missing:
        from lookdev.explore.wedge_render import render_missing

        for done, cell in enumerate(render_missing(planned)):
            say(done, "  ".join(cell.label))
        planned = planned.refreshed()
    finished = tuple(cell.finished for cell in planned.cells if cell.finished)
    sheet = out / "sheet.png"
    record = {
        "look": planned.look_file.name,
        "frame": planned.frame,
        "axes": list(planned.texts),
        "cells": [cell.key for cell in planned.cells],
    }
    if missing or not sheet.is_file() or read_record(out / "wedge.json") != record:
        say(missing, "sheet")
        write_sheet(sheet, planned)
        write_json(out / "wedge.json", record)
    say(missing, "done", finished=True)
    return Wedge(sheet, finished, missing)


@contextmanager
def _held(out: Path, *, patience: float) -> Iterator[None]:
    lock = FileLock(out / LOCK)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise SpecError(
            f"{out}: another run works in this folder; wait for it, or choose another one"
        ) from error
    try:
        yield
    finally:
        lock.release()


class _Said:
    """Says how far the run is, to a file and to whoever listens."""

    def __init__(self, path: Path, total: int, progress: OnCell | None) -> None:
        self._path, self._total, self._progress = path, total, progress
        self._started = time.monotonic()

    def __call__(self, done: int, label: str, *, finished: bool = False) -> None:
        if self._progress and self._total:
            self._progress(done, self._total, label)
        record = Progress(
            done=done,
            total=self._total,
            label=label,
            seconds=round(time.monotonic() - self._started, 1),
            finished=finished,
        )
        write_json(self._path, record.model_dump())
