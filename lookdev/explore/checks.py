"""Checks of look and media before they are drawn, each file read once as long as it is the same."""

from collections.abc import Sequence
from pathlib import Path

from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.media import SUMS, media_of
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

_Stamp = tuple[tuple[str, int, int], ...]


class Checks:
    """What was found fit to be rendered; from any thread."""

    def __init__(self) -> None:
        """Know nothing."""
        self._found_fit: dict[tuple[int, ...], _Stamp] = {}

    def check(self, shot_file: ShotFile, look: Look, frame: int) -> None:
        """Raise a LookdevError where look or media are not fit to be rendered."""
        look_file = LookFile(Path("this look"), look, shot_file)
        check_look(look_file)
        anchors = {layer.motion.anchor for layer in look.layers if layer.motion.follow != 0}
        frames = tuple(sorted({frame, *anchors}))
        stamp = _stamp(shot_file, frames)
        if stamp is None or self._found_fit.get(frames) != stamp:
            check_frames(look_file, [frame])
            if stamp is not None:
                self._found_fit[frames] = stamp


def _stamp(shot_file: ShotFile, frames: Sequence[int]) -> _Stamp | None:
    """Name, size and time of every file; None where one is missing."""
    try:
        files = [*media_of(shot_file, frames), shot_file.path.with_name(SUMS)]
        stats = [(path, path.stat()) for path in files]
    except OSError:
        return None
    return tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)
