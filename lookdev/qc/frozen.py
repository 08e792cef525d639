"""Meter of frozen frames: one that repeats the one before, while something goes on."""

from collections.abc import Iterator

import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Pair, Pairs
from lookdev.qc.seen import Seen
from lookdev.qc.steady import is_patch
from lookdev.spec.look import Layer
from lookdev.spec.qc import Reading

_SAME = 0.003
"""Share of its mean by which a repeat may differ: half values, once more."""
_GOES_ON = 0.25
"""Motion (working px) from which a frame cannot be the one before."""
_OF_PLATE = 0.05
"""A comp that changes by less than this share of the plate's change is a repeat."""


class Frozen:
    """`frozen`: 1 where a layer or the comp repeats the frame before, else 0.

    A layer may hold still where it is to move by less than a quarter of a working pixel; of the
    comp nothing is said where the plate itself stands still, bit for bit.
    """

    def __init__(self, pairs: Pairs | None = None) -> None:
        """Share pairs with other meters, or make its own."""
        self._pairs = pairs or Pairs()

    def see(self, seen: Seen) -> Iterator[Reading]:
        """Measure the comp and each layer against the frame before."""
        pair = self._pairs.of(seen)
        if pair is None:
            return
        change = _change(pair.now.plate_tone, pair.before.plate_tone)
        if change > 0:
            repeats = _change(pair.now.comp_tone, pair.before.comp_tone) < _OF_PLATE * change
            yield Reading(meter="frozen", frame=seen.number, value=float(repeats))
        for layer in pair.layers:
            if _goes_on(pair, layer):
                repeats = _is_repeat(pair, layer)
                yield Reading(
                    meter="frozen", frame=seen.number, layer=layer.name, value=float(repeats)
                )


def _goes_on(pair: Pair, layer: Layer) -> bool:
    now = pair.now.layers[layer.name]
    if not (now.is_there and pair.before.layers[layer.name].is_there):
        return False
    if layer.motion.noise == "fresh":
        return True
    if not is_patch(layer):
        return float(np.hypot(*pair.wanted(layer))) >= _GOES_ON
    flow = pair.way.flow[now.alpha > 0.5 * float(now.alpha.max())]
    return float(np.median(np.hypot(flow[:, 0], flow[:, 1]))) >= _GOES_ON


def _is_repeat(pair: Pair, layer: Layer) -> bool:
    """Whether alpha and light are those of the frame before, but for a gain."""
    laid = pair.still(layer)
    for now, before in zip(laid.now, laid.before, strict=True):
        of_now, of_before = float(np.abs(now).mean()), float(np.abs(before).mean())
        if min(of_now, of_before) > 0:
            if _change(now / of_now, before / of_before) > _SAME:
                return False
        elif max(of_now, of_before) > 0:
            return False
    return True


def _change(now: Pixels, before: Pixels) -> float:
    return float(np.abs(now - before).mean())
