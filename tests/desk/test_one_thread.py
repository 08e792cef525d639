"""The desk in a kernel of its own, and a page that says everything through a subshell."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import pytest
from jupyter_client.manager import KernelManager
from small_show import SmallShow

from lookdev.desk.banner import Banner
from lookdev.desk.explore import explore
from lookdev.desk.one_thread import hear_on_this_loop
from lookdev.desk.review import review
from lookdev.desk.serving.kernels import ThisPython
from lookdev.desk.wedge import wedge

PATIENCE = 90.0
"""Seconds; the first cell loads torch, and a machine may be slow."""

OPEN = """
import threading, time
from pathlib import Path
from lookdev.desk.entry import entered
from lookdev.desk.exploring.bench import ExploreDesk
from lookdev.explore.draft import Draft
from lookdev.spec.folder import ShotFile, ShowFolder

def slowly(*given):
    print("a take")
    time.sleep(0.3)
    return add(*given)

shot_file = ShotFile.open(ShowFolder.find(Path({root!r})), "street", "sh0010")
desks = []

@entered
def opened():
    desks.append(ExploreDesk(shot_file, Draft.open(shot_file, None, by="anna")))
    return desks[0]

opened()
desk = desks[0]
add, desk.draft._add = desk.draft._add, slowly
slider = desk.inspector._sections["blend"].controls["exposure"]._slider
heard = set()
slider.observe(lambda _change: heard.add(threading.current_thread().name), "value")
print(slider.model_id)
"""
"""A desk with a slow disk; the slider is the front layer's."""

ASK = """
blend = desk.draft.look.layers[-1].blend
print([blend.exposure, slider.value, sorted(heard), desk.banner.text])
"""


class Page:
    """What JupyterLab says to a kernel, and all that the kernel said to it."""

    def __init__(self, manager: KernelManager) -> None:
        self._client = manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=PATIENCE)
        self._heard: list[dict[str, Any]] = []
        asked = self._client.session.msg("create_subshell_request")
        self._client.control_channel.send(asked)
        self._subshell = self._client.get_control_msg(timeout=PATIENCE)["content"]["subshell_id"]

    def close(self) -> None:
        self._client.stop_channels()

    def run(self, code: str) -> str:
        """Run a cell; what it printed."""
        return self._until_idle(self._client.execute(code))

    def set_value(self, model_id: str, value: float) -> None:
        """A slider is moved, and the kernel says that it has dealt with it."""
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        message = self._client.session.msg("comm_msg", {"comm_id": model_id, "data": data})
        message["header"]["subshell_id"] = self._subshell
        self._client.shell_channel.send(message)
        self._until_idle(message["header"]["msg_id"])

    def until_said(self, text: str) -> None:
        while text not in self._printed(self._next()):
            pass

    def sent_to(self, model_id: str) -> list[Any]:
        """Values that the kernel set a widget to, since this was last asked; not its echoes."""
        contents = [one["content"] for one in self._heard if one["msg_type"] == "comm_msg"]
        mine = [content["data"] for content in contents if content["comm_id"] == model_id]
        self._heard.clear()
        return [data["state"]["value"] for data in mine if data["method"] == "update"]

    def _until_idle(self, number: str) -> str:
        printed = ""
        while True:
            message = self._next()
            if message["parent_header"].get("msg_id") == number:
                printed += self._printed(message)
                if message["content"].get("execution_state") == "idle":
                    return printed

    def _next(self) -> dict[str, Any]:
        self._heard.append(self._client.get_iopub_msg(timeout=PATIENCE))
        assert self._heard[-1]["msg_type"] != "error", self._heard[-1]["content"]
        return self._heard[-1]

    @staticmethod
    def _printed(message: dict[str, Any]) -> str:
        return str(message["content"].get("text", ""))


