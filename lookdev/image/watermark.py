"""Words across a picture, so that nobody takes it for what it is not."""

import math
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lookdev.image.sheet import Picture

_STRENGTH = 64  # of 255: readable over snow and over night, and the picture still is


def watermarked(picture: Picture, words: str) -> Picture:
    """The picture with words along its diagonal, light with a dark edge."""
    image = Image.fromarray(picture).convert("RGBA")
    return np.asarray(Image.alpha_composite(image, _layer(image.size, words)).convert("RGB"))


@lru_cache(maxsize=8)
def _layer(frame: tuple[int, int], words: str) -> Image.Image:
    """The words alone, over nothing."""
    width, height = frame
    diagonal = math.hypot(width, height)
    size = max(10, round(diagonal / 9))
    length = max(1.0, ImageFont.load_default(size).getlength(words))
    size = max(8, round(size * 0.42 * diagonal / length))
    side = math.ceil(diagonal)
    layer = Image.new("RGBA", (side, side))
    ImageDraw.Draw(layer).text(
        (side / 2, side / 2),
        words,
        font=ImageFont.load_default(size),
        anchor="mm",
        fill=(255, 255, 255, _STRENGTH),
        stroke_width=max(1, round(size / 24)),
        stroke_fill=(0, 0, 0, _STRENGTH),
    )
    turned = layer.rotate(
        math.degrees(math.atan2(height, width)), resample=Image.Resampling.BICUBIC
    )
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))
