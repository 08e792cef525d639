"""Which shot and look a notebook opens: its parameters, a link's, or the show's first."""

import os
from pathlib import Path
from urllib.parse import parse_qs

from lookdev.errors import SpecError
from lookdev.spec.folder import ShotFile, ShowFolder


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
