"""A private certificate authority for trying Content Credentials; it vouches for nothing.

C2PA refuses a certificate that signed itself, so there are two: a root, which is what a reader
is told to trust, and a leaf under it, which signs. The root's key is forgotten once the leaf is
signed: nothing else can ever come from that root. Both carry what the C2PA specification (2.2,
14.5, X.509 certificates) asks: version 3, key usages, e-mail protection as extended key usage,
ECDSA on P-256 with SHA-256, which every reader knows.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lookdev.attest.key_files import NewFile, write_all
from lookdev.errors import TrustError
from lookdev.spec.folder import require_name

DAYS = 365
"""How long such a certificate lasts."""

WARNING = "For trying only: vouches for nothing"
"""The organisation in both certificates: readers show it as who signed."""

_ROOT = "lookdev trial root"


@dataclass(frozen=True)
class Authority:
    """The three files of a trial authority."""

    certificate: Path
    """The leaf, PEM: `credentials.certificate` of show.yaml."""
    key: Path
    """Its private key, PEM, which only its owner can read: `credentials.key`."""
    root: Path
    """The root, PEM: what a reader of the credentials is told to trust."""
    not_after: datetime
    """When the certificate ends, and trust in what it signed without a time stamp; UTC."""


def authority_of(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Where the certificate, the key and the root of that name lie."""
    return (
        folder / f"{name}.c2pa.pem",
        folder / f"{name}.c2pa.key",
        folder / f"{name}.c2pa-root.pem",
    )


def new_authority(folder: Path, name: str) -> Authority:
    """Make a root, a leaf under it and the leaf's private key.

    Args:
        folder: Made, for its owner only, where it is not there.
        name: Letters, digits, `_` and `-`, starting with a letter; the leaf's common name.

    Raises:
        TrustError: A file of that name is there already, or the folder cannot be written;
            nothing is left behind.
        SpecError: The name is no name.
    """
    require_name("key", name)
    paths = authority_of(folder, name)
    for path in paths:
        if path.exists() or path.is_symlink():
            raise TrustError(
                f"{path}: is there already, and is never replaced; choose another name"
            )
    contents, not_after = _made(name)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = (False, True, False)
        files = zip(paths, contents, secret, strict=True)
        write_all({path: NewFile(data, private=private) for path, data, private in files})
    except OSError as error:
        raise TrustError(f"{paths[0]}: cannot be written: {error.strerror or error}") from error
    return Authority(*paths, not_after=not_after)


def _made(name: str) -> tuple[tuple[bytes, bytes, bytes], datetime]:
    """Leaf, its key and root as PEM, and when the leaf ends."""
    root_key, leaf_key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)  # clocks differ
    end = start + timedelta(days=DAYS)
    root = _certificate(_ROOT, root_key.public_key(), root_key, start, end)
    leaf = _certificate(name, leaf_key.public_key(), root_key, start, end)
    pem = serialization.Encoding.PEM
    secret = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (leaf.public_bytes(pem), secret, root.public_bytes(pem)), end


def _certificate(
    name: str,
    public: ec.EllipticCurvePublicKey,
    issuer: ec.EllipticCurvePrivateKey,
    start: datetime,
    end: datetime,
) -> x509.Certificate:
    is_root = name == _ROOT  # no leaf can be named so: names hold no spaces
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(_ROOT))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), True)
        .add_extension(_usage(signs_certificates=is_root), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
    )
    if not is_root:
        usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        parent = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
        builder = builder.add_extension(usages, False).add_extension(parent, False)
    return builder.sign(issuer, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, WARNING),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
