"""The approval that a delivery is of: the very one, signed by whom the delivery names."""

from collections.abc import Iterator
from pathlib import Path

from lookdev.approve.trust import require_trusted
from lookdev.attest.keys import read_public
from lookdev.attest.statement import Statement
from lookdev.errors import DeliveryError, SpecError, TrustError
from lookdev.finals.plan import APPROVAL_COPY
from lookdev.finals.records import read_record
from lookdev.finals.seal import ApprovalSeal, DeliveryPredicate
from lookdev.finals.verify_envelope import envelope_of
from lookdev.spec import strict_yaml
from lookdev.spec.approval import APPROVAL, Approval
from lookdev.spec.folder import ShowFolder
from lookdev.spec.qc import Waiver


def approval_findings(
    folder: Path,
    told: DeliveryPredicate,
    found: dict[str, str],
    show: ShowFolder | None,
) -> Iterator[str]:
    """A sentence for each thing that is wrong with `approval.dsse`, or with frames under it.

    Args:
        folder: The delivery.
        told: What the delivery's statement says.
        found: SHA-256 by name, of the files that are there.
        show: Whose trusted keys must cover the approval, too; None leaves that to the delivery.
    """
    digest, approval = found.get(APPROVAL_COPY), told.approval
    if approval is None:
        if digest is not None:
            yield f"{APPROVAL_COPY}: lies in a draft, which has no approval"
        return
    if digest is None:
        yield f"{APPROVAL_COPY}: is missing, the approval {approval.name}"
        return
    if digest != approval.digest:
        yield (
            f"{APPROVAL_COPY}: is not the approval {approval.name} that was delivered: "
            "it was altered or replaced after the fact"
        )
    try:
        said = _signed(folder, approval, show)
    except (SpecError, TrustError) as error:
        yield str(error)
        return
    yield from _other_frames(folder, said, told)


def waived_in(folder: Path, told: DeliveryPredicate) -> tuple[Waiver, ...]:
    """The gates of QC that were let pass when it was approved, of a delivery without findings."""
    if told.approval is None:
        return ()
    return _signed(folder, told.approval, None).waived


def _other_frames(folder: Path, said: Approval, told: DeliveryPredicate) -> Iterator[str]:
    """Approved frames that were delivered as others than they came out when they were proven."""
    try:
        record = read_record(folder)
    except DeliveryError:
        return  # a damaged record is found where it is held against the statement
    if record is None or record.approval is None:
        return
    for frame, pixels in record.approval.rebuild.expected(said).items():
        if told.pixels.get(str(frame), pixels) != pixels:
            yield f"frame {frame}: is not the frame that {told.delivery} says was approved"


def _signed(folder: Path, approval: ApprovalSeal, show: ShowFolder | None) -> Approval:
    key = read_public(approval.key)
    envelope, _ = envelope_of(folder / APPROVAL_COPY, APPROVAL_COPY)
    if envelope.signed_by([key]) is None:
        raise TrustError(
            f"{APPROVAL_COPY}: is not signed by {key.text}, whom the delivery names for "
            f"{approval.name}"
        )
    statement = Statement.from_bytes(envelope.payload, source=APPROVAL_COPY)
    if statement.predicate_type != APPROVAL:
        raise TrustError(
            f"{APPROVAL_COPY}: is a {statement.predicate_type}; this version of lookdev reads "
            f"{APPROVAL}"
        )
    said = strict_yaml.validate(statement.predicate, Approval, source=APPROVAL_COPY)
    if said.by != approval.by:
        raise TrustError(
            f"{APPROVAL_COPY}: is by {said.by}, and the delivery says that it is by {approval.by}"
        )
    if show is not None:
        require_trusted(show, key, to="approve", at=said.at, where=APPROVAL_COPY)
    return said
