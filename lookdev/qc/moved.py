"""Two frames in a row, and their pictures laid onto each other along each motion.

Everything that meters of time share is worked out here, once a pair.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from lookdev.generate.motion import Track, displacement
from lookdev.image import flow
from lookdev.image.flow import Way
from lookdev.image.frame import Pixels
from lookdev.image.track import read_track
from lookdev.image.warp import ends
from lookdev.qc.reduced import Reduced, ReducedLayer, reduced
from lookdev.qc.seen import Seen
from lookdev.spec.look import Layer

_GROWS = 1.35
"""How much further a layer may spread in a frame than in its neighbour, for both to be compared."""
_BODY = 0.25
"""Share of its densest alpha from which a layer counts as spread there."""
_SEEN = 0.9
"""From which a surface counts as seen in both frames."""


@dataclass(frozen=True, eq=False)
class Laid:
    """Planes of two frames laid onto each other; what is steady is the same in both."""

    now: tuple[Pixels, ...]
    """Each (h, w)."""
    before: tuple[Pixels, ...]
    sure: Pixels
    """Where both are known, (h, w) of 0 and 1."""
    grows: bool
    """Whether they are amounts, of 0 and up, which may grow from nothing; tones do not."""


class Pair:
    """A frame and the one before it."""

    def __init__(self, seen: Seen, before: Reduced, now: Reduced) -> None:
        """Of a frame, reduced, and the reduced one before it."""
        self._shot_file, self.before, self.now = seen.shot_file, before, now
        self.layers: tuple[Layer, ...] = tuple(
            layer
            for layer in seen.look.shown
            if layer.name in now.layers and layer.name in before.layers
        )
        self._laid: dict[tuple[str, str], Laid] = {}
        self._measured: dict[str, float | None] = {}

    @cached_property
    def way(self) -> Way:
        """From this frame's plate to the one before's, at the working size."""
        there, _ = flow.between(self.now.plate, self.before.plate)
        height, width = self.now.plate_tone.shape
        return there.resized(width, height)

    @cached_property
    def plate(self) -> Laid:
        """The plate's tone, along its own flow."""
        return self._along_plate((self.now.plate_tone,), (self.before.plate_tone,), grows=False)

    @cached_property
    def comp(self) -> Laid:
        """The comp's tone, along the plate's flow."""
        return self._along_plate((self.now.comp_tone,), (self.before.comp_tone,), grows=False)

    @cached_property
    def _track(self) -> Track | None:
        track = self._shot_file.shot.track
        return None if track is None else read_track(self._shot_file.folder.resolve(track))

    def wanted(self, layer: Layer) -> tuple[float, float]:
        """How far the layer should move from the frame before to this one (working px)."""
        track = self._track if layer.motion.follow else None
        (x, y), (x0, y0) = (
            displacement(layer.motion, number, track)
            for number in (self.now.number, self.before.number)
        )
        return (x - x0) * self.now.scale[0], (y - y0) * self.now.scale[1]

    def is_comparable(self, layer: Layer) -> bool:
        """Whether a layer is there in both frames, and mostly the same stuff.

        One that spreads over a third more from a frame to the next, as a front that breaks out
        does, has no past to be compared with; a fade, which changes no shape, has.
        """
        now, before = self.now.layers[layer.name], self.before.layers[layer.name]
        if not (now.is_there and before.is_there):
            return False
        less, more = sorted(_extent(one.alpha) for one in (now, before))
        return layer.element.kind == "patch" or more <= _GROWS * less

    def own(self, layer: Layer) -> Laid:
        """The layer's alpha and light along its own motion."""
        return self._kept("own", layer, lambda a, b: _shifted(a, b, *self.wanted(layer)))

    def still(self, layer: Layer) -> Laid:
        """The same as they stand in the frame."""
        return self._kept("still", layer, lambda a, b: _shifted(a, b, 0.0, 0.0))

    def with_plate(self, layer: Layer) -> Laid:
        """The same along the plate's flow."""

        def lay(now: ReducedLayer, before: ReducedLayer) -> Laid:
            return self._along_plate(_planes(now), _planes(before), grows=True)

        return self._kept("plate", layer, lay)

    def once(self, what: str, measure: Callable[[], float | None]) -> float | None:
        """A measure of this pair that several layers ask for."""
        if what not in self._measured:
            self._measured[what] = measure()
        return self._measured[what]

    def _kept(
        self, how: str, layer: Layer, lay: Callable[[ReducedLayer, ReducedLayer], Laid]
    ) -> Laid:
        key = how, layer.name
        if key not in self._laid:
            self._laid[key] = lay(self.now.layers[layer.name], self.before.layers[layer.name])
        return self._laid[key]

    def _along_plate(
        self, now: tuple[Pixels, ...], before: tuple[Pixels, ...], *, grows: bool
    ) -> Laid:
        x, y = ends(self.way.flow)
        laid = tuple(
            cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            for plane in before
        )
        return Laid(now, laid, (self.way.seen > _SEEN).astype(np.float32), grows)


class Pairs:
    """Pairs of frames as they come, for meters that share one; only the last frame is kept."""

    def __init__(self) -> None:
        """No frame yet."""
        self._seen: weakref.ref[Seen] | None = None
        self._now: Reduced | None = None
        self._pair: Pair | None = None

    def of(self, seen: Seen) -> Pair | None:
        """This frame and the one before; None where that one was not seen just before.

        Raises:
            PlateError: A matte is missing or damaged.
        """
        if self._seen is None or self._seen() is not seen:
            before, self._now = self._now, reduced(seen)
            follows = before is not None and before.number == seen.number - 1
            self._pair = Pair(seen, before, self._now) if before and follows else None
            self._seen = weakref.ref(seen)
        return self._pair

    def reduced(self, seen: Seen) -> Reduced:
        """This frame alone."""
        self.of(seen)
        assert self._now is not None, "`of` has reduced it"
        return self._now


def _planes(layer: ReducedLayer) -> tuple[Pixels, Pixels]:
    return layer.alpha, layer.light


def _shifted(now: ReducedLayer, before: ReducedLayer, x: float, y: float) -> Laid:
    """Both moved by half the way: what a shift by parts of a pixel softens, it softens in both."""
    shifts = (-x / 2, -y / 2), (x / 2, y / 2)
    free = [_free(layer) for layer in (now, before)]
    sure = [_translated(one, *by, border=0) for one, by in zip(free, shifts, strict=True)]
    return Laid(
        tuple(_translated(plane, *shifts[0]) for plane in _planes(now)),
        tuple(_translated(plane, *shifts[1]) for plane in _planes(before)),
        (np.minimum(*sure) > _SEEN).astype(np.float32),
        grows=True,
    )


def _free(layer: ReducedLayer) -> Pixels:
    return np.ones_like(layer.alpha) if layer.open is None else layer.open


def _translated(plane: Pixels, x: float, y: float, border: float | None = None) -> Pixels:
    if x == y == 0:
        return plane
    height, width = plane.shape
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    mode = cv2.BORDER_REPLICATE if border is None else cv2.BORDER_CONSTANT
    method = cv2.INTER_CUBIC if border is None else cv2.INTER_LINEAR
    made = cv2.warpAffine(plane, matrix, (width, height), flags=method, borderMode=mode)
    return np.asarray(made, np.float32)


def _extent(alpha: Pixels) -> float:
    """Pixels over which a layer is spread."""
    return float((alpha > _BODY * float(alpha.max())).sum())
