"""Where a layer has moved to at a frame, in closed form: no frame needs the one before."""

from lookdev.spec.curve import integral, value_at
from lookdev.spec.look import Motion

Track = dict[int, tuple[float, float]]


def moves(motion: Motion) -> bool:
    """Whether the layer's noise moves in the shot, at any frame."""
    still = motion.velocity_x == 0 == motion.velocity_y and motion.follow == 0
    return motion.noise == "advected" and not still


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


def evolved(motion: Motion, frame: int) -> float:
    """How many times over the layer's texture has become another one since its anchor frame."""
    return 0.0 if motion.noise == "fresh" else integral(motion.evolve, motion.anchor, frame)


def wind(motion: Motion, frame: int) -> tuple[float, float]:
    """The wind at a frame (full-resolution plate px a frame; x, y)."""
    return value_at(motion.velocity_x, frame), value_at(motion.velocity_y, frame)


def speed(motion: Motion, frame: int, track: Track | None) -> tuple[float, float]:
    """How far the layer moves in one frame about a frame (full-resolution plate px; x, y).

    The mean of the way from the frame before and the way to the next; at the end of a track, the
    one of both that is known.
    """
    known = [f for f in (frame - 1, frame + 1) if motion.follow == 0 or (track and f in track)]
    ends = sorted({*known, frame})
    if len(ends) == 1:
        return wind(motion, frame)
    (x0, y0), (x1, y1) = (displacement(motion, f, track) for f in (ends[0], ends[-1]))
    frames = ends[-1] - ends[0]
    return (x1 - x0) / frames, (y1 - y0) / frames
