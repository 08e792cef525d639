"""Ingest: a plate and its companions become a shot, or one sentence says why not."""

import os
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

from lookdev.errors import DeliveryError, PlateError, SpecError
from lookdev.image.colour import Colour, open_colour
from lookdev.image.companions import Companion, find_companions
from lookdev.image.convert import convert, fresh_folder, next_version, repair
from lookdev.image.defects import Checked, check, refuse
from lookdev.image.draft import Draft
from lookdev.image.footage import Movie
from lookdev.image.media import SUMS, media_of, write_sums
from lookdev.image.plate import FoundPlate, find_plate
from lookdev.image.said import choose_colourspace, choose_rate, require_clean_plates_space
from lookdev.image.sequence import describe
from lookdev.image.survey import CLEAN_PLATE, PLATE, Progress
from lookdev.image.track import read_track
from lookdev.spec import strict_yaml
from lookdev.spec.files import is_text, write_text
from lookdev.spec.folder import ShotFile, ShowFolder, require_name
from lookdev.spec.look import FRAME

_SCHEMA_LINE = "# yaml-language-server: $schema=../../../schemas/shot.json\n"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def ingest(
    folder: ShowFolder,
    plate: Path,
    *,
    sequence: str,
    shot: str,
    fps: str | None = None,
    colourspace: str | None = None,
    mattes: Mapping[str, str] = {},
    clean_plate: Path | None = None,
    depth: Path | None = None,
    motion: Path | None = None,
    track: Path | None = None,
    view: str | None = None,
    repair_nan: bool = False,
    progress: Progress | None = None,
) -> ShotFile:
    """Check a plate and its companions to the last pixel, and write `shot.yaml` and its sums.

    Nothing is written before everything has been checked, and what an earlier ingest wrote is
    replaced only when this one has succeeded. Files are used where they lie; only a movie, DPX, PNG
    or TIFF plate is converted (to half EXR, scene-linear ACEScg; a movie from frame 1001 on), and
    sequences with repaired frames are copied, to a new `plates/<sequence>/<shot>/v001` of the show.

    Args:
        folder: The show.
        plate: A pattern (`plate.%04d.exr`), a folder with one sequence, or a movie.
        sequence: Name of the sequence.
        shot: Name of the shot.
        fps: Such as `24000/1001`; else the header's, else the show's.
        colourspace: A colour space of the show's OCIO config; else the header's.
        mattes: `PATTERN` or `PATTERN:CHANNEL` by the matte's name.
        clean_plate: EXR sequence in the plate's colour space.
        depth: Sequence with `Z`.
        motion: Sequence with `forward.u` and `forward.v`, in pixels.
        track: CSV of `frame,x,y`; it covers the plate's range.
        view: The view of a stereo plate; the default one where left out.
        repair_nan: Replace NaN and Inf, in copies, and record it; else they are refused.
        progress: Called with a stage, how many of it are done, and how many there are.

    Raises:
        SpecError: A name is none, or the show's files are not valid.
        PlateError: The plate or a companion cannot be used; one sentence says which, why and what
            to do.
        DeliveryError: The show's folder cannot be written.
    """
    folder.shot_folder(sequence, shot)  # refuses names that are not safe in a path
    _require_matte_names(mattes)
    tell = progress or _silent
    others = {CLEAN_PLATE: clean_plate, "depth": depth, "motion": motion}
    locations = {role: location for role, location in others.items() if location is not None}
    _require_plain([plate, *locations.values(), *mattes.values(), track or ""])

    colour = open_colour(folder.ocio_config)
    found = find_plate(plate, view, colour, tell)
    rate = choose_rate(fps, found, folder.show.fps, plate)
    space = choose_colourspace(colourspace, found, colour, plate)
    companions = find_companions(found, locations, mattes, view, tell)
    require_clean_plates_space([one.survey for one in companions], found, colour)
    _require_covered(track, found)
    checked = _read(found, companions, tell)
    if not repair_nan:
        refuse(checked)
    draft = Draft(
        folder=folder,
        sequence=sequence,
        shot=shot,
        source=plate.name,
        plate=found,
        checked=checked,
        rate=rate,
        colourspace=space,
        view=view,
        track=track,
        version=next_version(folder.root / "plates" / sequence / shot),
    )
    made = ShotFile(folder, draft.path, draft.spec())
    _make_frames(draft, colour, tell)
    _write(made, tell)
    return made


def _read(found: FoundPlate, companions: list[Companion], tell: Progress) -> tuple[Checked, ...]:
    """Every pixel of the plate (a movie's are read when it is converted) and its companions."""
    checked = []
    if not isinstance(found.source, Movie):
        opaque = found.is_converted
        checked.append(check(found.source, found.channels, tell, scene=True, opaque=opaque))
    for one in companions:
        light = one.survey.role == CLEAN_PLATE
        checked.append(check(one.survey, one.channels, tell, scene=light))
    return tuple(checked)


def _make_frames(draft: Draft, colour: Colour, tell: Progress) -> None:
    """What must be written anew, all of it or nothing."""
    if not (draft.plate.is_converted or draft.repaired):
        return
    with fresh_folder(draft.version) as target:
        if draft.plate.is_converted:
            convert(
                draft.plate,
                str(target / draft.file_name(PLATE)),
                colourspace=draft.colourspace[0],
                colour=colour,
                fps=Fraction(draft.rate.value),
                progress=tell,
            )
        for one in draft.repaired:
            repair(one, str(target / draft.file_name(one.role)), tell)


def _write(made: ShotFile, tell: Progress) -> None:
    """The sums, then the shot: a shot without its sums never exists."""
    plate = made.shot.plate
    try:
        (made.path.parent / "looks").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DeliveryError(f"{made.path}: cannot be written: {error.strerror or error}") from error
    write_sums(
        made.path.with_name(SUMS),
        made.folder,
        media_of(made, range(plate.first, plate.last + 1)),
        lambda done, total: tell("sums", done, total),
    )
    write_text(made.path, _SCHEMA_LINE + strict_yaml.write(made.shot))


def _require_covered(track: Path | None, found: FoundPlate) -> None:
    if track is None:
        return
    points = read_track(track)
    missing = [n for n in range(found.first, found.last + 1) if n not in points]
    if missing:
        raise PlateError(
            f"{track}: lacks frames {describe(missing)} of the plate's {found.first}-{found.last}; "
            "track them"
        )


def _require_matte_names(names: Iterable[str]) -> None:
    for name in names:
        require_name("matte", name)
        if name == FRAME:
            raise SpecError(f"matte {name!r} is the matte of everything; choose another name")


def _require_plain(locations: Iterable[Path | str]) -> None:
    for location in locations:
        if _CONTROL.search(str(location)):
            raise PlateError(f"{str(location)!r}: holds a control character; rename it")
        if not is_text(os.path.abspath(location)):  # noqa: PTH100 - a matte's may end in :CHANNEL
            raise PlateError(f"{str(location)!r}: holds bytes that are no UTF-8 text; rename it")


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""
