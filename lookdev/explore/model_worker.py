"""The one thread that runs models: what the picture waits for first, then longer work in turns.

Nothing here waits for a widget, and nothing blocks the caller. A job that nobody wants any more
ends at its next denoising step, by an exception: a half-denoised element is never taken for good.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Protocol

from lookdev.errors import DeliveryError, LookdevError, ModelError
from lookdev.explore.estimates import Estimates
from lookdev.explore.run_records import RunRecords
from lookdev.explore.want import Detail, Status, Task, Want
from lookdev.explore.wishes import Job, Turn, Wishes
from lookdev.generate.adapter import OnStep, Step
from lookdev.generate.draft import Draft
from lookdev.generate.span import is_carried
from lookdev.image.element import Element
from lookdev.render import Session
from lookdev.render.recorded import CancelledError
from lookdev.spec.folder import ShotFile

DRAFT = Draft()


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


class _UnwantedError(CancelledError):
    """The job at hand is not wanted any more, or was cancelled: the way out of sampling."""


class ModelWorker:
    """Makes wanted elements; between them it advances longer work."""

    def __init__(self, shot_file: ShotFile, listener: Listener, *, refines: bool = True) -> None:
        """Start the thread; models load when the first element is made.

        Args:
            shot_file: The shot.
            listener: Who is told.
            refines: Whether finer detail is made without being asked for; otherwise an element
                stays at its working size, as a sketch, until `refine`.
        """
        self.shot_file, self._listener = shot_file, listener
        self._then = Detail() if refines else None
        self.records = RunRecords(listener.failed)
        """Of what models do here; jobs enter theirs themselves."""
        self._wishes = Wishes()
        self._is_quiet = True
        self._cancels = 0
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    @property
    def cancels(self) -> int:
        """How often there was a cancel."""
        return self._wishes.cancels

    def want(self, wants: Sequence[Want], *, cancels: int | None = None) -> None:
        """Replace what is wanted; what was cancelled or failed waits for `resume` or a new wish."""
        self._wishes.want(wants, cancels=cancels)

    def refine(self, want: Want, detail: Detail) -> None:
        """Make finer detail of what is wanted, or soon will be."""
        self._wishes.refine(want, detail)

    def add(self, task: Task) -> None:
        """Queue longer work behind what is wanted."""
        self._wishes.add(task)

    def cancel(self) -> None:
        """Give up everything; the worker is free after the step in flight."""
        self._wishes.cancel()

    def resume(self) -> None:
        """Allow again what was cancelled or has failed."""
        self._wishes.resume()

    def close(self) -> None:
        """End the thread after the step in flight."""
        self._wishes.close()

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout)

    @cached_property
    def _session(self) -> Session:
        return Session(self.shot_file.folder, quick=True)

    @cached_property
    def _estimates(self) -> Estimates:
        return Estimates.open(self.shot_file.folder)

    def _run(self) -> None:
        while (turn := self._wishes.next(quiet=self._is_quiet)) is not None:
            try:
                self._take(turn)
            except _UnwantedError:
                pass  # what comes next is said by the next turn
            except Exception as error:  # noqa: BLE001 a thread's last resort: handed on, in full
                if turn.want is not None:
                    self._wishes.drop(turn.want, decline=True)
                self._say(Status(""))
                self._listener.failed(error)
        for job in self._wishes.left():
            job.end()

    def _take(self, turn: Turn) -> None:
        cancelled, self._cancels = turn.cancels != self._cancels, turn.cancels
        if turn.job is not None:
            self._advance(turn.job)
        elif turn.want is None:
            self._say(Status("cancelled" if cancelled else ""))
            self._rest()
        elif turn.is_sketch:
            self._sketch(turn.want, turn.cancels)
        elif turn.detail is not None:
            self._refine(turn.want, turn.detail, turn.cancels)
        else:
            self._make(turn.want, turn.cancels)

    def _rest(self) -> None:
        """Nobody waits: models may use the moment to get faster, until somebody does."""
        if "_session" in vars(self):
            self._session.elements.moment(self._while_nobody_waits)

    def _while_nobody_waits(self, _step: Step) -> None:
        if self._wishes.wants:
            raise _UnwantedError

    def _sketch(self, want: Want, cancels: int) -> None:
        elements, layer = self._session.elements, want.layer
        if elements.kept(layer, self.shot_file, want.frame) is not None:
            self._done(want)
            return
        if want.is_refined and (
            unrefined := elements.kept(want.unrefined, self.shot_file, want.frame)
        ):
            self._unrefined(want, unrefined)
            return
        self._tell(want, f"{layer.name}: draft", None)
        on_step = self._while_wanted(want, cancels)
        with self._recorded(want):
            draft = elements.get(layer, self.shot_file, want.frame, draft=DRAFT, on_step=on_step)
        self._wishes.sketched(want)
        self._listener.sketched(want, draft, "draft")

    def _make(self, want: Want, cancels: int) -> None:
        """The element; at its working size, where it has finer detail than that."""
        layer = want.unrefined if want.is_refined else want.layer
        elements = self._session.elements
        started, evaluations, loads = time.perf_counter(), elements.evaluations, elements.loads
        steps = layer.element.steps
        told = f"{steps} steps" if steps > 1 else "one step"
        self._tell(want, f"{layer.name}: {told}", 0.0)
        on_step = self._while_wanted(want, cancels, self._preview(want))
        with self._recorded(want):
            element = elements.get(layer, self.shot_file, want.frame, on_step=on_step)
            seconds = time.perf_counter() - started
        if want.is_refined:
            self._unrefined(want, element)
        else:
            self._require_kept(want, element)
            self._done(want)
        if elements.loads == loads:
            self._learn(want, elements.evaluations - evaluations, seconds)

    def _unrefined(self, want: Want, element: Element) -> None:
        """An element at its working size, which is not yet what the look says."""
        self._wishes.unrefined(want, then=self._then)
        self._listener.sketched(want, element, "at working size")

    def _refine(self, want: Want, detail: Detail, cancels: int) -> None:
        elements, layer, frame = self._session.elements, want.layer, want.frame
        within = detail.within
        if within is not None:
            self._require_keyframe(want)
        self._say(Status(f"{layer.name}: finer detail", busy=True, progress=0.0))
        on_step = self._while_asked(want, detail, cancels)
        with self._recorded(want):
            if within is None:
                element = elements.get(layer, self.shot_file, frame, on_step=on_step)
            else:
                element = elements.refined_within(
                    layer, self.shot_file, frame, within, on_step=on_step
                )
        if within is None:
            self._require_kept(want, element)
            self._done(want)
        else:
            self._wishes.refined(want, detail)
            self._listener.sketched(want, element, "refined in part")

    def _require_keyframe(self, want: Want) -> None:
        if is_carried(want.layer, self.shot_file.shot, want.frame):
            raise ModelError(
                f"{want.layer.name} at frame {want.frame}: is carried from the keyframes beside "
                "it, whose whole detail it needs; refine the whole frame, or go to a keyframe"
            )

    def _require_kept(self, want: Want, element: Element) -> None:
        if not self._session.elements.is_kept(want.layer, self.shot_file, want.frame):
            self._listener.sketched(want, element, "not kept")
            raise DeliveryError(
                f"{self._session.folder.cache_folder}: cannot keep the element of "
                f"{want.layer.name} at frame {want.frame}; make room there, or name another "
                "cache.path in show.yaml"
            )

    def _recorded(self, want: Want) -> AbstractContextManager[None]:
        return self.records.of(self._session, self.shot_file, want.look, want.frame)

    def _learn(self, want: Want, evaluations: int, seconds: float) -> None:
        element = want.layer.element
        try:
            self._estimates.learn(element.model, element.size, evaluations, seconds)
        except (LookdevError, OSError) as error:  # the element is made all the same
            self._listener.failed(error)

    def _done(self, want: Want) -> None:
        self._wishes.drop(want)
        self._listener.made(want)

    def _advance(self, job: Job) -> None:
        if self._wishes.is_cancelled(job.asked_at):
            self._cancels = job.asked_at  # so that the cancel is still to be told
            job.end()
            return
        if job.steps is None:
            job.steps = job.task(self._session, self._until(job))
        status = next(job.steps, None)
        if status is not None:
            self._say(status)
            self._wishes.put_back(job)

    def _while_wanted(self, want: Want, cancels: int, then: OnStep | None = None) -> OnStep:
        def on_step(step: Step) -> None:
            if not self._wishes.is_wanted(want, cancels):
                raise _UnwantedError
            if then is not None:
                then(step)

        return on_step

    def _while_asked(self, want: Want, detail: Detail, cancels: int) -> OnStep:
        """Tells of every tile that is done; ends where the detail is asked for no more."""
        began = time.perf_counter()

        def on_step(step: Step) -> None:
            if not self._wishes.is_asked(want, detail):
                raise _UnwantedError
            spent, share = time.perf_counter() - began, step.done / step.total
            text = f"{want.layer.name}: finer detail, part {step.done} of {step.total}"
            left = spent / share - spent
            self._say(Status(text, busy=True, progress=share, seconds_left=left))

        return self._while_wanted(want, cancels, on_step)

    def _until(self, job: Job) -> OnStep:
        def on_step(_step: Step) -> None:
            if self._wishes.is_cancelled(job.asked_at):
                raise _UnwantedError

        return on_step

    def _preview(self, want: Want) -> OnStep:
        def on_step(step: Step) -> None:
            stage = f"step {step.done} of {step.total}"
            self._tell(want, f"{want.layer.name}: {stage}", step.done / step.total)
            if step.done < step.total and step.preview is not None:
                self._listener.sketched(want, step.preview(), stage)

        return on_step

    def _tell(self, want: Want, text: str, share: float | None) -> None:
        """Say what is done, and how long it and what waits behind it will take."""
        left = [self._estimates.of_layer(other.layer) for other in self._wishes.wants]
        known = [seconds for seconds in left if seconds is not None]
        total = sum(known) if len(known) == len(left) else None
        own = self._estimates.of_layer(want.layer)
        if total is not None and own is not None and share is not None:
            total -= own * share
        self._say(Status(text, busy=True, progress=share, seconds_left=total))

    def _say(self, status: Status) -> None:
        self._is_quiet = not status.busy
        self._listener.said(status)
