"""The rows in which a wedge's axes are set: a parameter, and the text of its values."""

import html
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

import ipywidgets as widgets

from lookdev.spec import parameter, strict_yaml
from lookdev.spec.curve import value_at
from lookdev.spec.knobs import Knob
from lookdev.spec.look import Look
from lookdev.spec.wedge_state import WedgeAxis

_NO_AXIS = ("size", "colour", "mattes")
"""Kinds of fields whose values are lists, which an axis cannot write."""

_EXAMPLES = {
    "seed": "1..8, or 3, 7, 21",
    "text": "{light|heavy} snow, or several texts with commas between",
    "flag": "true, false",
}

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]


class AxesEditor:
    """Rows of axes; `changed` is called whenever a person changes one."""

    def __init__(self, guard: Guard, changed: Callable[[], object]) -> None:
        """Make an editor without rows; `guard` wraps its callbacks."""
        self._guard, self._tell = guard, guard(changed)
        self._look: Look | None = None
        self._frame = 0
        self.rows: list[AxisRow] = []
        self._place = widgets.VBox()
        self.add = widgets.Button(
            description="axis",
            icon="plus",
            tooltip="Vary one more parameter",
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
        self.add.on_click(guard(self._add))
        self.widget = widgets.VBox([self._place, self.add])

    def show(self, look: Look, frame: int, axes: Sequence[WedgeAxis]) -> None:
        """Show a look's axes; nobody is told. Rows that show the same stay as they are."""
        if look == self._look and frame == self._frame and tuple(axes) == self.axes:
            return
        self._look, self._frame = look, frame
        self._set([self._row(axis) for axis in axes])

    @property
    def axes(self) -> tuple[WedgeAxis, ...]:
        """What the rows say.

        Raises:
            SpecError: A text is longer than any axis.
        """
        return tuple(row.axis for row in self.rows)

    def _row(self, axis: WedgeAxis) -> "AxisRow":
        assert self._look is not None, "rows are made for a look"
        knobs = {
            name: knob
            for name, knob in parameter.names(self._look).items()
            if knob.kind not in _NO_AXIS
        }
        row = AxisRow(axis, knobs, self._look, self._frame, self._tell)
        row.remove.on_click(self._guard(partial(self._remove, row)))
        return row

    def _add(self, _button: Any) -> None:
        taken = {axis.name for axis in self.axes}
        row = self._row(WedgeAxis(name=""))
        free = [name for name in row.name.options if name not in taken]
        if free:
            row = self._row(WedgeAxis(name=free[0]))
            self._set([*self.rows, row])
            self._tell()

    def _remove(self, row: "AxisRow", _button: Any) -> None:
        self._set([other for other in self.rows if other is not row])
        self._tell()

    def _set(self, rows: list["AxisRow"]) -> None:
        self.rows = rows
        self._place.children = tuple(row.widget for row in rows)


class AxisRow:
    """One axis."""

    def __init__(
        self,
        axis: WedgeAxis,
        knobs: dict[str, Knob],
        look: Look,
        frame: int,
        changed: Callable[[], object],
    ) -> None:
        """Make the row; a parameter that the look no longer has stays in it, to be mended."""
        self._knobs, self._look, self._frame, self._changed = knobs, look, frame, changed
        names = list(knobs)
        if axis.name and axis.name not in knobs:
            names.insert(0, axis.name)
        self.name = widgets.Dropdown(
            options=names,
            value=axis.name or names[0],
            description="vary",
            tooltip="The parameter that is varied",
            layout=widgets.Layout(width="330px"),
            style={"description_width": "36px"},
        )
        self.values = widgets.Text(
            value=axis.values,
            description="over",
            continuous_update=True,
            tooltip="Its values",
            layout=widgets.Layout(flex="1 1 240px", width="auto"),
            style={"description_width": "36px"},
        )
        self.remove = widgets.Button(
            icon="trash", tooltip="Remove this axis", layout=widgets.Layout(width="36px")
        )
        self.help = widgets.HTML()
        self.help.add_class("ld-axis-help")
        self.name.observe(self._named, "value")
        self.values.observe(self._told, "value")
        line = widgets.HBox(
            [self.name, self.values, self.remove], layout=widgets.Layout(flex_flow="row wrap")
        )
        self.widget = widgets.VBox([line, self.help])
        self._show_help()

    @property
    def axis(self) -> WedgeAxis:
        """What the row says.

        Raises:
            SpecError: The text is longer than any axis.
        """
        data = {"name": self.name.value, "values": self.values.value.strip()}
        return strict_yaml.validate(data, WedgeAxis, source="an axis")

    def _named(self, _change: Any) -> None:
        self._show_help()
        self._changed()

    def _told(self, _change: Any) -> None:
        self._changed()

    def _show_help(self) -> None:
        knob = self._knobs.get(self.name.value)
        if knob is None:
            self.help.value = "the look has no such parameter any more"
            return
        now = _now(parameter.get(self._look, self.name.value), self._frame)
        self.help.value = html.escape(f"{helped(knob)} Now {now}.").replace("`", "")
        self.values.placeholder = _EXAMPLES.get(knob.kind, ", ".join(knob.choices) or _range(knob))


def helped(knob: Knob) -> str:
    """A field's help, with its bounds or its choices."""
    if knob.choices:
        return f"{knob.help} One of {', '.join(knob.choices)}."
    if knob.least is not None and knob.most is not None:
        unit = f" {knob.unit}" if knob.unit else ""
        return f"{knob.help} {knob.least:g} to {knob.most:g}{unit}."
    return knob.help


def _range(knob: Knob) -> str:
    least, most = knob.slider or (0, 1)
    if knob.kind == "whole":
        return f"{least:g}..{most:g}"
    return f"{least:g}..{most:g}:{(most - least) / 4:g}"


def _now(value: Any, frame: int) -> str:
    if isinstance(value, dict):
        keyed = {int(key): float(number) for key, number in value.get("smooth", value).items()}
        smooth: dict[Literal["smooth"], dict[int, float]] = {"smooth": keyed}
        at = value_at(smooth if "smooth" in value else keyed, frame)
        return f"a curve, {at:.3g} at this frame"
    return value if isinstance(value, str) else str(value).lower()
