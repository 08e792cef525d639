"""Verify a delivery: that folder, a public key, and nothing else; every difference is located."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookdev.approve.trust import trusted_keys
from lookdev.attest.keys import PublicKey
from lookdev.errors import DeliveryError, LedgerError, TrustError
from lookdev.finals.seal import ENVELOPE, ApprovalSeal, DeliveryPredicate
from lookdev.finals.verify_approval import approval_findings, waived_in
from lookdev.finals.verify_credentials import credential_findings
from lookdev.finals.verify_envelope import Said, said_by
from lookdev.finals.verify_files import compared
from lookdev.finals.verify_hash import Progress, hashed
from lookdev.finals.verify_record import comps, disagreements, unpaired
from lookdev.finals.verify_walk import shown, walk
from lookdev.spec.folder import ShowFolder


@dataclass(frozen=True)
class Verified:
    """What came of verifying a delivery. Believe the rest only if there are no findings."""

    findings: tuple[str, ...]
    """A sentence each, with its file and frame; empty when all is well."""
    signer: PublicKey | None = None
    """Which of the given keys signed it."""
    signed_at: str | None = None
    """UTC, by the signer's clock."""
    delivery: str | None = None
    state: str | None = None
    """`approved` or `draft`."""
    approval: ApprovalSeal | None = None
    """What was approved, by whom."""
    waived: tuple[str, ...] = ()
    """Gates of QC that it does not pass: which, who let them pass, and why."""
    files: int = 0
    """How many were signed, and hashed now."""
    frames: int = 0
    pixels: bool = False
    """Whether comps were decoded, too."""


def verify(
    folder: Path,
    *,
    keys: Sequence[PublicKey] = (),
    show: ShowFolder | None = None,
    pixels: bool = False,
    ledger: Path | None = None,
    anchors: Path | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Hold a delivery against its signed statement; needs no torch, and never writes.

    Args:
        folder: The delivery.
        keys: Whose signature counts.
        show: Its `trusted_keys` count, within their days; used where no `keys` are given.
        pixels: Decode every comp, too: tells an edited header from edited pixels.
        ledger: A ledger that must hold the head that was signed.
        anchors: Root certificates (PEM) to which the delivery's Content Credentials must lead;
            None leaves them to the files' hashes.
        progress: Told of each file.

    Raises:
        DeliveryError: There is no such folder.
        TrustError: No key is given, or no such anchors.
        LedgerError: There is no such ledger.
    """
    if not folder.is_dir():
        raise DeliveryError(f"{folder}: there is no such folder; give a delivery's")
    show = None if keys else show
    keys = trusted_keys(show) if show is not None else keys
    if not keys:
        raise TrustError(f"{folder}: no key to verify it with; give the signer's with --key")
    if ledger is not None and not ledger.is_file():
        raise LedgerError(f"{ledger}: there is no such ledger")
    if anchors is not None and not anchors.is_file():
        raise TrustError(f"{anchors}: there is no such file; give root certificates as PEM")
    said = said_by(folder, keys, show)
    if isinstance(said, str):
        return Verified((shown(said),))
    findings = [*said.findings, *_files(folder, said, show, pixels=pixels, progress=progress)]
    if ledger is not None and said.predicate is not None:
        findings += _ledger(ledger, said.predicate)
    if anchors is not None:
        findings += credential_findings(folder, anchors)
    return _verified(folder, said, findings, pixels=pixels)


def _verified(folder: Path, said: Said, findings: list[str], *, pixels: bool) -> Verified:
    told = said.predicate
    waived = waived_in(folder, told) if told and not findings else ()
    return Verified(
        findings=tuple(shown(one) for one in findings),
        signer=said.signer,
        signed_at=told.signed_at if told else None,
        delivery=told.delivery if told else None,
        state=told.state if told else None,
        approval=told.approval if told else None,
        waived=tuple(shown(f"{one.gate}, by {one.by}: {one.reason}") for one in waived),
        files=len(said.subjects),
        frames=len(told.pixels) if told else 0,
        pixels=pixels,
    )


def _files(
    folder: Path, said: Said, show: ShowFolder | None, *, pixels: bool, progress: Progress | None
) -> Iterator[str]:
    walked = walk(folder)
    hashes, unread = hashed(folder, sorted(walked.files - {ENVELOPE}), progress=progress)
    odd = {name: why for name, why in (walked.odd | unread).items() if name != ENVELOPE}
    yield from odd.values()
    differing = dict(compared(said.subjects, hashes, odd.keys()))
    told = said.predicate
    if told is None:
        yield from differing.values()
        return
    if pixels:
        from lookdev.finals.verify_pixels import decoded

        files = {frame: name for frame, name in comps(said.subjects).items() if name in hashes}
        differing |= decoded(folder, files, told.pixels, differing, progress=progress)
    yield from differing.values()
    yield from unpaired(said.subjects, told)
    yield from disagreements(folder, said.subjects, told)
    yield from approval_findings(folder, told, hashes, show)


def _ledger(path: Path, predicate: DeliveryPredicate) -> list[str]:
    from lookdev.store.ledger import Ledger

    if predicate.ledger is None:
        return [f"{ENVELOPE}: names no ledger to hold {path} against"]
    try:
        wrong = Ledger.at(path).holds(predicate.ledger.head, predicate.ledger.events)
    except LedgerError as error:
        wrong = str(error)
    return [] if wrong is None else [wrong]
