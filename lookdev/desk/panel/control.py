"""What every control of a panel has: a value as JSON data, a lock, a sentence if it is refused."""

import html
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from typing import Any

import ipywidgets as widgets

from lookdev.desk.tree import shared
from lookdev.spec.knobs import Knob

LABEL = "104px"

Changed = Callable[[str, Any], object]
"""Called with the field's name and its new value, as JSON data."""


class Control(ABC):
    """One field. `show` sets what is shown and says nothing; a person's change calls `changed`."""

    keeps_typed = False
    """Whether what was refused stays to be mended; else the value is shown again at once."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make the widgets; subclasses fill `row`."""
        self.knob = knob
        self._changed = changed
        self._showing = False
        self._shown: Any = None
        self._shown_at = 0
        self.lock = widgets.ToggleButton(
            icon="unlock",
            tooltip=f"Lock {knob.label} against randomise",
            layout=layout(width="30px"),
            style=style(widgets.ToggleButton),
        )
        self.lock.add_class("ld-icon")
        self.lock.observe(self._draw_lock, "value")
        self._refusal: widgets.HTML | None = None
        self.row = widgets.HBox(layout=layout(width="100%", align_items="center"))
        self.widget = widgets.VBox([self.row], layout=layout())
        self.widget.add_class("ld-control")

    def show(self, value: Any, frame: int) -> None:
        """Show a value, and its state at a frame where it is a curve; nobody is told.

        The sentence why something was refused stays until the value is another one.
        """
        is_refused = self.is_refused and value == self._shown
        self._shown, self._shown_at = value, frame
        if not (is_refused and self.keeps_typed):
            self._show_again()
        if not is_refused:
            self.refuse("")

    @property
    def is_refused(self) -> bool:
        """Whether a sentence says so."""
        return self._refusal is not None and bool(self._refusal.value)

    def refuse(self, sentence: str) -> None:
        """Say why what was set is not taken; nothing for an empty sentence."""
        if sentence and self._shown is not None and not self.keeps_typed:
            self._show_again()
        if self._refusal is None:
            if not sentence:
                return
            self._refusal = widgets.HTML()
            self._refusal.add_class("ld-refusal")
            self.widget.children = (*self.widget.children, self._refusal)
        self._refusal.value = html.escape(sentence)
        self._refusal.layout.display = "" if sentence else "none"

    def _show_again(self) -> None:
        self._showing = True
        try:
            self._show(self._shown, self._shown_at)
        finally:
            self._showing = False

    @abstractmethod
    def _show(self, value: Any, frame: int) -> None:
        """Set the widgets to a value, and its state at a frame."""

    def tell(self, value: Any) -> None:
        """Pass on what a person did; not what `show` sets."""
        if not self._showing:
            self._changed(self.knob.name, value)

    def _draw_lock(self, change: dict[str, Any]) -> None:
        self.lock.icon = "lock" if change["new"] else "unlock"


@cache
def layout(**traits: str) -> widgets.Layout:
    """A layout that many widgets share: each is a message and an object in the page."""
    return shared(widgets.Layout(**traits))


@cache
def style(kind: Any, **traits: str) -> Any:
    """A style that many widgets of a kind share."""
    return shared(kind.style.klass(**traits))


def set_quietly(widget: Any, **traits: Any) -> None:
    """Set traits of a widget where they differ: every change costs a message and a redraw."""
    different = {name: value for name, value in traits.items() if getattr(widget, name) != value}
    if different:
        with widget.hold_sync():
            for name, value in different.items():
                setattr(widget, name, value)
