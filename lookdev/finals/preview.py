"""What people look at: a movie and a sheet, made from the files that were delivered."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from lookdev.finals.plan import Plan
from lookdev.image import exr
from lookdev.image.colour import WORKING, Colour
from lookdev.image.frame import Frame
from lookdev.image.mattes import resized
from lookdev.image.movie import MovieWriter
from lookdev.image.sequence import frame_path
from lookdev.image.sheet import (
    Cell,
    Picture,
    burned_in,
    contact_sheet,
    to_8_bit,
    write_png,
)
from lookdev.image.watermark import watermarked

DRAFT = "DRAFT, NOT APPROVED"

_CELL = 480
_BACKING = 0.02  # scene-linear grey behind a layer shown alone: dark enough for snow, not black


def write_preview(plan: Plan, colour: Colour) -> Path:
    """Write `preview.mp4`: display-referred, with show LUT, CDL and burn-in, at the shot's rate."""
    path = plan.folder / "preview.mp4"
    shot = plan.look_file.shot
    width = round(shot.width * shot.pixel_aspect)
    with MovieWriter(path, width=width, height=shot.height, fps=Fraction(shot.fps)) as movie:
        for frame in plan.frames:
            shown = _shown(plan, _comp(plan, frame), colour, size=(width, shot.height))
            marked = _marked(plan, shown)
            movie.add(burned_in(marked, plan.name, f"{shot.sequence}/{shot.shot}  {frame}"))
    return path


def write_sheet(plan: Plan, colour: Colour) -> Path:
    """Write `sheet.png`: first, middle and last frame; plate, each layer alone, comp."""
    path = plan.folder / "sheet.png"
    frames = sorted({plan.frames[0], plan.frames[len(plan.frames) // 2], plan.frames[-1]})
    shot = plan.look_file.shot
    cell = _CELL, max(1, round(_CELL * shot.height / (shot.width * shot.pixel_aspect)))
    rows = [
        [
            Cell(_marked(plan, _shown(plan, picture, colour, size=cell)), (f"{frame}  {label}",))
            for label, picture in _pictures(plan, frame)
        ]
        for frame in frames
    ]
    state = "" if plan.approval else f"   {DRAFT}"
    title = f"{plan.name}   {shot.sequence}/{shot.shot}   frames {plan.frame_range}{state}"
    subtitle = f"plate, each layer alone over dark grey, comp   view: {_view(plan)}"
    write_png(path, contact_sheet(rows, title=title, subtitle=subtitle, cell_width=_CELL))
    return path


def _marked(plan: Plan, picture: Picture) -> Picture:
    """A draft's picture says that it is one."""
    return picture if plan.approval else watermarked(picture, DRAFT)


def _pictures(plan: Plan, frame: int) -> list[tuple[str, Frame]]:
    look = plan.look_file.look
    layers = [(layer.name, _layer(plan, layer.name, frame)) for layer in look.shown]
    return [("plate", _plate(plan, frame)), *layers, ("comp", _comp(plan, frame))]


def _comp(plan: Plan, frame: int) -> Frame:
    space = plan.look_file.shot.plate.colourspace
    return exr.read(plan.comp(frame), ("R", "G", "B"), colourspace=space, number=frame)


def _plate(plan: Plan, frame: int) -> Frame:
    plate = plan.look_file.shot.plate
    path = frame_path(str(plan.look_file.folder.resolve(plate.pattern)), frame)
    return exr.read(path, plate.channels[:3], colourspace=plate.colourspace, number=frame)


def _layer(plan: Plan, layer: str, frame: int) -> Frame:
    channels = ("R", "G", "B", "A")
    read = exr.read(plan.layer(layer, frame), channels, colourspace=WORKING, number=frame)
    over_grey = read.pixels[..., :3] + _BACKING * (1 - read.pixels[..., 3:])
    return replace(read, pixels=np.ascontiguousarray(over_grey), channels=channels[:3])


def _shown(plan: Plan, frame: Frame, colour: Colour, *, size: tuple[int, int]) -> Picture:
    """A frame's display window at a width and height; resized while it is still linear."""
    pixels = frame.over_window(frame.display).pixels
    rgb = colour.convert(resized(pixels, *size), frame.colourspace, WORKING)
    viewing = plan.look_file.folder.viewing
    return to_8_bit(colour.view(rgb, viewing, plan.look_file.shot.cdl))


def _view(plan: Plan) -> str:
    viewing = plan.look_file.folder.show.viewing
    return f"{viewing.display}, {viewing.view}" + (f", {viewing.lut}" if viewing.lut else "")
