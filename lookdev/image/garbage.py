"""Garbage mattes: drawn by hand over the plate, the same for every frame, kept as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from filelock import FileLock

from lookdev.errors import PlateError, SpecError
from lookdev.image import exr
from lookdev.image.frame import Frame, Pixels, display_of
from lookdev.image.media import SUMS
from lookdev.spec import strict_yaml
from lookdev.spec.files import check_writable, sha256, write_text
from lookdev.spec.folder import ShotFile, require_name
from lookdev.spec.look import FRAME
from lookdev.spec.shot import Picture, Shot

_FINER = 4
"""Shapes are drawn so many times larger and averaged: their edges are smooth."""

_SHIFT = 4
"""Binary digits behind the point of OpenCV's coordinates."""

_WIDEST = 16_000
"""OpenCV draws no line wider than twice this."""

_CHANNEL = "A"


@dataclass(frozen=True)
class Box:
    """A filled rectangle between two corners (plate px)."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Stroke:
    """A round brush along a line of points (plate px); an eraser takes away."""

    radius: float
    points: tuple[tuple[float, float], ...]
    erase: bool = False


Shape = Box | Stroke


def drawn(shapes: Sequence[Shape], *, width: int, height: int) -> Pixels:
    """The shapes, one after the other, as a matte (H, W) of 0..1.

    Coordinates have their origin top left in the display window, pixel centres at .5.
    """
    large = np.zeros((height * _FINER, width * _FINER), np.uint8)
    for shape in shapes:
        if isinstance(shape, Box):
            _fill(large, shape)
        else:
            _stroke(large, shape)
    matte = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(matte / np.float32(255), np.float32)


def save(shot_file: ShotFile, name: str, shapes: Sequence[Shape]) -> ShotFile:
    """Write a new matte as EXR into the show, and name it in `shot.yaml`; returns the new shot.

    Raises:
        SpecError: The name is no name, or taken: a matte that looks may use is never redrawn.
        PlateError: Nothing is drawn inside the picture.
        DeliveryError: The disk cannot be written; the shot is as it was.
    """
    require_name("matte", name)
    with FileLock(shot_file.path.with_name(".shot.lock")):
        now = ShotFile.open(shot_file.folder, shot_file.shot.sequence, shot_file.shot.shot)
        shot = now.shot
        if name == FRAME or name in shot.mattes:
            raise SpecError(f"{now.path}: mattes.{name} is there already; choose another name")
        matte = drawn(shapes, width=shot.width, height=shot.height)
        if not matte.any():
            raise PlateError(f"matte {name}: is empty; draw inside the picture")
        location = f"mattes/{shot.sequence}/{shot.shot}/{name}.exr"
        taken = [role for role, one in shot.pictures().items() if one.pattern == location]
        if taken:
            raise SpecError(f"{now.path}: {taken[0]} is {location}; choose another name")
        path = now.folder.root / location
        check_writable(path.parent)
        window = display_of(shot)
        frame = Frame(matte[..., None], (_CHANNEL,), exr.RAW, window, window, shot.plate.first)
        exr.write(path, frame, date_time=exr.NO_DATE, pixel_aspect=shot.pixel_aspect)
        _add_sum(now, path)
        picture = Picture(pattern=location, channels=(_CHANNEL,))
        return replace(now, shot=_written(now, shot, name, picture))


def _add_sum(now: ShotFile, path: Path) -> None:
    """Note the file's sum, in place of one from a time that did not come as far as `shot.yaml`."""
    sums, location = now.path.with_name(SUMS), now.folder.locate(path)
    known = sums.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    kept = [line for line in known if not line.endswith(f"  {location}")]
    write_text(sums, "\n".join([*kept, f"{sha256(path)}  {location}", ""]))


def _written(now: ShotFile, shot: Shot, name: str, picture: Picture) -> Shot:
    """The shot with one matte more, on disk; comments at the head of its file stay."""
    more = shot.model_copy(update={"mattes": {**shot.mattes, name: picture}})
    more.model_fields_set.add("mattes")
    head = []
    for line in now.path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        head.append(line + "\n")
    write_text(now.path, "".join(head) + strict_yaml.write(more))
    return more


def _fill(large: np.ndarray, box: Box) -> None:
    x0, x1 = sorted((round(box.x0 * _FINER), round(box.x1 * _FINER)))
    y0, y1 = sorted((round(box.y0 * _FINER), round(box.y1 * _FINER)))
    large[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 255


def _stroke(large: np.ndarray, stroke: Stroke) -> None:
    """OpenCV counts from a pixel's centre, the plate from its corner; its lines have a limit."""
    value = 0 if stroke.erase else 255
    reach = sum(large.shape)
    points = [
        tuple(round(min(max(v * _FINER - 0.5, -reach), 2 * reach) * 2**_SHIFT) for v in point)
        for point in stroke.points
    ]
    radius = min(max(1, round(stroke.radius * _FINER)), reach, _WIDEST)
    cv2.circle(large, points[0], radius << _SHIFT, value, cv2.FILLED, shift=_SHIFT)
    for start, end in pairwise(points):
        cv2.line(large, start, end, value, 2 * radius, shift=_SHIFT)
        cv2.circle(large, end, radius << _SHIFT, value, cv2.FILLED, shift=_SHIFT)
