"""Make a delivery: every frame through the spine, whole or absent; then preview, sheet, record."""

import time
from collections.abc import Callable

from lookdev.finals.frame_files import render_and_write
from lookdev.finals.hold import begun, held
from lookdev.finals.parameters import write_parameters
from lookdev.finals.plan import Plan
from lookdev.finals.preview import write_preview, write_sheet
from lookdev.finals.records import (
    RECORD,
    DeliveryRecord,
    FrameRecord,
    Identity,
    Journal,
    verified,
)
from lookdev.image.colour import WORKING
from lookdev.render import Session
from lookdev.spec.files import sha256, write_json

Say = Callable[[str], None]


def deliver(plan: Plan, *, session: Session | None = None, say: Say = print) -> DeliveryRecord:
    """Make, resume or verify a delivery.

    A finished one is verified and left alone; an unfinished one keeps every frame whose files
    still have their hashes. Frames are rendered one by one, so memory does not grow with the range.

    Raises:
        LookdevError: The folder holds something else, or a frame cannot be rendered or written.
    """
    with held(plan.folder):
        identity, record = begun(plan)
        if record is None:
            session = session or Session(plan.look_file.folder)
            record = _make(plan, identity, session, say)
        return verified(plan, record)


def _make(plan: Plan, identity: Identity, session: Session, say: Say) -> DeliveryRecord:
    started = time.perf_counter()
    journal = Journal(plan)
    write_parameters(plan)
    records = _render_all(plan, session, journal, say)
    say("preview and sheet")
    files = [write_preview(plan, session.colour), write_sheet(plan, session.colour)]
    look = plan.look_file.look
    record = DeliveryRecord(
        format="delivery/1",
        name=plan.name,
        identity=identity,
        colourspace=plan.look_file.shot.plate.colourspace,
        layers={layer.name: layer.blend.transfer for layer in look.shown},
        layers_colourspace=WORKING,
        support=look.support.matte,
        frames=tuple(records),
        files={plan.relative(p): sha256(p) for p in (*files, plan.folder / "final.yaml")},
        model_loads=session.elements.loads,
        seconds=round(time.perf_counter() - started, 3),
        evaluations=sum(r.evaluations for r in records),
    )
    write_json(plan.folder / RECORD, record.model_dump(mode="json"))
    journal.close()
    return record


def _render_all(plan: Plan, session: Session, journal: Journal, say: Say) -> list[FrameRecord]:
    records = []
    for number, frame in enumerate(plan.frames, start=1):
        record = journal.done(frame)
        kept = record is not None
        if record is None:
            record = render_and_write(plan, frame, session)
            journal.finished(record)
        records.append(record)
        how = "kept" if kept else f"{record.seconds:.1f} s, {record.evaluations} evaluations"
        say(f"frame {frame} ({number} of {len(plan.frames)}): {how}")
    return records
