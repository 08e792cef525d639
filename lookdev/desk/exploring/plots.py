"""Plots of the frame and of the selected layer, drawn when they are open."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lookdev.desk.loop import MainLoop
from lookdev.desk.plot import plot_html
from lookdev.explore.engine import Engine
from lookdev.explore.plots import curves_of, curves_plot, exposure_plot
from lookdev.render import Rendered
from lookdev.spec.look import Layer, Look


class Plots:
    """Exposure of plate and comp, and the layer's curves; pictures, not outputs."""

    def __init__(
        self,
        engine: Engine,
        loop: MainLoop,
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
    ) -> None:
        """Make both, closed."""
        self._engine, self._loop, self._guard = engine, loop, guard
        self._exposure, self._curves = widgets.HTML(), widgets.HTML()
        self._row = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap"))
        self._open = widgets.ToggleButton(
            description="plots",
            icon="bar-chart",
            tooltip="Exposure of plate and comp, and curves of the selected layer",
            layout=widgets.Layout(width="auto", align_self="flex-start"),
        )
        self._open.observe(guard(lambda _change: self._draw()), "value")
        self.widget = widgets.VBox([self._open, self._row])
        self._now: tuple[Look, Layer, int] | None = None

    def show(self, look: Look, layer: Layer, frame: int) -> None:
        """Draw them, where they are open and something has changed."""
        if (look, layer, frame) != self._now:
            self._now = (look, layer, frame)
            self._draw()

    def _draw(self) -> None:
        self._row.children = (self._exposure, self._curves) if self._open.value else ()
        if not self._open.value or self._now is None:
            return
        look, layer, frame = self._now
        plate = self._engine.shot_file.shot.plate
        picture = curves_plot(curves_of(layer), plate.first, plate.last, frame)
        self._curves.value = plot_html(picture, f"Curves of {layer.name} over frames")

        def measured(rendered: Rendered) -> None:
            picture = exposure_plot(rendered, self._engine.shot_file)
            self._loop.post(self._guard(self._put), picture)

        self._engine.examine(look, frame, measured)

    def _put(self, picture: bytes) -> None:
        self._exposure.value = plot_html(picture, "Histogram of exposure, plate and comp")
