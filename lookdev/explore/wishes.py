"""What the models' thread is to do next: shared with it by everyone who asks, under one lock."""

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from lookdev.explore.want import Detail, Key, Status, Task, Want

REST = 0.35
"""Seconds that the hand must rest before a draft is followed by the real element."""


@dataclass
class Job:
    """Longer work, on its way."""

    task: Task
    asked_at: int
    """How many cancels there had been when it was asked for: another one ends it."""
    steps: Iterator[Status] | None = None
    """None until its first turn."""

    def end(self) -> None:
        """Give it up; what it has to tidy up is done now, on this thread."""
        if isinstance(self.steps, Generator):
            self.steps.close()


@dataclass(frozen=True)
class Turn:
    """What is to be done next; a turn without anything is one to say that all is done."""

    cancels: int
    want: Want | None = None
    is_sketch: bool = False
    detail: Detail | None = None
    """What of the want's finer detail is asked for; None for the element at its working size."""
    job: Job | None = None


class Wishes:
    """Newest wish first: drafts, then, when the hand rests, the real ones, then jobs in turns.

    A refined element is made at its working size first; its finer detail is made when it is asked
    for, and the element is wanted until then, but nothing is done about it.
    """

    def __init__(self) -> None:
        """Want nothing."""
        self._changed = threading.Condition()
        self._wants: tuple[Want, ...] = ()
        self._wanted_at = 0.0
        self._jobs: deque[Job] = deque()
        self._cancels = 0
        self._known: set[Key] = set()
        self._declined: set[Key] = set()
        self._sketched: set[Key] = set()
        self._unrefined: set[Key] = set()
        """Wants that are there at their working size."""
        self._details: dict[Key, Detail] = {}
        """The finer detail that is asked for."""
        self._closed = False

    @property
    def wants(self) -> tuple[Want, ...]:
        """What is wanted now and is to be made, the most important first."""
        with self._changed:
            return self._open

    @property
    def cancels(self) -> int:
        """How often there was a cancel."""
        return self._cancels

    def want(self, wants: Sequence[Want], *, cancels: int | None = None) -> None:
        """Replace what is wanted; what was declined stays so until `resume`, or a new wish.

        A wish from before the last cancel, by the number of `cancels` that it knew of, is declined.
        """
        with self._changed:
            if cancels is not None and cancels != self._cancels:
                self._known = _keys(wants)
                self._declined |= self._known
            if _keys(wants) - self._known:
                self._known = _keys(wants)
                self._declined.clear()
            fresh = tuple(want for want in wants if want.key not in self._declined)
            if _keys(fresh) != _keys(self._wants):
                self._wanted_at = time.monotonic()
            self._forget(_keys(self._wants) - _keys(fresh))  # wanted again, it is sketched again
            self._wants = fresh
            self._changed.notify_all()

    def add(self, task: Task) -> None:
        """Queue longer work."""
        with self._changed:
            self._jobs.append(Job(task, self._cancels))
            self._changed.notify_all()

    def cancel(self) -> None:
        """Want nothing any more, and decline what was wanted."""
        with self._changed:
            self._cancels += 1
            self._declined |= _keys(self._wants)
            self._forget(_keys(self._wants))
            self._details.clear()
            self._wants = ()  # jobs are ended by their own thread, at their next turn
            self._changed.notify_all()

    def resume(self) -> None:
        """Decline nothing any more."""
        with self._changed:
            self._declined.clear()

    def refine(self, want: Want, detail: Detail) -> None:
        """Ask for finer detail of what is wanted, or soon will be; nothing is declined any more."""
        with self._changed:
            self._declined.clear()
            self._details[want.key] = detail
            self._changed.notify_all()

    def close(self) -> None:
        """Let `next` return None."""
        with self._changed:
            self._closed = True
            self._cancels += 1
            self._changed.notify_all()

    def next(self, *, quiet: bool) -> Turn | None:
        """Wait for the next turn; None once closed.

        Args:
            quiet: Whether nothing need be said when there is nothing to do.
        """
        with self._changed:
            while not self._closed:
                turn = self._turn()
                if turn is not None:
                    return turn
                if not self._open and not quiet:
                    return Turn(self._cancels)
                self._changed.wait(self._rest_left() if self._open else None)
        return None

    def is_wanted(self, want: Want, cancels: int) -> bool:
        """Whether it still is, and nothing was cancelled since."""
        wanted = any(want.key == other.key for other in self._wants)
        return wanted and self._cancels == cancels

    def is_asked(self, want: Want, detail: Detail) -> bool:
        """Whether just this finer detail of it is still asked for."""
        return self._details.get(want.key) == detail

    def is_cancelled(self, cancels: int) -> bool:
        """Whether there was a cancel since there had been so many."""
        return self._cancels != cancels

    def sketched(self, want: Want) -> None:
        """Its draft is made."""
        with self._changed:
            if want.key in _keys(self._wants):
                self._sketched.add(want.key)

    def unrefined(self, want: Want, *, then: Detail | None = None) -> None:
        """It is there at its working size; `then` this detail is made, if no other is asked for."""
        with self._changed:
            if want.key in _keys(self._wants):
                self._sketched.add(want.key)
                self._unrefined.add(want.key)
                if then is not None:
                    self._details.setdefault(want.key, then)

    def refined(self, want: Want, detail: Detail) -> None:
        """This finer detail of it is there."""
        with self._changed:
            if self.is_asked(want, detail):
                del self._details[want.key]

    def drop(self, want: Want, *, decline: bool = False) -> None:
        """Want it no more; once declined, not until `resume` or a new wish."""
        with self._changed:
            self._wants = tuple(other for other in self._wants if other.key != want.key)
            self._forget({want.key})
            if decline:
                self._declined.add(want.key)

    def put_back(self, job: Job) -> None:
        """Let a job have another turn, after the others."""
        with self._changed:
            self._jobs.append(job)

    def left(self) -> list[Job]:
        """Jobs that were not finished."""
        with self._changed:
            return list(self._jobs)

    def _turn(self) -> Turn | None:
        for want in self._wants:
            if want.key not in self._sketched:
                return Turn(self._cancels, want, is_sketch=True)
        if self._open and self._rest_left() is None:
            for want in self._open:
                if want.key not in self._unrefined:
                    return Turn(self._cancels, want)
            first = self._open[0]
            return Turn(self._cancels, first, detail=self._details[first.key])
        if self._jobs:
            return Turn(self._cancels, job=self._jobs.popleft())
        return None

    @property
    def _open(self) -> tuple[Want, ...]:
        """The wants for which there is something to do."""
        done = self._unrefined - self._details.keys()
        return tuple(want for want in self._wants if want.key not in done)

    def _forget(self, keys: set[Key]) -> None:
        """What was done and asked about these; a detail may be asked for before its want comes."""
        self._sketched -= keys
        self._unrefined -= keys
        self._details = {key: one for key, one in self._details.items() if key not in keys}

    def _rest_left(self) -> float | None:
        left = self._wanted_at + REST - time.monotonic()
        return left if left > 0 else None


def _keys(wants: Sequence[Want]) -> set[Key]:
    return {want.key for want in wants}
