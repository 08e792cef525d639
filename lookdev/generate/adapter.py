"""What every model family's adapter does for the rest of the product."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor

from lookdev.generate.catalogue import ModelFiles
from lookdev.image.element import Element
from lookdev.image.frame import Pixels, Window
from lookdev.spec.look import Layer


@dataclass(frozen=True)
class Step:
    """One denoising step that is done."""

    done: int
    total: int
    preview: Callable[[], Element] | None
    """Decodes the element as it would be if the model stopped here; costs only when called. None
    where the model has nothing quick to show."""


OnStep = Callable[[Step], None]
"""Called after each denoising step; raising in it cancels."""

NoiseOf = Callable[[int, int, int, int], Tensor]
"""Noise by channels, width, height and draw: (channels, height, width), standard normal, float32 on
the CPU. It is cut from the layer's own plane, moved as the layer moves in a picture of that size;
each draw (0, 1, ...) is another plane."""


@dataclass(frozen=True)
class Moving:
    """What an element needs that moves as a whole."""

    by: tuple[float, float]
    """How far it has moved since its anchor frame (element px; x right, y down)."""
    noise: Callable[[int, Window], Tensor]
    """Noise by channels and window: (channels, height, width), cut from the layer's own plane where
    that lies before anything has moved."""


@dataclass(frozen=True)
class Source:
    """The pictures of the shot that a patch starts from and guides look at, at the working size."""

    picture: Pixels
    """(h, w, 3), scene-linear ACEScg: the plate or the clean plate."""
    depth: Pixels | None = None
    """(h, w), as the shot has it."""


@dataclass(frozen=True)
class Request:
    """All that one element of one frame depends on."""

    layer: Layer
    """At the size and steps that are made."""
    envelope: Pixels
    """(h, w), 0..1: where an element is dense; where a patch may change the picture."""
    wind: tuple[float, float]
    """Element pixels a frame."""
    noise: NoiseOf
    moving: Moving | None = None
    """None where it never moves."""
    near: Pixels | float = 0.5
    """How near, for the whole element or (h, w): see `control.nearness`."""
    source: Source | None = None
    """None where the layer needs none of the shot's pictures."""
    ceiling: float = 16.0
    """The brightest that a picture may get (scene-linear)."""
    guides: Mapping[str, ModelFiles] = field(default_factory=dict)
    """The files of every card that the layer's guides name, by the field's name."""
    references: tuple[Pixels, ...] = ()
    """(h, w, 3) display pixels 0..1 of the reference pictures."""


class Adapter(Protocol):
    """One loaded model."""

    multiple: int
    """Sides of what it repaints must be multiples of it."""

    @property
    def is_compiled(self) -> bool:
        """Whether its network was compiled: its numbers then differ by a little."""

    def moment(self, on_step: OnStep) -> bool:
        """Use a moment in which nobody waits to get faster; whether its numbers changed by it.

        What `on_step` raises ends the moment, and another one may be used.
        """

    def generate(self, requests: Sequence[Request], on_step: OnStep | None) -> tuple[Element, ...]:
        """Make elements that differ only in noise (seeds), or are frames of one chunk.

        Finals and approvals ask for one at a time.

        Raises:
            ModelError: The model gives numbers that are not finite, or runs out of memory with one.
        """

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        """Repaint one tile of a refined element, as `refine.Refiner` says."""
