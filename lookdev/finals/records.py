"""A delivery's record, and the journal it keeps until it is finished."""

import json
import logging
import re
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from lookdev.errors import DeliveryError
from lookdev.finals.plan import Plan
from lookdev.generate.catalogue import model_files
from lookdev.image import exr
from lookdev.image.colour import open_colour
from lookdev.image.media import SUMS
from lookdev.image.pixels import pixel_hash
from lookdev.spec.base import Spec
from lookdev.spec.code import code_digest
from lookdev.spec.delivery import DELIVERY, DeliveryRecord, FrameRecord, Identity
from lookdev.spec.digest import digest
from lookdev.spec.files import sha256, write_json
from lookdev.spec.folder import LookFile

RECORD = "delivery.json"
_JOURNAL = ".unfinished"
_TORN = re.compile(r"\..+\.[a-z0-9_]{8}\.[a-z0-9]+")
"""A temporary file of `spec.files.whole_file`."""

log = logging.getLogger(__name__)

R = TypeVar("R", bound=Spec)


def identity_of(plan: Plan) -> Identity:
    """The identity of a planned delivery; needs no torch."""
    look_file, shot = plan.look_file, plan.look_file.shot
    return Identity(
        look=look_file.name,
        look_digest=digest(look_file.look),
        approval=plan.approval.digest if plan.approval else None,
        shot=f"{shot.sequence}/{shot.shot}",
        shot_digest=digest(shot),
        frames=plan.frame_range,
        media=sha256(look_file.shot_file.path.with_name(SUMS)),
        colour=_colour_of(look_file),
        compression=look_file.folder.show.compression,
        code=code_digest(),
        models={
            name: model_files(look_file.folder, name).digest for name in look_file.look.cards()
        },
        versions={name: version(name) for name in ("lookdev", "torch", "diffusers", "OpenImageIO")},
    )


def _colour_of(look_file: LookFile) -> dict[str, str]:
    viewing = look_file.folder.viewing
    colour = open_colour(look_file.folder.ocio_config)
    return {**colour.identity(viewing), "display": viewing.display, "view": viewing.view}


class Journal:
    """Finished frames of an unfinished delivery: one record a frame, each whole or absent."""

    def __init__(self, plan: Plan) -> None:
        """Look at a planned delivery's journal; nothing is written yet."""
        self._plan = plan
        self._folder = plan.folder / _JOURNAL

    def start(self, identity: Identity) -> None:
        """Begin, or go on with, this delivery.

        Raises:
            DeliveryError: The folder holds a delivery of another identity, or something else.
        """
        path = self._folder / "identity.json"
        if path.is_file():
            require_same(_read(path, Identity), identity, self._plan.folder)
            self.sweep()
            return
        foreign = sorted(entry.name for entry in self._plan.folder.iterdir())
        if foreign:
            raise DeliveryError(
                f"{self._plan.folder}: is no delivery and holds {', '.join(foreign[:5])}; "
                "choose an empty folder"
            )
        self._folder.mkdir(exist_ok=True)
        write_json(path, identity.model_dump(mode="json"))

    def sweep(self) -> None:
        """Remove the temporary files of a writer that was killed."""
        for path in self._plan.folder.rglob(".*"):
            if _TORN.fullmatch(path.name) and path.is_file():
                path.unlink()

    def done(self, frame: int, *, expected: str | None = None) -> FrameRecord | None:
        """A frame's record, if all its files are there with the hashes it names.

        Args:
            frame: Absolute frame number.
            expected: Pixel hash of an approved frame; another one is no record of it.
        """
        path = self._folder / f"{frame}.json"
        if not path.is_file():
            return None
        try:
            record = _read(path, FrameRecord)
        except DeliveryError:
            log.warning("%s: is damaged; its frame is rendered again", path)
            return None
        planned = {self._plan.relative(p) for p in self._plan.files(frame)}
        whole = planned == set(record.files) and not damaged(self._plan.folder, record.files)
        return record if whole and self._shows(record, expected) else None

    def _shows(self, record: FrameRecord, expected: str | None) -> bool:
        """Whether the comp on disk has the pixels that the record names, and the approval."""
        shot = self._plan.look_file.shot
        path, space = self._plan.comp(record.frame), shot.plate.colourspace
        channels = ("R", "G", "B", "A")[: len(shot.plate.channels)]
        comp = exr.read(path, channels, colourspace=space, number=record.frame)
        return pixel_hash(comp) == record.pixels == (expected or record.pixels)

    def finished(self, record: FrameRecord) -> None:
        """Note a frame whose files are all on disk."""
        write_json(self._folder / f"{record.frame}.json", record.model_dump(mode="json"))

    def close(self) -> None:
        """The delivery is finished: its own record takes over."""
        if self._folder.is_dir():
            shutil.rmtree(self._folder)


def read_record(folder: Path) -> DeliveryRecord | None:
    """A finished delivery's record; None where it is not finished.

    Raises:
        DeliveryError: `delivery.json` is damaged.
    """
    path = folder / RECORD
    return _read(path, DeliveryRecord) if path.is_file() else None


def require_same(found: Identity, wanted: Identity, folder: Path) -> None:
    """Raise a DeliveryError that names the first difference of two identities."""
    for field in Identity.model_fields:
        was, now = getattr(found, field), getattr(wanted, field)
        if was != now:
            raise DeliveryError(
                f"{folder}: holds a delivery whose {field.replace('_', ' ')} is {_short(was)}, "
                f"now {_short(now)}; deliver it as a new version (--new-version)"
            )


def damaged(folder: Path, files: dict[str, str]) -> list[str]:
    """Files that are missing or whose SHA-256 is another."""
    return [
        name
        for name, digest_ in files.items()
        if not (folder / name).is_file() or sha256(folder / name) != digest_
    ]


def missing_frames(plan: Plan, records: Iterable[FrameRecord]) -> list[int]:
    """Planned frames that no record stands for."""
    present = {record.frame for record in records}
    return [frame for frame in plan.frames if frame not in present]


def verified(plan: Plan, record: DeliveryRecord) -> DeliveryRecord:
    """The record itself, once the files on disk are found to be those it names.

    Raises:
        DeliveryError: A frame is missing from the record, or a file is missing or changed.
    """
    missing = missing_frames(plan, record.frames)
    if missing:
        raise DeliveryError(f"{plan.folder}: frames {missing} are missing from its record")
    files = {name: hash_ for frame in record.frames for name, hash_ in frame.files.items()}
    bad = damaged(plan.folder, files | record.files)
    if bad:
        raise DeliveryError(
            f"{plan.folder}: {len(bad)} files are missing or changed since delivery, first "
            f"{bad[0]}; deliver again with --new-version"
        )
    return record


def _short(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:18]}...{text[-18:]}"


def _read(path: Path, kind: type[R]) -> R:
    data = path.read_bytes()
    if kind is DeliveryRecord:
        _require_known(data, path)
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise DeliveryError(
            f"{path}: is damaged; remove the delivery, or make a new version (--new-version)"
        ) from error


def _require_known(data: bytes, path: Path) -> None:
    """A record of another schema version is named as what it is, and not as damaged."""
    try:
        form = json.loads(data).get("format")
    except (ValueError, AttributeError):
        return  # damaged: said by whoever reads it as a record
    if form != DELIVERY:
        raise DeliveryError(
            f"{path}: format is {_short(form)}; this version of lookdev reads {DELIVERY}"
        )
