"""Meter of boil: edges that crawl where the inside holds still."""

from collections.abc import Iterator

import cv2
import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Laid, Pair, Pairs
from lookdev.qc.reduced import blocks
from lookdev.qc.seen import Seen
from lookdev.qc.steady import covered, is_patch
from lookdev.spec.look import Layer
from lookdev.spec.qc import Reading

_STEEP = 0.06
"""Slope of alpha, as a share of its peak a px, from which it is an edge."""
_FLOOR = 0.25
"""Unsteadiness of an inside that counts at least (working px): flow is no better."""
_LEAST = 64
"""Pixels that an edge or an inside must have."""


class Boil:
    """`boil`: unsteadiness of a layer's edge, over that of its inside.

    Both in pixels: the root mean square difference over that of the slope is how far an edge would
    have to jump to make it. An edge of an element is a flake's, which goes along the layer's
    motion, or a matte's, which goes with the plate: block by block the steadier counts. A patch and
    its edge go with the plate.
    """

    def __init__(self, pairs: Pairs | None = None) -> None:
        """Share pairs with other meters, or make its own."""
        self._pairs = pairs or Pairs()

    def see(self, seen: Seen) -> Iterator[Reading]:
        """Measure each layer of a frame against the frame before."""
        pair = self._pairs.of(seen)
        for layer in pair.layers if pair else ():
            assert pair is not None
            if pair.now.layers[layer.name].is_there and pair.before.layers[layer.name].is_there:
                value = _boil(pair, layer)
                if value is not None:
                    yield Reading(meter="boil", frame=seen.number, layer=layer.name, value=value)


def _boil(pair: Pair, layer: Layer) -> float | None:
    ways = [pair.with_plate(layer)]
    if is_patch(layer):
        inner, inside = pair.comp, covered(pair, layer)
    else:
        inner = pair.own(layer)
        ways, inside = [inner, *ways], _dense(inner)
    edge = _jump([_only_alpha(one) for one in ways], [_edge(one) for one in ways])
    within = _jump([inner], [inside * (1 - _edge(ways[0])) * inner.sure])
    return None if edge is None else edge / max(within or 0.0, _FLOOR)


def _only_alpha(laid: Laid) -> Laid:
    return Laid(laid.now[:1], laid.before[:1], laid.sure, laid.grows)


def _dense(laid: Laid) -> Pixels:
    least = np.minimum(laid.now[0], laid.before[0])
    return (least > 0.1 * float(laid.now[0].max())).astype(np.float32)


def _edge(laid: Laid) -> Pixels:
    """Where alpha is steep in one of both, (h, w) of 0 and 1."""
    steep = np.maximum(*(_slope_squared(one[0]) for one in (laid.now, laid.before)))
    peak = float(laid.now[0].max())
    return ((steep > (_STEEP * peak) ** 2) * laid.sure).astype(np.float32)


def _jump(ways: list[Laid], where: list[Pixels]) -> float | None:
    """Root mean square difference over root mean square slope (px), by the steadiest way."""
    if max(float(one.sum()) for one in where) < _LEAST:
        return None
    found = [_parts(laid, mask) for laid, mask in zip(ways, where, strict=True)]
    apart = np.stack([one[0] for one in found])
    slope = np.stack([one[1] for one in found])
    best = np.argmin(apart / np.maximum(slope, 1e-12) + (slope <= 1e-12) * 1e12, axis=0)[None]
    differences, slopes = (np.take_along_axis(one, best, 0).sum() for one in (apart, slope))
    return float(np.sqrt(differences / slopes)) if slopes > 1e-12 else None


def _parts(laid: Laid, where: Pixels) -> tuple[Pixels, Pixels]:
    """Squared differences and slopes over blocks, planes alike."""
    apart, slope = np.zeros_like(where), np.zeros_like(where)
    for a, b in zip(laid.now, laid.before, strict=True):
        size = max(float((a * where).std()) ** 2, 1e-12)
        apart += (a - b) ** 2 / size
        slope += (_slope_squared(a) + _slope_squared(b)) / 2 / size
    return blocks(apart * where), blocks(slope * where)


def _slope_squared(plane: Pixels) -> Pixels:
    x = cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
    y = cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(x**2 + y**2, np.float32)
