"""What QC measures, the thresholds a show sets for it, and its report."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lookdev.spec.base import Line, Name, Spec
from lookdev.spec.fields import FrameNumber

Meter = Literal[
    "plate_bits",
    "broken",
    "negative",
    "ceiling",
    "coverage",
    "seam",
    "warping",
    "sticking",
    "flicker",
    "boil",
    "frozen",
    "grain",
    "grain_spectrum",
    "black",
    "white",
    "slope",
    "saturation",
    "palette",
]
"""A measure of a frame or of a frame against the one before; `Gates` says what each is."""

AtMost = Annotated[float, Field(ge=0, le=1e6)] | None
"""The most that passes; empty is measured, and stops nothing."""


class Gates(Spec):
    """The most that passes, by meter; what stands empty is measured, and stops nothing.

    All meters are built so that 0, or the clean plate's own value, is right and more is worse.
    """

    plate_bits: AtMost = 0
    """Delivered values that differ from the plate's bits where the support is 0."""
    broken: AtMost = 0
    """Values that are NaN or infinite."""
    negative: AtMost = None
    """Share of changed pixels that were pushed below 0, and below the plate."""
    ceiling: AtMost = None
    """Share of changed pixels above the shot's ceiling, where the plate is not."""
    coverage: AtMost = None
    """Share of the frame that the support permits."""
    seam: AtMost = None
    """A patch's seam: normal against tangential log-gradient on its edge, over the same nearby."""
    warping: AtMost = None
    """Unsteadiness of a layer along its own motion, over the plate's own along its flow."""
    sticking: AtMost = None
    """How much better a moving element holds still than it follows its motion; below 1 it moves."""
    flicker: AtMost = None
    """Change of a layer's mean from frame to frame that its neighbours do not share (share)."""
    boil: AtMost = None
    """Unsteadiness of a layer's edge along its motion, over that of its inside."""
    frozen: AtMost = None
    """1 where a frame repeats the one before, while the plate or the layer's motion goes on."""
    grain: AtMost = None
    """Grain on what was added against the plate's around it: stops of standard deviation."""
    grain_spectrum: AtMost = None
    """Distance of their grain's spectra: mean difference over frequencies (stops of power)."""
    black: AtMost = None
    """Difference of the darkest tones, added against plate (scene-linear)."""
    white: AtMost = None
    """Difference of the brightest tones of a patch against the plate around it (stops)."""
    slope: AtMost = None
    """Difference of the local spectra's slopes: how detail falls off with frequency."""
    saturation: AtMost = None
    """Difference of a patch's saturation from that around it (stops)."""
    palette: AtMost = None
    """Distance of a patch's palette from that around it (units of ACEScct)."""


class Reading(Spec):
    """One measure."""

    meter: Meter
    frame: FrameNumber
    layer: Annotated[str, StringConstraints(max_length=63)] = ""
    """Of one layer, or empty for the whole frame."""
    value: float


class Failure(Spec):
    """A gate that a sequence does not pass."""

    gate: Meter
    layer: Annotated[str, StringConstraints(max_length=63)] = ""
    allowed: float
    worst: float
    frames: Annotated[tuple[FrameNumber, ...], Field(min_length=1)]
    """Those above the threshold, the worst first."""
    sentence: Line
    """What is wrong, where, and by how much."""


class Waiver(Spec):
    """That somebody lets a failing gate pass."""

    gate: Meter
    by: Line
    reason: Line


class QcReport(Spec):
    """What QC found."""

    format: Literal["qc/1"]
    target: Line
    """The delivery or look."""
    sequence: Name
    shot: Name
    frames: tuple[FrameNumber, ...]
    gates: Gates
    """What was allowed."""
    readings: tuple[Reading, ...]
    failures: tuple[Failure, ...]
