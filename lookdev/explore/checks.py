"""Checks of look and media before they are drawn, each file read once as long as it is the same."""

from collections.abc import Sequence
from pathlib import Path

from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.media import SUMS, Stamp, stamp
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

_Stamp = tuple[Stamp, int, int]


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
        now = _stamp(shot_file, frames)
        if now is None or self._found_fit.get(frames) != now:
            check_frames(look_file, [frame])
            if now is not None:
                self._found_fit[frames] = now


def _stamp(shot_file: ShotFile, frames: Sequence[int]) -> _Stamp | None:
    """The stamp of the media and of their sums; None where one is missing."""
    media, sums = stamp(shot_file, frames), shot_file.path.with_name(SUMS)
    if media is None or not sums.is_file():
        return None
    stat = sums.stat()
    return media, stat.st_size, stat.st_mtime_ns
