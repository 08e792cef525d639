"""Which versions are A and B."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

PLATE = "plate"
"""What B is where there is nothing to compare with."""


class Choosers:
    """Two lists, and the button that makes both playable."""

    def __init__(self, choose: Callable[[str, str], object], fill: Callable[[], object]) -> None:
        """Make them; `choose` is called with `a` or `b` and a name."""
        self._choose, self._showing = choose, False
        self.a = self._list("A", "a", "The version under review: notes and status are of it")
        self.b = self._list("B", "b", "What it is compared with")
        self.fill = widgets.Button(
            description="make all frames",
            icon="play-circle",
            tooltip="Make every frame of A and B, so that they play",
            layout=widgets.Layout(width="auto"),
        )
        self.fill.on_click(lambda _button: fill())
        self.widget = widgets.HBox([self.a, self.b, self.fill])

    def show(self, names: Sequence[str], badges: Mapping[str, str], *, a: str, b: str) -> None:
        """Show what can be chosen, with what there is to say of it, and what is."""
        every = [(f"{name}  {badges[name]}" if name in badges else name, name) for name in names]
        self._showing = True
        try:
            for one, options, value in (
                (self.a, every, a),
                (self.b, [*every, (PLATE, PLATE)], b),
            ):
                if list(one.options) != options:
                    one.options = options
                one.value = value
        finally:
            self._showing = False

    def _list(self, label: str, slot: str, tooltip: str) -> widgets.Dropdown:
        made = widgets.Dropdown(description=label, tooltip=tooltip)
        made.layout.width, made.style.description_width = "250px", "20px"

        def chosen(change: dict[str, Any]) -> None:
            if not self._showing:
                self._choose(slot, change["new"])

        made.observe(chosen, "value")
        return made
