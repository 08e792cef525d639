"""The plot of brightness over time, of the frames that are cached."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from lookdev.desk.loop import MainLoop, Timer
from lookdev.desk.plot import plot_html
from lookdev.explore.engine import Engine
from lookdev.render import Rendered
from lookdev.spec.look import Look

_REST = 1.0
"""Seconds without another change before the plot is drawn anew."""


class LevelsPlot:
    """Mean luminance of each version's comp; measured and drawn on the picture thread."""

    def __init__(
        self,
        engine: Engine,
        loop: MainLoop,
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
    ) -> None:
        """Make an empty plot."""
        self._engine, self._loop, self._guard = engine, loop, guard
        self._known: dict[str, dict[int, float]] = {}
        self._looks: Mapping[str, Look] = {}
        self._timer: Timer | None = None
        self.widget = widgets.HTML()  # an Image widget has no words for who cannot see it
        self.widget.add_class("ld-levels")

    def show(self, looks: Mapping[str, Look]) -> None:
        """Plot these versions, by name, soon."""
        self._looks = dict(looks)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.later(_REST, self._guard(self.measure))

    def forget(self, name: str) -> None:
        """Measure a version anew: its look is another one by now."""
        self._known.pop(name, None)

    def measure(self) -> None:
        """Measure what is cached and not measured yet, and draw all of it."""
        for name, look in self._looks.items():
            self._engine.find_cached(look, self._finder(name, look, self._looks))

    def _finder(
        self, name: str, look: Look, looks: Mapping[str, Look]
    ) -> Callable[[list[int]], None]:
        def found(frames: list[int]) -> None:
            known = self._known.setdefault(name, {})
            missing = [frame for frame in frames if frame not in known]
            for frame in missing:
                self._engine.examine(look, frame, self._measurer(name, frame))
            if frames:
                self._engine.examine(look, frames[-1], lambda _rendered: self._draw(looks))

        return found

    def _measurer(self, name: str, frame: int) -> Callable[[Rendered], None]:
        def measured(rendered: Rendered) -> None:
            from lookdev.explore.levels import mean_stops

            if not rendered.provisional:
                self._known.setdefault(name, {})[frame] = mean_stops(rendered)

        return measured

    def _draw(self, looks: Mapping[str, Look]) -> None:
        from lookdev.explore.levels import levels_plot

        plate = self._engine.shot_file.shot.plate
        levels = {name: dict(self._known.get(name, {})) for name in looks}
        picture = levels_plot(levels, first=plate.first, last=plate.last)
        self._loop.post(self._guard(self._put), picture, looks)

    def _put(self, picture: bytes, looks: Mapping[str, Look]) -> None:
        if looks is self._looks or looks == self._looks:
            names = " and ".join(looks)
            told = f"Brightness of {names} over frames: the comp's mean, in stops from middle grey"
            self.widget.value = plot_html(picture, told)
