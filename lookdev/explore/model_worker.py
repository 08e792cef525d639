"""The one thread that runs models: what the picture waits for first, then longer work in turns.

Nothing here waits for a widget, and nothing blocks the caller. A job that nobody wants any more
ends at its next denoising step, by an exception: a half-denoised element is never taken for good.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from lookdev.explore.estimates import Estimates
from lookdev.generate.adapter import OnStep, Step
from lookdev.generate.draft import Draft
from lookdev.image.element import Element
from lookdev.render import Session
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer

DRAFT = Draft()

REST = 0.35
"""Seconds that the hand must rest before a draft is followed by the real element."""

Key = str


@dataclass(frozen=True)
class Want:
    """One layer's element at one frame."""

    layer: Layer
    frame: int

    @cached_property
    def key(self) -> Key:
        """What decides the element; two layers may share one."""
        layer = self.layer
        parts = (layer.element, layer.control, layer.motion)
        return "|".join([str(self.frame), *(part.model_dump_json() for part in parts)])


@dataclass(frozen=True)
class Status:
    """What the model does now."""

    text: str
    busy: bool = False
    progress: float | None = None
    """0 to 1."""
    seconds_left: float | None = None


Task = Callable[[Session, OnStep], Iterator[Status]]
"""Longer work: a generator that yields where the worker may look after the picture."""


class Listener(Protocol):
    """Who is told; called on the worker's own thread."""

    def sketched(self, want: Want, element: Element, stage: str) -> None:
        """A draft, or the element so far."""

    def made(self, want: Want) -> None:
        """The element is in the cache."""

    def said(self, status: Status) -> None:
        """What the worker does has changed."""

    def failed(self, error: Exception) -> None:
        """The job at hand was given up."""


class _Unwanted(Exception):  # noqa: N818 no error: the way out of a sampling loop
    """The job at hand is not wanted any more, or was cancelled."""


