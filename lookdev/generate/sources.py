"""The shot's own pictures at a layer's working size: what patches and guides start from."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from lookdev.errors import SpecError
from lookdev.generate.adapter import Source
from lookdev.image import canvas, exr
from lookdev.image.colour import WORKING, Colour
from lookdev.image.frame import Pixels, display_of
from lookdev.image.mattes import resized
from lookdev.image.media import Stamp, stamp
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer

_MOST = 32
"""Pictures that are kept: at 960x540 one takes 6 MB."""

_Key = tuple[str, str, int, tuple[int, int], Stamp | None]


@dataclass(frozen=True)
class _Kept:
    pixels: Pixels
    digest: str


def needs_source(layer: Layer) -> bool:
    """Whether a layer's element is made from the shot's own pictures."""
    return layer.element.kind == "patch" or bool(layer.guides.edges or layer.guides.depth)


def shows_its_start(layer: Layer) -> bool:
    """Whether a layer runs no model, but shows the picture that its patch starts from."""
    return layer.element.kind == "patch" and layer.patch.strength == 0


class Sources:
    """Pictures of shots, each read and converted once while its file stays the same."""

    def __init__(self, colour: Colour) -> None:
        """Use the show's colour."""
        self._colour = colour
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    def of(self, layer: Layer, shot_file: ShotFile, frame: int) -> Source | None:
        """What a layer needs of the shot's pictures; None where that is nothing.

        Raises:
            PlateError: A file is missing or damaged.
            SpecError: The shot has no such picture.
        """
        if not needs_source(layer):
            return None
        size = layer.element.size
        depth = self._of("depth", shot_file, frame, size).pixels if layer.guides.depth else None
        return Source(self.picture(layer, shot_file, frame), depth)

    def picture(self, layer: Layer, shot_file: ShotFile, frame: int) -> Pixels:
        """What a patch starts from (h, w, 3), scene-linear ACEScg."""
        return self._of(layer.patch.start, shot_file, frame, layer.element.size).pixels

    def depth(self, shot_file: ShotFile, frame: int) -> Pixels:
        """The shot's depth (H, W) over the display window, in its own unit; read anew."""
        return self._read("depth", shot_file, frame)

    def plate(self, shot_file: ShotFile, frame: int, size: tuple[int, int]) -> Pixels:
        """The plate (h, w, 3), scene-linear ACEScg."""
        return self._of("plate", shot_file, frame, size).pixels

    def digests(self, layer: Layer, shot_file: ShotFile, frame: int) -> dict[str, str]:
        """SHA-256 of each picture that the layer needs."""
        if not needs_source(layer):
            return {}
        roles = [layer.patch.start, *(["depth"] if layer.guides.depth else [])]
        return {r: self._of(r, shot_file, frame, layer.element.size).digest for r in roles}

    def plate_digest(self, shot_file: ShotFile, frame: int, size: tuple[int, int]) -> str:
        """SHA-256 of the plate at that size."""
        return self._of("plate", shot_file, frame, size).digest

    def _of(self, role: str, shot_file: ShotFile, frame: int, size: tuple[int, int]) -> _Kept:
        key = (role, str(shot_file.path), frame, size, stamp(shot_file, [frame]))
        if key not in self._kept:
            pixels = resized(self._read(role, shot_file, frame), *size)
            if pixels.ndim == 3:
                pixels = pixels[..., :3]
            pixels = np.ascontiguousarray(pixels, np.float32)
            self._kept[key] = _Kept(pixels, hashlib.sha256(pixels.tobytes()).hexdigest())
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _read(self, role: str, shot_file: ShotFile, frame: int) -> Pixels:
        """A picture over the display window: colour in ACEScg, depth as it is."""
        window, shot = display_of(shot_file.shot), shot_file.shot
        if role == "plate":
            read = canvas.read_plate(shot_file, frame, 1.0)[0]
        else:
            picture = shot.clean_plate if role == "clean_plate" else shot.depth
            if picture is None:
                raise SpecError(f"{shot_file.path}: the shot has no {role}; ingest one")
            space = exr.RAW if role == "depth" else shot.plate.colourspace
            read = canvas.read_picture(shot_file, picture, frame, space)
        pixels = read.over_window(window).pixels
        if role == "depth":
            return pixels[..., 0]
        return self._colour.convert(
            np.ascontiguousarray(pixels[..., :3]), shot.plate.colourspace, WORKING
        )
