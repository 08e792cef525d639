"""What an engine's threads post to a desk waits here until the test takes it, as for a kernel's loop.

Without a loop a desk is told on the engine's own threads: in the midst of what a test does, between
two words that a desk says in one go, or after the test has set by hand what is told.
"""

import time
from collections import deque
from collections.abc import Callable
from functools import partial

import pytest

from lookdev.desk.loop import MainLoop

_POSTED: deque[Callable[[], object]] = deque()


def keep_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing that is posted happens, but in `until`."""

    def post(_loop: MainLoop, fn: Callable[..., object], *args: object, **named: object) -> None:
        _POSTED.append(partial(fn, *args, **named))

    _POSTED.clear()
    monkeypatch.setattr(MainLoop, "post", post)


def until(true: Callable[[], object], *, seconds: float = 60.0) -> None:
    """Take what was posted, one thing after the other, until something is so."""
    ends = time.monotonic() + seconds
    while not true():
        if _POSTED:
            _POSTED.popleft()()
        else:
            assert time.monotonic() < ends, "waited in vain"
            time.sleep(0.02)
