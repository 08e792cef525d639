"""Which shot and look a notebook opens: its parameters, a link's, a desk's, or the show's first."""

import os
import re
import time
from pathlib import Path
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, ValidationError

from lookdev.errors import SpecError
from lookdev.explore.holder import this_user
from lookdev.spec.files import write_text
from lookdev.spec.folder import ShotFile, ShowFolder

REQUEST_SECONDS = 600.0
"""How long the explore desk heeds what another desk asked it to open."""


class Request(BaseModel):
    """What a desk asks the explore desk to open: JupyterLab drops what a link says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sequence: str
    shot: str
    look: str
    at: float


def ask_to_open(shot_file: ShotFile, look: str) -> None:
    """Leave word for this person's explore desk, for when it is next opened.

    Raises:
        DeliveryError: It cannot be written.
    """
    shot = shot_file.shot
    path = _request_path(shot_file.folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = Request(sequence=shot.sequence, shot=shot.shot, look=look, at=time.time())
    write_text(path, asked.model_dump_json() + "\n")


def taken_up(
    sequence: str | None, shot: str | None, look: str | None
) -> tuple[str | None, str | None, str | None]:
    """A notebook's parameters, or what another desk asked for if neither they nor a link say.

    What was asked is forgotten, whether it is heeded or not.

    Raises:
        SpecError: There is no show, or what was asked cannot be read.
    """
    given = (sequence, shot, look)
    path = _request_path(ShowFolder.find(Path.cwd()))
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return given
    path.unlink(missing_ok=True)
    if any(given) or os.environ.get("QUERY_STRING"):
        return given
    try:
        asked = Request.model_validate_json(text)
    except ValidationError as error:
        raise SpecError(
            f"{path}: was no request of a desk and is removed; run the cell again"
        ) from error
    fresh = 0 <= time.time() - asked.at < REQUEST_SECONDS
    return (asked.sequence, asked.shot, asked.look) if fresh else given


def opened(sequence: str | None = None, shot: str | None = None) -> ShotFile:
    """The shot that is meant: as given, as the link says, else the first one of the show.

    The show is the one around the current folder. A link is Voila's: the query's `sequence` and
    `shot`.

    Raises:
        SpecError: There is no show, no shot, or no such shot.
    """
    sequence = asked_for("sequence", sequence)
    shot = asked_for("shot", shot)
    folder = ShowFolder.find(Path.cwd())
    if sequence is not None and shot is not None:
        return ShotFile.open(folder, sequence, shot)
    return ShotFile.open(folder, *_first(folder, sequence, shot))


def asked_for(name: str, given: str | None) -> str | None:
    """A notebook's parameter: as given, else as the link that opened it says, else None."""
    if given is not None:
        return given
    values = parse_qs(os.environ.get("QUERY_STRING", "")).get(name)
    return values[0] if values else None


def shots(folder: ShowFolder) -> list[tuple[str, str]]:
    """Sequence and shot of every shot of a show, sorted."""
    files = sorted((folder.root / "params" / "shots").glob("*/*/shot.yaml"))
    return [(path.parent.parent.name, path.parent.name) for path in files]


def _request_path(folder: ShowFolder) -> Path:
    user = re.sub(r"[^A-Za-z0-9_-]", "_", this_user())
    return folder.root / ".lookdev" / "desks" / user / "open.json"


def _first(folder: ShowFolder, sequence: str | None, shot: str | None) -> tuple[str, str]:
    every = shots(folder)
    if not every:
        raise SpecError(f"{folder.root}: has no shot yet; take one in with `lookdev ingest`")
    fitting = [pair for pair in every if sequence in (None, pair[0]) and shot in (None, pair[1])]
    if not fitting:
        wanted = "/".join(part or "*" for part in (sequence, shot))
        known = ", ".join("/".join(pair) for pair in every)
        raise SpecError(f"{folder.root}: has no shot {wanted}; it has {known}")
    if shot is not None and len(fitting) > 1:
        found = ", ".join("/".join(pair) for pair in fitting)
        raise SpecError(f"shot {shot}: stands for {found}; name the sequence too")
    return fitting[0]
