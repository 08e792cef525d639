"""The control map that a model composes by: where the element is dense, and how near; the wind."""

import math

import numpy as np

from lookdev.generate.motion import Track, followed, wind
from lookdev.image import mattes
from lookdev.image.frame import Pixels, display_of
from lookdev.spec.curve import value_at
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer

_BEYOND = 0.5
"""How far beyond 0..1 nearness is kept, for a prompt's words may yet bring it back."""


def control_map(
    layer: Layer, shot_file: ShotFile, frame: int, track: Track | None
) -> tuple[Pixels, tuple[float, float]]:
    """Envelope (h, w) in 0..1 at the element's working size, and the wind there (px a frame).

    Where the layer follows a track, the envelope is that of the anchor frame, moved along with the
    layer's noise: shape and texture go as one.
    """
    width, height = layer.element.size
    shot, settings = shot_file.shot, layer.control
    scale = width / shot.width, height / shot.height
    follows = layer.motion.follow != 0
    drawn_at = layer.motion.anchor if follows else frame
    matte = mattes.read_matte(shot_file, settings.matte, drawn_at, display_of(shot))
    envelope = mattes.resized(matte, width, height)
    if settings.shape == "foot":
        envelope = mattes.foot_front(
            envelope,
            rise=value_at(settings.rise, frame) * scale[1],
            drop=value_at(settings.drop, frame) * scale[1],
            spread=value_at(settings.spread, frame) * scale[0],
        )
    if follows:
        x, y = followed(layer.motion, frame, track)
        envelope = mattes.moved(envelope, x * scale[0], y * scale[1])
    envelope = mattes.softened(envelope, value_at(settings.soften, frame) * scale[0])
    envelope = np.clip(envelope * value_at(settings.amount, frame), 0, 1).astype(np.float32)
    wind_x, wind_y = wind(layer.motion, frame)
    return envelope, (wind_x * scale[0], wind_y * scale[1])


def nearness(layer: Layer, frame: int, depth: Pixels | None, shrunk: int) -> Pixels | float:
    """How near the element is: a number, or (h, w) at its working size where depth decides.

    0.5 is the usual size of its parts, and 0.5 more doubles it; a prompt's words are not in it yet,
    so that it may lie up to 0.5 beyond 0..1. By perspective, what is at depth z has distance / z
    times the size that it has at `control.distance`. Where depth is 0, below 0 or not finite,
    nothing is there: it is infinitely far.

    Args:
        layer: At the size that is made.
        frame: Absolute frame number.
        depth: The shot's (H, W), in its own unit; needed where `control.distance` is above 0.
        shrunk: How many times smaller than the look's own the element is: a draft's parts are
            smaller, too, so that they have their size in the picture.
    """
    near = value_at(layer.control.near, frame) - math.log2(shrunk) / 2
    distance = value_at(layer.control.distance, frame)
    if distance == 0:
        return near
    assert depth is not None, "preflight has checked that the shot has depth"
    there = (depth > 0) & np.isfinite(depth)
    nearer = np.log2(distance / np.where(there, depth, np.float32(1))) / 2
    plane = np.where(there, nearer + near, -_BEYOND).clip(-_BEYOND, 1 + _BEYOND)
    return mattes.resized(plane.astype(np.float32), *layer.element.size)
