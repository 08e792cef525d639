"""The window that is rendered: the plate and its mattes on it, at full size or as a proxy."""

from dataclasses import replace

import numpy as np

from lookdev.image import exr, mattes
from lookdev.image.frame import Frame, Pixels, Window, display_of
from lookdev.image.sequence import frame_path
from lookdev.spec.folder import ShotFile
from lookdev.spec.shot import Picture

_DELIVERED = ("R", "G", "B", "A")


def read_plate(shot_file: ShotFile, frame: int, scale: float) -> tuple[Frame, Window]:
    """The plate over its data and display windows joined, and the data window itself.

    Every stage works on all of that, so that no edge, blur or ramp depends on where a frame's data
    window happens to end; `delivered_window` says what of it is written. A proxy shows the display
    window only. Channels are named R, G, B (and A), whichever view they are from.
    """
    shot = shot_file.shot
    path = frame_path(str(shot_file.folder.resolve(shot.plate.pattern)), frame)
    read = exr.read(path, shot.plate.channels, colourspace=shot.plate.colourspace, number=frame)
    plate = replace(read, channels=_DELIVERED[: len(read.channels)])
    if scale == 1:
        return plate.over_window(plate.data.joined(plate.display)), read.data
    proxy = _proxy(plate.over_window(plate.display), scale)
    return proxy, proxy.data


def read_picture(shot_file: ShotFile, picture: Picture, frame: int, colourspace: str) -> Frame:
    """A companion of the plate as its file has it.

    Raises:
        PlateError: The file is missing or damaged.
    """
    path = frame_path(str(shot_file.folder.resolve(picture.pattern)), frame)
    return exr.read(path, picture.channels, colourspace=colourspace, number=frame)


def over_plate(read: Frame, plate: Frame, shot_file: ShotFile, scale: float) -> Pixels:
    """A companion's colours (H, W, 3) over the window of a plate that `read_plate` gave."""
    if scale == 1:
        return read.over_window(plate.data).pixels[..., :3]
    full = read.over_window(display_of(shot_file.shot)).pixels[..., :3]
    return mattes.resized(np.ascontiguousarray(full), plate.data.width, plate.data.height)


def read_matte(shot_file: ShotFile, name: str, frame: int, plate: Frame, scale: float) -> Pixels:
    """A matte (H, W) over the window of a plate that `read_plate` gave, at its scale."""
    if scale == 1:
        return mattes.read_matte(shot_file, name, frame, plate.data)
    full = mattes.read_matte(shot_file, name, frame, display_of(shot_file.shot))
    return mattes.resized(full, plate.data.width, plate.data.height)


def delivered_window(data: Window, support: Pixels, plate: Frame) -> Window:
    """The plate's data window joined with the support's, inside the display window.

    Args:
        data: The plate's own data window.
        support: The support (H, W) over the window of `plate`.
        plate: What `read_plate` gave.
    """
    return data.joined(_bounds(support, plate.data).clipped(plate.display))


def _proxy(plate: Frame, scale: float) -> Frame:
    width = max(1, round(plate.data.width * scale))
    height = max(1, round(plate.data.height * scale))
    window = Window(0, 0, width, height)
    return replace(
        plate, pixels=mattes.resized(plate.pixels, width, height), data=window, display=window
    )


def _bounds(matte: Pixels, window: Window) -> Window:
    """The smallest window around what is above 0."""
    rows, columns = np.flatnonzero(matte.any(1)), np.flatnonzero(matte.any(0))
    if rows.size == 0:
        return Window(window.x, window.y, 0, 0)
    top, left = int(rows[0]), int(columns[0])
    return Window(
        window.x + left, window.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1
    )
