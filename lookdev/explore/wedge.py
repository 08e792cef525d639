"""A wedge: every combination of some parameters' values, on one contact sheet.

Cells are kept by digest: a wedge that is finished opens again without torch, and one that was
broken off renders only what is missing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lookdev.explore.wedge_cells import WedgeCell, read_record
from lookdev.explore.wedge_home import open_look
from lookdev.explore.wedge_plan import WedgePlan, plan
from lookdev.explore.wedge_sheet import write_sheet
from lookdev.spec.files import check_writable, write_json

PROGRESS = "progress.json"
"""How far a run is, beside its cells; each state of it is written whole."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Wedge:
    """A finished wedge."""

    sheet: Path
    cells: tuple[WedgeCell, ...]
    rendered: int
    """Cells that were not there yet."""


def wedge(
    look: str, *, axes: list[str], frame: int, out: Path, progress: Progress | None = None
) -> Wedge:
    """Render every combination of the axes' values for one frame.

    Writes `sheet.png`, `wedge.json`, and for each cell a look (`cells/<digest>.yaml`), a picture
    (`.png`, and a smaller `.jpg`) and what it cost (`.json`). To use a cell, copy its look into the
    shot's `looks/`.

    Raises:
        LookdevError: Look, axes, plate, model or `out` is wrong; nothing was rendered.
    """
    return run(plan(open_look(look), axes, frame=frame, out=out), progress=progress)


def run(planned: WedgePlan, *, progress: Progress | None = None) -> Wedge:
    """Render what is missing of a wedge, and write its sheet.

    Raises:
        LookdevError: Something cannot be rendered or written; finished cells are kept.
    """
    out, missing = planned.out, len(planned.missing)
    check_writable(planned.folder)
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


class _Said:
    """Says how far the run is, to a file and to whoever listens."""

    def __init__(self, path: Path, total: int, progress: Progress | None) -> None:
        self._path, self._total, self._progress = path, total, progress
        self._started = time.monotonic()

    def __call__(self, done: int, label: str, *, finished: bool = False) -> None:
        if self._progress and self._total:
            self._progress(done, self._total, label)
        record = {
            "done": done,
            "total": self._total,
            "label": label,
            "seconds": round(time.monotonic() - self._started, 1),
            "finished": finished,
        }
        write_json(self._path, record)
