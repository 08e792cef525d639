"""Sums of a shot's media: what ingest saw is what is rendered, or it is refused."""

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lookdev.errors import PlateError
from lookdev.image.sequence import describe, frame_path
from lookdev.spec.files import sha256, write_text
from lookdev.spec.folder import ShotFile, ShowFolder

SUMS = "media.sha256"
"""The name of the file of sums, beside `shot.yaml`."""

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def files_of(shot_file: ShotFile, frame: int) -> dict[str, Path]:
    """The files that one frame of a shot is read from, by role (`plate`, `matte tower`, ...)."""
    pictures = shot_file.shot.pictures()
    patterns = {"plate": shot_file.shot.plate.pattern} | {
        role: picture.pattern for role, picture in pictures.items()
    }
    resolve = shot_file.folder.resolve
    return {role: frame_path(str(resolve(name)), frame) for role, name in patterns.items()}


def media_of(shot_file: ShotFile, frames: Iterable[int]) -> list[Path]:
    """Every file that these frames need, each once, and the track."""
    files = [path for frame in frames for path in files_of(shot_file, frame).values()]
    if shot_file.shot.track is not None:
        files.append(shot_file.folder.resolve(shot_file.shot.track))
    return list(dict.fromkeys(files))


Stamp = tuple[tuple[str, int, int], ...]


def stamp(shot_file: ShotFile, frames: Iterable[int]) -> Stamp | None:
    """Name, size and time of every file that these frames need: the same as long as they are.

    None where one is missing.
    """
    try:
        stats = [(path, path.stat()) for path in media_of(shot_file, frames)]
    except OSError:
        return None
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)


def write_sums(
    path: Path,
    folder: ShowFolder,
    files: Sequence[Path],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the files' SHA-256 as `sha256sum` does, one `<hex>  <location>` a line."""
    lines = []
    with ThreadPoolExecutor(2) as pool:
        for file, digest in zip(files, pool.map(_sum, files), strict=True):
            lines.append(f"{digest}  {folder.locate(file)}\n")
            if progress is not None:
                progress(len(lines), len(files))
    write_text(path, "".join(lines))


def verify(shot_file: ShotFile, frames: Sequence[int]) -> None:
    """Compare the files of these frames (and the track) with what ingest saw.

    Raises:
        PlateError: A frame lies outside the shot, files are missing (all of them are named), or a
            file has changed since it was ingested.
    """
    _require_in_range(shot_file, frames)
    _require_present(shot_file, frames)
    sums = _read_sums(shot_file.path.with_name(SUMS))
    files = media_of(shot_file, frames)
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(_sum, files))
    locate = shot_file.folder.locate
    changed = [f for f, found in zip(files, digests, strict=True) if sums.get(locate(f)) != found]
    if changed:
        count = "1 file" if len(changed) == 1 else f"the first of {len(changed)} files"
        raise PlateError(
            f"{changed[0]}: has changed since it was ingested ({count}); ingest the shot again"
        )


def _require_in_range(shot_file: ShotFile, frames: Sequence[int]) -> None:
    plate = shot_file.shot.plate
    outside = [frame for frame in frames if not plate.first <= frame <= plate.last]
    if outside:
        are = "is" if len(outside) == 1 else "are"
        raise PlateError(
            f"{shot_file.path}: {_frames(outside)} {are} outside the shot's "
            f"{plate.first}-{plate.last}"
        )


def _require_present(shot_file: ShotFile, frames: Sequence[int]) -> None:
    missing: dict[str, list[int]] = {}
    for frame in frames:
        for role, path in files_of(shot_file, frame).items():
            if not path.is_file():
                missing.setdefault(role, []).append(frame)
    if missing:
        named = ", ".join(f"{_frames(lost)} of the {role}" for role, lost in missing.items())
        raise PlateError(
            f"{shot_file.path}: {named} cannot be found; bring the files back or ingest again"
        )
    track = shot_file.shot.track
    if track is not None and not shot_file.folder.resolve(track).is_file():
        raise PlateError(f"{shot_file.path}: track is {track}, which cannot be found")


def _frames(frames: list[int]) -> str:
    return f"frame{'s' * (len(frames) > 1)} {describe(sorted(frames))}"


def _read_sums(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise PlateError(f"{path}: cannot be found; ingest the shot again")
    sums = {}
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")  # names may hold U+2028
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise PlateError(f"{path}:{number}: is no line of sha256sum; ingest the shot again")
        sums[match[2]] = match[1]
    return sums


def _sum(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise PlateError(f"{path}: cannot be read: {error.strerror or error}") from error
