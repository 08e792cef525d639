"""The kernel's main loop: the only thread that touches widgets."""

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class MainLoop:
    """The loop that ran when this was made; without one (a plain script) calls are direct."""

    def __init__(self) -> None:
        """Take the running loop."""
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    @property
    def runs(self) -> bool:
        """Whether there is a loop: where there is none, nothing is called later."""
        return self._loop is not None

    def post(self, fn: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Call `fn` on the main loop soon; from any thread, in the order of posting."""
        if self._loop is None:
            fn(*args, **kwargs)
        elif not self._loop.is_closed():  # a closed loop's kernel is gone, and its widgets with it
            self._loop.call_soon_threadsafe(lambda: fn(*args, **kwargs))

    def away(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Do work that would hold up the loop in a thread; without a loop, here and now.

        Args:
            work: Touches no widget.
            done: Called on the main loop with what the work gave.
            failed: Called on the main loop with what it raised.
        """

        def run() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 handed on whole
                self.post(failed, error)
            else:
                self.post(done, result)

        if self._loop is None:
            run()
        else:
            threading.Thread(target=run, daemon=True).start()

    def later(self, seconds: float, fn: Callable[[], object]) -> "Timer":
        """Call `fn` once after some time, unless the timer is cancelled; on the main loop only.

        Without a loop nothing is called: whoever has none asks by itself.
        """
        return Timer(None if self._loop is None else self._loop.call_later(seconds, fn))

    def every(self, seconds: float, fn: Callable[[], object]) -> "Timer":
        """Call `fn` again and again, each time `seconds` after it came back, until cancelled."""
        timer = Timer(None)

        def again() -> None:
            fn()
            if not timer.cancelled:
                timer.handle = self.later(seconds, again).handle

        timer.handle = self.later(seconds, again).handle
        return timer


class Timer:
    """Something that will be called, unless it is cancelled first."""

    def __init__(self, handle: asyncio.TimerHandle | None) -> None:
        """Hold a loop's own handle; None where there is no loop."""
        self.handle = handle
        self.cancelled = False

    def cancel(self) -> None:
        """Never call it (again)."""
        self.cancelled = True
        if self.handle is not None:
            self.handle.cancel()
