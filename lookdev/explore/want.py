"""What the models' thread is asked for, and what it says of it."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lookdev.generate.adapter import OnStep
from lookdev.generate.draft import unrefined
from lookdev.image.frame import Window
from lookdev.render import Session
from lookdev.spec.look import Layer, Look

Key = str


@dataclass(frozen=True)
class Want:
    """One layer's element at one frame."""

    layer: Layer
    frame: int
    look: Look = field(compare=False, repr=False)
    """Whose layer it is, for the ledger."""

    @cached_property
    def key(self) -> Key:
        """What decides the element; two layers may share one."""
        layer = self.layer
        element = json.dumps(layer.element.deciding())
        parts = layer.recipe[1:]
        return "|".join([str(self.frame), element, *(part.model_dump_json() for part in parts)])

    @property
    def is_refined(self) -> bool:
        """Whether the layer asks for detail beyond its working size."""
        return self.layer.refine.scale > 1

    @property
    def unrefined(self) -> Layer:
        """The layer at its working size, which leads the finer detail."""
        return unrefined(self.layer)


@dataclass(frozen=True)
class Detail:
    """How much of the finer detail is asked for."""

    within: Window | None = None
    """Pixels of the refined element; all of it if None."""

    @classmethod
    def seen(
        cls, layer: Layer, region: tuple[float, float, float, float], plate: tuple[int, int]
    ) -> "Detail":
        """What a viewer shows of a layer.

        Args:
            layer: The layer.
            region: Left, top, right, bottom of what is visible, in plate pixels.
            plate: The plate's width and height.
        """
        size = [round(side * layer.refine.scale) for side in layer.element.size]
        left, right = _whole(region[0], region[2], size[0] / plate[0], size[0])
        top, bottom = _whole(region[1], region[3], size[1] / plate[1], size[1])
        window = Window(left, top, right - left, bottom - top)
        return cls(None if window == Window(0, 0, *size) else window)


@dataclass(frozen=True)
class Status:
    """What the model does now."""

    text: str
    busy: bool = False
    progress: float | None = None
    """0 to 1."""
    seconds_left: float | None = None


Task = Callable[[Session, OnStep], Iterator[Status]]
"""Longer work: a generator that yields where the worker may look after other things.

It is closed when it is cancelled, so that its `finally` runs.
"""


def _whole(start: float, end: float, scale: float, length: int) -> tuple[int, int]:
    """The whole pixels that hold a span of the plate; one at least."""
    first = min(max(0, math.floor(start * scale)), length - 1)
    return first, min(max(first + 1, math.ceil(end * scale)), length)
