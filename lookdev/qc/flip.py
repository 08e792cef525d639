"""How far two versions of a shot look apart: FLIP, on the part of a frame that differs most.

FLIP (Andersson et al., 2020, "FLIP: A Difference Evaluator for Alternating Images") estimates what
a person sees when two pictures are flipped in place: 0 is no difference, 1 the largest there is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.errors import DeliveryError
from lookdev.image.colour import WORKING, open_colour
from lookdev.image.frame import Pixels, display_of
from lookdev.qc.frames import Frames, frames_of
from lookdev.qc.seen import Seen
from lookdev.render import Session

SIDE = 512
"""Of the crop (px): a whole frame of 1920x1080 would take eight seconds."""


@dataclass(frozen=True)
class Apart:
    """How far a frame of A and of B look apart, where they differ most."""

    frame: int
    mean: float
    """Of the crop, 0 to 1."""
    worst: float
    """0 to 1."""
    place: tuple[int, int, int, int]
    """The crop: x, y, width, height in the display window; 0 wide where nothing differs."""


def flips(
    a: str | Path, b: str | Path, *, frames: str | None = None, session: Session | None = None
) -> Iterator[Apart]:
    """Compare two deliveries or looks of one shot, frame by frame, as the show is viewed.

    Args:
        a: A delivery's folder; or a look's file, or `sequence/shot/name_v003`.
        b: Another of the same shot.
        frames: `1001-1010`; those that both have if None.
        session: Renders looks; a new one if None.

    Raises:
        DeliveryError: They are of different shots, or have no frame in common.
        LookdevError: One of them cannot be opened, read or rendered.
    """
    of_a, of_b = (frames_of(one, frames=frames, session=session) for one in (a, b))
    _require_same_shot(of_a, of_b)
    common = sorted(set(of_a.numbers) & set(of_b.numbers))
    if not common:
        raise DeliveryError(f"{of_a.target} and {of_b.target}: have no frame in common")
    for number in common:
        yield apart(number, _shown(of_a.see(number)), _shown(of_b.see(number)))


def apart(frame: int, a: Pixels, b: Pixels) -> Apart:
    """FLIP of two pictures (H, W, 3) of display code values 0..1, where they differ most."""
    difference = np.abs(a - b).mean(-1)
    if not difference.any():
        return Apart(frame, 0.0, 0.0, (0, 0, 0, 0))
    rows, columns = _crop(difference)
    error = _flip(a[rows, columns], b[rows, columns])
    height, width = error.shape[:2]
    place = (columns.start, rows.start, width, height)
    return Apart(frame, float(error.mean()), float(error.max()), place)


def _require_same_shot(a: Frames, b: Frames) -> None:
    if a.look_file.shot_file.path != b.look_file.shot_file.path:
        shots = [f"{one.look_file.shot.sequence}/{one.look_file.shot.shot}" for one in (a, b)]
        raise DeliveryError(
            f"{a.target} is of {shots[0]} and {b.target} of {shots[1]}; compare what is of one shot"
        )


def _shown(seen: Seen) -> Pixels:
    """The comp over the display window, in code values 0..1 of the show's view."""
    shot, folder = seen.shot_file.shot, seen.shot_file.folder
    colour = open_colour(folder.ocio_config)
    comp = seen.comp.over_window(display_of(shot))
    rgb = np.ascontiguousarray(comp.pixels[..., :3])
    light = colour.convert(rgb, comp.colourspace, WORKING)
    return np.clip(colour.view(light, folder.viewing, shot.cdl), 0, 1)


def _crop(difference: Pixels) -> tuple[slice, slice]:
    """Rows and columns of the square, inside the picture, that holds the most difference."""
    height, width = (min(SIDE, side) for side in difference.shape)
    sums = cv2.boxFilter(
        difference, cv2.CV_64F, (width, height), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
    )
    inside = sums[: difference.shape[0] - height + 1, : difference.shape[1] - width + 1]
    top, left = divmod(int(inside.argmax()), inside.shape[1])
    return slice(top, top + height), slice(left, left + width)


def _flip(a: Pixels, b: Pixels) -> npt.NDArray[Any]:
    """The error map (H, W)."""
    import flip_evaluator  # noqa: PLC0415 only here

    pictures = (np.ascontiguousarray(one, dtype=np.float32) for one in (a, b))
    error, _, _ = flip_evaluator.evaluate(*pictures, "LDR", applyMagma=False)
    return np.asarray(error)
