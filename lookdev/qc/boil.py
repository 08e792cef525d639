"""Meter of boil: edges that crawl where the inside holds still."""

from collections.abc import Iterator
from functools import cached_property

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
_FLAT = 1e-12
"""Squared slope of a block that is none."""
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
            if pair.is_comparable(layer):
                value = _boil(pair, layer)
                if value is not None:
                    yield Reading(meter="boil", frame=seen.number, layer=layer.name, value=value)


class _Along:
    """A layer along one motion: its planes, and how steep they are."""

    def __init__(self, laid: Laid, planes: int | None = None) -> None:
        """Of the first so many planes."""
        self.laid = laid
        self._planes = list(zip(laid.now, laid.before, strict=True))[:planes]
        self._slopes = [tuple(map(_slope_squared, pair)) for pair in self._planes]

    @cached_property
    def edge(self) -> Pixels:
        """Where alpha, its first plane, is steep in one of both, (h, w) of 0 and 1."""
        least = (_STEEP * float(self.laid.now[0].max())) ** 2
        return ((np.maximum(*self._slopes[0]) > least) * self.laid.sure).astype(np.float32)

    def parts(self, where: Pixels, planes: int | None = None) -> tuple[Pixels, Pixels]:
        """Squared differences and squared slopes, over blocks; planes count alike."""
        apart, slope = np.zeros_like(where), np.zeros_like(where)
        for (a, b), slopes in list(zip(self._planes, self._slopes, strict=True))[:planes]:
            size = max(float((a * where).std()) ** 2, 1e-12)
            apart += (a - b) ** 2 / size
            slope += (slopes[0] + slopes[1]) / (2 * size)
        return blocks(apart * where), blocks(slope * where)


def _boil(pair: Pair, layer: Layer) -> float | None:
    with_plate = _Along(pair.with_plate(layer), 1)
    if is_patch(layer):
        ways, inner, inside = [with_plate], _Along(pair.comp), covered(pair, layer)
    else:
        inner = _Along(pair.own(layer))
        ways, inside = [inner, with_plate], _dense(inner.laid)
    flat = inside * (1 - ways[0].edge) * inner.laid.sure
    if max(float(way.edge.sum()) for way in ways) < _LEAST:
        return None
    edge = _jump([way.parts(way.edge, 1) for way in ways])
    within = _jump([inner.parts(flat)]) if float(flat.sum()) >= _LEAST else None
    return None if edge is None else edge / max(within or 0.0, _FLOOR)


def _dense(laid: Laid) -> Pixels:
    least = np.minimum(laid.now[0], laid.before[0])
    return (least > 0.1 * float(laid.now[0].max())).astype(np.float32)


def _jump(parts: list[tuple[Pixels, Pixels]]) -> float | None:
    """Root mean square difference over root mean square slope (px), by the steadiest way."""
    apart, slope = (np.stack(planes).astype(np.float64) for planes in zip(*parts, strict=True))
    best = np.argmin(np.where(slope > _FLAT, apart / np.maximum(slope, _FLAT), np.inf), 0)[None]
    differences, slopes = (np.take_along_axis(one, best, 0).sum() for one in (apart, slope))
    return float(np.sqrt(differences / slopes)) if slopes > _FLAT else None


def _slope_squared(plane: Pixels) -> Pixels:
    x = cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
    y = cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=1 / 8, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(x**2 + y**2, np.float32)
