"""What a family of models is: its parts, its classes, and how its settings are named."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lookdev.spec.look import ElementParams
from lookdev.spec.pipelines import Base

Job = Literal["text", "image", "inpaint"]
"""A picture from words; a picture repainted; the inside of a mask made anew."""

Part = tuple[str, str]
"""Module and class, as `model_index.json` has them."""

SCHEDULERS: frozenset[Part] = frozenset(
    ("diffusers", name)
    for name in (
        "DDIMScheduler",
        "DPMSolverMultistepScheduler",
        "EulerAncestralDiscreteScheduler",
        "EulerDiscreteScheduler",
        "LCMScheduler",
        "PNDMScheduler",
        "UniPCMultistepScheduler",
    )
)
FLOW: frozenset[Part] = frozenset({("diffusers", "FlowMatchEulerDiscreteScheduler")})
CLIP_TOKENIZER: frozenset[Part] = frozenset(
    {("transformers", "CLIPTokenizer"), ("transformers", "CLIPTokenizerFast")}
)


def one(module: str, name: str) -> frozenset[Part]:
    """The only class that a part may have."""
    return frozenset({(module, name)})


def floor_of(steps: int, strength: float) -> int:
    """Steps that are really done, where the pipeline rounds down."""
    return min(int(steps * strength), steps)


def ceiling_of(steps: int, strength: float) -> int:
    """Steps that are really done, where the pipeline rounds up."""
    return steps - int(max(steps - min(steps * strength, steps), 0))


def all_of(steps: int, strength: float) -> int:  # noqa: ARG001 as its siblings
    """Steps that are really done, where the pipeline knows no strength."""
    return steps


def no_arguments(params: ElementParams) -> dict[str, Any]:  # noqa: ARG001 as its siblings
    """Of a family whose adapter names its settings itself."""
    return {}


@dataclass(frozen=True)
class Family:
    """One allowed pipeline class."""

    base: Base
    components: Mapping[str, frozenset[Part]]
    """The classes that each part may have, as `model_index.json` names them."""
    optional: frozenset[str] = frozenset()
    """Parts that may be missing."""
    unused: frozenset[str] = frozenset()
    """Parts that may be there, and are never loaded."""
    jobs: Mapping[Job, str] = field(default_factory=dict)
    """The class of diffusers that does each job; no other job is done."""
    controlled: Mapping[Job, str] = field(default_factory=dict)
    """The same with a ControlNet."""
    multiple: int = 1
    """Sides must be multiples of it."""
    area: int | None = None
    """The area that it always works at, whatever it is told (px)."""
    wants_8_bits: bool = False
    """Whether it takes a picture as 8-bit pixels only."""
    least_steps: int = 1
    """With fewer it divides by nothing."""
    steps_done: Callable[[int, float], int] = ceiling_of
    arguments: Callable[[ElementParams], dict[str, Any]] = no_arguments
    """How the pipeline calls guidance and the negative prompt."""
    has_negative: bool = True
    """Whether it heeds a negative prompt."""
    guides: frozenset[str] = frozenset()
    """Of `lora`, `edges`, `depth`, `adapter`."""
    is_packed: bool = False
    """Whether its latents are rows of patches, and no picture."""
    can_cache: bool = False
    """Whether its network can reuse what a step computed."""
    load: Mapping[str, Any] = field(default_factory=dict)
    """What else its loader is told."""

    @property
    def is_picture(self) -> bool:
        """Whether it makes opaque pictures, and no elements with an alpha of their own."""
        return bool(self.jobs)

    def takes(self, width: int, height: int) -> bool:
        """Whether a working size is legal."""
        if self.area is not None:
            return (width, height) == self._once(height / width)
        return width % self.multiple == 0 and height % self.multiple == 0

    def nearest(self, width: float, height: float) -> tuple[int, int]:
        """The nearest legal working size with that shape, as nearly as the multiple allows."""
        shape = height / width
        if self.area is not None:
            return self._of_area(shape)
        around = round(width / self.multiple)
        tried = [
            (w * self.multiple, max(1, round(w * shape)) * self.multiple)
            for w in range(max(1, around - 8), around + 9)
        ]
        fits = [one for one in tried if abs(one[1] / one[0] - shape) <= shape * 0.01] or tried
        return min(fits, key=lambda one: math.dist(one, (width, height)))

    def _of_area(self, shape: float) -> tuple[int, int]:
        """The size that it makes of a picture of just that size."""
        sides = self._once(shape)
        for _ in range(8):
            again = self._once(sides[1] / sides[0])
            if again == sides:
                break
            sides = again
        return sides

    def _once(self, shape: float) -> tuple[int, int]:
        assert self.area is not None
        width = math.sqrt(self.area / shape)
        sides = (round(side / self.multiple) * self.multiple for side in (width, width * shape))
        across, down = sides
        return across, down
