"""What `delivery.dsse` says, and whether a key that is trusted says it."""

import json
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lookdev.approve.trust import require_past, require_trusted
from lookdev.attest import dsse
from lookdev.attest.dsse import Envelope
from lookdev.attest.keys import PublicKey
from lookdev.attest.statement import Statement
from lookdev.errors import SpecError, TrustError
from lookdev.finals.seal import ENVELOPE, PREDICATE, DeliveryPredicate
from lookdev.finals.verify_walk import place, unsafe
from lookdev.spec import strict_yaml
from lookdev.spec.folder import ShowFolder


@dataclass(frozen=True)
class Said:
    """What the envelope says; believed only if there are no findings."""

    subjects: dict[str, str]
    """SHA-256 by name; unsafe names are left out."""
    predicate: DeliveryPredicate | None
    """None where it cannot be read."""
    signer: PublicKey | None
    """Which of the given keys signed it."""
    findings: tuple[str, ...]


def envelope_of(path: Path, where: str) -> tuple[Envelope, bytes]:
    """Read and open an envelope; its bytes come with it.

    Raises:
        TrustError: It is missing, no file, or damaged.
    """
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise TrustError(f"{where}: is no file")
        if found.st_size > dsse.MAX_BYTES:
            raise TrustError(f"{where}: is larger than any envelope; it is none")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise TrustError(f"{where}: is missing") from error
    except OSError as error:
        raise TrustError(f"{where}: cannot be read: {error.strerror or error}") from error
    return dsse.open_envelope(data, source=where), data


def said_by(folder: Path, keys: Sequence[PublicKey], show: ShowFolder | None) -> Said | str:
    """Read a delivery's statement; a sentence where nothing can be learnt from it."""
    try:
        envelope, data = envelope_of(folder / ENVELOPE, ENVELOPE)
        signer = envelope.signed_by(keys)
        findings = _around(envelope, data, signer) if signer else [_not_signed(envelope, keys)]
        statement = Statement.from_bytes(envelope.payload, source=ENVELOPE)
    except TrustError as error:
        return str(error)
    if statement.predicate_type != PREDICATE:
        return (
            f"{ENVELOPE}: is a {json.dumps(statement.predicate_type)}; "
            f"this version of lookdev reads {PREDICATE}"
        )
    predicate = None
    try:
        predicate = strict_yaml.validate(statement.predicate, DeliveryPredicate, source=ENVELOPE)
        require_past(predicate.signed_at, where=ENVELOPE)
        if show is not None and signer is not None:
            require_trusted(show, signer, to="deliver", at=predicate.signed_at, where=ENVELOPE)
    except (SpecError, TrustError) as error:
        findings.append(str(error))
    subjects = {}
    for name, digest in statement.subjects.items():
        why = unsafe(name) or ("cannot name itself" if name == ENVELOPE else None)
        if why is None:
            subjects[name] = digest
        else:
            findings.append(f"{ENVELOPE}: subject {place(name)} {why}")
    return Said(subjects, predicate, signer, tuple(findings))


def _around(envelope: Envelope, data: bytes, signer: PublicKey) -> list[str]:
    """What a signature does not cover is as `seal` writes it, so that no bit can change."""
    as_sealed = [one.keyid for one in envelope.signatures] == [signer.id]
    if as_sealed and envelope.to_bytes() == data:
        return []
    problem = (
        f"{ENVELOPE}: was altered after signing, around the statement: its signature holds, "
        "but the file is not the one that was written"
    )
    return [problem]


def _not_signed(envelope: Envelope, keys: Sequence[PublicKey]) -> str:
    known = {key.id: key for key in keys}
    named = [one.keyid for one in envelope.signatures]
    for keyid in named:
        if keyid in known:
            return (
                f"{ENVELOPE}: the signature of {known[keyid].text} does not hold: the statement "
                "or the signature was altered after signing"
            )
    return (
        f"{ENVELOPE}: is signed by an unknown key, {', '.join(_short(one) for one in named)}; "
        f"trusted are {', '.join(key.id[:16] for key in keys)}"
    )


def _short(keyid: str) -> str:
    return keyid[:16] or "which it does not name"
