"""Where everything lies on the review desk: it fits 1366x768."""

from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets

from lookdev.desk.room import room

if TYPE_CHECKING:
    from lookdev.desk.reviewing.desk import ReviewDesk

_STYLE = Path(__file__).with_name("review.css")


def laid_out(desk: "ReviewDesk") -> widgets.Widget:
    """The desk as one widget."""
    style = widgets.HTML(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
    style.layout.display = "none"
    side = widgets.VBox(
        [
            desk.status.widget,
            desk.approving.widget,
            desk.notes.widget,
            desk.export.widget,
            desk.levels.widget,
        ]
    )
    side.add_class("ld-review-side")
    middle = widgets.HBox([desk.stage.viewer, side])
    middle.add_class("ld-review-middle")
    parts = [style, desk.banner, desk.choosers.widget, middle, desk.strip.widget]
    return room(parts, "ld-review")
