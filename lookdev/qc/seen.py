"""One frame as the meters see it, whether it comes from a delivery or straight from the spine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lookdev.image.frame import Frame, Pixels
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look
from lookdev.spec.qc import Reading


@dataclass(frozen=True, eq=False)
class Seen:
    """One frame of a look over its plate; every picture covers the delivered window."""

    number: int
    shot_file: ShotFile
    look: Look
    plate: Frame
    """As its file has it, in its own colour space."""
    comp: Frame
    """As delivered: half values (held as float32) in the plate's colour space."""
    below: Pixels
    """The plate (H, W, 3), scene-linear ACEScg."""
    light: Pixels
    """The comp (H, W, 3), scene-linear ACEScg."""
    layers: Mapping[str, Pixels]
    """Each shown layer as it went over, premultiplied RGBA (H, W, 4), ACEScg; back to front."""
    support: Pixels
    """Weight of the permission matte (H, W); 0 where nothing may change."""


class Meter(Protocol):
    """Measures frames one after the other, in the order of the range.

    A meter of time keeps what it needs of the frame before, and no more: memory does not grow with
    the range. It says nothing of a frame whose neighbour (number - 1) it has not seen.
    """

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame."""
