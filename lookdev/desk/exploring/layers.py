"""The stack of layers: which one is worked on, solo and mute, order, adding and removing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from lookdev.desk import tree
from lookdev.spec.look import Look


@dataclass(frozen=True)
class LayerActions:
    """What the desk does when a person asks."""

    select: Callable[[str], object]
    solo: Callable[[str | None], object]
    mute: Callable[[str, bool], object]
    move: Callable[[str, int], object]
    remove: Callable[[str], object]
    rename: Callable[[str, str], object]
    add: Callable[[], object]


class LayerStack:
    """One row a layer, the front one on top."""

    def __init__(self, actions: LayerActions) -> None:
        """Make an empty stack."""
        self._do = actions
        self._rows: dict[str, _Row] = {}
        self._names: tuple[str, ...] = ()
        self._list = widgets.VBox()
        add = _button("add layer", "plus", "A new layer in front, like the front one", width="")
        add.on_click(lambda _button: actions.add())
        self._new_name = widgets.Text(
            placeholder="new name",
            tooltip="Another name for the selected layer",
            continuous_update=False,
            layout=widgets.Layout(width="120px"),
        )
        self._new_name.observe(self._renamed, "value")
        head = widgets.HTML("<span class='ld-title'>Layers</span>")
        head.layout.flex = "1 1 auto"
        self.widget = widgets.VBox([widgets.HBox([head, self._new_name, add]), self._list])
        self.widget.add_class("ld-layers")
        self._selected = ""

    def show(self, look: Look, *, selected: str, solo: str | None) -> None:
        """Show the layers of a look."""
        self._selected = selected
        names = tuple(layer.name for layer in reversed(look.layers))
        if names != self._names:
            self._names, old = names, self._rows
            self._rows = {name: old.get(name) or _Row(name, self._do) for name in names}
            self._list.children = tuple(row.widget for row in self._rows.values())
            tree.close(row.widget for name, row in old.items() if name not in names)
        for layer in look.layers:
            self._rows[layer.name].show(
                selected=layer.name == selected, solo=layer.name == solo, mute=layer.mute
            )

    def _renamed(self, change: dict[str, Any]) -> None:
        if change["new"]:
            self._do.rename(self._selected, change["new"].strip())
            self._new_name.value = ""


class _Row:
    """One layer."""

    def __init__(self, name: str, do: LayerActions) -> None:
        self._showing = False
        self._name = widgets.Button(
            description=name,
            tooltip=f"Work on {name}",
            layout=widgets.Layout(flex="1 1 auto", width="auto"),
        )
        self._name.add_class("ld-layer")
        self._name.on_click(lambda _button: do.select(name))
        self._solo = _toggle("S", f"Solo {name}: show it alone")
        self._mute = _toggle("M", f"Mute {name}: leave it out, of deliveries too")
        self._solo.observe(
            lambda change: self._tell(lambda: do.solo(name if change["new"] else None)), "value"
        )
        self._mute.observe(lambda change: self._tell(lambda: do.mute(name, change["new"])), "value")
        up = _button("", "arrow-up", f"Move {name} towards the front")
        down = _button("", "arrow-down", f"Move {name} towards the back")
        gone = _button("", "trash", f"Remove {name}")
        up.on_click(lambda _button: do.move(name, 1))
        down.on_click(lambda _button: do.move(name, -1))
        gone.on_click(lambda _button: do.remove(name))
        self.widget = widgets.HBox([self._name, self._solo, self._mute, up, down, gone])

    def show(self, *, selected: bool, solo: bool, mute: bool) -> None:
        self._showing = True
        try:
            self._solo.value, self._mute.value = solo, mute
            (self._name.add_class if selected else self._name.remove_class)("ld-selected")
            self._name.icon = "caret-right" if selected else ""
        finally:
            self._showing = False

    def _tell(self, act: Callable[[], object]) -> None:
        if not self._showing:
            act()


def _button(text: str, icon: str, tooltip: str, width: str = "30px") -> widgets.Button:
    made = widgets.Button(description=text, icon=icon, tooltip=tooltip)
    if width:
        made.layout.width = width
        made.add_class("ld-icon")
    return made


def _toggle(text: str, tooltip: str) -> widgets.ToggleButton:
    made = widgets.ToggleButton(
        description=text, tooltip=tooltip, layout=widgets.Layout(width="30px")
    )
    made.add_class("ld-icon")
    return made
