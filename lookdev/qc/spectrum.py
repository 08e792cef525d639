"""How detail falls off with frequency: of what was added, against the plate's."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.around import DENSE, Around, acescct, layers_around, luminance
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Reading

_SIZE = 64
"""Of a window (px)."""
_FEWEST = 4
"""Windows that can be judged."""
_MOST = 48
"""Windows that are looked at, evenly spread."""
_COARSE, _FINE = 2 / _SIZE, 0.25
"""Frequencies between which the slope is taken (cycles a pixel): above is the grain's."""
_NOTHING = 1e-7
"""Power of no detail, in ACEScct: a flat window has no slope."""


class Slope:
    """`slope` of each layer that is dense over windows of 64 pixels."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame.

        The mean of log2 power of the luminance (ACEScct) over windows of 64 px, against log2
        frequency from 2 cycles a window to a quarter of a cycle a pixel: its slope is that of the
        texture (Field, 1987: about -2 in a photograph); softer is steeper. Those inside the layer
        (alpha 0.9 or more) are compared with the plate's around it and with those it replaces; the
        smaller difference counts. Of an element only being sharper than the plate counts: dust is
        soft by nature, but nothing is crisper than the lens. Less than 4 windows say nothing.
        """
        for around in layers_around(seen):
            inside, near = _places(around)
            if len(inside) < _FEWEST:
                continue
            slope = _slope(_pictures(around, inside, comp=True))
            plates = [_slope(_pictures(around, inside, comp=False))]
            if len(near) >= _FEWEST:
                plates.append(_slope(_pictures(around, near, comp=False)))
            apart = [slope - one for one in plates]
            value = min(map(abs, apart)) if around.is_patch else max(0.0, min(apart))
            yield Reading(meter="slope", frame=seen.number, layer=around.layer.name, value=value)


_Places = list[tuple[int, int]]


def _places(around: Around) -> tuple[_Places, _Places]:
    """Tops and lefts of windows in the layer, and of those that it does not touch."""
    alpha, step = around.alpha, _SIZE // 2
    height, width = alpha.shape
    inside, near = [], []
    for top in range(0, height - _SIZE + 1, step):
        for left in range(0, width - _SIZE + 1, step):
            part = alpha[top : top + _SIZE, left : left + _SIZE]
            if part.min() >= DENSE:
                inside.append((top, left))
            elif part.max() == 0:
                near.append((top, left))
    return _some(inside), _some(near)


def _some(places: _Places) -> _Places:
    which = np.linspace(0, len(places) - 1, min(_MOST, len(places))).astype(int)
    return [places[one] for one in which]


def _pictures(around: Around, places: _Places, *, comp: bool) -> Iterator[Pixels]:
    """Luminance in ACEScct of each window."""
    for top, left in places:
        where = slice(top, top + _SIZE), slice(left, left + _SIZE)
        plate = around.plate[where]
        yield acescct(luminance(around.over(around.rgba[where], plate) if comp else plate))


def _slope(windows: Iterable[Pixels]) -> float:
    """Of log2 power against log2 frequency."""
    radius = np.hypot(np.fft.fftfreq(_SIZE)[:, None], np.fft.rfftfreq(_SIZE))
    used = (radius >= _COARSE) & (radius <= _FINE)
    ring = np.round(np.log2(radius[used] / _COARSE) * 2).astype(int)
    shape = cv2.createHanningWindow((_SIZE, _SIZE), cv2.CV_32F)
    logs = []
    for window in windows:
        power = np.abs(np.fft.rfft2((window - window.mean()) * shape))[used] ** 2 / _SIZE**2
        logs.append(np.log2(np.bincount(ring, power) / np.bincount(ring) + _NOTHING))
    steps = np.arange(len(logs[0])) / 2
    return float(np.polyfit(steps, np.mean(logs, 0), 1)[0])
