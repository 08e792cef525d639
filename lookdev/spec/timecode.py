"""Timecode of a shot's frames, counted from the first one's (SMPTE ST 12-1)."""

import re
from fractions import Fraction

_LABEL = re.compile(r"(\d\d):(\d\d):(\d\d)([:;])(\d\d)")


def timecode_at(first: str, frames: int, rate: Fraction) -> str | None:
    """The label so many frames after the first; none where the first is no timecode.

    Args:
        first: `HH:MM:SS:FF`, or `HH:MM:SS;FF` for drop-frame.
        frames: How many frames later.
        rate: Frames a second; labels count its whole number (24 for 24000/1001).
    """
    found = _LABEL.fullmatch(first)
    if found is None:
        return None
    hours, minutes, seconds, frame = (int(found[n]) for n in (1, 2, 3, 5))
    base = round(rate)
    dropped = base // 15 if found[4] == ";" else 0  # labels left out each minute but every tenth
    passed = 60 * hours + minutes
    count = (60 * passed + seconds) * base + frame - dropped * (passed - passed // 10) + frames
    ten_minutes = 600 * base - 9 * dropped
    tens, rest = divmod(count % (144 * ten_minutes), ten_minutes)
    skipped = 9 * tens + max(0, (rest - dropped) // (60 * base - dropped))
    seconds, frame = divmod(tens * ten_minutes + rest + dropped * skipped, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{found[4]}{frame:02}"
