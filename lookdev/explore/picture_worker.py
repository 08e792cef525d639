"""The thread that makes pictures: it composites what is cached, and never runs a model.

A blend edit is therefore on the screen while a model works. The latest wish wins: what was asked
for meanwhile is never drawn.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from torch import Tensor

from lookdev.explore import shown
from lookdev.explore.model_worker import Key, Want
from lookdev.explore.picture import comp_picture
from lookdev.explore.shown import Coded
from lookdev.explore.view import Shown, Slot, View
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.element import Element
from lookdev.image.sheet import fitted
from lookdev.render import Rendered, Session, render_frame
from lookdev.spec.digest import digest
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

PROXY_WIDTH = 960
"""Pictures are composited at a proxy no wider than this, until more of it is looked at."""

THUMB_WIDTH = 240

HOLD = 1.0
"""Seconds that the last picture may stay while the first draft of a new one is made."""

SETTLE = 0.25
"""Seconds after which a picture is sent anew, exactly."""


class Listener(Protocol):
    """Who is told; called on the worker's own thread."""

    def show(self, picture: Shown) -> None:
        """A picture is ready."""

    def overlay(self, frame: int, matte: Coded) -> None:
        """A matte to lay over the picture is ready."""

    def want(self, wants: Sequence[Want]) -> None:
        """These elements are missing, the most important first."""

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        """The whole look of slot A has come to rest, in full."""

    def failed(self, error: Exception) -> None:
        """The wish could not be fulfilled."""