@pytest.fixture
def page() -> Iterator[Page]:
    manager = KernelManager(kernel_spec_manager=ThisPython())
    if sys.platform != "win32":
        manager.transport = "ipc"
    manager.start_kernel()
    made = Page(manager)
    yield made
    made.close()
    begun = time.monotonic()
    manager.shutdown_kernel()
    assert time.monotonic() - begun < PATIENCE


def test_keys_that_are_pressed_while_a_take_is_written_are_all_kept(
    page: Page, small_show: SmallShow
) -> None:
    """The kernel never sets a slider to a value older than the last one that it was told."""
    slider = page.run(OPEN.format(root=str(small_show.folder.root))).strip()
    page.sent_to(slider)
    page.set_value(slider, 0.05)
    for value in (0.1, 0.15, 0.2):
        page.until_said("a take")
        page.set_value(slider, value + 0.05)
        page.set_value(slider, value)
    page.until_said("a take")
    assert page.run(ASK).strip() == "[0.2, 0.2, ['MainThread'], '']"
    assert page.sent_to(slider) == []


PARENT: ContextVar[str] = ContextVar("parent")


class Kernel:
    """What of a kernel hears a page; it notes what was said, where, and in answer to what."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        kinds = ("comm_open", "comm_msg", "comm_close")
        self.shell_handlers: dict[str, Any] = dict.fromkeys(kinds, self._hear)

    def _hear(self, _stream: object, _ident: object, message: Any) -> str:
        if message == "bad":
            raise ValueError(message)
        self.heard.append((message, threading.current_thread().name, PARENT.get("")))
        return f"done {message}"

    def say(self, message: str) -> Any:
        """As a subshell does: on its own thread, in its own context."""
        PARENT.set(f"parent of {message}")
        return self.shell_handlers["comm_msg"](None, None, message)


def test_what_is_said_on_another_thread_is_heard_on_the_loop() -> None:
    kernel = Kernel()

    async def work() -> None:
        hear_on_this_loop(kernel)
        hear_on_this_loop(kernel)
        assert all(one.plain == kernel._hear for one in kernel.shell_handlers.values())
        assert kernel.say("here") == "done here"
        assert await asyncio.to_thread(kernel.say, "there") == "done there"
        with pytest.raises(ValueError, match="bad"):
            await asyncio.to_thread(kernel.say, "bad")

    asyncio.run(work())
    me = threading.current_thread().name
    assert [one[:2] for one in kernel.heard] == [("here", me), ("there", me)]
    assert kernel.heard[1][2] == "parent of there", "an answer says what it answers"


class Stub:
    """A desk that nobody looks at."""

    def __init__(self, *_given: object) -> None:
        self.widget, self.banner = widgets.VBox(), Banner()

    def close(self) -> None:
        """Nothing is to be saved."""


@pytest.mark.parametrize(
    ("call", "kind"), [(explore, "ExploreDesk"), (review, "ReviewDesk"), (wedge, "WedgeDesk")]
)
def test_every_desk_hears_its_page_on_the_loop_that_ran_when_it_was_entered(
    call: Any, kind: str, small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel()
    monkeypatch.chdir(small_show.folder.root)
    monkeypatch.setattr(f"lookdev.desk.{call.__name__}.{kind}", Stub)
    shell = SimpleNamespace(kernel=kernel)
    monkeypatch.setattr("lookdev.desk.one_thread.get_ipython", lambda: shell)

    async def work() -> None:
        call()
        await asyncio.to_thread(kernel.say, "there")

    asyncio.run(work())
    assert kernel.heard[0][:2] == ("there", threading.current_thread().name)


def test_a_kernel_that_ends_leaves_nobody_waiting() -> None:
    kernel = Kernel()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(_async(lambda: hear_on_this_loop(kernel)))
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(kernel.say("too late")))
    thread.start()
    thread.join(PATIENCE)
    loop.close()
    assert answers == [None]
    assert kernel.heard == []


async def _async(call: Any) -> None:
    call()
