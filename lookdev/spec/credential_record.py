"""What a delivery's record says of its Content Credentials."""

from typing import Annotated

from pydantic import Field

from lookdev.spec.base import Digest, Line, Spec, Time


class CredentialRecord(Spec):
    """Who vouches for the preview, the sheet and the frames' digests, and until when."""

    subject: Line
    """Of the certificate, as `CN=...,O=...` (RFC 4514)."""
    issuer: Line
    """Of the certificate."""
    fingerprint: Digest
    """SHA-256 of the certificate (DER)."""
    algorithm: Line
    """Of the signature, as C2PA names it: es256, ed25519, ps256, ..."""
    not_after: Time
    """When the certificate, or the first of its chain, ends."""
    timestamped: bool
    """Whether a time-stamp authority signed the time, so that trust outlives the certificate."""
    timestamp_authority: Line | None = None
    trust_ends: Time | None
    """Where nothing is time-stamped, trust ends with the certificate; else None."""
    signed: Annotated[tuple[Line, ...], Field(max_length=16)]
    """What carries credentials, by path within the delivery: in the file itself, or, for
    `sequence.sha256`, in the `.c2pa` beside it."""
