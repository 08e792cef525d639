"""Patches that are made at keyframes, and carried along the plate's flow between them."""

from collections.abc import Callable

from lookdev.generate.asking import Asking
from lookdev.generate.keys import propagated
from lookdev.generate.sources import Sources
from lookdev.generate.span import span
from lookdev.image.element import Element
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer


class Carrying:
    """Carries elements over the plates of one show."""

    def __init__(self, sources: Sources) -> None:
        """Read plates through what keeps them."""
        self._sources = sources

    def element(
        self, layer: Layer, shot_file: ShotFile, frame: int, at: Callable[[int], Element]
    ) -> Element:
        """The element at a frame between keyframes; `at` gives those at the keyframes."""
        plate, size = shot_file.shot.plate, layer.element.size
        return propagated(
            frame,
            layer.motion,
            plate.first,
            plate.last,
            element_at=at,
            picture_at=lambda number: self._sources.plate(shot_file, number, size),
        )

    def key(self, asking: Asking, layer: Layer, shot_file: ShotFile, frame: int) -> str | None:
        """What it is kept by; None where both keyframes are empty."""
        frames, size = span(layer, shot_file.shot, frame), layer.element.size
        ends = [asking.of(layer, shot_file, key) for key in sorted({frames[0], frames[-1]})]
        if all(end is None for end in ends):
            return None
        refined = layer.refine.scale > 1
        return digest_of(
            {
                "carried": frame,
                "keys": [
                    None if end is None else end.refined_key if refined else end.key for end in ends
                ],
                "plates": [self._sources.plate_digest(shot_file, f, size) for f in frames],
                "code": code_digest("generate", "image"),
            }
        )
