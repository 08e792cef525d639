"""The shot of the blend's sheet: one frame, two mattes more, and a patch that matches badly."""

from pathlib import Path

import cv2
import numpy as np

from lookdev.demo.arrays import Floats
from lookdev.demo.plate import render_plate
from lookdev.demo.slate import write_slated
from lookdev.image import exr
from lookdev.image.element import Element
from lookdev.image.ingest import ingest
from lookdev.spec.folder import ShotFile, ShowFolder

FRAME = 1001
FAULTS = (
    "the plate itself, two bays of the tower further left, with faults planted in it: 0.5 stops "
    "up, warmer, blacks lifted by 0.01, saturation down to 0.3"
)
"""What is wrong with the patch."""
_WIDTH, _HEIGHT = 1920, 1080
_WALL = (834, 284, 990, 382)
"""What the patch replaces: two lit windows (left, top, right, bottom; px)."""
_BAYS = 156
"""Two of the tower's bays (px): the patch's picture lies as far to the left in the plate."""
_ALLOWED = (0, 0, 800, _HEIGHT)


def planted_shot(folder: ShowFolder) -> ShotFile:
    """Make the shot; its clean plate is the picture of the patch.

    Raises:
        LookdevError: A file cannot be written.
    """
    media = folder.root / "plates"
    made = render_plate(media, first=FRAME, frames=1, width=_WIDTH, height=_HEIGHT, workers=1)
    mattes = {
        "tower": made.matte,
        "wall": media / "wall.%04d.exr",
        "allowed": media / "allowed.%04d.exr",
    }
    for name, box in (("wall", _WALL), ("allowed", _ALLOWED)):
        _write(mattes[name], _box(box), ("A",))
    clean = media / "clean.%04d.exr"
    plate = exr.read(_at(made.plate), ("R", "G", "B"), colourspace="ACEScg", number=FRAME)
    _write(clean, _mismatched(plate.pixels), ("R", "G", "B"))
    return ingest(
        folder,
        made.plate,
        sequence="street",
        shot="sh0010",
        mattes={name: str(pattern) for name, pattern in mattes.items()},
        clean_plate=clean,
        depth=made.depth,
        motion=made.motion,
        track=made.track,
    )


def _box(box: tuple[int, int, int, int]) -> Floats:
    matte = np.zeros((_HEIGHT, _WIDTH, 1), np.float32)
    left, top, right, bottom = box
    matte[top:bottom, left:right] = 1
    return matte


def _mismatched(plate: Floats) -> Floats:
    """The plate further left, with planted faults that `FAULTS` names."""
    moved = np.roll(plate, _BAYS, axis=1)
    grey = moved.mean(axis=2, keepdims=True)
    dull = grey + 0.3 * (moved - grey)
    return np.asarray(dull * 2.0**0.5 * np.array([1.15, 1.0, 0.8]) + 0.01, np.float32)


def patches(shot_file: ShotFile) -> dict[str, Element]:
    """By layer: the clean plate; and one that matches, but for a dark rim inside its matte."""
    shot = shot_file.shot
    assert shot.clean_plate is not None, "the shot was ingested with one"
    plate, clean = (_read(shot_file, one.pattern) for one in (shot.plate, shot.clean_plate))
    inside = cv2.GaussianBlur(_box(_WALL)[..., 0], (0, 0), 5.0)[..., None]
    rim = np.roll(plate, _BAYS, axis=1) * np.clip(2 * inside - 1, 0.05, 1)
    return {
        "wall": Element.picture(clean, evaluations=0),
        "rim": Element.picture(np.asarray(rim, np.float32), evaluations=0),
    }


def _read(shot_file: ShotFile, pattern: str) -> Floats:
    path = _at(shot_file.folder.resolve(pattern))
    return exr.read(path, ("R", "G", "B"), colourspace="ACEScg", number=FRAME).pixels


def _write(pattern: Path, pixels: Floats, channels: tuple[str, ...]) -> None:
    write_slated(_at(pattern), pixels, channels, FRAME)


def _at(pattern: Path) -> Path:
    return pattern.with_name(pattern.name % FRAME)
