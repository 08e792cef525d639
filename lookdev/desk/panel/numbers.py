"""Controls of numbers: a slider over the usual range, a field over the whole, keys for curves."""

from typing import Any

import ipywidgets as widgets
from pydantic import TypeAdapter

from lookdev.desk.panel.control import LABEL, Changed, Control, layout, set_quietly, style
from lookdev.desk.panel.keys import KeyTable
from lookdev.spec.curve import AnyCurve, Curve, value_at
from lookdev.spec.knobs import Knob

_DUST = 1e-8
"""What binary steps may leave between a slider's number and the look's."""

_CURVE: TypeAdapter[AnyCurve] = TypeAdapter(Curve[float])


class NumberControl(Control):
    """A number, whole or not, that may be a curve over frames."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make slider, field and, where the field may be a curve, its key table."""
        super().__init__(knob, changed)
        self._frame = 0
        self._now: Any = 0.0
        self._slider = _slider(knob)
        self._field = _field(knob, labelled=self._slider is None)
        for part in (self._slider, self._field):
            if part is not None:
                part.observe(self._moved, "value")
        self._curve = widgets.ToggleButton(
            icon="area-chart",
            tooltip=f"Let {knob.label} change over frames",
            layout=layout(width="30px"),
            style=style(widgets.ToggleButton),
        )
        self._curve.add_class("ld-icon")
        self._curve.observe(self._toggled, "value")
        self._keys: KeyTable | None = None
        parts = [self._slider, self._field, self._curve if knob.is_curve else None, self.lock]
        self.row.children = tuple(part for part in parts if part is not None)

    def _show(self, value: Any, frame: int) -> None:
        self._frame, self._now = frame, value
        is_curve = isinstance(value, dict)
        number = _at(value, frame)
        set_quietly(self._field, value=number, disabled=is_curve)
        if self._slider is not None:
            aimed = min(max(number, self._slider.min), self._slider.max)
            if abs(self._slider.value - aimed) < _DUST:
                aimed = self._slider.value  # or the handle would step back under a quick hand
            set_quietly(self._slider, value=aimed, disabled=is_curve)
        set_quietly(self._curve, value=is_curve)
        if self._keys is None and is_curve:
            self._keys = KeyTable(self.knob, self.tell, self.refuse)
            self.widget.children = (self.row, self._keys.widget, *self.widget.children[1:])
        if self._keys is not None:
            self._keys.show(value if is_curve else None, frame)

    def _moved(self, change: dict[str, Any]) -> None:
        if self._showing or isinstance(self._now, dict):
            return
        number = self._aimed(change["new"])
        if change["owner"] is self._slider and self._is_echo(number):
            return
        self.tell(number)

    def _aimed(self, number: Any) -> Any:
        """The number without the dust of binary steps: 0.3, not 0.30000000000000004.

        A whole number is one; where a person typed another, the spec says what is wrong with it.
        """
        is_whole = self.knob.kind == "whole" and float(number).is_integer()
        return int(number) if is_whole else round(number, 9)

    def _is_echo(self, number: Any) -> bool:
        """Whether a slider only says how it drew a number that lies between its steps."""
        return bool(abs(number - self._now) < 0.49 * (self.knob.step or 1))

    def _toggled(self, change: dict[str, Any]) -> None:
        if self._showing:
            return
        number = self._aimed(_at(self._now, self._frame))
        self.tell({str(self._frame): number} if change["new"] else number)


def _at(value: Any, frame: int) -> Any:
    """The number at a frame, of a number or a curve as JSON data."""
    return value_at(_CURVE.validate_python(value), frame) if isinstance(value, dict) else value


def _slider(knob: Knob) -> Any:
    if knob.slider is None:
        return None
    kind = widgets.IntSlider if knob.kind == "whole" else widgets.FloatSlider
    low, high = knob.slider
    return kind(
        description=knob.label,
        tooltip=knob.help,
        min=low,
        max=high,
        step=knob.step or 1,
        readout=False,
        style=style(kind, description_width=LABEL),
        layout=layout(flex="1 1 auto", width="auto", min_width="0"),
    )


def _field(knob: Knob, *, labelled: bool) -> Any:
    wide, narrow = {"flex": "1 1 auto", "width": "auto"}, {"width": "74px", "flex": "0 0 74px"}
    return widgets.FloatText(  # of no bounds: the spec refuses, where a bounded one would change
        description=knob.label if labelled else "",
        tooltip=f"{knob.help} {knob.unit}".strip(),
        step=knob.step or 1,
        style={"description_width": LABEL if labelled else "0px"},
        layout=layout(**(wide if labelled else narrow)),
    )
