"""Plots of the frame and of the selected layer, drawn when they are open."""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lookdev.desk.loop import MainLoop, Timer
from lookdev.desk.plot import plot_html
from lookdev.explore.engine import Engine
from lookdev.explore.plots import curves_of, curves_plot, exposure_plot
from lookdev.render import Rendered
from lookdev.spec.look import Layer, Look

_REST = 0.4
"""Seconds that the hand must rest before plots are drawn: a plot takes longer than a picture."""


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
        self._open.observe(guard(lambda _change: self.draw()), "value")
        self.widget = widgets.VBox([self._open, self._row])
        self._now: tuple[Look, Layer, int] | None = None
        self._timer: Timer | None = None

    def show(self, look: Look, layer: Layer, frame: int) -> None:
        """Draw them soon, where they are open and something has changed."""
        if (look, layer, frame) == self._now:
            return
        self._now = (look, layer, frame)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.later(_REST, self._guard(self.draw))

    def draw(self) -> None:
        """Draw them, where they are open, once nothing else is to be drawn."""
        self._row.children = (self._exposure, self._curves) if self._open.value else ()
        if not self._open.value or self._now is None:
            return
        look, layer, frame = self._now
        shot_file = self._engine.shot_file
        plate = shot_file.shot.plate

        def measured(rendered: Rendered) -> None:
            exposure = exposure_plot(rendered, shot_file)
            curves = curves_plot(curves_of(layer), plate.first, plate.last, frame)
            self._loop.post(self._guard(self._put), exposure, curves, layer.name)

        self._engine.examine(look, frame, measured, name="plots")

    def _put(self, exposure: bytes, curves: bytes, layer: str) -> None:
        self._exposure.value = plot_html(exposure, "Histogram of exposure, plate and comp")
        self._curves.value = plot_html(curves, f"Curves of {layer} over frames")
