"""What the looks of a shot are called, and what became of takes: by their digests."""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.finals.report.model import Fate
from lookdev.spec import strict_yaml
from lookdev.spec.digest import digest
from lookdev.spec.draft import DeskState, Mark, Take
from lookdev.spec.event import Run
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Called:
    """A look's name, and what became of it."""

    look: str
    fate: Fate


class Names:
    """The names of a shot's looks."""

    def __init__(self, shot_folder: Path) -> None:
        """Read versions, and the takes of every draft with their marks.

        Raises:
            SpecError: One of the files is damaged.
        """
        self._of: dict[str, Called] = {}
        for path in sorted((shot_folder / "drafts").glob("*/takes")):
            self._add_takes(path)
        for path in sorted((shot_folder / "looks").glob("*.yaml")):
            self._of[digest(strict_yaml.read(path, Look))] = Called(path.stem, "version")

    def of(self, run: Run) -> Called:
        """What a run's look is called; what it was called when it ran, where it is gone."""
        found = self._of.get(run.look_digest)
        if run.look is not None:
            return Called(run.look, "version")
        return found or Called("tried on the way", "not kept")

    def _add_takes(self, folder: Path) -> None:
        state = folder.parent / "desk.yaml"
        marks = strict_yaml.read(state, DeskState).marks if state.is_file() else {}
        for path in sorted(folder.glob("*.yaml")):
            take = strict_yaml.read(path, Take)
            called = Called(folder.parent.name, _fate(marks.get(take.id, Mark())))
            known = self._of.get(digest(take.look))
            if known is None or known.fate == "rejected take":  # kept once, it was not in vain
                self._of[digest(take.look)] = called


def _fate(mark: Mark) -> Fate:
    if mark.rejected:
        return "rejected take"
    return "starred take" if mark.starred else "take"


def names(shot_folder: Path) -> Names:
    """The names of a shot's looks; its folder may be gone.

    Raises:
        SpecError: One of the files is damaged.
    """
    try:
        return Names(shot_folder)
    except OSError as error:
        raise SpecError(f"{shot_folder}: cannot be read: {error.strerror or error}") from error
