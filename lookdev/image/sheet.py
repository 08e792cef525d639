"""Pictures for people: labels, burn-ins and contact sheets (8-bit display code values)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from lookdev.image.frame import Pixels
from lookdev.spec.files import whole_file

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) display code values."""

_INK, _PAPER, _FAINT = (232, 232, 232), (24, 24, 24), (150, 150, 150)


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet and what is written under it."""

    picture: Picture
    label: tuple[str, ...]
    """Lines under the picture."""


def to_8_bit(display: Pixels) -> Picture:
    """Display code values 0..1 as 8 bits, rounded."""
    return np.asarray(np.clip(display * 255 + 0.5, 0, 255), np.uint8)


def fitted(picture: Picture, width: int, pixel_aspect: float = 1.0) -> Picture:
    """The picture at another width, unsqueezed, area-averaged when smaller."""
    height = max(1, round(picture.shape[0] * width / (picture.shape[1] * pixel_aspect)))
    smaller = width < picture.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.uint8)


def burned_in(picture: Picture, left: str, right: str) -> Picture:
    """The picture with two short texts in its lower corners, on a dark strip."""
    image = Image.fromarray(picture)
    size = max(11, image.height // 36)
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, image.height - 2 * size, image.width, image.height), fill=(0, 0, 0, 130))
    baseline = image.height - size
    draw.text((size, baseline), left, fill=_INK, font=_font(size), anchor="lm")
    draw.text((image.width - size, baseline), right, fill=_INK, font=_font(size), anchor="rm")
    return np.asarray(image)


def contact_sheet(
    rows: Sequence[Sequence[Cell]], *, title: str, subtitle: str, cell_width: int = 480
) -> Picture:
    """Rows of labelled pictures under a slate; long subtitles and labels run on in more lines."""
    text, gap = max(12, cell_width // 30), max(6, cell_width // 60)
    line = round(text * 1.4)
    shown = [[_Shown.of(cell, cell_width, text) for cell in row] for row in rows]
    strip = line * max(len(cell.lines) for row in shown for cell in row) + text // 2
    width = gap + max(len(row) for row in rows) * (cell_width + gap)
    heights = [max(cell.picture.shape[0] for cell in row) + strip + gap for row in shown]
    slate = _wrapped(subtitle, size=text, limit=width - 2 * gap)
    top = round(text * 4.4) + line * (len(slate) - 1)
    image = Image.new("RGB", (width, top + sum(heights)), _PAPER)
    draw = ImageDraw.Draw(image)
    _line(draw, (gap, text), title, size=round(text * 1.4), limit=width - 2 * gap)
    for number, words in enumerate(slate):
        place = (gap, round(text * 2.9) + number * line)
        _line(draw, place, words, size=text, limit=width - 2 * gap, fill=_FAINT)
    y = top
    for row, height in zip(shown, heights, strict=True):
        for column, cell in enumerate(row):
            x = gap + column * (cell_width + gap)
            image.paste(Image.fromarray(cell.picture), (x, y))
            for number, label in enumerate(cell.lines):
                place = (x, y + cell.picture.shape[0] + text // 2 + number * line)
                _line(draw, place, label, size=text, limit=cell_width)
        y += height
    return np.asarray(image)


@dataclass(frozen=True)
class _Shown:
    """A cell as it is drawn."""

    picture: Picture
    lines: list[str]

    @classmethod
    def of(cls, cell: Cell, width: int, size: int) -> "_Shown":
        lines = [line for text in cell.label for line in _wrapped(text, size=size, limit=width)]
        return cls(fitted(cell.picture, width), lines)


def write_png(path: Path, picture: Picture) -> None:
    """Write an 8-bit sRGB PNG, whole or not at all."""
    with whole_file(path) as temporary:
        Image.fromarray(picture).save(temporary, format="PNG", compress_level=4)


def read_png(path: Path) -> Picture:
    """Read one of our own PNGs."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _wrapped(text: str, *, size: int, limit: int) -> list[str]:
    """The text in lines that fit, broken between words; a word that is too long stays whole."""
    font, lines = _font(size), [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and font.getlength(longer) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _line(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    *,
    size: int,
    limit: int,
    fill: tuple[int, int, int] = _INK,
) -> None:
    """One line of text; what does not fit is cut with an ellipsis."""
    font = _font(size)
    if font.getlength(text) > limit:
        while text and font.getlength(text + "\u2026") > limit:
            text = text[:-1]
        text += "\u2026"
    draw.text(at, text, fill=fill, font=font, anchor="lt")


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow is built without FreeType"
    return font
