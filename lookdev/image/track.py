"""A shot's 2D track: a CSV of `frame,x,y`, as trackers export it."""

import csv
import math
from pathlib import Path

from lookdev.errors import PlateError

_HEADER = ["frame", "x", "y"]


def read_track(path: Path) -> dict[int, tuple[float, float]]:
    """The tracked point of each frame: plate pixels, origin top left, pixel centres at .5.

    Raises:
        PlateError: The file is missing or is no such CSV, a frame stands twice, or a number is none
            or not finite; names the line.
    """
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlateError(f"{path}: cannot be read as a CSV track: {error}") from error
    if not lines or [cell.strip() for cell in lines[0]] != _HEADER:
        found = ",".join(lines[0]) if lines else ""
        raise PlateError(f"{path}:1: begins with {found!r}; its first line must be frame,x,y")
    points: dict[int, tuple[float, float]] = {}
    for number, cells in enumerate(lines[1:], start=2):
        frame, point = _point(cells, f"{path}:{number}")
        if frame in points:
            raise PlateError(f"{path}:{number}: frame {frame} stands twice; keep one")
        points[frame] = point
    return points


def _point(cells: list[str], where: str) -> tuple[int, tuple[float, float]]:
    try:
        frame, x, y = cells
        point = int(frame), (float(x), float(y))
    except ValueError as error:
        raise PlateError(
            f"{where}: {','.join(cells)!r} is no frame,x,y; write a line such as 1001,960.5,540.5"
        ) from error
    if not all(map(math.isfinite, point[1])):
        raise PlateError(f"{where}: {','.join(cells)!r} is not finite; remove the line or mend it")
    return point
