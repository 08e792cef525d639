"""A wedge: every combination of some parameters' values, on one contact sheet.

Cells are kept by digest: a wedge that is finished opens again without torch, and one that was
broken off renders only what is missing.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lookdev.errors import SpecError
from lookdev.explore.axes import Variant, parse_axis, variants
from lookdev.generate.catalogue import model_files
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.colour import open_colour
from lookdev.image.media import SUMS
from lookdev.image.sheet import Cell, contact_sheet, read_png, write_png
from lookdev.spec import strict_yaml
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest, digest_of
from lookdev.spec.files import check_writable, sha256, write_json, write_text
from lookdev.spec.folder import LookFile

MAX_WIDTH = 960
"""Cells are rendered at a proxy no wider than this."""

_COST = {"settings", "picture", "seconds", "evaluations"}

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class WedgeCell:
    """One finished cell."""

    label: tuple[str, ...]
    look: Path
    picture: Path
    seconds: float
    evaluations: int
    """Network evaluations when it was made."""


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
    (`.png`) and what it cost (`.json`). To use a cell, copy its look into the shot's `looks/`.

    Raises:
        LookdevError: Look, axes, plate, model or `out` is wrong; nothing was rendered.
    """
    look_file = LookFile.open(look)
    if not axes:
        raise SpecError("a wedge needs at least one --axis NAME=VALUES")
    rows = variants(look_file.look, [parse_axis(text, look_file.look) for text in axes])
    every = [variant for row in rows for variant in row]
    for variant in every:
        check_look(LookFile(look_file.path, variant.look, look_file.shot_file))
    check_frames(look_file, [frame])
    cells = out / "cells"
    check_writable(cells)
    surroundings = _surroundings(look_file, frame)
    keys = [_key(look_file, variant, surroundings) for variant in every]
    missing = [n for n, key in enumerate(keys) if not _is_kept(cells, key)]
    if missing:
        _render(look_file, [(keys[n], every[n]) for n in missing], frame, cells, progress)
    finished = tuple(_read(cells, key, v) for key, v in zip(keys, every, strict=True))
    sheet = out / "sheet.png"
    record = {"look": look_file.name, "frame": frame, "axes": axes, "cells": keys}
    if missing or not sheet.is_file() or _json(out / "wedge.json") != record:
        _write_sheet(sheet, look_file, frame, [len(row) for row in rows], finished)
        write_json(out / "wedge.json", record)
    return Wedge(sheet, finished, len(missing))


def _surroundings(look_file: LookFile, frame: int) -> dict[str, Any]:
    """All that every cell's picture depends on, whatever its look is."""
    shot_file, viewing = look_file.shot_file, look_file.folder.viewing
    return {
        "frame": frame,
        "shot": digest(shot_file.shot),
        "media": sha256(shot_file.path.with_name(SUMS)),
        "viewing": viewing.model_dump(mode="json"),
        "colour": open_colour(look_file.folder.ocio_config).identity(viewing),
        "code": code_digest(),
        "versions": {name: version(name) for name in ("torch", "diffusers", "opencolorio")},
        "width": MAX_WIDTH,
    }


def _key(look_file: LookFile, variant: Variant, surroundings: dict[str, Any]) -> str:
    """All that the cell's picture depends on, short enough for a file name."""
    models = sorted({layer.element.model for layer in variant.look.layers})
    digests = {name: model_files(look_file.folder, name).digest for name in models}
    return digest_of({**surroundings, "look": digest(variant.look), "models": digests})[:20]


def _is_kept(cells: Path, key: str) -> bool:
    """Whether the cell is there and whole: its record names its picture's hash."""
    record = _json(cells / f"{key}.json")
    picture = cells / f"{key}.png"
    if record is None or not picture.is_file() or not (cells / f"{key}.yaml").is_file():
        return False
    return set(record) == _COST and bool(record["picture"] == sha256(picture))


def _render(
    look_file: LookFile,
    todo: list[tuple[str, Variant]],
    frame: int,
    cells: Path,
    progress: Progress | None,
) -> None:
    from lookdev.explore.picture import comp_picture
    from lookdev.render import Session, render_frame

    session = Session(look_file.folder)
    shot = look_file.shot
    scale = min(1.0, MAX_WIDTH / shot.width)
    for done, (key, variant) in enumerate(todo):
        if progress:
            progress(done, len(todo), "  ".join(variant.label))
        started, before = time.perf_counter(), session.elements.evaluations
        rendered = render_frame(
            look_file.shot_file, variant.look, frame, session=session, scale=scale
        )
        picture = cells / f"{key}.png"
        write_png(picture, comp_picture(rendered, shot, session))
        write_text(cells / f"{key}.yaml", strict_yaml.write(variant.look))
        cost = {
            "settings": dict(variant.settings),
            "picture": sha256(picture),
            "seconds": round(time.perf_counter() - started, 3),
            "evaluations": session.elements.evaluations - before,
        }
        write_json(cells / f"{key}.json", cost)
    if progress:
        progress(len(todo), len(todo), "done")


def _read(cells: Path, key: str, variant: Variant) -> WedgeCell:
    cost = json.loads((cells / f"{key}.json").read_text(encoding="utf-8"))
    return WedgeCell(
        label=variant.label,
        look=cells / f"{key}.yaml",
        picture=cells / f"{key}.png",
        seconds=cost["seconds"],
        evaluations=cost["evaluations"],
    )


def _json(path: Path) -> dict[str, Any] | None:
    """One of our own records; None where it is missing or damaged, and so made again."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _write_sheet(
    path: Path, look_file: LookFile, frame: int, widths: list[int], cells: tuple[WedgeCell, ...]
) -> None:
    drawn = iter([Cell(read_png(cell.picture), cell.label) for cell in cells])
    rows = [[next(drawn) for _ in range(width)] for width in widths]
    shot = look_file.shot
    cost = f"{sum(c.seconds for c in cells):.0f} s, {sum(c.evaluations for c in cells)} evaluations"
    sheet = contact_sheet(
        rows,
        title=f"{shot.sequence}/{shot.shot}  {look_file.name}  frame {frame}",
        subtitle=f"wedge of {len(cells)} looks  {cost}",
    )
    write_png(path, sheet)
