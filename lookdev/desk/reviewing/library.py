"""What can be reviewed: a shot's versions, their looks and their reviews, as files have them."""

from pathlib import Path
from typing import TYPE_CHECKING

from lookdev.desk.reviewing.choosers import PLATE
from lookdev.desk.reviewing.signed import Approvals, Signed
from lookdev.errors import LookdevError, SpecError
from lookdev.explore import versions
from lookdev.explore.review import ReviewFile
from lookdev.explore.versions import Version
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.review import Review, ReviewDesk

if TYPE_CHECKING:
    from lookdev.spec.look import Look

_Stamp = tuple[tuple[str, int, int], ...]


class Library:
    """Versions are read again when their files change; reviews are read whenever asked."""

    def __init__(self, shot_file: ShotFile) -> None:
        """Read every version."""
        self.shot_file = shot_file
        self.versions: list[Version] = []
        self.looks: dict[str, Look] = {}
        """By name and version, those that can be read."""
        self.unread: list[str] = []
        """Why others cannot be."""
        self.gone: list[str] = []
        """Versions whose files were taken away, as of the last change."""
        self.signed: dict[str, Signed] = {}
        """The newest approval of each version that has one."""
        self._approvals = Approvals()
        self._files: dict[str, LookFile] = {}
        self._times: dict[str, tuple[int, int]] = {}
        """Time and size of each look's file when it was read."""
        self._stamp: _Stamp = ()
        self.changed()

    def pair(self, look: str | None, left: ReviewDesk) -> tuple[str, str]:
        """A and B: as asked for, else as they were left, else the newest and the one before it.

        Raises:
            SpecError: There is no such version, or it cannot be read.
        """
        if look is None and left.a in self.looks and left.b in {*self.looks, PLATE}:
            return left.a, left.b
        a, b = versions.pair(self.shot_file, look)
        if a.name not in self.looks:
            a.open()  # says why it cannot be read
        return a.name, b.name if b is not None and b.name in self.looks else PLATE

    def still(self, a: str, b: str) -> tuple[str, str] | None:
        """A and B where they are still there, else what comes closest; none where nothing is."""
        readable = [version for version in self.versions if version.name in self.looks]
        if not readable:
            return None
        if a not in self.looks:
            a = versions.newest_first(readable)[0].name
            b = "" if a == b else b
        if b not in {*self.looks, PLATE}:
            under_review = self.version(a)
            before = [
                one for one in readable if one.look == under_review.look and one < under_review
            ]
            b = before[-1].name if before else PLATE
        return a, b

    def version(self, name: str) -> Version:
        """The version of that name.

        Raises:
            SpecError: There is none (any more).
        """
        found = next((version for version in self.versions if version.name == name), None)
        if found is None:
            known = ", ".join(version.name for version in self.versions) or "none"
            raise SpecError(f"{name}: this shot has no such version any more; it has {known}")
        return found

    def as_shown(self, name: str) -> LookFile:
        """A version read anew, which must be the one that the desk shows.

        Raises:
            SpecError: It, or its shot, is another one by now; or it cannot be read.
        """
        found = self.version(name).open()
        if found.shot != self.shot_file.shot:
            raise SpecError(
                f"{found.shot_file.path}: has changed since this desk was opened; run the notebook "
                "again, and look at the shot as it is now"
            )
        if found.look != self.looks.get(name):
            raise SpecError(
                f"{found.path}: has changed since it was drawn; look at it as it is now"
            )
        return found

    def file(self, name: str) -> LookFile | None:
        """A version as it was last read; none where it cannot be read."""
        return self._files.get(name)

    def review_file(self, name: str) -> ReviewFile:
        """The review of a version.

        Raises:
            SpecError: There is no such version (any more), or it cannot be read.
        """
        version = self.version(name)
        return ReviewFile.open(self._files[name] if name in self._files else version.open())

    def reviews(self) -> dict[str, Review]:
        """Every review that can be read; the desk says what is wrong with A's when it shows it."""
        found = {}
        for name in self._files:
            try:
                found[name] = self.review_file(name).read()
            except LookdevError:  # the strip says so
                continue
        return found

    def changed(self) -> bool:
        """Whether looks, reviews or approvals have changed since this was last asked.

        New looks and changed ones are read, and those that are gone are dropped; approvals too.
        """
        stamp = self._look_around()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        before, self.versions = self.versions, versions.versions(self.shot_file)
        names = {version.name for version in self.versions}
        self.gone = [version.name for version in before if version.name not in names]
        self.unread = []
        times = {
            Path(path).stem: (size, time)
            for path, size, time in stamp
            if Path(path).parent.name == "looks"
        }
        files = {}
        for version in self.versions:
            found = self._read(version, times.get(version.name, (0, 0)))
            if found is not None:
                files[version.name] = found
        self._files, self._times = files, times
        self.looks.clear()  # the strip has it, too
        self.looks.update({name: file.look for name, file in files.items()})
        self.signed = self._approvals.of(files)
        return True

    def _read(self, version: Version, time: tuple[int, int]) -> LookFile | None:
        known = self._files.get(version.name)
        if known is not None and self._times.get(version.name) == time:
            return known
        try:
            return version.open()
        except LookdevError as error:
            self.unread.append(str(error))
            return None

    def _look_around(self) -> _Stamp:
        folder = self.shot_file.path.parent
        found = []
        kinds = ("looks/*.yaml", "reviews/*.yaml", "approved/*.dsse")
        paths = [path for kind in kinds for path in folder.glob(kind)]
        for path in (*paths, self.shot_file.folder.root / "params" / "show.yaml"):
            try:
                stat = path.stat()
            except FileNotFoundError:  # taken away between the listing and now
                continue
            found.append((str(path), stat.st_size, stat.st_mtime_ns))
        return tuple(sorted(found))
