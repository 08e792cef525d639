"""The versions of a shot's looks: files that are written once."""

from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore.draft_folder import make_folder
from lookdev.spec import strict_yaml
from lookdev.spec.draft import utc_now
from lookdev.spec.files import write_new
from lookdev.spec.folder import ShotFile, split_version
from lookdev.spec.look import Look


def versions(shot_file: ShotFile, name: str | None = None) -> list[Path]:
    """Versions of that name, or of every name, in order of name and number."""
    found = [(split_version(path.stem), path) for path in _folder(shot_file).glob("*.yaml")]
    return [path for key, path in sorted((k, p) for k, p in found if k) if name in (None, key[0])]


def version_path(shot_file: ShotFile, version: str) -> Path:
    """The file of `toxic_v003`.

    Raises:
        SpecError: The shot has no such version.
    """
    path = _folder(shot_file) / f"{version}.yaml"
    if not path.is_file():
        known = ", ".join(found.stem for found in versions(shot_file)) or "none"
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
    there = [split_version(path.stem) for path in versions(shot_file, name)]
    number = max((key[1] for key in there if key), default=0) + 1
    while not write_new(path := _folder(shot_file) / f"{name}_v{number:03d}.yaml", content):
        number += 1
    return path


def _folder(shot_file: ShotFile) -> Path:
    return shot_file.path.parent / "looks"
