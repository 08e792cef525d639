"""The plot of what a wedge's cells took; drawn away from the loop, where it is looked at."""

from typing import TYPE_CHECKING

import ipywidgets as widgets

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.plot import plot_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lookdev.explore.wedge_cells import WedgeCell


class Cost:
    """A picture that follows a switch; it is no output, so no notebook keeps it."""

    def __init__(self, switch: widgets.ToggleButton, loop: MainLoop, banner: Banner) -> None:
        """Make it, hidden."""
        self._switch, self._loop, self._banner = switch, loop, banner
        self._plotted: list[WedgeCell] = []
        self.plot = widgets.HTML(layout=widgets.Layout(display="none"))  # an Image has no alt

    def show(self, finished: "Sequence[WedgeCell]") -> None:
        """Show the cost of these cells, if anybody looks and they are others by now."""
        is_shown = bool(self._switch.value and finished)
        self.plot.layout.display = "" if is_shown else "none"
        if not is_shown or list(finished) == self._plotted:
            return
        self._plotted = list(finished)

        def draw() -> bytes:
            from lookdev.explore.wedge_plot import cost_plot

            return cost_plot(finished)

        self._loop.away(draw, self._drawn, self._banner.show)

    def _drawn(self, png: bytes) -> None:
        what = f"Seconds and evaluations of {len(self._plotted)} cells"
        self.plot.value = plot_html(png, what)
