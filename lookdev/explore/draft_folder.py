"""Where a draft's files are: the look, the desk's state, and takes that are written once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lookdev.errors import DeliveryError, SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.draft import Change, DeskState, Take, utc_now
from lookdev.spec.files import write_new, write_text
from lookdev.spec.folder import ShotFile, require_name
from lookdev.spec.look import Look

_TAKE = re.compile(r"[0-9]{4,6}\.yaml")


@dataclass(frozen=True)
class DraftFolder:
    """The files of one draft: `drafts/NAME.yaml` and what lies in `drafts/NAME/`."""

    shot_file: ShotFile
    name: str

    def __post_init__(self) -> None:
        """Refuse what is no name."""
        require_name("draft", self.name)

    @property
    def look_path(self) -> Path:
        """The look as it is now: mutable, autosaved, and a person may edit it."""
        return drafts_folder(self.shot_file) / f"{self.name}.yaml"

    @property
    def folder(self) -> Path:
        """Where all but the look lies."""
        return drafts_folder(self.shot_file) / self.name

    @property
    def desk_path(self) -> Path:
        """The desk's state."""
        return self.folder / "desk.yaml"

    @property
    def holder_path(self) -> Path:
        """Who writes the draft."""
        return self.folder / "holder.json"

    def take_path(self, take: int) -> Path:
        """A take's file: `takes/0001.yaml`."""
        return self.folder / "takes" / f"{take:04d}.yaml"

    def make(self) -> None:
        """Make the folders.

        Raises:
            DeliveryError: They cannot be made.
        """
        make_folder(self.take_path(1).parent)

    def take_ids(self) -> list[int]:
        """The takes there are, oldest first."""
        folder = self.take_path(1).parent
        names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
        return sorted(int(name[:-5]) for name in names if _TAKE.fullmatch(name))

    def read_take(self, take: int) -> Take:
        """One take.

        Raises:
            SpecError: It is damaged, or its file was renamed.
        """
        path = self.take_path(take)
        found = strict_yaml.read(path, Take)
        if found.id != take:
            raise SpecError(f"{path}: id is {found.id}; it must be {take}, as the file is named")
        return found

    def add_take(
        self,
        look: Look,
        *,
        by: str,
        origin: str,
        parent: int | None,
        frame: int | None = None,
        ask: bool = False,
    ) -> Take:
        """Write a new take under the next free id, which no other process gets.

        Raises:
            DeliveryError: It cannot be written.
        """
        data = {"created": utc_now(), "by": by[:200], "origin": origin[:200], "look": look}
        given = {"parent": parent, "frame": frame, "ask": ask or None}
        data |= {key: value for key, value in given.items() if value is not None}
        next_id = max(self.take_ids(), default=0) + 1
        while True:
            take = Take.model_validate({"format": "take/1", "id": next_id, **data})
            if write_new(self.take_path(next_id), strict_yaml.write(take).encode()):
                return take
            next_id += 1

    def read_state(self) -> DeskState | None:
        """The desk's state; none where the draft was never opened."""
        return strict_yaml.read(self.desk_path, DeskState) if self.desk_path.is_file() else None

    def write_state(self, state: DeskState) -> None:
        """Write the desk's state.

        Raises:
            DeliveryError: It cannot be written.
        """
        write_text(self.desk_path, strict_yaml.write(state))

    def look_bytes(self) -> bytes | None:
        """The look's file as it is; none where there is none.

        Raises:
            DeliveryError: It cannot be read.
        """
        try:
            return self.look_path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DeliveryError(f"{self.look_path}: cannot be read: {error.strerror}") from error

    def write_look(self, look: Look) -> str:
        """Write the look; returns the file's hash.

        Raises:
            DeliveryError: It cannot be written.
        """
        text = strict_yaml.write(look)
        write_text(self.look_path, text)
        return content_hash(text.encode())

    def keep_aside(self, content: bytes) -> Path:
        """Keep what stood in the look's file, as `conflict-<UTC time>.yaml`; returns its path.

        Raises:
            DeliveryError: It cannot be written.
        """
        now, n = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"), 1
        path = self.folder / f"conflict-{now}.yaml"
        while not write_new(path, content):
            n += 1
            path = self.folder / f"conflict-{now}-{n}.yaml"
        return path

    def leave(self, change: Change, token: str) -> None:
        """Leave what was not saved in time to the desk that has taken over.

        Raises:
            DeliveryError: It cannot be written.
        """
        write_new(self.folder / f"left-{token}.yaml", strict_yaml.write(change).encode())

    def left(self) -> list[Path]:
        """What desks left to the one that took over."""
        return sorted(self.folder.glob("left-*.yaml"))


def content_hash(content: bytes | None) -> str:
    """SHA-256 (hex) of a file's bytes; empty for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def drafts_folder(shot_file: ShotFile) -> Path:
    """Where the shot's drafts are."""
    return shot_file.path.parent / "drafts"


def make_folder(folder: Path) -> None:
    """Make a folder, unless it is there.

    Raises:
        DeliveryError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DeliveryError(f"{folder}: cannot be made: {error.strerror or error}") from error
