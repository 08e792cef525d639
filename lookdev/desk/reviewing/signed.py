"""What is signed: the newest approval of each version, and whether it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lookdev.errors import LookdevError
from lookdev.spec.folder import LookFile, split_version

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile


@dataclass(frozen=True)
class Signed:
    """A version's newest approval, as its file was when it was read."""

    path: Path
    by: str = ""
    at: str = ""
    frames: str = ""
    """`frames 1001,1003`, or `frames 1001-1006, seen moving`."""
    trouble: str = ""
    """Why it does not count; empty where it does."""

    @property
    def name(self) -> str:
        """`toxic_v003_a001`."""
        return self.path.stem

    @property
    def short(self) -> str:
        """`a001`."""
        return self.name.rsplit("_", maxsplit=1)[-1]

    @property
    def badge(self) -> str:
        """What stands beside the version."""
        return f"{self.short} does not count" if self.trouble else f"approved, {self.short}"


class Approvals:
    """The newest approval of each version; each is opened once while its file and the show's stay.

    Whether the look is still as it was approved is another question, which takes longer.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self._known: dict[tuple[Path, object], Signed] = {}

    def of(self, files: Mapping[str, LookFile]) -> dict[str, Signed]:
        """The newest approval of each of these versions that has one."""
        from lookdev.approve.approval_file import approvals_of

        known, found = {}, {}
        for name, look_file in files.items():
            paths = approvals_of(look_file)
            if not paths:
                continue
            key = paths[-1], _times(paths[-1], look_file)
            known[key] = found[name] = self._known.get(key) or _opened(paths[-1])
        self._known = known
        return found


def to_supersede(name: str, signed: Mapping[str, Signed]) -> Signed | None:
    """The approval whose place another one of this version would take, as far as one counts.

    It is the version's own, else that of the version of the look that came last before it.
    """
    look, number = split_version(name) or (name, 0)
    best: tuple[int, Signed | None] = (0, None)
    for other, one in signed.items():
        of_look, version = split_version(other) or (other, 0)
        if of_look == look and best[0] < version <= number and not one.trouble:
            best = version, one
    return best[1]


def _opened(path: Path) -> Signed:
    from lookdev.approve.approval_file import ApprovalFile

    try:
        approval = ApprovalFile.open(str(path))
    except LookdevError as error:
        return Signed(path, trouble=str(error))
    return Signed(path, approval.approval.by, approval.approval.at, _frames(approval))


def _frames(approval: "ApprovalFile") -> str:
    from lookdev.image.sequence import describe

    pixels = approval.approval.pixels
    every = f"frame{'s' if len(pixels) > 1 else ''} {describe(sorted(pixels))}"
    return every if approval.approval.kind == "look" else f"{every}, seen moving"


def _times(path: Path, look_file: LookFile) -> object:
    """Changes with the approval, and with the keys that the show trusts."""
    show = look_file.folder.root / "params" / "show.yaml"
    try:
        return tuple((stat.st_size, stat.st_mtime_ns) for stat in (path.stat(), show.stat()))
    except OSError:  # opening it says why
        return None
