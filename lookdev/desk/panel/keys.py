"""A curve as a small table of keys."""

from collections.abc import Callable
from typing import Any, cast

import ipywidgets as widgets

from lookdev.spec.curve import AnyCurve, value_at
from lookdev.spec.knobs import Knob


class KeyTable:
    """Frames and values of one curve; hidden where there is none."""

    def __init__(self, knob: Knob, changed: Callable[[Any], None]) -> None:
        """Make the table; `changed` gets the whole curve, as JSON data."""
        self._knob, self._changed = knob, changed
        self._frame = 0
        self._curve: dict[str, Any] | None = None
        self._smooth = widgets.Checkbox(
            description="smooth",
            tooltip="Smooth steps between keys instead of straight lines",
            indent=False,
            layout=widgets.Layout(width="80px"),
        )
        self._smooth.observe(lambda _change: self._edited(self._rows()), "value")
        add = widgets.Button(
            description="key here",
            icon="plus",
            tooltip="Set a key at the current frame",
            layout=widgets.Layout(width="96px"),
        )
        add.on_click(lambda _button: self._add())
        self._list = widgets.VBox()
        self._head = widgets.HBox([add, self._smooth])
        self.widget = widgets.VBox([self._head, self._list], layout=_hidden())
        self.widget.add_class("ld-keys")
        self._showing = False

    def show(self, curve: dict[str, Any] | None, frame: int) -> None:
        """Show a curve, or nothing for None."""
        self._frame = frame
        if curve == self._curve:
            return
        self._curve = curve
        self.widget.layout.display = "none" if curve is None else ""
        if curve is None:
            self._list.children = ()
            return
        self._showing = True
        try:
            self._smooth.value = "smooth" in curve
            keys = curve.get("smooth", curve)
            rows = sorted((int(frame), float(value)) for frame, value in keys.items())
            self._list.children = tuple(self._row(*row, last=len(rows) == 1) for row in rows)
        finally:
            self._showing = False

    def _row(self, frame: int, value: float, *, last: bool) -> widgets.HBox:
        at = widgets.IntText(
            value=frame,
            tooltip="Frame of the key",
            continuous_update=False,
            layout=widgets.Layout(width="84px"),
        )
        number = widgets.BoundedFloatText(
            value=value,
            min=self._knob.least,
            max=self._knob.most,
            step=self._knob.step or 1,
            tooltip=f"{self._knob.label} at that frame",
            continuous_update=False,
            layout=widgets.Layout(width="84px"),
        )
        gone = widgets.Button(
            icon="times",
            tooltip="Remove this key",
            disabled=last,
            layout=widgets.Layout(width="30px"),
        )
        row = widgets.HBox([at, number, gone])
        for part in (at, number):
            part.observe(lambda _change: self._edited(self._rows()), "value")
        gone.on_click(lambda _button: self._edited(self._rows(without=row)))
        return row

    def _rows(self, without: widgets.HBox | None = None) -> dict[str, float]:
        kept = [row for row in self._list.children if row is not without]
        return {str(row.children[0].value): row.children[1].value for row in kept}

    def _add(self) -> None:
        """A key where the curve is anyway, so that nothing jumps."""
        rows = self._rows()
        keys: dict[int, float] = {int(frame): value for frame, value in rows.items()}
        curve = cast("AnyCurve", {"smooth": keys} if self._smooth.value else keys)
        now = value_at(curve, self._frame)
        self._edited({**rows, str(self._frame): round(now, 9)})

    def _edited(self, keys: dict[str, float]) -> None:
        if self._showing or self._curve is None:
            return
        self._changed({"smooth": keys} if self._smooth.value else keys)


def _hidden() -> widgets.Layout:
    return widgets.Layout(display="none")
