"""`delivery.json` and the statement say the same, or it is said where they differ."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lookdev.attest.json_text import read_object, short
from lookdev.errors import SpecError, TrustError
from lookdev.finals.records import RECORD
from lookdev.finals.seal import ApprovalSeal, DeliveryPredicate
from lookdev.finals.verify_walk import frame_of, place
from lookdev.spec import strict_yaml
from lookdev.spec.delivery import DELIVERY, DeliveryRecord

COMP = "exr/"


def disagreements(
    folder: Path, subjects: dict[str, str], predicate: DeliveryPredicate
) -> Iterator[str]:
    """A sentence for each thing that `delivery.json` and the statement say differently."""
    try:
        record = _read(folder / RECORD)
    except (SpecError, TrustError) as error:
        yield str(error)
        return
    said: dict[str, tuple[Any, ...]] = {
        "name": (record.name, predicate.delivery),
        "state": (record.state, predicate.state),
        "seconds": (record.seconds, predicate.seconds),
        "evaluations": (record.evaluations, predicate.evaluations),
    }
    for field in ApprovalSeal.model_fields:
        both = record.approval, predicate.approval
        said[f"approval.{field}"] = tuple(getattr(one, field, None) for one in both)
    for field, (recorded, signed) in said.items():
        if recorded != signed:
            yield f"{RECORD}: {field} is {short(recorded)}, and was signed as {short(signed)}"
    yield from _pixels({str(one.frame): one.pixels for one in record.frames}, predicate.pixels)
    files = {name: digest for one in record.frames for name, digest in one.files.items()}
    for name, digest in (files | record.files).items():
        if subjects.get(name) != digest:
            what = "another hash" if name in subjects else "none"
            yield f"{RECORD}: says of {place(name)} a hash for which {what} was signed"


def comps(subjects: dict[str, str]) -> dict[str, str]:
    """The comp's file by frame (`1001`), of a statement's subjects."""
    frames = {name: frame_of(name) for name in subjects if name.startswith(COMP)}
    return {str(frame): name for name, frame in frames.items() if frame is not None}


def unpaired(subjects: dict[str, str], predicate: DeliveryPredicate) -> Iterator[str]:
    """A sentence for each frame that was signed with pixels and no file, or the other way round."""
    files = comps(subjects)
    for name in sorted(subjects):
        frame = frame_of(name) if name.startswith(COMP) else None
        if frame is not None and files[str(frame)] != name:
            yield f"{place(name)}: stands beside {files[str(frame)]}; a frame has one comp"
    for number in sorted(set(files) ^ set(predicate.pixels), key=int):
        if number in files:
            yield f"{place(files[number])}: was signed without a hash of its pixels"
        else:
            yield f"frame {number}: its pixels were signed, and no file of it in {COMP}"


def _pixels(recorded: dict[str, str], signed: dict[str, str]) -> Iterator[str]:
    for frame in sorted(set(recorded) | set(signed), key=int):
        if frame not in recorded:
            yield f"{RECORD}: lacks frame {frame}, which was signed"
        elif frame not in signed:
            yield f"{RECORD}: has frame {frame}, which was not signed"
        elif recorded[frame] != signed[frame]:
            yield f"{RECORD}: frame {frame} has other pixels than those that were signed"


def _read(path: Path) -> DeliveryRecord:
    try:
        data = path.read_bytes() if not path.is_symlink() else b""
    except OSError as error:
        raise TrustError(f"{RECORD}: cannot be read: {error.strerror or error}") from error
    value: dict[str, Any] = read_object(data, source=RECORD)
    if value.get("format") != DELIVERY:
        raise TrustError(
            f"{RECORD}: format is {short(value.get('format'))}; "
            f"this version of lookdev reads {DELIVERY}"
        )
    return strict_yaml.validate(value, DeliveryRecord, source=RECORD)
