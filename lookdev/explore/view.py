"""What is asked to be seen, and what comes of it."""

from dataclasses import dataclass
from typing import Literal

from lookdev.explore.shown import Coded, Region, Source
from lookdev.spec.look import Look

Slot = Literal["a", "b"]


@dataclass(frozen=True)
class View:
    """What is to be seen."""

    a: Source
    b: Source
    overlay: str
    """What lies over it: `support`, `matte:NAME`, or empty."""
    frame: int
    region: Region
    """What is visible, in plate pixels."""
    size: tuple[int, int]
    """The screen's pixels that it fills."""
    scrubbing: bool = False
    """While the hand is on the time line: only what is cached is shown, nothing is made."""
    cancels: int = 0
    """How many cancels there had been when it was asked for; the engine fills it in."""


@dataclass(frozen=True)
class Shown:
    """A picture on its way to one slot of the viewer."""

    slot: Slot
    source: Source
    frame: int
    coded: Coded
    stage: str
    """Empty for the look itself; else what is still missing."""


def soloed(look: Look, name: str | None) -> Look:
    """The look with every layer but one muted; as it is for None."""
    if name is None:
        return look
    layers = tuple(layer.model_copy(update={"mute": layer.name != name}) for layer in look.layers)
    return look.model_copy(update={"layers": layers})
