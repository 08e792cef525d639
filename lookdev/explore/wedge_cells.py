"""The finished cells of a wedge on disk: a look, a picture, a thumbnail, and what they cost."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from lookdev.explore.axes import Variant
from lookdev.image.sheet import Picture, fitted, read_png, write_png
from lookdev.qc.traits import Traits
from lookdev.spec import strict_yaml
from lookdev.spec.files import sha256, whole_file, write_json, write_text

THUMB_WIDTH = 640

_COST = {"settings", "picture", "seconds", "evaluations", "traits"}


@dataclass(frozen=True)
class WedgeCell:
    """One finished cell."""

    label: tuple[str, ...]
    look: Path
    picture: Path
    seconds: float
    evaluations: int
    """Network evaluations when it was made."""
    traits: Traits | None = None
    """What it adds to the plate; None where that is nothing."""

    def thumbnail(self) -> bytes:
        """The picture as a JPEG, for a screen."""
        path = self.picture.with_suffix(".jpg")
        try:
            return path.read_bytes()
        except FileNotFoundError:  # made before there were any, or removed to save room
            return _jpeg(read_png(self.picture))


def kept(cells: Path, key: str, label: tuple[str, ...]) -> WedgeCell | None:
    """The cell, where it is there and whole: its record names its picture's hash."""
    record = read_record(cells / f"{key}.json")
    picture, look = cells / f"{key}.png", cells / f"{key}.yaml"
    if record is None or set(record) != _COST or not picture.is_file() or not look.is_file():
        return None
    if record["picture"] != sha256(picture):
        return None
    traits = None if record["traits"] is None else Traits.from_json(record["traits"])
    return WedgeCell(label, look, picture, record["seconds"], record["evaluations"], traits)


def keep(
    cells: Path,
    key: str,
    variant: Variant,
    picture: Picture,
    *,
    seconds: float,
    evaluations: int,
    traits: Traits | None,
) -> None:
    """Write a cell; its record comes last, so a cell that has one is whole.

    Raises:
        DeliveryError: It cannot be written.
    """
    path = cells / f"{key}.png"
    write_png(path, picture)
    with whole_file(cells / f"{key}.jpg") as temporary:
        temporary.write_bytes(_jpeg(picture))
    write_text(cells / f"{key}.yaml", strict_yaml.write(variant.look))
    record = {
        "settings": dict(variant.settings),
        "picture": sha256(path),
        "seconds": round(seconds, 3),
        "evaluations": evaluations,
        "traits": None if traits is None else traits.to_json(),
    }
    write_json(cells / f"{key}.json", record)


def read_record(path: Path) -> dict[str, Any] | None:
    """One of our own records; None where it is missing or damaged, and so made again."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _jpeg(picture: Picture) -> bytes:
    small = fitted(picture, min(THUMB_WIDTH, picture.shape[1]))
    done, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    assert done, "OpenCV encodes any 8-bit RGB picture"
    return bytes(data.tobytes())
