"""The darkest and the brightest tones of what was added, against the plate's."""

from collections.abc import Iterable, Iterator

import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.around import Mask, Small, layers_around
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Meter as Name
from lookdev.spec.qc import Reading

_DARK, _BRIGHT = 1.0, 99.0
"""Percentiles."""
_FEWEST = 200
"""Reduced pixels that have a darkest tone."""
_TOE = 0.01
"""Scene-linear: stops no longer count below it as they do above."""


class Levels:
    """`black` of each layer where it is dense, and `white` of each patch."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame, at about 270 lines, where grain has no part in it.

        A patch is compared with the plate around it and with the plate that it replaces; the
        smaller difference counts: a dark door beside a bright wall is no fault, if the plate had
        one there. `black` is the worst channel's |difference| of the first percentiles. Of an
        element only black below the plate's darkest tones counts, where its alpha is 0.9 or more:
        dust and snow lift the blacks behind them, and must. `white` is the worst channel's
        difference of the 99th percentiles (stops above 0.01). Less than 200 reduced pixels say
        nothing.
        """
        for around in layers_around(seen):
            small = around.small
            if np.count_nonzero(small.dense) < _FEWEST:
                continue
            found = _patch(small) if around.is_patch else _element(small)
            for meter, value in found:
                yield Reading(meter=meter, frame=seen.number, layer=around.layer.name, value=value)


def _patch(small: Small) -> Iterator[tuple[Name, float]]:
    dark = _percentile(small.comp, small.dense, _DARK)
    bright = _percentile(small.comp, small.dense, _BRIGHT)
    plates = list(small.references(_FEWEST))
    blacks = [np.abs(dark - _percentile(small.plate, one, _DARK)).max() for one in plates]
    whites = [
        np.abs(_stops(bright) - _stops(_percentile(small.plate, one, _BRIGHT))).max()
        for one in plates
    ]
    yield "black", float(min(blacks))
    yield "white", float(min(whites))


def _element(small: Small) -> Iterator[tuple[Name, float]]:
    dark = _percentile(small.comp, small.dense, _DARK)
    plate = np.min([_percentile(small.plate, one, _DARK) for one in small.references(_FEWEST)], 0)
    yield "black", float((plate - dark).max().clip(0))


def _percentile(picture: Pixels, where: Mask, percent: float) -> Pixels:
    """Of each channel, (3,)."""
    return np.asarray(np.percentile(picture[where], percent, axis=0), np.float32)


def _stops(linear: Pixels) -> Pixels:
    return np.asarray(np.log2(np.maximum(linear, 0) + _TOE), np.float32)
