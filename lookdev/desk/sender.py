"""What goes to a viewer: pictures, mattes, clips, the view's LUT, what the model does."""

import itertools
from fractions import Fraction

from lookdev.desk.viewer.widget import Viewer
from lookdev.explore.errands import ClipFrame
from lookdev.explore.shown import Coded
from lookdev.explore.view import Shown
from lookdev.explore.want import Status
from lookdev.image.colour import open_colour
from lookdev.spec.folder import ShotFile

_LUT = 65


class Sender:
    """Sends to one viewer; on the main loop only."""

    def __init__(self, viewer: Viewer) -> None:
        """Send to this one."""
        self._viewer = viewer
        self._numbers = itertools.count(1)

    def picture(self, picture: Shown) -> None:
        """Send a picture."""
        coded = picture.coded
        self._viewer.show_picture(
            coded.data,
            number=next(self._numbers),
            slot=picture.slot,
            source=picture.source.id,
            frame=picture.frame,
            encoding="half" if coded.encoding == "half" else "jpeg",
            width=coded.width,
            height=coded.height,
            region=coded.region,
            kind=coded.kind,
            label=picture.source.label,
            stage=picture.stage or None,
        )

    def overlay(self, frame: int, matte: Coded) -> None:
        """Send a matte to lay over the picture."""
        self._viewer.show_overlay(
            matte.data,
            number=next(self._numbers),
            frame=frame,
            width=matte.width,
            height=matte.height,
            region=matte.region,
        )

    def clip(self, clip: ClipFrame, last: int) -> None:
        """Send one frame of a clip; `last` is the one that ends it."""
        for slot, coded in clip.pictures.items():
            self._viewer.show_clip(
                coded.data,
                frame=clip.frame,
                slot="b" if slot == "b" else "a",
                width=coded.width,
                height=coded.height,
                last=clip.frame == last,
            )

    def lut(self, cube: bytes) -> None:
        """Send the view's LUT."""
        self._viewer.show_lut(cube, size=_LUT)

    def say(self, status: Status) -> None:
        """Show what the model does."""
        self._viewer.status = {
            "text": status.text,
            "busy": status.busy,
            "progress": status.progress,
            "seconds_left": status.seconds_left,
        }


def baked(shot_file: ShotFile) -> bytes:
    """The shot's view as the viewer takes it: float16 RGB, red fastest. It takes a moment."""
    folder = shot_file.folder
    colour = open_colour(folder.ocio_config)
    cube = colour.baked_view(folder.viewing, shot_file.shot.cdl, size=_LUT)
    return cube.astype("<f2").tobytes()


def facts(shot_file: ShotFile) -> dict[str, object]:
    """What the viewer knows of a shot."""
    shot = shot_file.shot
    rate = Fraction(shot.fps)
    return {
        "title": f"{shot.sequence}/{shot.shot}",
        "first": shot.plate.first,
        "last": shot.plate.last,
        "fps": float(rate),
        "fps_text": f"{float(rate):.3f}".rstrip("0").rstrip("."),
        "width": shot.width,
        "height": shot.height,
        "pixel_aspect": shot.pixel_aspect,
    }
