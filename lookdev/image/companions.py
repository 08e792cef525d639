"""A shot's companion sequences: mattes, clean plate, depth and motion."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import PlateError
from lookdev.image import channels as choose
from lookdev.image.exr import Header
from lookdev.image.plate import FoundPlate, is_exr
from lookdev.image.survey import CLEAN_PLATE, Progress, Survey, size, survey


@dataclass(frozen=True)
class Companion:
    """A sequence over the plate's range, and what is read of it."""

    survey: Survey
    channels: tuple[str, ...]


def parse_matte(text: str) -> tuple[str, str]:
    """`NAME=PATTERN[:CHANNEL]`, as the command line takes it: the name and the rest.

    Raises:
        PlateError: There is no name or no pattern.
    """
    name, equals, rest = text.partition("=")
    if not (name and equals and rest):
        raise PlateError(f"matte is {text!r}; write it as NAME=PATTERN or NAME=PATTERN:CHANNEL")
    return name, rest


def find_companions(
    plate: FoundPlate,
    locations: Mapping[str, Path],
    mattes: Mapping[str, str],
    view: str | None,
    progress: Progress,
) -> list[Companion]:
    """Open every header of every companion over the plate's range.

    Args:
        plate: The plate.
        locations: Patterns or folders by role: `clean plate`, `depth`, `motion`.
        mattes: `PATTERN` or `PATTERN:CHANNEL` by the matte's name.
        view: The plate's view, which stereo companions are read in too.
        progress: Told of every header.

    Raises:
        PlateError: Frames are missing, the display window is not the plate's, or a channel is
            missing.
    """
    wanted = {f"matte {name}": _split(text) for name, text in mattes.items()}
    wanted |= {role: (path, None) for role, path in locations.items()}
    found = []
    for role, (location, channel) in wanted.items():
        one = survey(role, location, progress, over=(plate.first, plate.last))
        _require_plates_window(one, plate)
        found.append(Companion(one, _channels(one, channel, view)))
    return found


def _split(text: str) -> tuple[Path, str | None]:
    """A pattern and a channel; a colon before a slash is a drive's (`C:/mattes/%04d.exr`)."""
    pattern, colon, channel = text.rpartition(":")
    if not colon or "/" in channel or "\\" in channel:
        return Path(text), None
    return Path(pattern), channel


def _channels(found: Survey, channel: str | None, view: str | None) -> tuple[str, ...]:
    header = found.header
    match found.role:
        case "depth":
            return choose.depth_channels(header, view)
        case "motion":
            return choose.motion_channels(header, view)
        case role if role == CLEAN_PLATE:
            return _clean_plate_channels(found, header, view)
        case _:
            return choose.matte_channels(header, channel)


def _clean_plate_channels(found: Survey, header: Header, view: str | None) -> tuple[str, ...]:
    if not is_exr(found):
        raise PlateError(
            f"{found.sequence.pattern}: the clean plate is no EXR; "
            "write it as EXR in the plate's colour space"
        )
    stereo = bool(choose.views_of(header))
    return choose.plate_channels(header, view if stereo else None)


def _require_plates_window(found: Survey, plate: FoundPlate) -> None:
    if found.header.display != plate.display:
        raise PlateError(
            f"{found.header.path}: the {found.role}'s display window is "
            f"{size(found.header.display)} but the plate's is {size(plate.display)}; "
            "write it at the plate's size"
        )
