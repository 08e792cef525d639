"""A patch's colours against the plate's: how saturated they are, and which they are."""

from collections.abc import Iterable

import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.around import Small, acescct, layers_around
from lookdev.qc.seen import Seen
from lookdev.qc.wasserstein import to_each
from lookdev.spec.qc import Meter as Name
from lookdev.spec.qc import Reading

_FEWEST = 200
"""Reduced pixels that have a palette."""
_GREY = 0.005
"""Of ACEScct: chroma below which nobody sees a colour."""


class Palette:
    """`saturation` and `palette` of each patch; an element has colours of its own."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame, in ACEScct at about 270 lines, where grain has no part in it.

        A patch is compared with the plate around it and with the plate that it replaces, and the
        smaller difference counts. Both are of colours less their own mean over the channels: how
        bright they are is for `black` and `white` to say. `saturation` is |log2| of the ratio of
        their mean distances from grey. `palette` is the 2-Wasserstein distance of both, taken as
        normal distributions (Dowson and Landau, 1982). Less than 200 reduced pixels say nothing.
        """
        for around in layers_around(seen):
            small = around.small
            if not around.is_patch or np.count_nonzero(small.dense) < _FEWEST:
                continue
            for meter, value in _compared(small).items():
                yield Reading(meter=meter, frame=seen.number, layer=around.layer.name, value=value)


def _compared(small: Small) -> dict[Name, float]:
    comp, plate = _colours(small.comp), _colours(small.plate)
    ours = comp[small.dense]
    theirs = [plate[where] for where in small.references(_FEWEST)]
    chroma = _chroma(ours)
    return {
        "saturation": min(abs(float(np.log2(chroma / _chroma(one)))) for one in theirs),
        "palette": min(_distance(ours, one) for one in theirs),
    }


def _colours(linear: Pixels) -> Pixels:
    """In ACEScct, less the mean over the channels."""
    log = acescct(linear)
    return np.asarray(log - log.mean(-1, keepdims=True), np.float32)


def _chroma(colours: Pixels) -> float:
    """Of (n, 3): mean distance from grey."""
    return float(np.sqrt((colours * colours).sum(1)).mean()) + _GREY


def _distance(a: Pixels, b: Pixels) -> float:
    """2-Wasserstein distance of two sets of colours (n, 3), (m, 3), taken as normal."""
    first, second = (one.astype(np.float64) for one in (a, b))
    means, spreads = second.mean(0)[None], np.cov(second.T)[None]
    return float(to_each(first.mean(0), np.cov(first.T), means, spreads)[0])
