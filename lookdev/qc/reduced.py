"""A frame as meters of time see it: reduced to a working size at which a pixel's shift still shows.

Measured at 960 columns a shift of one pixel of a 1920 plate is half a pixel, which is enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from lookdev.blend.depth import in_front
from lookdev.image import canvas, exr
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.image.mattes import read_matte
from lookdev.qc.seen import Seen
from lookdev.spec.curve import value_at
from lookdev.spec.look import FRAME, Layer

WIDTH, FLOW_WIDTH = 960, 640
"""Columns of what is compared, and of the plate whose flow is measured."""
_BLOCK = 16
"""Side of the blocks that statistics are taken over (px)."""
_SOFT = 0.8
"""Blur (px) that takes the aliases of small flakes out of what is shifted by parts of a pixel."""
_TOE = 0.02
"""Luminance below which the encoding is linear."""
_OPEN, _RIM = 0.98, 7
"""A matte is open from this value on, and counts as open this many pixels inside (diameter)."""


@dataclass(frozen=True, eq=False)
class ReducedLayer:
    """One layer, premultiplied, at the working size."""

    alpha: Pixels
    """(h, w)."""
    light: Pixels
    """Luminance (h, w)."""
    open: Pixels | None
    """Where neither its matte nor a holdout cuts into it, (h, w) of 0 and 1; None: everywhere."""

    @property
    def is_there(self) -> bool:
        """Whether anything of it can be seen."""
        return max(float(self.alpha.max()), float(self.light.max())) > 1e-3


@dataclass(frozen=True, eq=False)
class Reduced:
    """One frame; what is NaN or infinite counts as 0, as another meter speaks of it."""

    number: int
    scale: tuple[float, float]
    """Working pixels a pixel of the plate (x, y)."""
    plate: Pixels
    """(h, w, 3), scene-linear, `FLOW_WIDTH` columns."""
    plate_tone: Pixels
    """Log luminance (h, w), `WIDTH` columns."""
    comp_tone: Pixels
    """The same of the comp."""
    layers: Mapping[str, ReducedLayer]
    """By name; those that are shown."""


def reduced(seen: Seen) -> Reduced:
    """Reduce a frame; a plate that is smaller than the working size keeps its own.

    Raises:
        PlateError: A matte is missing or damaged.
    """
    height, width = seen.below.shape[:2]
    plate = _shrunk(seen.below, WIDTH)
    h, w = plate.shape[:2]
    return Reduced(
        number=seen.number,
        scale=(w / width, h / height),
        plate=_shrunk(plate, FLOW_WIDTH),
        plate_tone=_tone(plate),
        comp_tone=_tone(_shrunk(seen.light, WIDTH)),
        layers={
            layer.name: _layer(seen, layer)
            for layer in seen.look.shown
            if layer.name in seen.layers
        },
    )


def blocks(plane: Pixels) -> Pixels:
    """Means over blocks of 16 px; what is left over to the right and below is left out."""
    height, width = plane.shape
    rows, columns = max(1, height // _BLOCK), max(1, width // _BLOCK)
    whole = plane[: max(rows * _BLOCK, 1), : max(columns * _BLOCK, 1)]
    small = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def spread(small: Pixels, like: Pixels) -> Pixels:
    """The inverse of `blocks`, as large as another plane; what they left out is 0."""
    full = np.zeros_like(like)
    large = small.repeat(_BLOCK, 0).repeat(_BLOCK, 1)[: like.shape[0], : like.shape[1]]
    full[: large.shape[0], : large.shape[1]] = large
    return full


def _layer(seen: Seen, layer: Layer) -> ReducedLayer:
    rgba = _shrunk(seen.layers[layer.name], WIDTH)
    light = rgba[..., :3] @ np.array(LUMINANCE, np.float32)
    alpha = np.ascontiguousarray(rgba[..., 3])
    return ReducedLayer(_softened(alpha), _softened(light), _open(seen, layer, alpha.shape))


def _open(seen: Seen, layer: Layer, size: tuple[int, ...]) -> Pixels | None:
    """Edges of mattes do not move as the layer does, so the layer is judged away from them."""
    window, free = seen.comp.data, seen.support
    cut = layer.matte != FRAME or bool(layer.holdouts)
    behind = _behind(seen, layer)
    if behind is not None:
        free = np.minimum(free, 1 - behind)
    if not cut and float(free.min()) > _OPEN:
        return None
    if cut:
        free = np.minimum(free, read_matte(seen.shot_file, layer.matte, seen.number, window))
        for name in layer.holdouts:
            free = np.minimum(free, 1 - read_matte(seen.shot_file, name, seen.number, window))
    small = cv2.resize(free, (size[1], size[0]), interpolation=cv2.INTER_AREA)
    inside = (small > _OPEN).astype(np.float32)
    return np.asarray(cv2.erode(inside, np.ones((_RIM, _RIM), np.uint8)), np.float32)


def _behind(seen: Seen, layer: Layer) -> Pixels | None:
    """Where the plate's depth hides a layer, (H, W) of 0..1; None where nothing is asked of it."""
    depth, shot_file = layer.blend.depth, seen.shot_file
    distance = value_at(depth.distance, seen.number)
    if shot_file.shot.depth is None or distance == 0 or layer.element.kind == "patch":
        return None
    read = canvas.read_picture(shot_file, shot_file.shot.depth, seen.number, exr.RAW)
    z = np.ascontiguousarray(read.over_window(seen.comp.data).pixels[..., 0])
    front = in_front(torch.from_numpy(z), distance, value_at(depth.soft, seen.number))
    return np.asarray(1 - front.numpy(), np.float32)


def _shrunk(picture: Pixels, width: int) -> Pixels:
    height = picture.shape[0]
    size = (width, round(height * width / picture.shape[1]))
    if width >= picture.shape[1]:
        return _whole(picture)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    if not np.isfinite(small).all():
        small = cv2.resize(_whole(picture), size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _whole(picture: Pixels) -> Pixels:
    return np.nan_to_num(picture, nan=0.0, posinf=0.0, neginf=0.0)


def _tone(picture: Pixels) -> Pixels:
    luminance = picture @ np.array(LUMINANCE, np.float32)
    return _softened(np.log1p(np.maximum(luminance, 0) / _TOE))


def _softened(plane: Pixels) -> Pixels:
    soft = cv2.GaussianBlur(plane, (0, 0), _SOFT, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32)
