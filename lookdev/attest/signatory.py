"""Who signs Content Credentials: the studio's certificate chain and its private key.

Everything that can be wrong with them is found when they are read, before any rendering.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from lookdev.attest.key_files import small_file
from lookdev.errors import TrustError

CERTIFICATE, KEY = "credentials.certificate", "credentials.key"
"""The fields of show.yaml that the messages name."""

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Signatory:
    """A certificate chain that holds now, and the key that belongs to it."""

    chain: str
    """PEM, the leaf first."""
    secret: str = field(repr=False)
    """The leaf's private key, PKCS#8 PEM."""
    algorithm: str
    """As C2PA names it."""
    subject: str
    issuer: str
    fingerprint: str
    """SHA-256 of the leaf (DER), hex."""
    not_after: datetime
    """When the first certificate of the chain ends, UTC."""
    timestamp_authority: str | None = None
    """URL of an RFC 3161 time-stamp authority, which is asked at each signing."""


def read_signatory(
    certificate: Path, key: Path, *, timestamp_authority: str | None = None
) -> Signatory:
    """Read the certificate chain and its key.

    Raises:
        TrustError: One is missing, damaged, out of its time or open to others (POSIX), the key is
            locked, or is not the certificate's. The message names the field of show.yaml.
    """
    _require_address(timestamp_authority)
    chain = _chain(certificate)
    now = datetime.now(UTC)
    for one in chain:
        _require_current(one, now, certificate)
    if chain[0].subject == chain[0].issuer:
        raise TrustError(
            f"{CERTIFICATE} is {certificate}, which vouches for itself; C2PA takes only one under "
            "an authority (`lookdev keys new --c2pa` makes one for trying)"
        )
    secret = _key(key)
    if not _same(secret, chain[0]):
        raise TrustError(
            f"{KEY} is {key}, which is not the key of {certificate}; name the two that "
            "belong together"
        )
    return Signatory(
        chain="".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in chain),
        secret=_pem(secret),
        algorithm=_algorithm(secret, key),
        subject=_said(chain[0].subject, certificate),
        issuer=_said(chain[0].issuer, certificate),
        fingerprint=chain[0].fingerprint(hashes.SHA256()).hex(),
        not_after=min(one.not_valid_after_utc for one in chain),
        timestamp_authority=timestamp_authority,
    )


def _chain(path: Path) -> list[x509.Certificate]:
    data = small_file(path, what=CERTIFICATE)
    if b"PRIVATE KEY" in data:
        raise TrustError(
            f"{CERTIFICATE} is {path}, which holds a private key; keep it in the file that {KEY} "
            "names, and only certificates here"
        )
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise TrustError(
            f"{CERTIFICATE} is {path}, which is no certificate (PEM); name the studio's chain"
        ) from error


def _require_address(authority: str | None) -> None:
    if authority is not None and not re.fullmatch(r"https?://[!-~]{1,400}", authority):
        raise TrustError(
            f"credentials.timestamp_authority is {authority!r}; it must be an address of http or "
            "https"
        )


def _said(name: x509.Name, path: Path) -> str:
    text = name.rfc4514_string()
    if not text or not text.isprintable() or len(text) > 500:
        raise TrustError(
            f"{CERTIFICATE} is {path}, whose subject or issuer says nothing that can be read; "
            "name a certificate that says whose it is"
        )
    return text


def _require_current(one: x509.Certificate, now: datetime, path: Path) -> None:
    whose = one.subject.rfc4514_string()
    if one.not_valid_after_utc < now:
        raise TrustError(
            f"{CERTIFICATE} is {path}, where {whose} expired on "
            f"{_utc(one.not_valid_after_utc)}; name a current one"
        )
    if one.not_valid_before_utc > now:
        raise TrustError(
            f"{CERTIFICATE} is {path}, where {whose} holds from "
            f"{_utc(one.not_valid_before_utc)} and this machine's clock says {_utc(now)}; "
            "set the clock, or wait"
        )


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _key(path: Path) -> PrivateKeyTypes:
    data = small_file(path, what=KEY, private=True)
    try:
        return serialization.load_pem_private_key(data, None)
    except TypeError as error:
        raise TrustError(
            f"{KEY} is {path}, which is locked with a passphrase; name one without, which only "
            "the renderer's user can read"
        ) from error
    except ValueError as error:
        raise TrustError(
            f"{KEY} is {path}, which is no private key (PEM); name the certificate's"
        ) from error


def _same(secret: PrivateKeyTypes, leaf: x509.Certificate) -> bool:
    return _public(secret.public_key()) == _public(leaf.public_key())


def _public(key: object) -> bytes:
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(encoding, form))  # type: ignore[attr-defined]


def _pem(secret: PrivateKeyTypes) -> str:
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return secret.private_bytes(serialization.Encoding.PEM, form, none).decode()


def _algorithm(secret: PrivateKeyTypes, path: Path) -> str:
    if isinstance(secret, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(secret, rsa.RSAPrivateKey) and secret.key_size >= 2048:
        return "ps256"
    if isinstance(secret, ec.EllipticCurvePrivateKey) and secret.curve.name in _CURVES:
        return _CURVES[secret.curve.name]
    raise TrustError(
        f"{KEY} is {path}, of a kind that C2PA does not allow; it must be ECDSA (P-256, P-384, "
        "P-521), Ed25519 or RSA of 2048 bits and more"
    )
