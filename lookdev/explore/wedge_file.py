"""A shot's wedges in `params/`: which looks can be varied, and what was set and marked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore.draft_folder import content_hash, make_folder
from lookdev.explore.versions import newest_first, versions
from lookdev.spec import strict_yaml
from lookdev.spec.files import write_new, write_text
from lookdev.spec.folder import LookFile, ShotFile, require_name
from lookdev.spec.look import Look
from lookdev.spec.wedge_state import WedgeAxis, WedgeState

_SEEDS = "1..6"
"""Of the axis that a new wedge begins with."""


def look_paths(shot_file: ShotFile) -> dict[str, Path]:
    """Everything of a shot that can be varied: versions, the newest first, then drafts.

    Newest by the time of the file, as in review; a file whose name is no name is left out.
    """
    saved = [version.path for version in newest_first(versions(shot_file))]
    drafts = sorted((shot_file.path.parent / "drafts").glob("*.yaml"))
    return {path.stem: path for path in (*saved, *drafts) if _is_name(path.stem)}


def chosen(shot_file: ShotFile, look: str | None) -> str:
    """The look that a wedge is opened for: as asked, else the wedge used last, else the newest.

    Raises:
        SpecError: The shot has no such look, or none at all.
    """
    known = look_paths(shot_file)
    if not known:
        raise SpecError(f"{shot_file.path.parent}: this shot has no look to vary; save one first")
    if look is not None:
        if look not in known:
            raise SpecError(
                f"{shot_file.path.parent}: has no look {look}; there are {', '.join(known)}"
            )
        return look
    used = [path for path in _folder(shot_file).glob("*.yaml") if path.stem in known]
    if used:
        return max(used, key=lambda path: path.stat().st_mtime_ns).stem
    return next(iter(known))


@dataclass
class WedgeFile:
    """The state of one wedge on disk, which a person may edit, too."""

    shot_file: ShotFile
    name: str
    """Of the look that is varied."""
    _known: str | None = None
    """The file's hash as we last saw it; None before that."""
    _look: tuple[tuple[int, int], Look] | None = None
    """The look as it was read last, by its file's time and size."""

    @property
    def path(self) -> Path:
        """`params/shots/<sequence>/<shot>/wedges/<look>.yaml`."""
        return _folder(self.shot_file) / f"{self.name}.yaml"

    def read(self) -> WedgeState:
        """The state as it was left; a new one where there is none.

        Raises:
            SpecError: The file, or the look of a new wedge, is not what it must be.
        """
        known = self._hash()
        if known:
            state = strict_yaml.read(self.path, WedgeState)
            self._known = known
            return state
        self._known = known
        look = self.look_now()
        first = WedgeAxis(name=f"{look.layers[-1].name}.element.seed", values=_SEEDS)
        frame = self.shot_file.shot.plate.first
        return WedgeState(format="wedge/1", look=look, frame=frame, axes=(first,))

    def look_now(self) -> Look:
        """The look as its own file has it now.

        Raises:
            SpecError: It is gone or damaged.
        """
        path = look_paths(self.shot_file).get(self.name)
        if path is None:
            raise SpecError(f"{self.shot_file.path.parent}: has no look {self.name} any more")
        stat = path.stat()
        version = stat.st_mtime_ns, stat.st_size
        if self._look is None or self._look[0] != version:
            self._look = version, LookFile.open(str(path)).look
        return self._look[1]

    @property
    def was_edited(self) -> bool:
        """Whether somebody else wrote the file since we saw it."""
        return self._known is not None and self._hash() != self._known

    def write(self, state: WedgeState) -> Path | None:
        """Write the state; what somebody else wrote meanwhile is kept aside, and its path returned.

        Raises:
            DeliveryError: It cannot be written.
        """
        make_folder(self.path.parent)
        aside = self._kept_aside() if self.was_edited and self._hash() else None
        text = strict_yaml.write(state)
        write_text(self.path, text)
        self._known = content_hash(text.encode())
        return aside

    def _kept_aside(self) -> Path:
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.path.with_name(f"{self.name}-{now}.yaml.kept")
        write_new(path, self.path.read_bytes())
        return path

    def _hash(self) -> str:
        return content_hash(self.path.read_bytes()) if self.path.is_file() else ""


def _is_name(name: str) -> bool:
    try:
        require_name("wedge", name)
    except SpecError:
        return False
    return True


def _folder(shot_file: ShotFile) -> Path:
    return shot_file.path.parent / "wedges"
