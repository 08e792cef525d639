"""Longer work on the picture thread: it gives way to whatever is to be drawn, and goes on then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lookdev.explore import shown
from lookdev.explore.gather import lacking
from lookdev.explore.painter import proxy_scale
from lookdev.explore.picture_worker import PictureWorker
from lookdev.explore.shown import Coded, Source
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


@dataclass(frozen=True)
class ClipFrame:
    """One frame of a clip, of both slots."""

    frame: int
    pictures: dict[str, Coded]


class Finding:
    """Finds which frames of a look have all their elements."""

    def __init__(
        self,
        pictures: PictureWorker,
        look: Look,
        frames: Sequence[int],
        found: Callable[[list[int]], None],
        name: str = "",
    ) -> None:
        """Call the object to do it; `found` gets the frames."""
        self._pictures, self._look, self._found = pictures, look, found
        self._left, self._cached, self._name = list(frames), list[int](), name

    def __call__(self) -> None:
        """Go on until all is found, or something is to be drawn."""
        while self._left:
            if self._pictures.is_waited_for:
                self._pictures.run_on(self, name=self._name)
                return
            frame = self._left.pop(0)
            if self._pictures.is_cached(self._look, frame):
                self._cached.append(frame)
        self._found(self._cached)


class Clip:
    """Draws the whole display window of frames, for playback."""

    def __init__(
        self,
        pictures: PictureWorker,
        shot_file: ShotFile,
        sources: Mapping[str, Source],
        *,
        frames: Sequence[int],
        size: tuple[int, int],
        each: Callable[[ClipFrame], None],
        done: Callable[[list[int]], None],
    ) -> None:
        """Call the object to do it; `each` gets every frame in order, `done` those there were."""
        self._pictures, self._shot_file, self._sources = pictures, shot_file, dict(sources)
        self._size, self._each, self._done = size, each, done
        self._left, self._drawn = list(frames), list[int]()
        self.is_dropped = False

    def __call__(self) -> None:
        """Go on until all is drawn, or something else is to be."""
        while self._left and not self.is_dropped:
            if self._pictures.is_waited_for:
                self._pictures.run_on(self, name="clip")
                return
            try:
                self._draw(self._left.pop(0))
            except Exception:
                self._done(self._drawn)  # who waits plays what there is
                raise
        if not self.is_dropped:
            self._done(self._drawn)

    def _draw(self, frame: int) -> None:
        pictures = {slot: self._coded(source, frame) for slot, source in self._sources.items()}
        whole = {slot: coded for slot, coded in pictures.items() if coded is not None}
        if "a" in whole:
            self._each(ClipFrame(frame, whole))
            self._drawn.append(frame)

    def _coded(self, source: Source, frame: int) -> Coded | None:
        """A slot's picture; None where it lacks an element."""
        shot_file, shot = self._shot_file, self._shot_file.shot
        self._pictures.check(shot_file, source.look, frame)
        scale = proxy_scale(shot_file)
        rendered, missing = self._pictures.render(source.look, frame, scale)
        if lacking(source.what, missing):
            return None
        return shown.coded(
            shown.plane_of(rendered, source.what, shot_file, scale),
            region=(0.0, 0.0, float(shot.width), float(shot.height)),
            size=self._size,
            plate=(shot.width, shot.height),
            exact=False,
        )
