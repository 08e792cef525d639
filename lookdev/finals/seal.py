"""Seal a finished delivery: one signed statement over every file in it.

`delivery.dsse` holds an in-toto statement whose subjects are all files of the folder but itself.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field, JsonValue, StringConstraints, model_validator

from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey
from lookdev.attest.statement import Statement
from lookdev.errors import DeliveryError, TrustError
from lookdev.finals.plan import APPROVAL_COPY, EXECUTED
from lookdev.finals.records import RECORD, read_record
from lookdev.finals.verify_hash import hashed
from lookdev.finals.verify_walk import shown, unsafe, walk
from lookdev.spec.base import Digest, Key, Line, Spec, Time
from lookdev.spec.delivery import DeliveryRecord, State
from lookdev.spec.draft import utc_now
from lookdev.spec.files import write_new
from lookdev.store.chain import Head

PREDICATE = "urn:x-lookdev:delivery:v1"
"""The statement's predicate type."""

ENVELOPE = "delivery.dsse"

_Frame = Annotated[str, StringConstraints(pattern=r"^(0|-?[1-9][0-9]{0,7})$")]
_Count = Annotated[int, Field(ge=0)]


class ApprovalSeal(Spec):
    """The approval that a delivery is of."""

    name: Line
    digest: Digest
    """SHA-256 of `approval.dsse`, a copy of the approval's envelope."""
    key: Key
    """Who signed the approval."""
    by: Line
    """Who approved."""


class LedgerHead(Spec):
    """Where the show's ledger ended when the delivery was sealed."""

    head: Digest
    events: _Count


class DeliveryPredicate(Spec):
    """What the statement says of a delivery, beside its files."""

    delivery: Line
    """The delivery's name."""
    state: State
    pixels: Annotated[dict[_Frame, Digest], Field(min_length=1)]
    """Pixel hash of the comp by frame."""
    approval: ApprovalSeal | None
    ledger: LedgerHead | None
    seconds: Annotated[float, Field(ge=0)]
    evaluations: _Count
    cost: dict[str, JsonValue] | None
    signed_at: Time

    @model_validator(mode="after")
    def _state_has_its_approval(self) -> "DeliveryPredicate":
        if (self.state == "approved") != (self.approval is not None):
            given = "an" if self.approval is not None else "no"
            raise ValueError(f"state is {self.state}, and it names {given} approval")
        return self


def seal(
    folder: Path,
    record: DeliveryRecord,
    *,
    key: PrivateKey,
    approval: ApprovalSeal | None,
    ledger: Head | None,
    cost: dict[str, JsonValue] | None,
) -> Path:
    """Sign a finished delivery as it lies on disk; returns `delivery.dsse`, which is write-once.

    Args:
        folder: The delivery's own folder.
        record: Its `delivery.json`.
        key: Whose signature receivers will look for.
        approval: What was approved; None seals a draft.
        ledger: Where the show's ledger ends; None where there is none.
        cost: What it cost, as the report has it; JSON.

    Raises:
        DeliveryError: It is not finished, holds what is no file (a symlink, a pipe), a name that
            not every system can have, or a file that is not the one its record names.
        TrustError: It is sealed already, or `approval.dsse` is not the approval named.
    """
    path = folder / ENVELOPE
    if path.exists() or path.is_symlink():
        raise TrustError(f"{path}: is there already; a sealed delivery is not sealed again")
    subjects = _subjects(folder)
    _require_record(folder, record, subjects)
    _require_approval(folder, approval, subjects)
    predicate = DeliveryPredicate(
        delivery=record.name,
        state="draft" if approval is None else "approved",
        pixels={str(one.frame): one.pixels for one in record.frames},
        approval=approval,
        ledger=None if ledger is None else LedgerHead(head=ledger.hash, events=ledger.events),
        seconds=record.seconds,
        evaluations=record.evaluations,
        cost=cost,
        signed_at=utc_now(),
    )
    statement = Statement(subjects, PREDICATE, predicate.model_dump(mode="json"))
    if not write_new(path, dsse.seal(statement.to_bytes(), key)):
        raise TrustError(f"{path}: is there already; a sealed delivery is not sealed again")
    return path


def _subjects(folder: Path) -> dict[str, str]:
    walked = walk(folder)
    problems = [*walked.odd.values()]
    problems += [f"{shown(name)}: {why}" for name in walked.files if (why := unsafe(name))]
    problems += [
        f"{name}: is left from an unfinished delivery" for name in _unfinished(walked.files)
    ]
    if problems:
        raise DeliveryError(f"{folder}: cannot be sealed: {problems[0]}; mend that, or remove it")
    hashes, unread = hashed(folder, sorted(walked.files))
    if unread:
        raise DeliveryError(f"{folder}: cannot be sealed: {next(iter(unread.values()))}")
    return hashes


def _unfinished(names: set[str]) -> list[str]:
    """The journal, and temporary files of a writer that was killed."""
    return sorted(n for n in names if any(part.startswith(".") for part in n.split("/")))


def _require_record(folder: Path, record: DeliveryRecord, subjects: dict[str, str]) -> None:
    if read_record(folder) != record:
        raise DeliveryError(f"{folder / RECORD}: is not the record of what was delivered")
    frames = {name: digest for one in record.frames for name, digest in one.files.items()}
    wanted = frames | record.files
    strange = sorted(set(subjects) - set(wanted) - {RECORD, EXECUTED, APPROVAL_COPY})
    if strange:
        raise DeliveryError(
            f"{folder / strange[0]}: is no file of the delivery; remove it, and run the same again"
        )
    for name, digest in wanted.items():
        if subjects.get(name) != digest:
            what = "is missing" if name not in subjects else "is not the file that was delivered"
            raise DeliveryError(f"{folder / name}: {what}; deliver again with --new-version")


def _require_approval(
    folder: Path, approval: ApprovalSeal | None, subjects: dict[str, str]
) -> None:
    found = subjects.get(APPROVAL_COPY)
    if found == (None if approval is None else approval.digest):
        return
    if approval is None:
        raise TrustError(f"{folder / APPROVAL_COPY}: lies in a draft; remove it, or name it")
    raise TrustError(
        f"{folder / APPROVAL_COPY}: is not the approval {approval.name}; copy it there"
    )
