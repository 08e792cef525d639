"""The control map that a model composes by: where the element is dense, and the wind there."""

import numpy as np

from lookdev.generate.motion import Track, followed, wind
from lookdev.image import mattes
from lookdev.image.frame import Pixels, display_of
from lookdev.spec.curve import value_at
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer


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
