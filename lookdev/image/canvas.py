"""The window that is rendered: the plate and its mattes on it, at full size or as a proxy."""

from dataclasses import replace

import numpy as np

from lookdev.image import exr, mattes
from lookdev.image.frame import Frame, Pixels, Window, display_of
from lookdev.image.sequence import frame_path
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import FRAME


def read_plate(shot_file: ShotFile, support: str, frame: int, scale: float) -> tuple[Frame, Pixels]:
    """The plate and the support matte over the output window.

    That window is the plate's data window joined with the support's, inside the display window.
    """
    shot = shot_file.shot
    path = frame_path(str(shot_file.folder.resolve(shot.plate.pattern)), frame)
    plate = exr.read(path, shot.plate.channels, colourspace=shot.plate.colourspace, number=frame)
    display = plate.display
    if scale != 1:
        plate = _proxy(plate.over_window(display), scale)
    elif support == FRAME:
        plate = plate.over_window(plate.data.joined(display))
    else:
        matte = mattes.read_matte(shot_file, support, frame, display)
        plate = plate.over_window(plate.data.joined(_bounds(matte, display)))
    if support == FRAME:
        return plate, np.ones(plate.pixels.shape[:2], np.float32)
    return plate, read_matte(shot_file, support, frame, plate, scale)


def read_matte(shot_file: ShotFile, name: str, frame: int, plate: Frame, scale: float) -> Pixels:
    """A matte (H, W) over the window of a plate that `read_plate` gave, at its scale."""
    if scale == 1:
        return mattes.read_matte(shot_file, name, frame, plate.data)
    full = mattes.read_matte(shot_file, name, frame, display_of(shot_file.shot))
    return mattes.resized(full, plate.data.width, plate.data.height)


def _proxy(plate: Frame, scale: float) -> Frame:
    width = max(1, round(plate.data.width * scale))
    height = max(1, round(plate.data.height * scale))
    window = Window(0, 0, width, height)
    return replace(
        plate, pixels=mattes.resized(plate.pixels, width, height), data=window, display=window
    )


def _bounds(matte: Pixels, window: Window) -> Window:
    rows, columns = np.flatnonzero(matte.any(1)), np.flatnonzero(matte.any(0))
    if rows.size == 0:
        return Window(window.x, window.y, 0, 0)
    top, left = int(rows[0]), int(columns[0])
    return Window(
        window.x + left, window.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1
    )
