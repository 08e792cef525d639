"""Make a delivery: every frame through the spine, whole or absent; then preview, sheet, record."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from torch import Tensor

from lookdev.errors import DeliveryError
from lookdev.finals.parameters import write_parameters
from lookdev.finals.plan import Plan, check_writable
from lookdev.finals.preview import write_preview, write_sheet
from lookdev.finals.records import (
    RECORD,
    DeliveryRecord,
    FrameRecord,
    Identity,
    Journal,
    damaged,
    identity_of,
    missing_frames,
    read_record,
    require_same,
)
from lookdev.generate.elements import machine
from lookdev.image import exr
from lookdev.image.colour import WORKING
from lookdev.image.frame import Attribute, Frame
from lookdev.image.tags import WORKING_TAGS
from lookdev.render import Rendered, Session, comp_frame, render_frame
from lookdev.spec.files import sha256, write_json

Say = Callable[[str], None]


def deliver(plan: Plan, *, session: Session | None = None, say: Say = print) -> DeliveryRecord:
    """Make, resume or verify a delivery.

    A finished one is verified and left alone; an unfinished one keeps every frame whose files
    still have their hashes. Frames are rendered one by one, so memory does not grow with the range.

    Raises:
        LookdevError: The folder holds something else, or a frame cannot be rendered or written.
    """
    check_writable(plan.folder)
    with _alone(plan.folder):
        identity = identity_of(plan)
        known = read_record(plan.folder)
        if known is not None:
            require_same(known.identity, identity, plan.folder)
            return verified(plan, known)
        session = session or Session(plan.look_file.folder)
        return verified(plan, _make(plan, identity, session, say))


def _make(plan: Plan, identity: Identity, session: Session, say: Say) -> DeliveryRecord:
    started = time.perf_counter()
    journal = Journal(plan)
    journal.start(identity)
    write_parameters(plan)
    records = _render_all(plan, session, journal, say)
    say("preview and sheet")
    files = [write_preview(plan, session.colour), write_sheet(plan, session.colour)]
    record = DeliveryRecord(
        format="delivery/1",
        name=plan.name,
        identity=identity,
        colourspace=plan.look_file.shot.plate.colourspace,
        layers_colourspace=WORKING,
        support=plan.look_file.look.support.matte,
        frames=tuple(records),
        files={plan.relative(p): sha256(p) for p in (*files, plan.folder / "final.yaml")},
        machine=machine(session.device),
        model_loads=session.elements.loads,
        seconds=round(time.perf_counter() - started, 3),
        evaluations=sum(r.evaluations for r in records),
    )
    write_json(plan.folder / RECORD, record.model_dump(mode="json"))
    journal.close()
    return record


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the delivery for this process; the lock ends with the process, however it ends."""
    lock = FileLock(folder.parent / f".{folder.name}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise DeliveryError(
            f"{folder}: another process is delivering it; wait for that, or use --new-version"
        ) from error
    except OSError as error:
        raise DeliveryError(f"{lock.lock_file}: cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


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


def _render_all(plan: Plan, session: Session, journal: Journal, say: Say) -> list[FrameRecord]:
    records = []
    for number, frame in enumerate(plan.frames, start=1):
        record = journal.done(frame)
        kept = record is not None
        if record is None:
            record = _render_one(plan, frame, session)
            journal.finished(record)
        records.append(record)
        how = "kept" if kept else f"{record.seconds:.1f} s, {record.evaluations} evaluations"
        say(f"frame {frame} ({number} of {len(plan.frames)}): {how}")
    return records


def _render_one(plan: Plan, frame: int, session: Session) -> FrameRecord:
    started, before = time.perf_counter(), session.elements.evaluations
    look_file = plan.look_file
    rendered = render_frame(look_file.shot_file, look_file.look, frame, session=session)
    comp = comp_frame(rendered, session)
    _write_all(plan, rendered, comp)
    return FrameRecord(
        frame=frame,
        files={plan.relative(p): sha256(p) for p in plan.files(frame)},
        pixels=pixel_hash(comp),
        seconds=round(time.perf_counter() - started, 3),
        evaluations=session.elements.evaluations - before,
    )


def _write_all(plan: Plan, rendered: Rendered, comp: Frame) -> None:
    frame = rendered.number
    stamped = replace(comp, header=(*comp.header, *_stamp(plan)))
    _write(plan, plan.comp(frame), stamped)
    own = {tag.name for tag in WORKING_TAGS}
    header = (*(a for a in stamped.header if a.name not in own), *WORKING_TAGS)
    for name, rgba in rendered.layers.items():
        layer = _as_frame(rgba, ("R", "G", "B", "A"), WORKING, stamped)
        _write(plan, plan.layer(name, frame), replace(layer, header=header))
    support = _as_frame(rendered.support[None], ("A",), exr.RAW, stamped)
    _write(plan, plan.support(frame), support)


def _write(plan: Plan, path: Path, frame: Frame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    exr.write(
        path,
        frame,
        compression=plan.look_file.folder.show.compression,
        date_time=plan.date_time,
        pixel_aspect=plan.look_file.shot.pixel_aspect,
    )


def _as_frame(planes: Tensor, channels: tuple[str, ...], colourspace: str, like: Frame) -> Frame:
    pixels = np.ascontiguousarray(planes.permute(1, 2, 0).cpu().numpy())
    return replace(like, pixels=pixels, channels=channels, colourspace=colourspace)


def _stamp(plan: Plan) -> tuple[Attribute, ...]:
    identity = identity_of(plan)
    said = {
        "delivery": plan.name,
        "look": identity.look,
        "lookDigest": identity.look_digest,
        "shot": identity.shot,
        "support": plan.look_file.look.support.matte,
        "version": identity.versions["lookdev"],
    }
    return tuple(Attribute(f"lookdev:{name}", "string", text) for name, text in said.items())


def pixel_hash(frame: Frame) -> str:
    """SHA-256 of a frame as delivered: channels, windows, half values in rows."""
    halves = exr.to_half(frame.pixels, frame.channels, f"frame {frame.number}")
    total = hashlib.sha256(repr((frame.channels, frame.data, frame.display)).encode())
    total.update(halves.astype("<f2").tobytes())
    return total.hexdigest()
