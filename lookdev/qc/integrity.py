"""Whether the plate is whole where nothing may change, and what was added can be delivered."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Meter as Name
from lookdev.spec.qc import Reading

_Mask = npt.NDArray[np.bool_]

_BELOW = 1e-4
"""Scene-linear: what a half's rounding and a colour matrix make of 0."""
_ABOVE = 2**-9
"""Relative: the same at the ceiling."""


class Integrity:
    """`plate_bits`, `broken`, `negative`, `ceiling` and `coverage` of each frame."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame; all five are of the whole frame.

        `plate_bits` compares every channel as it is delivered: as halves, where a zero's sign and a
        NaN's payload count. `negative` and `ceiling` are shares of the pixels that changed, in
        scene-linear ACEScg, in which no plate is too dark to have a zero; what the plate itself has
        below 0 or above the ceiling counts only where it was pushed on.
        """
        changed = _any(_differs(seen.comp.pixels[..., :3], seen.plate.pixels[..., :3]))
        values: dict[Name, float] = {
            "plate_bits": _plate_bits(seen),
            "broken": int(seen.comp.pixels.size - np.count_nonzero(np.isfinite(seen.comp.pixels))),
            "negative": _share(_pushed_below(seen), changed),
            "ceiling": _share(_above(seen), changed),
            "coverage": float(np.count_nonzero(seen.support) / seen.support.size),
        }
        for meter, value in values.items():
            yield Reading(meter=meter, frame=seen.number, value=value)


def _plate_bits(seen: Seen) -> int:
    fixed = seen.support == 0
    if not fixed.any():
        return 0
    comp, plate = seen.comp.pixels, seen.plate.pixels
    suspect = _differs(comp, plate) & fixed[..., None]
    if not suspect.any():
        return 0
    return int(np.count_nonzero(_halves(comp[suspect]) != _halves(plate[suspect])))


def _differs(a: Pixels, b: Pixels) -> _Mask:
    """By bits: a NaN is itself, and -0 is not 0."""
    ours, theirs = (np.ascontiguousarray(one).view(np.uint32) for one in (a, b))
    return np.asarray(ours != theirs)


def _halves(values: Pixels) -> npt.NDArray[np.uint16]:
    """As a file holds them; a plate in float is delivered in half."""
    with np.errstate(over="ignore"):
        return values.astype(np.float16).view(np.uint16)


def _pushed_below(seen: Seen) -> _Mask | None:
    with np.errstate(invalid="ignore"):  # NaN is broken, and said so
        if seen.light.min() >= -_BELOW:
            return None
        return _any(seen.light < np.minimum(seen.below, 0) - _BELOW)


def _above(seen: Seen) -> _Mask | None:
    ceiling = seen.shot_file.shot.ceiling
    with np.errstate(invalid="ignore"):
        if seen.light.max() <= ceiling:
            return None
        return _any((seen.light > ceiling * (1 + _ABOVE)) & ~(seen.below > ceiling))


def _any(of: _Mask) -> _Mask:
    """Of a pixel's three channels; numpy's own is ten times slower along so short an axis."""
    return np.asarray(of[..., 0] | of[..., 1] | of[..., 2])


def _share(of: _Mask | None, changed: _Mask) -> float:
    """Of the changed pixels; None is none."""
    if of is None:
        return 0.0
    among = int(np.count_nonzero(changed))
    return float(np.count_nonzero(of & changed) / among) if among else 0.0
