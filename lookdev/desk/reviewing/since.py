"""What changed since an approval: asked for by a person, found out in a thread."""

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from lookdev.desk.loop import MainLoop
from lookdev.desk.reviewing.signed import Signed

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile


class Since:
    """A button that asks, the answer, and a button that approves anew."""

    def __init__(
        self,
        loop: MainLoop,
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
        *,
        failed: Callable[[Exception], object],
        anew: Callable[["ApprovalFile"], object],
    ) -> None:
        """Make them, hidden; `anew` is called with the approval whose place another one takes."""
        self._loop, self._guard, self._failed = loop, guard, failed
        self._name, self._signed, self._asked = "", None, 0
        self._old: ApprovalFile | None = None
        self.ask = widgets.Button(icon="history")
        self.ask.layout.width, self.ask.layout.flex = "auto", "0 0 auto"
        self.ask.on_click(guard(lambda _button: self.find()))
        self.said = widgets.HTML()
        self.said.add_class("ld-since")
        self.anew = widgets.Button(
            description="approve anew",
            icon="pencil",
            tooltip="Approve this version in the old approval's place",
            layout=widgets.Layout(width="auto", flex="0 0 auto"),
        )
        self.anew.on_click(guard(lambda _button: anew(self._old) if self._old else None))
        row = widgets.HBox([self.ask, self.anew])
        row.layout.flex_flow = "row wrap"
        self.widget = widgets.VBox([row, self.said])
        self._draw()

    _signed: Signed | None

    def show(self, name: str, signed: Signed | None) -> None:
        """Offer to compare a version with an approval; none hides it all."""
        if (name, signed) != (self._name, self._signed):
            self._name, self._signed = name, signed
            self._forget()

    def find(self) -> None:
        """Compare everything that was frozen with what is there now."""
        signed, name = self._signed, self._name
        if signed is None:
            return
        self._forget()
        self._say("reading everything that was frozen...")
        self.ask.disabled = True
        asked = self._asked

        def work() -> tuple["ApprovalFile", list[str]]:
            from lookdev.approve.approval_file import ApprovalFile
            from lookdev.approve.supersede import what_changed

            old = ApprovalFile.open(str(signed.path))
            return old, what_changed(old, name)

        def done(found: tuple["ApprovalFile", list[str]]) -> None:
            if asked == self._asked:
                self._found(*found)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._forget()
                self._failed(error)

        self._loop.away(work, self._guard(done), self._guard(failed))

    def _found(self, old: "ApprovalFile", lines: list[str]) -> None:
        self.ask.disabled = False
        changed = len(lines) > 1
        self._old = old if changed else None
        self._say("\n".join(lines))
        self._draw()

    def _forget(self) -> None:
        self._asked += 1
        self._old, self.ask.disabled = None, False
        self._say("")
        self._draw()

    def _draw(self) -> None:
        signed = self._signed
        self.widget.layout.display = "" if signed else "none"
        self.anew.layout.display = "" if self._old else "none"
        if signed is not None:
            own = signed.name.startswith(f"{self._name}_")
            self.ask.description = f"what changed since {signed.short if own else signed.name}"
            self.ask.tooltip = f"Compare everything that {signed.name} froze with what is there now"

    def _say(self, text: str) -> None:
        self.said.value = (
            "<div tabindex='0' role='region' aria-label='What changed' aria-live='polite'>"
            f"{html.escape(text)}</div>"
            if text
            else ""
        )
