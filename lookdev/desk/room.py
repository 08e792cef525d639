"""What every desk lies in: its keys stay in it, and all its fields have names."""

from collections.abc import Sequence
from pathlib import Path

import anywidget
import ipywidgets as widgets


class Room(anywidget.AnyWidget):
    """Shows nothing; looks after the desk that it lies in (`.ld-room`).

    A key that is pressed in the desk is the desk's: none reaches the notebook, where `x` cuts a
    cell. Sliders and fields that ipywidgets leaves nameless to a screen reader get a name. A
    button that is drawn anew while it has the focus has it again.
    """

    _esm = Path(__file__).with_name("room.js").read_text(encoding="utf-8")


def room(children: Sequence[widgets.Widget], style: str) -> widgets.VBox:
    """A whole desk, one part below the other.

    Args:
        children: The desk's parts.
        style: The desk's own style class, such as `ld-desk`.
    """
    made = widgets.VBox([Room(), *children])
    made.add_class("ld-room")
    made.add_class(style)
    return made
