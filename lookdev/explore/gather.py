"""Frames of what is cached or sketched: what is missing is asked for, never made here."""

import threading
from collections.abc import Collection
from functools import lru_cache

from lookdev.explore.want import Key, Want
from lookdev.generate.elements import NotKeptError
from lookdev.generate.span import layer_reads
from lookdev.image.element import Element
from lookdev.image.media import Stamp, stamp
from lookdev.render import Rendered, Session, render_frame
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

_REMEMBERED = 16_384
"""Cache keys: a shot of 240 frames with three layers has 720."""


class Sketches:
    """Elements to be shown until the real ones are there; filled by one thread, read by another."""

    def __init__(self) -> None:
        """Hold none."""
        self._lock = threading.Lock()
        self._held: dict[Key, tuple[Element, str]] = {}

    def put(self, key: Key, element: Element, stage: str) -> None:
        """Hold an element, and say what it is (`draft`, `step 3 of 6`)."""
        with self._lock:
            self._held[key] = (element, stage)

    def get(self, want: Want) -> tuple[Element, str] | None:
        """The wanted element's sketch."""
        return self._held.get(want.key)

    def keep_only(self, keys: Collection[Key]) -> None:
        """Forget all others."""
        with self._lock:
            self._held = {key: held for key, held in self._held.items() if key in keys}


class Gatherer:
    """Renders frames from what there is; one thread only."""

    def __init__(self, shot_file: ShotFile) -> None:
        """Gather from a shot's cache."""
        self.shot_file, self.sketches = shot_file, Sketches()
        self._sessions: dict[str, Session] = {}
        self._keys: dict[tuple[Key, Stamp | None], str | None] = {}

    def session(self, lane: str = "", *, frames_kept: int = 1) -> Session:
        """The session of a lane: what is drawn in turns must not push out each other's stages."""
        if lane not in self._sessions:
            folder = self.shot_file.folder
            self._sessions[lane] = Session(folder, frames_kept=frames_kept, makes=False, quick=True)
        return self._sessions[lane]

    def is_kept(self, want: Want) -> bool:
        """Whether an element is in the cache."""
        elements = self.session().elements
        frames = layer_reads(want.layer, self.shot_file.shot, want.frame)
        made_from = want.key, stamp(self.shot_file, sorted(frames))
        if made_from not in self._keys:
            if len(self._keys) >= _REMEMBERED:
                self._keys.clear()
            self._keys[made_from] = elements.key(want.layer, self.shot_file, want.frame)
        return elements.has(self._keys[made_from])

    def render(
        self, look: Look, frame: int, scale: float, *, lane: str = "", frames_kept: int = 1
    ) -> tuple[Rendered, list[Want]]:
        """A frame, and the elements that it lacks: they are shown as sketches, or not at all."""
        session, lost = self.session(lane, frames_kept=frames_kept), set[str]()
        while True:
            missing = [
                want
                for want in (Want(layer, frame, look) for layer in look.shown)
                if want.layer.name in lost or not self.is_kept(want)
            ]
            given = {want.layer.name: self._sketch(want) for want in missing}
            try:
                rendered = render_frame(
                    self.shot_file, look, frame, session=session, scale=scale, provisional=given
                )
            except NotKeptError as error:  # the cache was cleared, or the entry is damaged
                lost.add(error.layer)
            else:
                return rendered, missing

    def reopen(self, shot_file: ShotFile) -> None:
        """Go on with a changed shot, and forget what was read of it before."""
        self.shot_file = shot_file
        self._sessions.clear()
        self._keys.clear()

    def _sketch(self, want: Want) -> Element:
        sketch = self.sketches.get(want)
        return sketch[0] if sketch else _nothing(*want.layer.element.size)


@lru_cache(maxsize=16)
def _nothing(width: int, height: int) -> Element:
    """One object a size: a stage that is the same is not computed again."""
    return Element.empty(width, height)


def lacking(what: str, missing: Collection[Want]) -> list[Want]:
    """Those missing elements that a part of the picture (`comp`, `element:snow`) shows."""
    part, _, name = what.partition(":")
    if part == "comp":
        return list(missing)
    return [w for w in missing if part in ("element", "alpha") and w.layer.name == name]
