"""Where a layer has moved to at a frame, in closed form: no frame needs the one before."""

from lookdev.spec.curve import integral, value_at
from lookdev.spec.look import Motion

Track = dict[int, tuple[float, float]]


def displacement(motion: Motion, frame: int, track: Track | None) -> tuple[float, float]:
    """How far the layer has moved since its anchor frame (full-resolution plate px; x, y)."""
    x = integral(motion.velocity_x, motion.anchor, frame)
    y = integral(motion.velocity_y, motion.anchor, frame)
    fx, fy = followed(motion, frame, track)
    return x + fx, y + fy


def followed(motion: Motion, frame: int, track: Track | None) -> tuple[float, float]:
    """The part of the displacement that comes from following the shot's track."""
    if motion.follow == 0:
        return 0.0, 0.0
    assert track is not None, "preflight has checked that the shot has a track"
    (x, y), (x0, y0) = track[frame], track[motion.anchor]
    return motion.follow * (x - x0), motion.follow * (y - y0)


def wind(motion: Motion, frame: int) -> tuple[float, float]:
    """The wind at a frame (full-resolution plate px a frame; x, y)."""
    return value_at(motion.velocity_x, frame), value_at(motion.velocity_y, frame)
