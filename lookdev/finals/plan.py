"""What a delivery will be: every file, before any of them exists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lookdev.approve.approval_file import ApprovalFile, is_approval
from lookdev.approve.rights import require_final
from lookdev.approve.verify import require_current, require_unchanged
from lookdev.errors import DeliveryError, SpecError
from lookdev.generate.preflight import check_and_warn, check_frames
from lookdev.image.sequence import describe, frame_path, parse_frames
from lookdev.spec.delivery import State
from lookdev.spec.folder import LookFile

COMP = "exr"
SUPPORT = "support"
EXECUTED = "final.ipynb"
"""The notebook as papermill executed it."""
APPROVAL_COPY = "approval.dsse"
"""The approval's envelope, as a delivery carries it."""


@dataclass(frozen=True)
class Plan:
    """One delivery: a look or an approval of one, its frames, and the folder they go to."""

    look_file: LookFile
    frames: tuple[int, ...]
    folder: Path
    """The delivery's own folder; its name is the delivery's name."""
    approval: ApprovalFile | None = None
    """None makes a draft, which says so everywhere."""

    @property
    def source(self) -> Path:
        """The file that is delivered: the approval's, or the look's."""
        return self.look_file.path if self.approval is None else self.approval.path

    @property
    def state(self) -> State:
        """Whether it is a draft."""
        return "draft" if self.approval is None else "approved"

    @property
    def name(self) -> str:
        """The delivery's name."""
        return self.folder.name

    @property
    def frame_range(self) -> str:
        """The frames as text: `1001-1024`."""
        return describe(list(self.frames))

    @property
    def exif_time(self) -> str:
        """When it was approved, or the draft's look written: delivered files carry it."""
        if self.approval is None:
            return self.look_file.look.exif_time
        return self.approval.approval.at.replace("-", ":")

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

    An approval is verified whole: everything it froze is read and compared, whatever the frames.

    Args:
        look: A look's file or `sequence/shot/name_v003`, for a draft; an approval's file or
            `sequence/shot/name_v003_a001`.
        frames: `1001-1024`; the shot's whole range if None, or the range that was approved.
        folder: The delivery's own folder; made if it is not there.

    Raises:
        LookdevError: One sentence; nothing existing was touched.
    """
    approval = ApprovalFile.open(look) if is_approval(look) else None
    look_file = approval.look_file if approval else LookFile.open(look)
    chosen = _every(look_file, approval) if frames is None else parse_frames(frames)
    if not look_file.look.shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute one, or there is no look")
    check_and_warn(look_file)
    if approval is not None:
        require_final(look_file)
        _require_approved(approval, chosen)
        require_current(approval)
        require_unchanged(approval)
    check_frames(look_file, chosen)
    return Plan(look_file, chosen, folder.resolve(), approval)


def open_source(look: str) -> LookFile | ApprovalFile:
    """The look or approval that a reference names.

    Raises:
        LookdevError: There is none, or it cannot be trusted.
    """
    return ApprovalFile.open(look) if is_approval(look) else LookFile.open(look)


def _every(look_file: LookFile, approval: ApprovalFile | None) -> tuple[int, ...]:
    if approval is not None and approval.approval.kind == "shot":
        return tuple(sorted(approval.approval.pixels))
    plate = look_file.shot.plate
    return tuple(range(plate.first, plate.last + 1))


def _require_approved(approval: ApprovalFile, frames: tuple[int, ...]) -> None:
    """Of a shot that was approved in motion, only the frames that were seen are delivered."""
    if approval.approval.kind == "look":
        return
    seen = sorted(approval.approval.pixels)
    beyond = sorted(set(frames) - set(seen))
    if beyond:
        raise DeliveryError(
            f"{approval.path}: approves a shot's frames {describe(seen)}, "
            f"and not {describe(beyond)}; approve those too, or leave them out"
        )


def delivery_folder(source: LookFile | ApprovalFile, out: Path, *, new_version: bool) -> Path:
    """Where the next delivery goes under `out`, by the show's naming template.

    That is the newest delivery there is (to be resumed, or verified), or the first, or with
    `new_version` the one after the newest.
    """
    newest = max(_versions(source, out), default=0)
    version = newest + 1 if new_version or newest == 0 else newest
    return out.resolve() / _name(source, version)


def _name(source: LookFile | ApprovalFile, version: int) -> str:
    look_file = source.look_file if isinstance(source, ApprovalFile) else source
    shot, template = look_file.shot, look_file.folder.show.naming.delivery
    return template.format(
        sequence=shot.sequence, shot=shot.shot, look=source.name, delivery=version
    )


def _versions(source: LookFile | ApprovalFile, out: Path) -> Iterator[int]:
    if not out.is_dir():
        return
    marker = 987_654_321  # stands for the number, whatever the template's padding
    pattern = re.escape(_name(source, marker)).replace(str(marker), "([0-9]+)")
    for entry in out.iterdir():
        found = re.fullmatch(pattern, entry.name)
        if found and entry.is_dir():
            yield int(found[1])
