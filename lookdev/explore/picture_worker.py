"""The thread that makes pictures: it composites what is cached, and never runs a model.

A blend edit is therefore on the screen while a model works. The latest wish wins: what was asked
for meanwhile is never drawn.
"""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from lookdev.explore.checks import Checks
from lookdev.explore.painter import Painter, Viewer
from lookdev.explore.view import View
from lookdev.explore.want import Key, Want
from lookdev.image.element import Element
from lookdev.render import Rendered
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

SETTLE = 0.25
"""Seconds after which a picture is sent anew, exactly."""


class Listener(Viewer, Protocol):
    """Who is told; called on the worker's own thread."""

    def want(self, wants: Sequence[Want], cancels: int) -> None:
        """These elements are missing, the most important first."""

    def failed(self, error: Exception) -> None:
        """The wish could not be fulfilled."""


@dataclass(frozen=True)
class _Drawing:
    """A view that is to be drawn."""

    view: View
    exact: bool = False
    anew: bool = False


class PictureWorker:
    """Draws the latest view, again whenever an element arrives, and once more exactly at rest."""

    def __init__(self, shot_file: ShotFile, listener: Listener) -> None:
        """Start the thread."""
        self._listener, self._checks = listener, Checks()
        self._painter = Painter(shot_file, listener, self._checks)
        self._changed = threading.Condition()
        self._view: View | None = None
        self._stale = self._anew = self._closed = False
        self._exact, self._rests_at = True, 0.0
        self._reopened: ShotFile | None = None
        self._errands: dict[str, Callable[[], None]] = {}
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name="picture", daemon=True)
        self._thread.start()

    def show(self, view: View, *, anew: bool = False) -> None:
        """Draw this view next; `anew` sends even what the viewer has already."""
        with self._changed:
            self._view, self._anew = view, self._anew or anew
            self._touch()

    def sketched(self, key: Key, element: Element, stage: str) -> None:
        """Show this element until the real one is there."""
        self._painter.gatherer.sketches.put(key, element, stage)
        with self._changed:
            self._stale = True
            self._changed.notify_all()

    def made(self) -> None:
        """A real element is in the cache."""
        with self._changed:
            self._touch()

    def reopen(self, shot_file: ShotFile) -> None:
        """Go on with a changed shot."""
        with self._changed:
            self._reopened = shot_file
            self._changed.notify_all()

    def run(self, errand: Callable[[], None], *, name: str = "") -> None:
        """Do something on this thread once nothing waits to be drawn.

        Args:
            errand: What is to be done; a long one looks at `is_waited_for`, and runs itself again.
            name: An errand that has one replaces the one of that name which has not begun.
        """
        with self._changed:
            self._errands[name or f"errand {next(self._numbers)}"] = errand
            self._changed.notify_all()

    def run_on(self, errand: Callable[[], None], *, name: str = "") -> None:
        """Go on with an errand later, unless there is a newer one of its name."""
        with self._changed:
            if not name or name not in self._errands:
                self.run(errand, name=name)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    @property
    def is_waited_for(self) -> bool:
        """Whether something is to be drawn; a long errand asks, and stops."""
        return self._closed or (self._view is not None and (self._stale or self._is_at_rest))

    @property
    def last(self) -> tuple[float, Rendered] | None:
        """Scale and frame last drawn for slot A."""
        return self._painter.last

    def render(self, look: Look, frame: int, scale: float) -> tuple[Rendered, list[Want]]:
        """A frame of what is cached or sketched, and what it lacks; for errands."""
        return self._painter.gatherer.render(look, frame, scale, lane="errands")

    def is_cached(self, look: Look, frame: int) -> bool:
        """Whether every element of a frame is there; for errands."""
        return all(self._painter.gatherer.is_kept(Want(layer, frame, look)) for layer in look.shown)

    def check(self, shot_file: ShotFile, look: Look, frame: int) -> None:
        """Raise a LookdevError where look or media are not fit to be rendered; any thread."""
        self._checks.check(shot_file, look, frame)

    def _touch(self) -> None:
        self._stale, self._exact = True, False
        self._rests_at = time.monotonic() + SETTLE
        self._changed.notify_all()

    @property
    def _is_at_rest(self) -> bool:
        return not self._exact and time.monotonic() >= self._rests_at

    def _run(self) -> None:
        while (turn := self._next()) is not None:
            try:
                if isinstance(turn, _Drawing):
                    self._draw(turn)
                else:
                    turn()
            except Exception as error:  # noqa: BLE001 a thread's last resort: handed on, in full
                self._listener.failed(error)

    def _next(self) -> _Drawing | Callable[[], None] | None:
        """Wait for what is to be done next; None once closed."""
        with self._changed:
            while not self._closed:
                turn = self._turn()
                if turn is not None:
                    return turn
                rests = self._view is not None and not self._exact
                self._changed.wait(self._rests_at - time.monotonic() if rests else None)
        return None

    def _turn(self) -> _Drawing | Callable[[], None] | None:
        """A changed shot, a view that has changed, or has come to rest; else an errand."""
        if self._reopened is not None:
            reopened, self._reopened = self._reopened, None
            return partial(self._painter.reopen, reopened)
        if self._view is not None and self._stale:
            anew, self._anew, self._stale = self._anew, False, False
            return _Drawing(self._view, anew=anew)
        if self._view is not None and self._is_at_rest:
            self._exact = True
            return _Drawing(self._view, exact=True)
        if self._errands:
            return self._errands.pop(next(iter(self._errands)))
        return None

    def _draw(self, drawing: _Drawing) -> None:
        view, exact = drawing.view, drawing.exact
        if drawing.anew:
            self._painter.forget_sent()
        painted = self._painter.paint(view, exact=exact)
        if not view.scrubbing and not exact:
            self._painter.gatherer.sketches.keep_only({want.key for want in painted.wants})
            self._listener.want(painted.wants, view.cancels)
        with self._changed:
            self._exact = self._exact and not painted.is_held
            self._rests_at = time.monotonic() + SETTLE
