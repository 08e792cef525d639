"""Patches that are made at keyframes, and carried along the plate's flow between them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lookdev.generate.asking import Asking
from lookdev.generate.keys import propagated
from lookdev.generate.plate_flow import PlateFlow
from lookdev.generate.span import span
from lookdev.image.element import Element
from lookdev.image.mattes import resized
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer
from lookdev.store.cache import Cache


class Carrying:
    """Carries elements over the plates of one show."""

    def __init__(self, asking: Asking, cache: Cache) -> None:
        """Read plates and envelopes through what keeps them; flows are kept in a cache."""
        self._asking, self._sources = asking, asking.sources
        self._flows = PlateFlow(cache)

    def element(
        self, layer: Layer, shot_file: ShotFile, frame: int, at: Callable[[int], Element]
    ) -> Element:
        """The element at a frame between keyframes; `at` gives those at the keyframes."""
        plate, size = shot_file.shot.plate, layer.element.size
        envelope = self._asking.envelope(layer, shot_file, frame)[0]
        carried = propagated(
            frame,
            layer.motion,
            plate.first,
            plate.last,
            element_at=lambda key: _in_colour(at(key), layer),
            picture_at=lambda number: self._sources.plate(shot_file, number, size),
            within=envelope,
            flows=self._flows,
        )
        height, width = carried.density.shape
        allowed = np.clip(resized(envelope, width, height), 0, 1)
        return replace(carried, density=np.minimum(carried.density, allowed))

    def ends(self, layer: Layer, shot_file: ShotFile, frame: int) -> list[str]:
        """What the elements at its keyframes are kept by; those where something is."""
        frames = span(layer, shot_file.shot, frame)
        asked = [self._asking.of(layer, shot_file, key) for key in sorted({frames[0], frames[-1]})]
        return [f"{one.key}" for one in asked if one is not None]

    def key(self, layer: Layer, shot_file: ShotFile, frame: int) -> str | None:
        """What it is kept by; None where both keyframes are empty."""
        frames, size = span(layer, shot_file.shot, frame), layer.element.size
        envelope = self._asking.envelope(layer, shot_file, frame)[0]
        ends = self.ends(layer, shot_file, frame)
        if not ends:
            return None
        return digest_of(
            {
                "carried": frame,
                "keys": ends,
                "envelope": hashlib.sha256(envelope.tobytes()).hexdigest(),
                "plates": [self._sources.plate_digest(shot_file, f, size) for f in frames],
                "code": code_digest("generate", "image"),
            }
        )


def _in_colour(element: Element, layer: Layer) -> Element:
    """A keyframe where nothing is, as the others are: in colour, at their size."""
    if element.light.ndim == 3:
        return element
    width, height = (round(side * layer.refine.scale) for side in layer.element.size)
    nothing = np.zeros((height, width), np.float32)
    return Element.picture(np.zeros((height, width, 3), np.float32), evaluations=0, density=nothing)
