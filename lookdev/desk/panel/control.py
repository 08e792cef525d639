"""What every control of a panel has: a value as JSON data, a lock, a sentence if it is refused."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lookdev.spec.knobs import Knob

LABEL = "104px"

Changed = Callable[[str, Any], None]
"""Called with the field's name and its new value, as JSON data."""


class Control:
    """One field. `show` sets what is shown and says nothing; a person's change calls `changed`."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make the widgets; subclasses fill `row`."""
        self.knob = knob
        self._changed = changed
        self._showing = False
        self.lock = widgets.ToggleButton(
            icon="unlock",
            tooltip=f"Lock {knob.label} against randomise",
            layout=widgets.Layout(width="30px"),
        )
        self.lock.add_class("ld-icon")
        self.lock.observe(self._draw_lock, "value")
        self.refusal = widgets.HTML(layout=widgets.Layout(display="none"))
        self.refusal.add_class("ld-refusal")
        self.row = widgets.HBox(layout=widgets.Layout(width="100%", align_items="center"))
        self.widget = widgets.VBox([self.row, self.refusal])
        self.widget.add_class("ld-control")

    def show(self, value: Any, frame: int) -> None:
        """Show a value, and its state at a frame where it is a curve; nobody is told."""
        self._showing = True
        try:
            self._show(value, frame)
        finally:
            self._showing = False
        self.refuse("")

    def refuse(self, sentence: str) -> None:
        """Say why what was typed is not taken; nothing for an empty sentence."""
        self.refusal.value = sentence
        self.refusal.layout.display = "" if sentence else "none"

    def _show(self, value: Any, frame: int) -> None:
        raise NotImplementedError

    def tell(self, value: Any) -> None:
        """Pass on what a person did; not what `show` sets."""
        if not self._showing:
            self._changed(self.knob.name, value)

    def _draw_lock(self, change: dict[str, Any]) -> None:
        self.lock.icon = "lock" if change["new"] else "unlock"


def set_quietly(widget: Any, **traits: Any) -> None:
    """Set traits of a widget where they differ: every change costs a message and a redraw."""
    different = {name: value for name, value in traits.items() if getattr(widget, name) != value}
    if different:
        with widget.hold_sync():
            for name, value in different.items():
                setattr(widget, name, value)
