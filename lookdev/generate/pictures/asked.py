"""One run of a pipeline: what it is given, and what it gave."""

from dataclasses import dataclass

from torch import Tensor

from lookdev.generate.adapter import NoiseOf
from lookdev.generate.families import Job
from lookdev.spec.look import ElementParams


@dataclass(frozen=True)
class Run:
    """What one call of a pipeline is given; pictures are codes 0..1 in its card's encoding."""

    job: Job
    params: ElementParams
    prompt: str
    size: tuple[int, int]
    """Width and height."""
    noise: tuple[NoiseOf, ...]
    """Of each sample of the batch."""
    image: Tensor | None = None
    """(1, 3, h, w): what is repainted."""
    mask: Tensor | None = None
    """(1, 1, h, w): 1 where it is made anew; of a differential run, how much may change."""
    strength: float = 1.0
    steps: int = 1
    is_differential: bool = False
    hints: tuple[Tensor, ...] = ()
    """(1, 3, h, w) for each ControlNet."""
    hint_scales: tuple[float, ...] = ()
    references: tuple[Tensor, ...] = ()
    """(3, h, w) display pixels, 8 bits."""


@dataclass(frozen=True)
class Made:
    """What a run gave."""

    pictures: Tensor
    """(samples, 3, h, w), codes 0..1, float32 on the CPU."""
    evaluations: int
    """Of the network, for each sample."""
