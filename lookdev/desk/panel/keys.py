"""A curve as a small table of keys."""

from collections.abc import Callable
from typing import Any, cast

import ipywidgets as widgets

from lookdev.desk import tree
from lookdev.desk.panel.control import set_quietly
from lookdev.spec.curve import AnyCurve, value_at
from lookdev.spec.knobs import Knob


class KeyTable:
    """Frames and values of one curve; hidden where there is none."""

    def __init__(
        self, knob: Knob, changed: Callable[[Any], None], refuse: Callable[[str], None]
    ) -> None:
        """Make the table.

        Args:
            knob: The field.
            changed: Gets the whole curve, as JSON data.
            refuse: Gets the sentence why an edit is not taken; it shows the curve again.
        """
        self._knob, self._changed, self._refuse = knob, changed, refuse
        self._frame = 0
        self._curve: dict[str, Any] | None = None
        self._smooth = widgets.Checkbox(
            description="smooth",
            tooltip="Smooth steps between keys instead of straight lines",
            indent=False,
            layout=widgets.Layout(width="80px"),
        )
        self._smooth.observe(lambda _change: self._edited(), "value")
        add = widgets.Button(
            description="key here",
            icon="plus",
            tooltip="Set a key at the current frame",
            layout=widgets.Layout(width="96px"),
        )
        add.on_click(lambda _button: self._add())
        self._rows: list[_Row] = []
        self._list = widgets.VBox()
        self._head = widgets.HBox([add, self._smooth])
        self.widget = widgets.VBox([self._head, self._list], layout=_hidden())
        self.widget.add_class("ld-keys")
        self._showing = False

    def show(self, curve: dict[str, Any] | None, frame: int) -> None:
        """Show a curve, or nothing for None."""
        self._frame, self._curve = frame, curve
        self.widget.layout.display = "none" if curve is None else ""
        if curve is None:
            return
        self._showing = True
        try:
            set_quietly(self._smooth, value="smooth" in curve)
            keys = curve.get("smooth", curve)
            self._fill(sorted((int(frame), float(value)) for frame, value in keys.items()))
        finally:
            self._showing = False

    def _fill(self, keys: list[tuple[int, float]]) -> None:
        """Rows that are there are used again: the one that is typed in keeps the focus."""
        spare = self._rows[len(keys) :]
        more = [_Row(self._knob, self._edited, self._remove) for _ in keys[len(self._rows) :]]
        self._rows = [*self._rows[: len(keys)], *more]
        for row, key in zip(self._rows, keys, strict=True):
            row.show(*key, last=len(keys) == 1)
        if spare or more:
            self._list.children = tuple(row.widget for row in self._rows)
            tree.close(row.widget for row in spare)

    def _keys(self, without: "_Row | None" = None) -> dict[str, float]:
        return {row.frame: row.number.value for row in self._rows if row is not without}

    def _add(self) -> None:
        """A key where the curve is anyway, so that nothing jumps."""
        keys = self._keys()
        typed: dict[int, float] = {int(frame): value for frame, value in keys.items()}
        curve = cast("AnyCurve", {"smooth": typed} if self._smooth.value else typed)
        now = value_at(curve, self._frame)
        self._tell({**keys, str(self._frame): round(now, 9)})

    def _remove(self, row: "_Row") -> None:
        self._tell(self._keys(without=row))

    def _edited(self) -> None:
        if self._showing:
            return
        keys = self._keys()
        if len(keys) == len(self._rows):
            self._tell(keys)
            return
        frames = [row.frame for row in self._rows]
        twice = next(frame for frame in frames if frames.count(frame) > 1)
        self._refuse(
            f"{self._knob.label} has a key at frame {twice} already; remove that one first, "
            "or choose another frame"
        )

    def _tell(self, keys: dict[str, float]) -> None:
        if not self._showing and self._curve is not None:
            self._changed({"smooth": keys} if self._smooth.value else keys)


class _Row:
    """One key. Its fields have no bounds: the spec refuses, where a bounded one would change."""

    def __init__(
        self, knob: Knob, edited: Callable[[], None], remove: Callable[["_Row"], None]
    ) -> None:
        self.at = widgets.FloatText(
            tooltip="Frame of the key",
            step=1,
            continuous_update=False,
            layout=widgets.Layout(width="84px"),
        )
        self.number = widgets.FloatText(
            tooltip=f"{knob.label} at that frame",
            step=knob.step or 1,
            continuous_update=False,
            layout=widgets.Layout(width="84px"),
        )
        self._gone = widgets.Button(
            icon="times", tooltip="Remove this key", layout=widgets.Layout(width="30px")
        )
        self.widget = widgets.HBox([self.at, self.number, self._gone])
        for part in (self.at, self.number):
            part.observe(lambda _change: edited(), "value")
        self._gone.on_click(lambda _button: remove(self))

    @property
    def frame(self) -> str:
        """As JSON data has it; what is no whole number is refused by the spec."""
        return f"{self.at.value:.12g}"

    def show(self, frame: int, value: float, *, last: bool) -> None:
        """Show a key; the last one stays."""
        set_quietly(self.at, value=frame)
        set_quietly(self.number, value=value)
        set_quietly(self._gone, disabled=last)


def _hidden() -> widgets.Layout:
    return widgets.Layout(display="none")
