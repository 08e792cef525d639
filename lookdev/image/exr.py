"""EXR in and out through OpenImageIO: exact, checked, whole or absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio

from lookdev.errors import DeliveryError, PlateError
from lookdev.image.attributes import attributes_of, carry, report_lost
from lookdev.image.frame import Attribute, Frame, Pixels, Window
from lookdev.spec.files import is_text, whole_file

MAX_MEGABYTES = 4096
"""A header that asks for more than this is refused before anything is allocated."""

_ROUNDED_TO_INFINITY = 65520.0
"""Half's largest value is 65504; from here on, rounding to nearest leaves it."""

RAW = "raw"
"""Colour space of what is no colour: mattes, depth."""

NO_DATE = "1970:01:01 00:00:00"
"""`DateTime` of what carries no date of its own, so that bytes repeat."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself, without its pixels."""

    path: Path
    parts: tuple[tuple[str, ...], ...]
    """Channel names of each part, a multi-view part's with its view in front (`left.R`)."""
    views: tuple[str, ...]
    data: Window
    display: Window
    pixel_aspect: float
    attributes: tuple[Attribute, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel of every part."""
        return tuple(name for part in self.parts for name in part)

    def get(self, name: str) -> Any:
        """An attribute's value, or None; writers spell framesPerSecond in either case."""
        wanted = name.lower()
        return next((a.value for a in self.attributes if a.name.lower() == wanted), None)


def read_header(path: Path) -> Header:
    """Open a file and read its headers only.

    Raises:
        PlateError: It is missing, is no picture, or asks for more than `MAX_MEGABYTES`.
    """
    source = _open(path)
    try:
        specs = _specs(source)
    finally:
        source.close()
    first = specs[0]
    megabytes = max(_megabytes(spec) for spec in specs)
    if megabytes > MAX_MEGABYTES:
        raise PlateError(
            f"{path}: its header asks for {megabytes:.0f} MB, above {MAX_MEGABYTES}; "
            "it is damaged, or not a plate"
        )
    views = first.getattribute("multiView") or ()
    return Header(
        path=path,
        parts=tuple(_channel_names(spec) for spec in specs),
        views=tuple(views) if isinstance(views, tuple | list) else (str(views),),
        data=Window(first.x, first.y, first.width, first.height),
        display=Window(first.full_x, first.full_y, first.full_width, first.full_height),
        pixel_aspect=first.get_float_attribute("PixelAspectRatio", 1.0),
        attributes=attributes_of(first),
    )


def read(path: Path, channels: Sequence[str], *, colourspace: str, number: int) -> Frame:
    """Read the named channels, in that order, as float32 over the file's data window.

    Raises:
        PlateError: The file is missing or damaged, or lacks a channel.
    """
    header = read_header(path)
    part = _part_with(header, channels)
    names = header.parts[part]
    places = [names.index(name) for name in channels]
    begin, end = min(places), max(places) + 1
    source = _open(path)
    try:
        spec = _specs(source)[part]
        pixels = source.read_image(part, 0, begin, end, oiio.FLOAT)
        problem = _error_of(source)
    finally:
        source.close()
    if pixels is None or problem:
        raise PlateError(f"{path}: frame {number} is damaged: {problem or 'its pixels end early'}")
    if [p - begin for p in places] != list(range(end - begin)):
        pixels = np.ascontiguousarray(pixels[..., [p - begin for p in places]])
    return Frame(
        pixels=pixels.reshape(spec.height, spec.width, len(channels)),
        channels=tuple(channels),
        colourspace=colourspace,
        data=Window(spec.x, spec.y, spec.width, spec.height),
        display=header.display,
        number=number,
        header=header.attributes,
    )


def write(
    path: Path,
    frame: Frame,
    *,
    compression: str = "zip",
    date_time: str,
    pixel_aspect: float = 1.0,
    half: bool = True,
) -> None:
    """Write a frame as scanline EXR, whole or not at all (temporary file, fsync, rename).

    The frame's header is carried over; the few attributes that OpenImageIO cannot write to EXR are
    left out, and named in a warning of the log, for they change no pixel. `date_time`
    ("2026:01:01 00:00:00") is given rather than taken from the clock, so that the same frame is the
    same bytes.

    Raises:
        PlateError: A finite value is too large for half.
        DeliveryError: The file cannot be written.
    """
    if half:  # OpenImageIO rounds as `to_half` does, in a fraction of the time
        _require_fits(frame.pixels, frame.channels, f"{path.name}: frame {frame.number}")
    spec = oiio.ImageSpec(
        frame.data.width, frame.data.height, len(frame.channels), "half" if half else "float"
    )
    spec.channelnames = frame.channels
    spec.x, spec.y = frame.data.x, frame.data.y
    spec.full_x, spec.full_y = frame.display.x, frame.display.y
    spec.full_width, spec.full_height = frame.display.width, frame.display.height
    carry(frame.header, spec)
    spec.attribute("compression", compression)
    spec.attribute("DateTime", date_time)
    spec.attribute("PixelAspectRatio", pixel_aspect)
    _write_whole(path, spec, frame.pixels, frame.header)


def to_half(pixels: Pixels, channels: Sequence[str], where: str) -> npt.NDArray[np.float16]:
    """Float32 to half; rounds to nearest even.

    Raises:
        PlateError: A value is beyond half's 65504, NaN or infinite; names channel and value.
    """
    _require_fits(pixels, channels, where)
    return pixels.astype(np.float16)


def _require_fits(pixels: Pixels, channels: Sequence[str], where: str) -> None:
    fits = np.abs(pixels) < _ROUNDED_TO_INFINITY
    if not fits.all():
        *_, channel = np.argwhere(~fits)[0]
        value = pixels[~fits][0]
        raise PlateError(
            f"{where}: channel {channels[channel]} is {value:g} in {int((~fits).sum())} places, "
            "which half cannot hold (65504 at most); lower the exposure or mend the plate"
        )


def _write_whole(
    path: Path, spec: Any, pixels: npt.NDArray[Any], header: tuple[Attribute, ...]
) -> None:
    with whole_file(path) as temporary:
        target = oiio.ImageOutput.create(str(temporary))
        if target is None:
            raise DeliveryError(f"{path}: cannot be written: {_global_error()}")
        if not target.open(str(temporary), spec):
            raise DeliveryError(f"{path}: cannot be written: {_error_of(target)}")
        written = target.write_image(np.ascontiguousarray(pixels))
        problem = "" if written else _error_of(target)
        closed = target.close()  # a failed write may still close well, and the other way round
        if not (written and closed):
            raise DeliveryError(f"{path}: cannot be written: {problem or _error_of(target)}")
        written_file = _open(temporary)
        report_lost(header, written_file.spec(), path)
        written_file.close()


def _open(path: Path) -> Any:
    if not is_text(str(path)):  # OpenImageIO takes names as UTF-8
        raise PlateError(f"{str(path)!r}: holds bytes that are no UTF-8 text; rename it")
    if not path.is_file():
        raise PlateError(f"{path}: there is no such file")
    oiio.attribute("limits:imagesize_MB", MAX_MEGABYTES)
    source = oiio.ImageInput.open(str(path))
    if source is None:
        raise PlateError(f"{path}: is damaged or no picture: {_global_error()}")
    return source


def _specs(source: Any) -> list[Any]:
    specs: list[Any] = []
    while source.seek_subimage(len(specs), 0):
        specs.append(source.spec())
    _error_of(source)  # asking past the last part leaves an error behind
    return specs


def _megabytes(spec: Any) -> float:
    return float(spec.width) * spec.height * spec.nchannels * 4 / 1e6


def _channel_names(spec: Any) -> tuple[str, ...]:
    """A part's channels; in a multi-part file each view's part names them without the view."""
    view = spec.get_string_attribute("view")
    names = tuple(spec.channelnames)
    return names if not view else tuple(f"{view}.{n.removeprefix(view + '.')}" for n in names)


def _part_with(header: Header, channels: Sequence[str]) -> int:
    for number, part in enumerate(header.parts):
        if all(name in part for name in channels):
            return number
    missing = [name for name in channels if name not in header.channels]
    raise PlateError(
        f"{header.path}: has no channel {', '.join(missing or channels)}; "
        f"it has {', '.join(header.channels)}"
    )


def _error_of(thing: Any) -> str:
    try:
        return _one_line(thing.geterror())
    except UnicodeDecodeError:
        return "its header holds text that is no text"


def _global_error() -> str:
    try:
        return _one_line(oiio.geterror()) or "not recognised"
    except UnicodeDecodeError:
        return "its header holds text that is no text"


def _one_line(text: Any) -> str:
    return "; ".join(line.strip() for line in str(text).splitlines() if line.strip())
