"""Burn-ins of review movies: what a picture is, written on it, in its four corners."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lookdev.image.sheet import Picture

_INK, _BACKING = (232, 232, 232), (0, 0, 0, 130)


@dataclass(frozen=True)
class BurnIn:
    """Four short texts."""

    top_left: str = ""
    top_right: str = ""
    bottom_left: str = ""
    bottom_right: str = ""


def slated(picture: Picture, texts: BurnIn) -> Picture:
    """The picture with a dark strip at its top and bottom, and the texts on them.

    Every text is drawn as large as the strip allows; one that would meet its neighbour is smaller.
    """
    image = Image.fromarray(picture)
    size = max(11, image.height // 36)
    draw = ImageDraw.Draw(image, "RGBA")
    rows = (
        (0, texts.top_left, texts.top_right),
        (image.height - 2 * size, texts.bottom_left, texts.bottom_right),
    )
    for top, left, right in rows:
        draw.rectangle((0, top, image.width, top + 2 * size), fill=_BACKING)
        font = _fitting(f"{left}   {right}", size, image.width - 2 * size)
        draw.text((size, top + size), left, fill=_INK, font=font, anchor="lm")
        draw.text((image.width - size, top + size), right, fill=_INK, font=font, anchor="rm")
    return np.asarray(image)


def _fitting(text: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """The largest font, not above the size, in which the text is no wider."""
    while size > 6 and _font(size).getlength(text) > width:
        size -= 1
    return _font(size)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow is built without FreeType"
    return font
