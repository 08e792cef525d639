"""The desk's own buttons: history, randomise, versions, what a drawn matte becomes."""

from collections.abc import Callable
from typing import Any, Literal

import ipywidgets as widgets

Target = Literal["holdout", "matte", "control", "support"]

_TARGETS: tuple[tuple[str, Target], ...] = (
    ("a holdout of the layer", "holdout"),
    ("the layer's matte", "matte"),
    ("the layer's control matte", "control"),
    ("the look's support", "support"),
)

COMMANDS = (
    {"id": "undo", "key": "Ctrl+z", "label": "Undo"},
    {"id": "redo", "key": "Ctrl+Shift+z", "label": "Redo"},
    {"id": "star", "key": "*", "label": "Star the take on the desk"},
    {"id": "previous", "key": "PageUp", "label": "The take before"},
    {"id": "next", "key": "PageDown", "label": "The take after"},
    {"id": "refine", "key": "R", "label": "Refine what is seen of the selected layer"},
    {"id": "solo", "key": "S", "label": "Solo the selected layer, or all again"},
)
"""Shortcuts that the viewer lists and sends."""


class Toolbar:
    """One row of buttons, and what the desk says of itself."""

    def __init__(self, act: Callable[[str], object]) -> None:
        """Make the buttons; `act` is called with a button's id."""
        self._act = act
        self.undo = self._button("undo", "undo", "Undo (Ctrl+Z in the viewer)")
        self.redo = self._button("redo", "repeat", "Redo (Ctrl+Shift+Z in the viewer)")
        self.save = self._button(
            "save", "save", "Write the next version of the look, once and for all", "save version"
        )
        self.cache = self._button(
            "cache", "film", "Make every frame of the shot, for playback", "cache range"
        )
        self.tree = widgets.ToggleButton(
            description="tree",
            icon="sitemap",
            tooltip="Show the takes as a tree",
            layout=widgets.Layout(width="auto"),
        )
        self.target = widgets.Dropdown(
            options=_TARGETS,
            description="drawn matte is",
            tooltip="What a garbage matte drawn in the viewer becomes in the look",
            layout=widgets.Layout(width="300px"),
            style={"description_width": "110px"},
        )
        self._said = widgets.HTML()
        self._said.add_class("ld-said")
        self._said.layout.flex = "1 1 auto"
        self.widget = widgets.HBox(
            [
                self.undo,
                self.redo,
                self._button("seeds", "random", "New seeds for all that is not locked", "seeds"),
                self._button(
                    "nudge", "magic", "Small steps of the blend, where it is not locked", "nudge"
                ),
                self.save,
                self.cache,
                self._button("resume", "play", "Make what was cancelled after all", "resume"),
                self.tree,
                self.target,
                self._said,
            ],
            layout=widgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        self.widget.add_class("ld-toolbar")

    def say(self, text: str) -> None:
        """Show one line about the draft."""
        self._said.value = text

    def show(self, *, undo: bool, redo: bool, seconds: float | None, frames: int) -> None:
        """Show what can be undone, and what a cached range would cost at most."""
        self.undo.disabled, self.redo.disabled = not undo, not redo
        cost = "not measured yet" if seconds is None else f"up to {_span(seconds * frames)}"
        self.cache.tooltip = f"Make every frame of the shot, for playback ({cost})"
        self.cache.description = f"cache range ({cost})"

    def _button(self, name: str, icon: str, tooltip: str, text: str = "") -> widgets.Button:
        made = widgets.Button(
            description=text,
            icon=icon,
            tooltip=tooltip,
            layout=widgets.Layout(width="auto" if text else "34px"),
        )
        made.on_click(lambda _button: self._act(name))
        return made


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def watch(widget: Any, act: Callable[[Any], object]) -> None:
    """Call `act` with a widget's new value."""
    widget.observe(lambda change: act(change["new"]), "value")
