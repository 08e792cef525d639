"""A finished delivery's pictures, read from its files; its show has plate and look."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from lookdev.errors import DeliveryError, SpecError
from lookdev.image import canvas, exr
from lookdev.image.colour import WORKING
from lookdev.image.frame import Frame, Pixels, Window
from lookdev.image.media import SUMS
from lookdev.image.sequence import describe, parse_frames
from lookdev.spec.delivery import DeliveryRecord
from lookdev.spec.digest import digest
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile, ShowFolder

_RECORD = "delivery.json"


@dataclass(frozen=True)
class Pictures:
    """One frame's pictures, all over the delivered window."""

    plate: Frame
    comp: Frame
    layers: Mapping[str, Pixels]
    """Premultiplied RGBA (H, W, 4), ACEScg."""
    support: Pixels
    """(H, W)."""


@dataclass(frozen=True)
class Delivered:
    """A finished delivery, and the look in its show that it was made from."""

    folder: Path
    record: DeliveryRecord
    look_file: LookFile

    @classmethod
    def open(cls, folder: Path) -> "Delivered":
        """Open a delivery; its look is in the show around the current folder, or around its own.

        Raises:
            DeliveryError: It is not finished or damaged, or was made from another look, shot or
                plate than there is now.
            SpecError: Its look is in neither show.
        """
        record = _record(folder)
        look_file = _look_file(folder, record)
        _require_same(folder, record, look_file)
        return cls(folder, record, look_file)

    def chosen(self, frames: str | None) -> tuple[int, ...]:
        """The frames to read, in order: those that are asked for, or all.

        Raises:
            DeliveryError: One of them was not delivered.
        """
        there = sorted(one.frame for one in self.record.frames)
        wanted = parse_frames(frames) if frames else tuple(there)
        beyond = sorted(set(wanted) - set(there))
        if beyond:
            raise DeliveryError(
                f"{self.folder}: holds frames {describe(there)}, and not {describe(beyond)}"
            )
        return wanted

    def read(self, number: int) -> Pictures:
        """One frame from its files, and the plate.

        Raises:
            DeliveryError: Its record names no such file.
            PlateError: A file is missing or damaged.
        """
        shot_file = self.look_file.shot_file
        channels = ("R", "G", "B", "A")[: len(shot_file.shot.plate.channels)]
        comp = self._picture("exr/", channels, self.record.colourspace, number)
        layers = {
            name: self._pixels(f"elements/{name}/", ("R", "G", "B", "A"), number, comp.data)
            for name in self.record.layers
        }
        support = self._pixels("support/", ("A",), number, comp.data)[..., 0]
        plate, _ = canvas.read_plate(shot_file, number, 1.0)
        return Pictures(plate.over_window(comp.data), comp, layers, support)

    def _pixels(self, place: str, channels: tuple[str, ...], number: int, window: Window) -> Pixels:
        return self._picture(place, channels, WORKING, number).over_window(window).pixels

    def _picture(self, place: str, channels: tuple[str, ...], space: str, number: int) -> Frame:
        path = self.folder / self._name(place, number)
        return exr.read(path, channels, colourspace=space, number=number)

    def _name(self, place: str, number: int) -> str:
        files = next(one.files for one in self.record.frames if one.frame == number)
        named = [name for name in files if name.startswith(place)]
        if len(named) != 1:
            raise DeliveryError(
                f"{self.folder}: {_RECORD} names {len(named)} files of frame {number} in {place}; "
                "there is one in a delivery"
            )
        return named[0]


def _record(folder: Path) -> DeliveryRecord:
    path = folder / _RECORD
    if not path.is_file():
        raise DeliveryError(
            f"{folder}: holds no {_RECORD}, so it is no finished delivery; name one, or a look"
        )
    try:
        return DeliveryRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DeliveryError(f"{path}: is damaged, or of another version of lookdev") from error


def _look_file(folder: Path, record: DeliveryRecord) -> LookFile:
    """In the show around the current folder, as commands find theirs; or around the delivery."""
    shot, look = record.identity.shot, record.identity.look
    for start in (Path.cwd(), folder):
        try:
            root = ShowFolder.find(start).root
        except SpecError:  # said below, where no place has it
            continue
        if (root / "params" / "shots" / shot / "looks" / f"{look}.yaml").is_file():
            return LookFile.open(f"{shot}/{look}", start=root)
    raise SpecError(
        f"{folder}: is of {shot}/{look}, which no show here or around it has; go into its show"
    )


def _require_same(folder: Path, record: DeliveryRecord, look_file: LookFile) -> None:
    """A delivery is measured against what it was made from, or not at all."""
    made, shot_file = record.identity, look_file.shot_file
    media = shot_file.path.with_name(SUMS)
    for what, path, was, now in (
        ("look", look_file.path, made.look_digest, digest(look_file.look)),
        ("shot", shot_file.path, made.shot_digest, digest(shot_file.shot)),
        ("plate or mattes", media, made.media, sha256(media)),
    ):
        if was != now:
            raise DeliveryError(
                f"{folder}: its {what} changed since it was delivered ({path}); bring it back, "
                "or deliver anew"
            )
