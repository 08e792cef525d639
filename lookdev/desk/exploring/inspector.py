"""Every parameter of the selected layer, and of the look's support, in sections."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from lookdev.desk.panel.section import Choices, Section
from lookdev.explore.randomise import is_locked
from lookdev.spec.blending import Blend
from lookdev.spec.look import Control, ElementParams, Layer, Look, Motion, Support
from lookdev.spec.picture import Guides, Patch, Refine

_PARTS: dict[str, tuple[str, type]] = {
    "element": ("Element", ElementParams),
    "control": ("Control", Control),
    "motion": ("Motion", Motion),
    "patch": ("Patch", Patch),
    "guides": ("Guides", Guides),
    "refine": ("Refine", Refine),
    "blend": ("Blend", Blend),
}
_IN_STACK = ("name", "mute")


class Inspector:
    """Tabs of controls. They are made once, and show whichever layer is selected."""

    def __init__(
        self,
        choices: Choices,
        *,
        set_value: Callable[[str, Any], object],
        set_lock: Callable[[str, bool], object],
        idle: Callable[[Layer], Mapping[str, str]],
        below: Mapping[str, widgets.Widget] | None = None,
    ) -> None:
        """Make every control.

        Args:
            choices: For fields that name something.
            set_value: Called with a parameter's name (`snow.element.seed`) and its new value.
            set_lock: Called with a parameter's name and whether it is locked.
            idle: Gives the parts of a layer that have no effect, and why.
            below: What else stands in a part's tab, below its fields.
        """
        self._idle = idle
        self._layer = ""
        self._showing = False
        self._sections: dict[str, Section] = {}
        for part, (_, kind) in _PARTS.items():
            self._sections[part] = Section(kind, choices, self._teller(part, set_value))
        self._sections[""] = Section(Layer, choices, self._teller("", set_value), _IN_STACK)
        self._support = Section(
            Support, choices, lambda field, value: set_value(f"support.{field}", value)
        )
        for part, section in self._sections.items():
            for field, control in section.controls.items():
                control.lock.observe(self._locker(part, field, set_lock), "value")
        for control in self._support.controls.values():  # randomise never touches it: no lock
            row = control.row.children
            control.row.children = tuple(part for part in row if part is not control.lock)
        more = below or {}
        pages = [
            widgets.VBox([section.widget, more[part]]) if part in more else section.widget
            for part, section in [*self._sections.items(), ("support", self._support)]
        ]
        titles = [*(title for title, _ in _PARTS.values()), "Mattes", "Support"]
        self.widget = widgets.Tab(pages, titles=titles)
        self.widget.add_class("ld-inspector")

    def show(self, look: Look, layer: str, frame: int, locked: Sequence[str]) -> None:
        """Show a layer's values at a frame."""
        if layer != self._layer:
            self._forget_refusals()
        self._layer = layer
        found = next(one for one in look.layers if one.name == layer)
        data, idle = found.model_dump(mode="json"), self._idle(found)
        self._showing = True
        try:
            for part, section in self._sections.items():
                section.show(data[part] if part else data, frame)
                section.say(idle.get(part, ""))
                for field, control in section.controls.items():
                    control.lock.value = is_locked(self._name(part, field), locked)
            self._support.show(look.support.model_dump(mode="json"), frame)
        finally:
            self._showing = False

    def refuse(self, name: str, sentence: str) -> bool:
        """Say beside a parameter why its new value is not taken; False where none shows it."""
        head, *rest = name.split(".")
        part, field = ".".join(rest[:-1]), rest[-1] if rest else ""
        section = self._support if head == "support" else self._sections.get(part)
        control = None if section is None else section.controls.get(field)
        if control is not None:
            control.refuse(sentence)
        return control is not None

    def _forget_refusals(self) -> None:
        """What was typed and refused was meant for the layer before."""
        for section in self._sections.values():
            for control in section.controls.values():
                control.refuse("")

    def _name(self, part: str, field: str) -> str:
        return ".".join(piece for piece in (self._layer, part, field) if piece)

    def _teller(
        self, part: str, set_value: Callable[[str, Any], object]
    ) -> Callable[[str, Any], None]:
        def tell(field: str, value: Any) -> None:
            set_value(self._name(part, field), value)

        return tell

    def _locker(
        self, part: str, field: str, set_lock: Callable[[str, bool], object]
    ) -> Callable[[dict[str, Any]], None]:
        def tell(change: dict[str, Any]) -> None:
            if not self._showing:
                set_lock(self._name(part, field), change["new"])

        return tell
