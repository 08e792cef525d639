"""Approve and sign: filled in, asked for in words, made on the models' thread, told."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as widgets

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.reviewing.approving_form import Form
from lookdev.desk.reviewing.signed import Signed
from lookdev.desk.reviewing.signing import Signing, Told
from lookdev.desk.reviewing.since import Since
from lookdev.desk.reviewing.wishing import Ready, in_words, ready
from lookdev.explore.engine import Engine
from lookdev.spec.folder import LookFile

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile


@dataclass(frozen=True)
class Around:
    """What the desk knows and does."""

    who: Callable[[], str]
    """The name that stands in the desk."""
    look_file: Callable[[], LookFile]
    """A, as it is shown; raises where its file says something else by now."""
    approved: Callable[["ApprovalFile"], object]
    cancelled: Callable[[], object]
    """Called after a cancel, which ends all work of the engine."""


class Approving:
    """A section that opens: the form, the question, or the progress, one at a time."""

    def __init__(self, engine: Engine, loop: MainLoop, banner: Banner, around: Around) -> None:
        """Make it, closed."""
        self._engine, self._loop, self._banner, self._around = engine, loop, banner, around
        self._guard = guard = banner.guard
        self._name, self._beside, self._told = "", "", ""
        self._ready: Ready | None = None
        self._is_running = False
        told = Told(self._advance, self._made, self._cancelled, self._fail)
        self._signing = Signing(engine, loop, guard, told)
        policy = engine.shot_file.folder.show.policy
        self.open = widgets.ToggleButton(
            description="approve",
            icon="caret-right",
            tooltip="Open or close: approve and sign",
            layout=widgets.Layout(width="auto"),
        )
        self.open.observe(guard(lambda _change: self._draw()), "value")
        self.form = Form(guard, required=policy.written_approval == "required")
        self.since = Since(loop, guard, failed=self._tell, anew=self.ask)
        self.sign = _button("approve and sign", "pencil", "Asks once more before anything is done")
        self.sign.on_click(guard(lambda _button: self.ask()))
        self.question = widgets.HTML()
        self.yes = _button("yes, sign", "check", "Make the frames, keep them, and sign")
        self.yes.on_click(guard(lambda _button: self.begin()))
        self.back = _button("back", "undo", "Sign nothing")
        self.back.on_click(guard(lambda _button: self.go_back()))
        self.bar = widgets.FloatProgress(min=0, max=1, tooltip="How much of the approval is done")
        self.bar.layout.width = "140px"
        self.cancel = _button("cancel", "stop", "Stop; nothing is signed")
        self.cancel.on_click(guard(lambda _button: self.stop()))
        self.said = widgets.HTML()
        self._fill_in = widgets.VBox([self.form.widget, self.sign, self.since.widget])
        self._ask = widgets.VBox([self.question, widgets.HBox([self.yes, self.back])])
        self._ask.add_class("ld-question")
        self._progress = widgets.HBox([self.bar, self.cancel])
        self._parts = self._fill_in, self._ask, self._progress
        self.widget = widgets.VBox([self.open, self.said])
        self.widget.add_class("ld-approving")
        self._draw()

    def show(self, look_file: LookFile, *, newest: Signed | None, old: Signed | None) -> None:
        """Show a version.

        Args:
            look_file: A.
            newest: Its own newest approval.
            old: The approval whose place another one would take.
        """
        if look_file.name != self._name:
            self._name = look_file.name
            self.drop()
        self._beside = newest.name if newest and not newest.trouble else ""
        plate = look_file.shot.plate
        self.form.show(look_file.name, range(plate.first, plate.last + 1))
        self.since.show(look_file.name, old)
        self.find_cached(look_file)

    def find_cached(self, look_file: LookFile) -> None:
        """Find which frames of the version could be played by now."""
        name = look_file.name

        def found(frames: list[int]) -> None:
            if name == self._name:
                self.form.cached(frames)

        post = self._loop.post
        self._engine.find_cached(
            look_file.look, lambda frames: post(self._guard(found), frames), name="approvable"
        )

    def ask(self, supersedes: "ApprovalFile | None" = None) -> None:
        """Check what can be checked at once, and ask whether it is meant."""
        look_file = self._around.look_file()
        self._ready = ready(self.form, look_file, by=self._around.who(), supersedes=supersedes)
        self._untell()
        self.question.value = (
            f"<div role='status'>{in_words(self._ready, beside=self._beside)}</div>"
        )
        self._say("")
        self._draw()
        self.back.focus()  # a key that is pressed once more signs nothing

    def go_back(self) -> None:
        """Sign nothing after all, and fill in again."""
        self.drop()
        self.sign.focus()

    def drop(self) -> None:
        """Sign nothing; the key is forgotten."""
        self._ready = None
        self._draw()

    def begin(self) -> None:
        """Queue what was asked for."""
        now, self._ready = self._ready, None
        if now is None:
            return
        self._is_running = True
        self.bar.value, self.cancel.disabled = 0, False
        self._say(f"approval of {now.wish.look_file.name}: waiting for its turn")
        self._draw()
        self.cancel.focus()
        self._signing.begin(now)

    def stop(self) -> None:
        """Give it up after the frame in flight; whether something was signed is told then."""
        self.cancel.disabled = True
        if self._signing.stop():
            self._say("approval: cancelling, after the frame in flight")
        else:
            self._cancelled()
        self._around.cancelled()

    def _advance(self, share: float, text: str) -> None:
        if not self.cancel.disabled:
            self.bar.value = share
            self._say(text)

    def _made(self, made: "ApprovalFile") -> None:
        path = made.path.relative_to(made.look_file.folder.root.resolve()).as_posix()
        try:
            self.form.emptied(made.look_file.name)
            self._around.approved(made)
        finally:  # it is signed, whatever could not be told
            self._rest(f"approved by {made.approval.by}: {path}")

    def _cancelled(self) -> None:
        self._rest("approval: cancelled, nothing was signed")

    def _fail(self, error: Exception) -> None:
        self._rest("approval: not given, nothing was signed")
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        self._banner.show(error)
        self._told = self._banner.text

    def _untell(self) -> None:
        """What failed the last time is history."""
        if self._told and self._banner.text == self._told:
            self._banner.clear()
        self._told = ""

    def _rest(self, text: str) -> None:
        self._is_running = False
        self._say(text)
        self._draw()

    def _draw(self) -> None:
        """Show what there is to do now."""
        self.open.icon = "caret-down" if self.open.value else "caret-right"
        part: widgets.Widget | None = self._fill_in if self.open.value else None
        if self._is_running:
            part = self._progress
        elif self._ready is not None and self.open.value:
            part = self._ask
        for one in self._parts:
            one.layout.display = "" if one is part else "none"
        inside = self._parts if part is not None else ()
        self.widget.children = (self.open, *inside, self.said)

    def _say(self, text: str) -> None:
        self.said.value = f"<span role='status'>{html.escape(text)}</span>" if text else ""


def _button(description: str, icon: str, tooltip: str) -> widgets.Button:
    layout = widgets.Layout(width="auto")
    return widgets.Button(description=description, icon=icon, tooltip=tooltip, layout=layout)
