"""Where everything of the explore desk stands."""

from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets

from lookdev.desk.room import room

if TYPE_CHECKING:
    from lookdev.desk.exploring.bench import ExploreDesk

_STYLE = Path(__file__).with_name("desk.css")


def laid_out(desk: "ExploreDesk") -> widgets.Widget:
    """What is said, the tools, the picture with its parameters beside it, takes and seeds below."""
    style = widgets.HTML(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
    side = widgets.VBox([desk.layers.widget, desk.inspector.widget])
    side.add_class("ld-side")
    middle = widgets.HBox([desk.stage.viewer, side])
    middle.add_class("ld-middle")
    below = widgets.VBox([desk.takes.widget, desk.seeds.widget, desk.plots.widget])
    above = [style, desk.banner, desk.notice.widget, desk.toolbar.widget]
    return room([*above, middle, below], "ld-desk")
