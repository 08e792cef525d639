"""Where the frames come from that meters see: a delivery's files, or the spine itself."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from torch import Tensor

from lookdev.errors import SpecError
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.colour import WORKING, Colour, open_colour
from lookdev.image.frame import Frame, Pixels
from lookdev.image.sequence import parse_frames
from lookdev.qc.delivered import Delivered, Pictures
from lookdev.qc.seen import Seen
from lookdev.render import Rendered, Session, comp_frame, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.folder import LookFile


@dataclass(frozen=True)
class Frames:
    """Frames of a delivery or a look, made or read one at a time while they are gone through."""

    target: str
    """The delivery's name, or the look's."""
    look_file: LookFile
    numbers: tuple[int, ...]
    """Absolute frame numbers, in order."""
    see: Callable[[int], Seen]
    around: Callable[[], AbstractContextManager[None]]
    """What goes on while the frames are gone through: rendering is entered into the ledger."""

    def __iter__(self) -> Iterator[Seen]:
        """One frame after the other; memory does not grow with the range."""
        with self.around():
            for number in self.numbers:
                yield self.see(number)


def frames_of(
    target: str | Path, *, frames: str | None = None, session: Session | None = None
) -> Frames:
    """The frames of a finished delivery, read from its files, or of a look, rendered.

    A delivery is measured against the plate, shot and look that it was made from; if one of them
    has changed since, that is refused.

    Args:
        target: A delivery's folder; or a look's file, or `sequence/shot/name_v003`.
        frames: `1001-1010`; all that were delivered, or the shot's range, if None.
        session: Renders a look; a new one if None. A delivery needs none.

    Raises:
        DeliveryError: The folder holds no finished delivery, or one of another look, shot or plate
            than there is now; or a frame is not in it.
        LookdevError: The look cannot be rendered, or a file cannot be read.
    """
    if Path(target).is_dir():
        return _delivered(Delivered.open(Path(target).resolve()), frames)
    return _rendered(LookFile.open(str(target)), frames, session)


def seen_of(look_file: LookFile, rendered: Rendered, comp: Frame, colour: Colour) -> Seen:
    """A rendered frame as meters see it: rounded to half, as it would be delivered.

    Args:
        look_file: The look.
        rendered: The frame, in full size.
        comp: What `comp_frame` made of it.
        colour: The show's.
    """
    rows, columns = rendered.window.within(rendered.plate.data)
    with np.errstate(over="ignore"):  # what half cannot hold is infinite, and measured as that
        halves = comp.pixels.astype(np.float16).astype(np.float32)
    pictures = Pictures(
        plate=rendered.plate.over_window(rendered.window),
        comp=replace(comp, pixels=halves),
        layers={name: _as_half(one[:, rows, columns]) for name, one in rendered.layers.items()},
        support=_as_half(rendered.support[None, rows, columns])[..., 0],
    )
    return _seen(look_file, pictures, colour)


def _seen(look_file: LookFile, pictures: Pictures, colour: Colour) -> Seen:
    plate, comp = pictures.plate, pictures.comp
    return Seen(
        number=comp.number,
        shot_file=look_file.shot_file,
        look=look_file.look,
        plate=plate,
        comp=comp,
        below=_in_working_space(plate, colour),
        light=_in_working_space(comp, colour),
        layers=pictures.layers,
        support=pictures.support,
    )


def _in_working_space(frame: Frame, colour: Colour) -> Pixels:
    rgb = np.ascontiguousarray(frame.pixels[..., :3])
    return colour.convert(rgb, frame.colourspace, WORKING)


def _as_half(planes: Tensor) -> Pixels:
    """(C, H, W) as (H, W, C), rounded to half."""
    rounded: Pixels = planes.movedim(0, -1).half().float().contiguous().cpu().numpy()
    return rounded


def _delivered(delivery: Delivered, frames: str | None) -> Frames:
    look_file, numbers = delivery.look_file, delivery.chosen(frames)
    colour = open_colour(look_file.folder.ocio_config)

    def see(number: int) -> Seen:
        return _seen(look_file, delivery.read(number), colour)

    return Frames(delivery.record.name, look_file, numbers, see, nullcontext)


def _rendered(look_file: LookFile, frames: str | None, session: Session | None) -> Frames:
    plate = look_file.shot.plate
    numbers = parse_frames(frames) if frames else tuple(range(plate.first, plate.last + 1))
    if not look_file.look.shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute one, or there is no look")
    check_look(look_file)
    check_frames(look_file, numbers)
    shot_file, look, now = look_file.shot_file, look_file.look, session or Session(look_file.folder)

    def see(number: int) -> Seen:
        rendered = render_frame(shot_file, look, number, session=now)
        return seen_of(look_file, rendered, comp_frame(rendered, now), now.colour)

    around = partial(
        recorded,
        now,
        shot_file,
        look,
        what="explore",  # which is no event where every element was there already
        look_name=look_file.name,
        frames=numbers,
    )
    return Frames(look_file.name, look_file, numbers, see, around)
