"""What the models' thread is to do next: shared with it by everyone who asks, under one lock."""

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from lookdev.explore.want import Key, Status, Task, Want

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
    job: Job | None = None


class Wishes:
    """Newest wish first: drafts, then, when the hand rests, the real ones, then jobs in turns."""

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
        self._closed = False

    @property
    def wants(self) -> tuple[Want, ...]:
        """What is wanted now, the most important first."""
        return self._wants

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
            self._wants = fresh
            self._sketched &= _keys(fresh)  # what is wanted again later is sketched again
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
            self._wants = ()  # jobs are ended by their own thread, at their next turn
            self._changed.notify_all()

    def resume(self) -> None:
        """Decline nothing any more."""
        with self._changed:
            self._declined.clear()

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
                if not self._wants and not quiet:
                    return Turn(self._cancels)
                self._changed.wait(self._rest_left() if self._wants else None)
        return None

    def is_wanted(self, want: Want, cancels: int) -> bool:
        """Whether it still is, and nothing was cancelled since."""
        wanted = any(want.key == other.key for other in self._wants)
        return wanted and self._cancels == cancels

    def is_cancelled(self, cancels: int) -> bool:
        """Whether there was a cancel since there had been so many."""
        return self._cancels != cancels

    def sketched(self, want: Want) -> None:
        """Its draft is made."""
        with self._changed:
            if want.key in _keys(self._wants):
                self._sketched.add(want.key)

    def drop(self, want: Want, *, decline: bool = False) -> None:
        """Want it no more; once declined, not until `resume` or a new wish."""
        with self._changed:
            self._wants = tuple(other for other in self._wants if other.key != want.key)
            self._sketched.discard(want.key)
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
        if self._wants and self._rest_left() is None:
            return Turn(self._cancels, self._wants[0])
        if self._jobs:
            return Turn(self._cancels, job=self._jobs.popleft())
        return None

    def _rest_left(self) -> float | None:
        left = self._wanted_at + REST - time.monotonic()
        return left if left > 0 else None


def _keys(wants: Sequence[Want]) -> set[Key]:
    return {want.key for want in wants}
