"""A4 paper for one page: headings, rows of cells, and nothing below the bottom edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WIDTH = 186.0
"""Between the margins (mm)."""
_LEFT, _TOP, _BOTTOM = 12.0, 11.0, 287.0
_FAMILY = "DejaVu"
_GAP = 2.0
"""Between columns (mm)."""
MISSING = "\u25a1"
"""Stands for a character that the font lacks."""
_GREY, _BLACK = 110, 0


@dataclass(frozen=True)
class Cell:
    """One cell of a row."""

    text: str
    width: float
    """In mm, the gap to the next column included."""
    bold: bool = False
    grey: bool = False


class Sheet:
    """One page that is drawn from the top; `fits` says whether all of it is on the page."""

    def __init__(self, *, size: float) -> None:
        """A blank page.

        Args:
            size: Of the running text, in points.
        """
        from fpdf import FPDF

        self._pdf: Any = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margins(_LEFT, _TOP)
        self._pdf.c_margin = 0
        for style, path in _fonts().items():
            self._pdf.add_font(_FAMILY, style, path)
        self._pdf.add_page()
        self._size = size
        self._characters = frozenset(self._pdf.fonts[_FAMILY.lower()].cmap)
        self.lost = False
        """Whether a character was not in the font."""

    @property
    def fits(self) -> bool:
        """Whether everything that was drawn is on the page."""
        return bool(self._pdf.get_y() <= _BOTTOM)

    def describe(self, *, title: str, made: Any) -> None:
        """The file's own title and date (an aware datetime)."""
        self._pdf.set_title(title)
        self._pdf.set_producer("lookdev")
        self._pdf.set_creation_date(made)

    def to_bytes(self) -> bytes:
        """The PDF."""
        return bytes(self._pdf.output())

    def title(self, text: str) -> None:
        """The page's title."""
        self._font(self._size * 1.9, bold=True)
        self._pdf.cell(WIDTH, self._size * 0.85, self._shown(text), new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        """A section's heading, under a rule."""
        y = self._pdf.get_y() + self._size * 0.22
        self._pdf.set_draw_color(160)
        self._pdf.set_line_width(0.15)
        self._pdf.line(_LEFT, y, _LEFT + WIDTH, y)
        self._pdf.set_y(y + self._size * 0.09)
        self._font(self._size * 1.12, bold=True)
        self._pdf.cell(WIDTH, self._size * 0.56, self._shown(text), new_x="LMARGIN", new_y="NEXT")

    def text(self, text: str, *, grey: bool = False, most: int = 9) -> None:
        """A paragraph over the whole width, of at most so many lines."""
        self.row([Cell(text, WIDTH, grey=grey)], most=most)

    def row(self, cells: Sequence[Cell], *, most: int) -> None:
        """Cells side by side, each of at most so many lines; a cut one ends in an ellipsis."""
        top, x, lowest = self._pdf.get_y(), _LEFT, self._pdf.get_y()
        for cell in cells:
            self._font(self._size, bold=cell.bold, grey=cell.grey)
            width = cell.width if cell is cells[-1] else cell.width - _GAP
            lines = self._lines(self._shown(cell.text), width, most)
            for number, line in enumerate(lines):
                self._pdf.set_xy(x, top + number * self._height)
                self._pdf.cell(width, self._height, line)
            lowest = max(lowest, top + len(lines) * self._height)
            x += cell.width
        self._pdf.set_xy(_LEFT, lowest + self._size * 0.06)

    @property
    def _height(self) -> float:
        """Of a line (mm): 1.2 of the type's size."""
        return self._size * 1.2 * 25.4 / 72

    def _lines(self, text: str, width: float, most: int) -> list[str]:
        lines: list[str] = self._pdf.multi_cell(
            width, self._height, text, dry_run=True, output="LINES", align="L", padding=0
        )
        if len(lines) <= most:
            return lines
        last = lines[most - 1].rstrip()
        while last and self._pdf.get_string_width(last + " \u2026") > width:
            last = last[:-1].rstrip()
        return [*lines[: most - 1], last + " \u2026"]

    def _font(self, size: float, *, bold: bool = False, grey: bool = False) -> None:
        self._pdf.set_font(_FAMILY, "B" if bold else "", size)
        self._pdf.set_text_color(_GREY if grey else _BLACK)

    def _shown(self, text: str) -> str:
        """One line of characters that the font has."""
        words = " ".join(text.split())
        shown = "".join(one if ord(one) in self._characters else MISSING for one in words)
        self.lost = self.lost or shown != words
        return shown


@cache
def _fonts() -> dict[str, Path]:
    """DejaVu Sans, as it comes with matplotlib: Latin, Greek, Cyrillic, Arabic, Hebrew, signs."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return {"": folder / "DejaVuSans.ttf", "B": folder / "DejaVuSans-Bold.ttf"}
