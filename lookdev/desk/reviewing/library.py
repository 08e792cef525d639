"""What can be reviewed: a shot's versions, their looks and their reviews, as files have them."""

from typing import TYPE_CHECKING

from lookdev.desk.reviewing.choosers import PLATE
from lookdev.errors import LookdevError
from lookdev.explore import versions
from lookdev.explore.review import ReviewFile
from lookdev.explore.versions import Version
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.review import Review, ReviewDesk

if TYPE_CHECKING:
    from lookdev.spec.look import Look

_Stamp = tuple[tuple[str, int, int], ...]


class Library:
    """Versions are written once, so each is read once; reviews are read whenever asked."""

    def __init__(self, shot_file: ShotFile) -> None:
        """Read every version."""
        self.shot_file = shot_file
        self.versions: list[Version] = []
        self.looks: dict[str, Look] = {}
        """By name and version, those that can be read."""
        self.unread: list[str] = []
        """Why others cannot be."""
        self._files: dict[str, LookFile] = {}
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

    def version(self, name: str) -> Version:
        """The version of that name."""
        return next(version for version in self.versions if version.name == name)

    def review_file(self, name: str) -> ReviewFile:
        """The review of a version."""
        return ReviewFile.open(self._files[name])

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
        """Whether looks or reviews have changed since this was last asked; new looks are read."""
        stamp = self._look_around()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.versions = versions.versions(self.shot_file)
        self.unread = []
        for version in self.versions:
            if version.name not in self.looks:
                self._read(version)
        return True

    def _read(self, version: Version) -> None:
        try:
            self._files[version.name] = version.open()
        except LookdevError as error:
            self.unread.append(str(error))
            return
        self.looks[version.name] = self._files[version.name].look

    def _look_around(self) -> _Stamp:
        folder = self.shot_file.path.parent
        found = []
        for path in (*folder.glob("looks/*.yaml"), *folder.glob("reviews/*.yaml")):
            try:
                stat = path.stat()
            except FileNotFoundError:  # taken away between the listing and now
                continue
            found.append((str(path), stat.st_size, stat.st_mtime_ns))
        return tuple(sorted(found))
