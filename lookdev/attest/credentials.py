"""Content Credentials (C2PA): signed into a PNG or MP4, or into a file beside another file.

Nothing here touches the network, except a time-stamp authority that the studio names.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import c2pa

from lookdev.attest.manifest import PLATE_SUMS, Provenance, manifest_of
from lookdev.attest.signatory import CERTIFICATE, Signatory
from lookdev.errors import TrustError
from lookdev.spec.files import whole_file

EMBEDDED = {".png": "image/png", ".mp4": "video/mp4"}
"""Media types of the files that carry their credentials in themselves, by ending."""

DETACHED = "text/plain"
"""Media type of a list of digests, whose credentials lie beside it."""

SIDECAR = ".c2pa"
"""What the name of such credentials adds to the file's."""

OFFLINE: dict[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
    "core": {"backing_store_memory_threshold_in_mb": 64},
}
"""Settings of every context: manifests and revocations are never fetched, and a long preview is
signed on the disk, not in memory."""


@dataclass(frozen=True)
class _Job:
    """A file to sign and what is said of it."""

    path: Path
    media_type: str
    provenance: Provenance
    signatory: Signatory
    beside: bool = False


def sign(path: Path, provenance: Provenance, signatory: Signatory) -> None:
    """Put credentials into a PNG or MP4, in its place, whole or not at all.

    Raises:
        TrustError: The certificate is not one that C2PA allows, the time-stamp authority does not
            answer, or the file cannot be signed; the file is as it was.
        DeliveryError: The file cannot be written.
    """
    job = _Job(path, EMBEDDED[path.suffix], provenance, signatory)
    with (
        whole_file(path) as temporary,
        path.open("rb") as source,
        temporary.open("w+b") as target,
    ):
        _sign(job, source, target)


def sign_beside(path: Path, provenance: Provenance, signatory: Signatory) -> Path:
    """Write credentials of a text file into `NAME.c2pa` beside it; returns that path.

    Raises:
        TrustError: As `sign`.
        DeliveryError: The file cannot be written.
    """
    sidecar = path.with_name(path.name + SIDECAR)
    job = _Job(path, DETACHED, provenance, signatory, beside=True)
    with whole_file(sidecar) as temporary, path.open("rb") as source:
        temporary.write_bytes(_sign(job, source, io.BytesIO()))
    return sidecar


def try_signatory(signatory: Signatory) -> None:
    """Sign a line of text in memory: C2PA's own rules for certificates are tried, nothing else.

    The time-stamp authority is not asked.

    Raises:
        TrustError: The certificate is not one that C2PA allows.
    """
    nothing = Provenance(plate="plate", plate_sums={}, layers=(), note="A trial")
    alone = replace(signatory, timestamp_authority=None)
    job = _Job(Path("a trial"), DETACHED, nothing, alone, beside=True)
    _sign(job, io.BytesIO(b"trial\n"), io.BytesIO())


def _sign(job: _Job, source: BinaryIO, target: BinaryIO) -> bytes:
    """Write the signed file to `target`; returns the manifest store."""
    manifest = manifest_of(job.provenance, title=job.path.name, media_type=job.media_type)
    with (
        _said(job),
        c2pa.Context.from_dict(OFFLINE) as context,
        c2pa.Builder(json.dumps(manifest), context=context) as builder,
        _signer(job.signatory) as signer,
    ):
        builder.add_resource(PLATE_SUMS, io.BytesIO(job.provenance.sums))
        if job.beside:
            builder.set_no_embed()
        return bytes(builder.sign(signer, job.media_type, source, target))


def _signer(signatory: Signatory) -> Any:
    info = c2pa.C2paSignerInfo(
        signatory.algorithm,
        signatory.chain.encode(),
        signatory.secret.encode(),
        signatory.timestamp_authority,
    )
    return c2pa.Signer.from_info(info)


@contextmanager
def _said(job: _Job) -> Iterator[None]:
    """The library's refusals, as a sentence."""
    try:
        yield
    except c2pa.C2paError as error:
        said = " ".join(str(error).split())
        authority = job.signatory.timestamp_authority
        if authority and _signs_alone(job.signatory):
            raise TrustError(
                f"credentials.timestamp_authority is {authority}, which gave no time stamp that "
                f"C2PA takes ({said}); mend it, or remove it and let trust end with the certificate"
            ) from error
        raise TrustError(
            f"{job.path.name}: cannot be signed with {CERTIFICATE} ({job.signatory.subject}): "
            f"{said}; C2PA asks for a certificate under an authority, for digital signatures and "
            "e-mail protection"
        ) from error


def _signs_alone(signatory: Signatory) -> bool:
    """Whether all is well without the time-stamp authority."""
    try:
        try_signatory(signatory)
    except TrustError:
        return False
    return True
