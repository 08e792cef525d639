"""What a wedge will be, before anything is rendered: its cells, which are there, what is missing.

Nothing here loads a model or torch: a plan is made while a person types.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lookdev.errors import SpecError
from lookdev.explore.axes import Axis, Variant, parse_axis, variants
from lookdev.explore.estimates import Estimates, evaluations
from lookdev.explore.wedge_cells import WedgeCell, kept
from lookdev.generate.catalogue import model_files
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.colour import open_colour
from lookdev.image.media import SUMS
from lookdev.qc.diversity import Diversity, diversity
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest, digest_of
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Layer

MAX_WIDTH = 960
"""Cells are rendered at a proxy no wider than this."""

COMPOSITING = "wedge cell"
"""Under this name (no model's) the estimates know what a cell costs beside its evaluations."""


@dataclass(frozen=True)
class PlannedCell:
    """One combination of the axes' values."""

    id: str
    """Of its look alone: the same after an update of the code, and among other axes."""
    key: str
    """Of all that its picture depends on."""
    variant: Variant
    finished: WedgeCell | None

    @property
    def label(self) -> tuple[str, ...]:
        """`("snow.element.seed=3", "dust.blend.opacity=0.5")`."""
        return self.variant.label

    @property
    def settings(self) -> dict[str, Any]:
        """Value by parameter."""
        return dict(self.variant.settings)


@dataclass(frozen=True)
class WedgePlan:
    """A wedge's cells in the sheet's order, and which are finished."""

    look_file: LookFile
    frame: int
    axes: tuple[Axis, ...]
    texts: tuple[str, ...]
    """The axes as they were written."""
    out: Path
    widths: tuple[int, ...]
    """Cells in each row of the sheet."""
    cells: tuple[PlannedCell, ...]

    @property
    def folder(self) -> Path:
        """Where the cells are."""
        return self.out / "cells"

    @cached_property
    def missing(self) -> tuple[PlannedCell, ...]:
        """The cells that are not there yet."""
        return tuple(cell for cell in self.cells if cell.finished is None)

    @property
    def elements(self) -> tuple[Layer, ...]:
        """Layers whose elements the missing cells need, each element once.

        Cells that differ in the blend alone share their elements, and those of finished cells are
        cached.
        """
        made = {_made_of(layer) for cell in self.cells if cell.finished for layer in _shown(cell)}
        needed = {_made_of(layer): layer for cell in self.missing for layer in _shown(cell)}
        return tuple(layer for key, layer in needed.items() if key not in made)

    @cached_property
    def diversity(self) -> Diversity:
        """How different the finished cells are; cells that are missing are no part of it."""
        return diversity([cell.finished.traits if cell.finished else None for cell in self.cells])

    @property
    def evaluations(self) -> int:
        """Network evaluations that the missing cells need."""
        return sum(evaluations(layer) for layer in self.elements)

    def seconds(self, estimates: Estimates) -> float | None:
        """How long the missing cells will take; None while that was never measured here."""
        own = [estimates.of_layer(layer) for layer in self.elements]
        shot = self.look_file.shot
        beside = estimates.of(COMPOSITING, proxy_size(shot.width, shot.height), len(self.missing))
        known = [seconds for seconds in own if seconds is not None]
        if not self.missing:
            return 0.0
        return None if len(known) < len(own) or beside is None else sum(known) + beside

    def refreshed(self) -> "WedgePlan":
        """The same plan, with the cells that were finished meanwhile."""
        return replace(self, cells=tuple(_seen_again(self.folder, cell) for cell in self.cells))

    def said(self, estimates: Estimates) -> str:
        """How much there is to do, in one line."""
        count, missing = len(self.cells), len(self.missing)
        cells = f"{count} cell{'s' if count != 1 else ''}"
        if not missing:
            return f"{cells}, all finished"
        todo = cells if missing == count else f"{cells}, {missing} to render"
        seconds = self.seconds(estimates)
        time = "time not measured yet on this machine" if seconds is None else about(seconds)
        return f"{todo}: {self.evaluations} evaluations, {time}"


def plan(look_file: LookFile, axes: Sequence[str], *, frame: int, out: Path) -> WedgePlan:
    """Plan every combination of the axes' values for one frame.

    Args:
        look_file: The look.
        axes: As `parse_axis` takes them; the last one runs across the sheet.
        frame: Absolute frame number.
        out: The wedge's folder; nothing is written.

    Raises:
        LookdevError: Look, axes, plate or model is wrong.
    """
    if not axes:
        raise SpecError("a wedge needs at least one axis, as snow.element.seed=1..8")
    parsed = [parse_axis(text, look_file.look) for text in axes]
    rows = variants(look_file.look, parsed)
    every = [variant for row in rows for variant in row]
    for variant in every:
        check_look(LookFile(look_file.path, variant.look, look_file.shot_file))
    check_frames(look_file, [frame])
    surroundings = _surroundings(look_file, frame)
    return WedgePlan(
        look_file=look_file,
        frame=frame,
        axes=tuple(parsed),
        texts=tuple(axes),
        out=out,
        widths=tuple(len(row) for row in rows),
        cells=tuple(_planned(look_file, variant, surroundings, out) for variant in every),
    )


def about(seconds: float) -> str:
    """A span of time as people say it: `about 40 s`, `about 3 min`, `about 2 h 10 min`."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"about {hours} h {rest} min" if hours else f"about {minutes} min"


def proxy_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of a cell of a plate of that size."""
    scale = min(1.0, MAX_WIDTH / width)
    return round(width * scale), round(height * scale)


def _planned(
    look_file: LookFile, variant: Variant, surroundings: dict[str, Any], out: Path
) -> PlannedCell:
    look = digest(variant.look)
    digests = {name: model_files(look_file.folder, name).digest for name in variant.look.cards()}
    key = digest_of({**surroundings, "look": look, "models": digests})[:20]
    return PlannedCell(f"c{look[:20]}", key, variant, kept(out / "cells", key, variant.label))


def _seen_again(cells: Path, cell: PlannedCell) -> PlannedCell:
    if cell.finished is not None:
        return cell
    return replace(cell, finished=kept(cells, cell.key, cell.label))


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


def _shown(cell: PlannedCell) -> tuple[Layer, ...]:
    return cell.variant.look.shown


def _made_of(layer: Layer) -> str:
    return digest_of([part.model_dump(mode="json") for part in layer.recipe])
