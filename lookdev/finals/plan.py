"""What a delivery will be: every file, before any of them exists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.sequence import describe, frame_path, parse_frames
from lookdev.spec.folder import LookFile

COMP = "exr"
SUPPORT = "support"


@dataclass(frozen=True)
class Plan:
    """One delivery: a look, its frames, and the folder they go to."""

    look_file: LookFile
    frames: tuple[int, ...]
    folder: Path
    """The delivery's own folder; its name is the delivery's name."""

    @property
    def name(self) -> str:
        """The delivery's name."""
        return self.folder.name

    @property
    def frame_range(self) -> str:
        """The frames as text: `1001-1024`."""
        return describe(list(self.frames))

    def comp(self, frame: int) -> Path:
        """The flat comp of a frame."""
        return self._path(COMP, self.name, frame)

    def layer(self, layer: str, frame: int) -> Path:
        """One layer's premultiplied RGBA of a frame."""
        return self._path(f"elements/{layer}", f"{self.name}_{layer}", frame)

    def support(self, frame: int) -> Path:
        """The support's weight of a frame."""
        return self._path(SUPPORT, f"{self.name}_{SUPPORT}", frame)

    def files(self, frame: int) -> Iterator[Path]:
        """Every file of a frame."""
        yield self.comp(frame)
        for layer in self.look_file.look.shown:
            yield self.layer(layer.name, frame)
        yield self.support(frame)

    def relative(self, path: Path) -> str:
        """A file of the delivery as its records name it."""
        return path.relative_to(self.folder).as_posix()

    def _path(self, folder: str, stem: str, frame: int) -> Path:
        return frame_path(str(self.folder / folder / f"{stem}.%04d.exr"), frame)


def make_plan(look: str, *, frames: str | None, folder: Path) -> Plan:
    """Plan a delivery, and refuse all that can be known to go wrong with it.

    Args:
        look: A look's file, or `sequence/shot/name_v003`.
        frames: `1001-1024`; the shot's whole range if None.
        folder: The delivery's own folder; made if it is not there.

    Raises:
        LookdevError: One sentence; nothing existing was touched.
    """
    look_file = LookFile.open(look)
    plate = look_file.shot.plate
    every = tuple(range(plate.first, plate.last + 1))
    chosen = every if frames is None else parse_frames(frames)
    if not look_file.look.shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute one, or there is no look")
    check_look(look_file)
    check_frames(look_file, chosen)
    return Plan(look_file, chosen, folder.resolve())


def delivery_folder(look_file: LookFile, out: Path, *, new_version: bool) -> Path:
    """Where the next delivery of a look goes under `out`, by the show's naming template.

    That is the newest delivery there is (to be resumed, or verified), or the first, or with
    `new_version` the one after the newest.
    """
    newest = max(_versions(look_file, out), default=0)
    version = newest + 1 if new_version or newest == 0 else newest
    return out.resolve() / _name(look_file, version)


def _name(look_file: LookFile, version: int) -> str:
    shot, template = look_file.shot, look_file.folder.show.naming.delivery
    return template.format(
        sequence=shot.sequence, shot=shot.shot, look=look_file.name, delivery=version
    )


def _versions(look_file: LookFile, out: Path) -> Iterator[int]:
    if not out.is_dir():
        return
    marker = 987_654_321  # stands for the number, whatever the template's padding
    pattern = re.escape(_name(look_file, marker)).replace(str(marker), "([0-9]+)")
    for entry in out.iterdir():
        found = re.fullmatch(pattern, entry.name)
        if found and entry.is_dir():
            yield int(found[1])
