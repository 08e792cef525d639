"""The versions of a shot's looks: files that are written once; review chooses from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore.draft_folder import make_folder
from lookdev.spec import strict_yaml
from lookdev.spec.draft import utc_now
from lookdev.spec.files import write_new
from lookdev.spec.folder import LookFile, ShotFile, split_version
from lookdev.spec.look import Look


@dataclass(frozen=True, order=True)
class Version:
    """One version of a look, by its file."""

    look: str
    """The look's name: `toxic`."""
    number: int
    path: Path

    @property
    def name(self) -> str:
        """Name and version: `toxic_v003`."""
        return self.path.stem

    def open(self) -> LookFile:
        """Read it."""
        return LookFile.open(str(self.path))


def versions(shot_file: ShotFile, look: str | None = None) -> list[Version]:
    """The versions of one look, or of every one; by name, then number."""
    found = []
    for path in _folder(shot_file).glob("*.yaml"):
        parts = split_version(path.stem)
        if parts is not None and look in (None, parts[0]):
            found.append(Version(*parts, path))
    return sorted(found)


def version_path(shot_file: ShotFile, version: str) -> Path:
    """The file of `toxic_v003`.

    Raises:
        SpecError: The shot has no such version.
    """
    path = _folder(shot_file) / f"{version}.yaml"
    if not path.is_file():
        known = ", ".join(found.name for found in versions(shot_file)) or "none"
        raise SpecError(f"{path}: there is no such look; this shot has {known}")
    return path


def write_version(shot_file: ShotFile, name: str, look: Look) -> Path:
    """Write a look as the version after the highest one of that name; `created` is now.

    Raises:
        DeliveryError: It cannot be written.
    """
    stamped = look.model_copy(update={"created": utc_now()})
    content = strict_yaml.write(stamped).encode()
    make_folder(_folder(shot_file))
    number = max((version.number for version in versions(shot_file, name)), default=0) + 1
    while not write_new(path := _folder(shot_file) / f"{name}_v{number:03d}.yaml", content):
        number += 1
    return path


def newest_first(found: Iterable[Version]) -> list[Version]:
    """Versions by the time of their files; of two of one time the higher one is newer."""
    return sorted(found, key=lambda version: (_time(version.path), version), reverse=True)


def pair(shot_file: ShotFile, look: str | None) -> tuple[Version, Version | None]:
    """The version under review, and the one before it to compare with.

    Args:
        shot_file: The shot.
        look: A version (`toxic_v003`), or a look's name for its last one; the shot's newest file
            if None.

    Raises:
        SpecError: The shot has no such version, or none at all.
    """
    every = versions(shot_file)
    if not every:
        raise SpecError(f"{_folder(shot_file)}: has no version yet; save one in the explore desk")
    chosen = _chosen(every, look)
    if chosen is None:
        known = ", ".join(version.name for version in every)
        raise SpecError(f"{_folder(shot_file)}: has no look {look}; it has {known}")
    before = [one for one in every if one.look == chosen.look and one < chosen]
    return chosen, before[-1] if before else None


def _chosen(every: list[Version], look: str | None) -> Version | None:
    if look is None:
        return newest_first(every)[0]
    fitting = [version for version in every if look in (version.name, version.look)]
    return fitting[-1] if fitting else None


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # taken away since it was listed
        return 0


def _folder(shot_file: ShotFile) -> Path:
    return shot_file.path.parent / "looks"
