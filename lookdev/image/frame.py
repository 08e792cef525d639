"""A picture with its place: pixels, channels, windows, colour space, header and frame number."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lookdev.spec.shot import Shot

Pixels = npt.NDArray[np.float32]
"""(H, W, C) or (H, W), float32."""


@dataclass(frozen=True, order=True)
class Window:
    """A rectangle of whole pixels; x to the right, y downwards, as OpenEXR has it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column outside."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row outside."""
        return self.y + self.height

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    def joined(self, other: "Window") -> "Window":
        """The smallest window around both; an empty one adds nothing."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Window(x, y, right - x, bottom - y)

    def clipped(self, other: "Window") -> "Window":
        """What lies in both; width or height 0 where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Window(x, y, max(0, right - x), max(0, bottom - y))

    def within(self, outer: "Window") -> tuple[slice, slice]:
        """Rows and columns of this window in an array that covers `outer`."""
        top, left = self.y - outer.y, self.x - outer.x
        return slice(top, top + self.height), slice(left, left + self.width)


def display_of(shot: Shot) -> Window:
    """The display window that all of a shot's frames share."""
    return Window(shot.x, shot.y, shot.width, shot.height)


@dataclass(frozen=True)
class Attribute:
    """One header attribute; `kind` is OpenImageIO's name of its type (`rational`, `float[8]`)."""

    name: str
    kind: str
    value: object


@dataclass(frozen=True)
class Frame:
    """One picture of a sequence."""

    pixels: Pixels
    """(H, W, C) float32 over the data window, in `colourspace`."""
    channels: tuple[str, ...]
    colourspace: str
    """`raw` for data such as mattes and depth."""
    data: Window
    display: Window
    number: int
    header: tuple[Attribute, ...] = ()

    def over_window(self, window: Window) -> "Frame":
        """The same picture on another data window; what it did not cover is 0."""
        if window == self.data:
            return self
        pixels = np.zeros((window.height, window.width, len(self.channels)), np.float32)
        common = self.data.clipped(window)
        if not common.is_empty:
            pixels[common.within(window)] = self.pixels[common.within(self.data)]
        return replace(self, pixels=pixels, data=window)
