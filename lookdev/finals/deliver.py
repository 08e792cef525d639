"""Make a delivery: every frame through the spine, whole or absent; then preview, sheet, record."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.rebuild import fresh_session, rebuild
from lookdev.approve.verify import require_unchanged
from lookdev.finals.comp_nk import write_script
from lookdev.finals.credentials import attach_to, sequence_files
from lookdev.finals.frame_files import render_and_write
from lookdev.finals.hold import begun, held
from lookdev.finals.parameters import PARAMETERS, write_parameters
from lookdev.finals.plan import APPROVAL_COPY, Plan
from lookdev.finals.preview import write_preview, write_sheet
from lookdev.finals.records import RECORD, Journal, verified
from lookdev.image.colour import WORKING
from lookdev.image.media import verify
from lookdev.render import Session
from lookdev.render.recorded import recorded
from lookdev.spec.chain import chain
from lookdev.spec.delivery import (
    DELIVERY,
    ApprovalRecord,
    DeliveryRecord,
    FrameRecord,
    Identity,
    RightsRecord,
)
from lookdev.spec.files import sha256, whole_file, write_json

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
            session = session or _session(plan)
            record = _make(plan, identity, session, say)
        return verified(plan, record)


def _make(plan: Plan, identity: Identity, session: Session, say: Say) -> DeliveryRecord:
    started, before = time.perf_counter(), session.elements.evaluations
    journal = Journal(plan)
    write_parameters(plan)
    approval = _proven(plan, session, say)
    proof = session.elements.evaluations - before
    frames = _render_all(plan, session, journal, say, expected=_expected(plan, approval))
    say("preview and sheet")
    files = [write_preview(plan, session.colour), write_sheet(plan, session.colour)]
    files += [plan.folder / PARAMETERS, write_script(plan)]
    if plan.approval is not None:
        files.append(_copied(plan.approval, plan.folder))
    _require_still(plan)
    credentials = attach_to(plan)
    files += sequence_files(plan) if credentials else []
    look = plan.look_file.look
    record = DeliveryRecord(
        format=DELIVERY,
        name=plan.name,
        state=plan.state,
        identity=identity,
        approval=approval,
        rights=_rights_of(plan),
        colourspace=plan.look_file.shot.plate.colourspace,
        layers={layer.name: layer.blend.transfer for layer in look.shown},
        layers_colourspace=WORKING,
        support=look.support.matte,
        frames=tuple(frames),
        files={plan.relative(p): sha256(p) for p in files},
        credentials=credentials,
        model_loads=session.elements.loads,
        seconds=round(time.perf_counter() - started, 3),
        evaluations=proof + sum(one.evaluations for one in frames),
    )
    write_json(plan.folder / RECORD, record.model_dump(mode="json"))
    journal.close()
    return record


def _proven(plan: Plan, session: Session, say: Say) -> ApprovalRecord | None:
    """The approved frames, made once more, before any frame is rendered; None for a draft."""
    if plan.approval is None:
        return None
    approved = plan.approval
    rebuilt = rebuild(approved, session=session, say=say)
    return ApprovalRecord(
        name=approved.name,
        digest=approved.digest,
        by=approved.approval.by,
        key=approved.key.text,
        written_approval=approved.approval.written_approval,
        rebuild=rebuilt,
    )


def _expected(plan: Plan, approval: ApprovalRecord | None) -> dict[int, str]:
    """Pixel hash by frame, of the frames that must come out as they were approved."""
    if plan.approval is None or approval is None:
        return {}
    return approval.rebuild.expected(plan.approval.approval)


def _require_still(plan: Plan) -> None:
    """Refuse what was rendered if anything has changed meanwhile: frames are read one by one."""
    if plan.approval is not None:
        require_unchanged(plan.approval)
    verify(plan.look_file.shot_file, plan.frames)


def _render_all(
    plan: Plan, session: Session, journal: Journal, say: Say, *, expected: dict[int, str]
) -> list[FrameRecord]:
    records = []
    for number, frame in enumerate(plan.frames, start=1):
        record = journal.done(frame, expected=expected.get(frame))
        kept = record is not None
        if record is None:
            with _recorded(plan, session, frame):
                record = render_and_write(plan, frame, session, expected=expected.get(frame))
            journal.finished(record)
        records.append(record)
        how = "kept" if kept else f"{record.seconds:.1f} s, {record.evaluations} evaluations"
        say(f"frame {frame} ({number} of {len(plan.frames)}): {how}")
    return records


def _recorded(plan: Plan, session: Session, frame: int) -> AbstractContextManager[None]:
    """Enter a frame into the ledger, whatever becomes of it."""
    look_file = plan.look_file
    return recorded(
        session,
        look_file.shot_file,
        look_file.look,
        what="final" if plan.approval else "draft",
        look_name=look_file.name,
        frames=[frame],
    )


def _session(plan: Plan) -> Session:
    return fresh_session(plan.approval) if plan.approval else Session(plan.look_file.folder)


def _copied(approval: ApprovalFile, folder: Path) -> Path:
    """The approval's envelope beside the frames: a delivery is verified without the show."""
    path = folder / APPROVAL_COPY
    with whole_file(path) as temporary:
        temporary.write_bytes(approval.data)
    return path


def _rights_of(plan: Plan) -> tuple[RightsRecord, ...]:
    """What every card of the look says of licence, clearance and duties."""
    cards = [link.card for link in chain(plan.look_file)]
    return tuple(
        RightsRecord(
            card=card.id,
            title=card.title,
            licence=card.licence,
            cleared_by=card.cleared.by if card.cleared else None,
            duties=card.duties,
        )
        for card in cards
    )