class PictureWorker:
    """Draws the latest view, again whenever an element arrives, and once more exactly at rest."""

    def __init__(self, shot_file: ShotFile, listener: Listener) -> None:
        """Start the thread."""
        self.shot_file, self._listener = shot_file, listener
        self._changed = threading.Condition()
        self._view: View | None = None
        self._stale = False
        self._exact = True
        self._asked_at = 0.0
        self._errands: list[Callable[[], None]] = []
        self._closed = False
        self._sketches: dict[Key, tuple[Element, str]] = {}
        self._kept: set[Key] = set()
        self._checked: set[int] = set()
        self._sent: dict[str, tuple[object, ...]] = {}
        self._last: tuple[float, Rendered] | None = None
        self._thumbed: tuple[str, int] | None = None
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)
        self._thread.start()

    def show(self, view: View, *, anew: bool = False) -> None:
        """Draw this view next; `anew` sends even what the viewer has already."""
        with self._changed:
            self._view, self._stale, self._exact = view, True, False
            self._asked_at = time.monotonic()
            if anew:
                self._sent = {}
            self._changed.notify_all()

    def sketched(self, key: Key, element: Element, stage: str) -> None:
        """Show this element until the real one is there."""
        with self._changed:
            self._sketches[key] = (element, stage)
            self._stale = True
            self._changed.notify_all()

    def made(self, key: Key) -> None:
        """The real element is in the cache."""
        with self._changed:
            self._kept.add(key)
            self._stale, self._exact = True, False
            self._changed.notify_all()

    def run(self, errand: Callable[[], None]) -> None:
        """Do something on this thread once nothing waits to be drawn."""
        with self._changed:
            self._errands.append(errand)
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    @property
    def is_stale(self) -> bool:
        """Whether something newer waits to be drawn; a long errand asks, and stops."""
        return self._stale or self._closed

    @property
    def last(self) -> tuple[float, Rendered] | None:
        """Scale and frame last drawn for slot A."""
        return self._last

    def render(self, look: Look, frame: int, scale: float) -> tuple[Rendered, list[Want]]:
        """A frame of what is cached or sketched, and what it lacks; own thread only."""
        given, missing = {}, []
        for layer in look.shown:
            want = Want(layer, frame)
            if self._is_kept(want):
                continue
            sketch = self._sketches.get(want.key)
            given[layer.name] = sketch[0] if sketch else Element.empty(*layer.element.size)
            missing.append(want)
        rendered = render_frame(
            self.shot_file, look, frame, session=self._session, scale=scale, provisional=given
        )
        return rendered, missing

    def is_cached(self, look: Look, frame: int) -> bool:
        """Whether every element of a frame is there; own thread only."""
        return all(self._is_kept(Want(layer, frame)) for layer in look.shown)

    def checked(self, look: Look, frame: int) -> None:
        """Raise a LookdevError where look or media are not fit to be rendered."""
        shot_file = self.shot_file
        look_file = LookFile(Path("this look"), look, shot_file)
        check_look(look_file)
        if frame not in self._checked:
            check_frames(look_file, [frame])
            self._checked.add(frame)

    def _run(self) -> None:
        self._session = Session(self.shot_file.folder, frames_kept=6)
        while True:
            with self._changed:
                if self._closed:
                    return
                view, stale, exact = self._view, self._stale, self._exact
                errand = self._errands.pop(0) if self._errands and not stale else None
                if not stale and errand is None:
                    woken = self._changed.wait(SETTLE if view and not exact else None)
                    if woken or view is None or self._stale or self._errands:
                        continue
                    self._exact = True
                self._stale = False
            try:
                if errand is not None:
                    errand()
                elif view is not None:
                    self._draw(view, exact=not stale)
            except Exception as error:  # noqa: BLE001 a thread's last resort: handed on, in full
                self._listener.failed(error)

    def _draw(self, view: View, *, exact: bool) -> None:
        wants: list[Want] = []
        self.checked(view.a.look, view.frame)
        if view.b.look != view.a.look:
            self.checked(view.b.look, view.frame)
        rendered = self._slot("a", view, exact=exact, wants=wants)
        if view.overlay:
            self._overlay(view, rendered)
        if view.b != view.a:
            self._slot("b", view, exact=exact, wants=wants)
        if not view.scrubbing and not exact:
            self._forget_all_but(wants)
            self._listener.want(wants)
        if exact and not wants and view.a.what == "comp":
            self._thumbnail(view.a.look, rendered)

    def _slot(self, slot: Slot, view: View, *, exact: bool, wants: list[Want]) -> Rendered:
        source = view.a if slot == "a" else view.b
        scale = self._scale(view, exact=exact)
        rendered, missing = self.render(source.look, view.frame, scale)
        wants += [want for want in missing if want.key not in {w.key for w in wants}]
        if slot == "a":
            self._last = (scale, rendered)
        if self._is_held(slot, view, missing):
            self._exact = False
            return rendered
        stage = self._stage(missing, scrubbing=view.scrubbing)
        new = (source, view.frame, view.region, view.size, scale, exact, stage, *map(id, missing))
        fresh = rendered.provisional or self._sent.get(slot) != new
        if fresh:
            plane = shown.plane_of(rendered, source.what, self.shot_file, scale)
            self._listener.show(
                Shown(slot, source, view.frame, self._coded(plane, view, exact=exact), stage)
            )
            self._sent[slot] = new
        return rendered

    def _is_held(self, slot: Slot, view: View, missing: Sequence[Want]) -> bool:
        """Whether the picture before stays a moment longer, because a draft is about to come.

        Otherwise a layer would vanish for an instant whenever its seed changes.
        """
        before = self._sent.get(slot)
        if view.scrubbing or before is None or before[1] != view.frame:
            return False
        waits = any(want.key not in self._sketches for want in missing)
        return waits and time.monotonic() - self._asked_at < HOLD

    def _overlay(self, view: View, rendered: Rendered) -> None:
        new = (view.overlay, view.frame, view.region, view.size)
        if self._sent.get("overlay") == new:
            return
        scale, _ = self._last or (1.0, None)
        what = "support" if view.overlay == "support" else f"matte:{view.overlay}"
        plane = shown.plane_of(rendered, what, self.shot_file, scale)
        width = self.shot_file.shot.width
        matte = shown.grey(plane, region=view.region, size=view.size, plate_width=width)
        self._listener.overlay(view.frame, matte)
        self._sent["overlay"] = new

    def _coded(self, plane: Tensor, view: View, *, exact: bool) -> Coded:
        width = self.shot_file.shot.width
        return shown.coded(
            plane, region=view.region, size=view.size, plate_width=width, exact=exact
        )

    def _scale(self, view: View, *, exact: bool) -> float:
        """The proxy while something changes; at rest the plate itself where more is looked at."""
        width = self.shot_file.shot.width
        proxy = min(1.0, PROXY_WIDTH / width)
        needed = view.size[0] / max(1e-6, view.region[2] - view.region[0])
        return 1.0 if exact and needed > proxy * 1.05 else proxy

    def _stage(self, missing: Sequence[Want], *, scrubbing: bool) -> str:
        if not missing:
            return ""
        if scrubbing:
            return "not rendered yet"
        sketches = [self._sketches.get(want.key) for want in missing]
        parts = [
            f"{want.layer.name} {sketch[1] if sketch else 'waiting'}"
            for want, sketch in zip(missing, sketches, strict=True)
        ]
        return ", ".join(parts)

    def _thumbnail(self, look: Look, rendered: Rendered) -> None:
        key = (digest(look), rendered.number)
        if self._thumbed == key:
            return
        self._thumbed = key
        self._listener.rested(look, rendered.number, self.thumbnail(rendered))

    def thumbnail(self, rendered: Rendered) -> bytes:
        """The composite, display-referred, as a small JPEG; own thread only."""
        picture = comp_picture(rendered, self.shot_file.shot, self._session)
        return shown.jpeg(fitted(picture, THUMB_WIDTH), quality=85)

    def _is_kept(self, want: Want) -> bool:
        """Remembered once seen: asking draws the envelope and hashes it."""
        if want.key in self._kept:
            return True
        elements = self._session.elements
        if not elements.is_kept(want.layer, self.shot_file, want.frame):
            return False
        self._kept.add(want.key)
        return True

    def _forget_all_but(self, wants: Sequence[Want]) -> None:
        keys = {want.key for want in wants}
        with self._changed:
            self._sketches = {k: v for k, v in self._sketches.items() if k in keys}
