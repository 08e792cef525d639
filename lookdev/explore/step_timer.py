"""What the evaluations of a frame took, told apart from loading and compositing."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from lookdev.explore.estimates import Estimates, evaluations, steps_of
from lookdev.generate.adapter import Step
from lookdev.spec.look import Layer


@dataclass
class _Timed:
    layer: Layer
    first: float = 0.0
    """Seconds of the first step; a model may have been loaded in them."""
    seconds: float = 0.0
    """Of the other steps."""
    steps: int = 0
    """The other steps."""

    @property
    def a_step(self) -> float:
        return self.seconds / self.steps if self.steps else self.first

    @property
    def whole(self) -> float:
        return self.a_step * steps_of(self.layer)


class StepTimer:
    """Given as `on_step`; the layers are those that are not cached, in the order of the comp."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        """Start, before the frame is rendered."""
        self._timed = [_Timed(layer) for layer in layers]
        self._at = -1
        self._last = time.perf_counter()

    def __call__(self, step: Step) -> None:
        """Take in one denoising step."""
        now = time.perf_counter()
        self._at += step.done == 1
        timed = self._timed[min(self._at, len(self._timed) - 1)]
        if step.done == 1:
            timed.first = now - self._last
        else:
            timed.seconds += now - self._last
            timed.steps += 1
        self._last = now

    @property
    def seconds(self) -> float:
        """What all evaluations took."""
        return sum(timed.whole for timed in self._timed)

    @property
    def is_plain(self) -> bool:
        """Whether each layer was one run; keyframes, tiles and pairs of pictures are several."""
        return self._at < len(self._timed)

    def teach(self, estimates: Estimates, *, loaded: bool) -> None:
        """Hand on what was measured; where a model was loaded, lone steps say nothing.

        Nor do runs that were more than one a layer: keyframes that a patch was carried from.
        """
        if not self.is_plain:
            return
        for timed in self._timed:
            element = timed.layer.element
            if timed.steps or not loaded:
                estimates.learn(element.model, element.size, evaluations(timed.layer), timed.whole)
