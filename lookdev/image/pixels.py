"""What a frame's pixels are, as one number, whatever file they are in."""

import hashlib

from lookdev.image import exr
from lookdev.image.frame import Frame


def pixel_hash(frame: Frame) -> str:
    """SHA-256 (hex) of a frame as delivered: channels, windows, half values in rows."""
    halves = exr.to_half(frame.pixels, frame.channels, f"frame {frame.number}")
    total = hashlib.sha256(repr((frame.channels, frame.data, frame.display)).encode())
    total.update(halves.astype("<f2").tobytes())
    return total.hexdigest()
