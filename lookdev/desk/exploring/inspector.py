"""Every parameter of the selected layer, and of the look itself, in sections."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from lookdev.desk.panel.section import Choices, Section
from lookdev.explore.randomise import is_locked
from lookdev.spec.blending import Blend, Camera, Depth, Edge, Light, Match, Protect
from lookdev.spec.look import Control, ElementParams, Layer, Look, Motion
from lookdev.spec.parameter import OF_LOOK
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
_GROUPS: dict[str, tuple[str, type]] = {
    "blend.match": ("Match: its light brought to the plate's", Match),
    "blend.light": ("Light: relight, wrap, shadow, bloom", Light),
    "blend.camera": ("Camera: grain and blur", Camera),
    "blend.edge": ("Edge of a patch", Edge),
    "blend.depth": ("Depth: holdout and air", Depth),
    "blend.protect": ("Guards", Protect),
}
"""What folds out below the blend's own fields."""

_OF_LOOK = {"support": "Where the look may change the plate", "light": "The look's key light"}
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
        for part, (_, kind) in (_PARTS | _GROUPS).items():
            self._sections[part] = Section(kind, choices, self._teller(part, set_value))
        self._sections[""] = Section(Layer, choices, self._teller("", set_value), _IN_STACK)
        for part, section in self._sections.items():
            for field, control in section.controls.items():
                control.lock.observe(self._locker(part, field, set_lock), "value")
        self._of_look = {
            part: Section(kind, choices, self._of_look_teller(part, set_value))
            for part, kind in OF_LOOK.items()
        }
        for section in self._of_look.values():  # randomise never touches it: no lock
            for control in section.controls.values():
                row = control.row.children
                control.row.children = tuple(part for part in row if part is not control.lock)
        pages = [self._page(part, below or {}) for part in (*_PARTS, "")]
        titles = [*(title for title, _ in _PARTS.values()), "Mattes", "Look"]
        self.widget = widgets.Tab([*pages, self._look_page()], titles=titles)
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
                section.show(_within(data, part), frame)
                section.say(idle.get(part, ""))
                for field, control in section.controls.items():
                    control.lock.value = is_locked(self._name(part, field), locked)
            for part, section in self._of_look.items():
                section.show(getattr(look, part).model_dump(mode="json"), frame)
        finally:
            self._showing = False

    def refuse(self, name: str, sentence: str) -> bool:
        """Say beside a parameter why its new value is not taken; False where none shows it."""
        head, *rest = name.split(".")
        part, field = ".".join(rest[:-1]), rest[-1] if rest else ""
        section = self._of_look.get(head) or self._sections.get(part)
        control = None if section is None else section.controls.get(field)
        if control is not None:
            control.refuse(sentence)
        return control is not None

    def _page(self, part: str, below: Mapping[str, widgets.Widget]) -> widgets.Widget:
        """A tab: a part's fields, what else stands there, and the groups that fold out."""
        under = [below[part]] if part in below else []
        groups = [group for group in _GROUPS if group.startswith(f"{part}.")]
        if groups:
            inside = [self._sections[group].widget for group in groups]
            under.append(widgets.Accordion(inside, titles=[_GROUPS[group][0] for group in groups]))
        page = self._sections[part].widget
        return widgets.VBox([page, *under]) if under else page

    def _look_page(self) -> widgets.Widget:
        shown: list[widgets.Widget] = []
        for part, section in self._of_look.items():
            shown += [widgets.HTML(f"<b>{_OF_LOOK[part]}</b>"), section.widget]
        return widgets.VBox(shown)

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

    def _of_look_teller(
        self, part: str, set_value: Callable[[str, Any], object]
    ) -> Callable[[str, Any], object]:
        return lambda field, value: set_value(f"{part}.{field}", value)

    def _locker(
        self, part: str, field: str, set_lock: Callable[[str, bool], object]
    ) -> Callable[[dict[str, Any]], None]:
        def tell(change: dict[str, Any]) -> None:
            if not self._showing:
                set_lock(self._name(part, field), change["new"])

        return tell


def _within(data: dict[str, Any], part: str) -> dict[str, Any]:
    """The values of a part (`blend.light`), or of the layer itself for an empty one."""
    for name in filter(None, part.split(".")):
        data = data[name]
    return data
