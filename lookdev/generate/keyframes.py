"""Which frames a patch is made at, where it is carried between."""

from lookdev.errors import SpecError
from lookdev.spec.look import Motion


def keyframes(motion: Motion, first: int, last: int, frame: int) -> tuple[int, int]:
    """The keyframes on both sides of a frame; both are the frame where it is one itself.

    Keyframes are the anchor and every `key_every`-th frame from it, as far as the plate has them.
    Before the first of these and after the last, both are the nearest.

    Args:
        motion: The layer's; where `key_every` is 0, every frame is a keyframe.
        first: Of the plate.
        last: Of the plate.
        frame: Absolute frame number, in the plate.

    Raises:
        SpecError: No keyframe lies in the plate.
    """
    every = motion.key_every
    if every == 0:
        return frame, frame
    before = frame - (frame - motion.anchor) % every
    after = before if before == frame else before + every
    inside = [key for key in (before, after) if first <= key <= last]
    if not inside:
        raise SpecError(
            f"motion.key_every is {every}, and no keyframe from anchor {motion.anchor} lies in "
            f"{first}-{last}; set motion.anchor to a frame of the shot"
        )
    return inside[0], inside[-1]
