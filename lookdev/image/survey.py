"""Every header of a sequence, before any pixel is read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lookdev.errors import PlateError
from lookdev.image.channels import views_of
from lookdev.image.exr import Header, read_header
from lookdev.image.frame import Window
from lookdev.image.sequence import Sequence, find

PLATE = "plate"
CLEAN_PLATE = "clean plate"

Progress = Callable[[str, int, int], None]
"""Called with a stage, how many are done, how many there are."""


@dataclass(frozen=True)
class Survey:
    """A sequence whose headers agree with each other."""

    role: str
    """`plate`, `matte tower`, `depth`, ..."""
    sequence: Sequence
    first: int
    last: int
    header: Header
    """Of the first frame; every frame has its display window, pixel aspect, views and rate."""

    @property
    def frames(self) -> range:
        """The frames that are used."""
        return range(self.first, self.last + 1)


def survey(
    role: str, location: Path, progress: Progress, *, over: tuple[int, int] | None = None
) -> Survey:
    """Open every header of a sequence, or of its part `over` first..last.

    Raises:
        PlateError: Frames are missing (all are named), a header is damaged, or headers differ in
            display window, pixel aspect, views or rate (the first that does is named).
    """
    sequence = find(location)
    first, last = over or (sequence.frames[0], sequence.frames[-1])
    gaps = sequence.gaps(first, last)
    if gaps:
        raise PlateError(
            f"{sequence.pattern}: the {role} lacks {_plural(gaps)} of {first}-{last}; supply them"
        )
    frames = range(first, last + 1)
    headers = []
    with ThreadPoolExecutor(2) as pool:
        for header in pool.map(read_header, map(sequence.path, frames)):
            headers.append(header)
            progress(f"headers of the {role}", len(headers), len(frames))
    _require_alike(role, dict(zip(frames, headers, strict=True)))
    return Survey(role, sequence, first, last, headers[0])


def size(window: Window) -> str:
    """`2048x1556`, and where it begins unless that is 0, 0."""
    where = "" if (window.x, window.y) == (0, 0) else f" at ({window.x}, {window.y})"
    return f"{window.width}x{window.height}{where}"


def _require_alike(role: str, headers: dict[int, Header]) -> None:
    same: list[tuple[str, Callable[[Header], str]]] = [
        ("display window", lambda h: size(h.display)),
        ("pixel aspect", lambda h: f"{h.pixel_aspect:g}"),
        ("list of views", lambda h: ", ".join(views_of(h)) or "empty"),
    ]
    if role in (PLATE, CLEAN_PLATE):
        names = ("framesPerSecond", "chromaticities", "colorInteropID")
        same += [(name, partial(_said, name)) for name in names]
    for what, value in same:
        (first, expected), *others = ((number, value(h)) for number, h in headers.items())
        for number, found in others:
            if found != expected:
                raise PlateError(
                    f"{headers[number].path}: the {role}'s {what} is {found} at frame {number} "
                    f"but {expected} at frame {first}; write all frames alike"
                )


def _said(name: str, header: Header) -> str:
    return str(header.get(name))


def _plural(gaps: str) -> str:
    return f"frame{'' if gaps.lstrip('-').isdigit() else 's'} {gaps}"
