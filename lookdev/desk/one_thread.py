"""What the page says, heard on the kernel's main loop alone.

JupyterLab sends what widgets say through a subshell where the kernel has them (ipykernel 7), and
a subshell is a thread of its own: a slider would be heard in the midst of a take's being written,
and the one would undo the other.
"""

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from IPython.core.getipython import get_ipython

_KINDS = ("comm_open", "comm_msg", "comm_close")
_PATIENCE = 1.0
"""Seconds between looks whether the main loop is still there."""


def hear_on_this_loop(kernel: Any = None) -> None:
    """From now on hear what any page says to this kernel's widgets on the running loop.

    Called again, it holds for the loop that runs then. Where there is no kernel (a plain script),
    there is no page.

    Args:
        kernel: An ipykernel; this process's own if None.

    Raises:
        RuntimeError: No loop runs here.
    """
    kernel = getattr(get_ipython(), "kernel", None) if kernel is None else kernel
    loop = asyncio.get_running_loop()
    for kind in () if kernel is None else _KINDS:
        heard = kernel.shell_handlers[kind]
        plain = heard.plain if isinstance(heard, _OnLoop) else heard
        kernel.shell_handlers[kind] = _OnLoop(loop, plain)


class _OnLoop:
    """A kernel's handler of messages; called on another thread, it runs on the loop all the same.

    The other thread is held up until then: the kernel says that it is idle once the message is
    dealt with, and it is on that word that a page sends the slider's next value. A handler that
    is awaited would let ipykernel take up the next message meanwhile, and then it never says so.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, plain: Callable[..., Any]) -> None:
        self._loop, self.plain = loop, plain
        self._thread = threading.get_ident()

    def __call__(self, stream: Any, ident: Any, message: Any) -> Any:
        if threading.get_ident() == self._thread:
            return self.plain(stream, ident, message)
        call = _Call(lambda: self.plain(stream, ident, message))
        # in this thread's context, by which an answer names the message that it answers
        self._loop.call_soon_threadsafe(call.run, context=copy_context())
        while not call.done.wait(_PATIENCE):
            if not self._loop.is_running():  # the kernel ends
                return None
        return call.result()


class _Call:
    """A call on another thread."""

    def __init__(self, fn: Callable[[], Any]) -> None:
        self.done = threading.Event()
        self._fn = fn
        self._value: Any = None
        self._raised: BaseException | None = None

    def run(self) -> None:
        try:
            self._value = self._fn()
        except BaseException as error:  # noqa: BLE001 raised again where it is waited for
            self._raised = error
        finally:
            self.done.set()

    def result(self) -> Any:
        if self._raised is not None:
            raise self._raised
        return self._value