class ModelWorker:
    """Makes wanted elements, newest wish first; between them it advances longer tasks."""

    def __init__(self, shot_file: ShotFile, listener: Listener) -> None:
        """Start the thread; models load when the first element is made."""
        self.shot_file, self._listener = shot_file, listener
        self._changed = threading.Condition()
        self._wants: tuple[Want, ...] = ()
        self._wanted_at = 0.0
        self._tasks: list[Task] = []
        self._cancels = 0
        self._declined: set[Key] = set()
        self._closed = False
        self._sketched: set[Key] = set()
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def want(self, wants: Sequence[Want]) -> None:
        """Replace what is wanted; what was cancelled stays so until `resume`."""
        with self._changed:
            fresh = tuple(want for want in wants if want.key not in self._declined)
            if {want.key for want in fresh} != {want.key for want in self._wants}:
                self._wanted_at = time.monotonic()
            self._wants = fresh
            self._changed.notify_all()

    def add(self, task: Task) -> None:
        """Queue longer work behind what is wanted."""
        with self._changed:
            self._tasks.append(task)
            self._changed.notify_all()

    def cancel(self) -> None:
        """Give up everything; the worker is free after the step in flight."""
        with self._changed:
            self._cancels += 1
            self._declined |= {want.key for want in self._wants}
            self._wants, self._tasks = (), []
            self._changed.notify_all()

    def resume(self) -> None:
        """Allow again what was cancelled."""
        with self._changed:
            self._declined.clear()

    def close(self) -> None:
        """End the thread after the step in flight."""
        with self._changed:
            self._closed = True
            self._cancels += 1
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    def _run(self) -> None:
        self._session = Session(self.shot_file.folder)
        self._estimates = Estimates.open(self.shot_file.folder)
        task: Iterator[Status] | None = None
        while True:
            with self._changed:
                began = self._cancels
                want, sketch = self._next()
                if want is None and task is None and not self._tasks and not self._closed:
                    self._changed.wait(self._rest_left())
                    continue
                if self._closed:
                    return
                if want is None and task is None:
                    task = self._tasks.pop(0)(self._session, self._until(began))
            try:
                if want is not None:
                    self._make(want, sketch=sketch, began=began)
                elif task is not None:
                    task = self._advanced(task, began)
            except _Unwanted:
                task = self._given_up(task, began)
            except Exception as error:  # noqa: BLE001 a thread's last resort: handed on, in full
                self._drop(want)
                task = task if want is not None else None
                self._listener.said(Status(""))
                self._listener.failed(error)

    def _given_up(self, task: Iterator[Status] | None, began: int) -> Iterator[Status] | None:
        if self._cancels == began:  # only superseded
            return task
        self._listener.said(Status("cancelled"))
        return None

    def _next(self) -> tuple[Want | None, bool]:
        """The next wish, and whether as a sketch: drafts first, the rest when the hand rests."""
        for want in self._wants:
            if want.key not in self._sketched:
                return want, True
        if self._wants and self._rest_left() is None:
            return self._wants[0], False
        return None, False

    def _rest_left(self) -> float | None:
        if not self._wants:
            return None
        left = self._wanted_at + REST - time.monotonic()
        return left if left > 0 else None

    def _make(self, want: Want, *, sketch: bool, began: int) -> None:
        elements, layer, shot_file = self._session.elements, want.layer, self.shot_file
        if elements.is_kept(layer, shot_file, want.frame):
            self._done(want)
            return
        if sketch:
            self._say(want, f"{layer.name}: draft", None)
            on_step = self._while_wanted(want, began, None)
            draft = elements.get(layer, shot_file, want.frame, draft=DRAFT, on_step=on_step)
            self._sketched.add(want.key)
            self._listener.sketched(want, draft, "draft")
            return
        started, before = time.perf_counter(), elements.evaluations
        self._say(want, f"{layer.name}: {layer.element.steps} steps", 0.0)
        on_step = self._while_wanted(want, began, self._preview(want))
        loads = elements.loads
        elements.get(layer, shot_file, want.frame, on_step=on_step)
        if elements.loads == loads:
            seconds, count = time.perf_counter() - started, elements.evaluations - before
            self._estimates.learn(layer.element.model, layer.element.size, count, seconds)
        self._done(want)

    def _done(self, want: Want) -> None:
        self._drop(want)
        self._listener.made(want)
        if not self._wants:
            self._listener.said(Status(""))

    def _drop(self, want: Want | None) -> None:
        with self._changed:
            if want is not None:
                self._wants = tuple(other for other in self._wants if other.key != want.key)
                self._sketched.discard(want.key)

    def _advanced(self, task: Iterator[Status], began: int) -> Iterator[Status] | None:
        try:
            status = next(task)
        except StopIteration:
            self._listener.said(Status(""))
            return None
        if self._cancels != began:
            raise _Unwanted
        self._listener.said(status)
        return task

    def _while_wanted(self, want: Want, began: int, then: OnStep | None) -> OnStep:
        def on_step(step: Step) -> None:
            wanted = any(want.key == other.key for other in self._wants)
            if self._cancels != began or not wanted:
                raise _Unwanted
            if then is not None:
                then(step)

        return on_step

    def _until(self, began: int) -> OnStep:
        def on_step(_step: Step) -> None:
            if self._cancels != began:
                raise _Unwanted

        return on_step

    def _preview(self, want: Want) -> OnStep:
        def on_step(step: Step) -> None:
            stage = f"step {step.done} of {step.total}"
            self._say(want, f"{want.layer.name}: {stage}", step.done / step.total)
            if step.done < step.total:
                self._listener.sketched(want, step.preview(), stage)

        return on_step

    def _say(self, want: Want, text: str, share: float | None) -> None:
        left = [self._estimates.of_layer(other.layer) for other in self._wants]
        known = [seconds for seconds in left if seconds is not None]
        total = sum(known) if len(known) == len(left) else None
        own = self._estimates.of_layer(want.layer)
        if total is not None and own is not None and share is not None:
            total -= own * share
        self._listener.said(Status(text, busy=True, progress=share, seconds_left=total))
