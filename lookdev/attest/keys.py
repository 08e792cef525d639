"""Ed25519 keys: made, read, refused.

A private key is PKCS#8 PEM that only its owner can read, with a passphrase or without; a public
key is one line of text, `ed25519:` and its 32 bytes in base64, which goes into `show.yaml`.
Signatures are RFC 8032's, by `cryptography`.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from lookdev.attest.key_files import NewFile, small_file, write_all
from lookdev.errors import TrustError
from lookdev.spec.folder import require_name

DEFAULT = "default"
"""The key that is taken where none is named."""

PASSPHRASE = "LOOKDEV_KEY_PASSPHRASE"  # noqa: S105 the variable's name, no secret
"""The environment variable that holds the passphrase where there is no terminal to ask."""

_PREFIX = "ed25519:"
_BEGIN, _BEGIN_LOCKED = b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


@dataclass(frozen=True)
class PublicKey:
    """A key that tells whether a signature is its owner's."""

    raw: bytes
    """Its 32 bytes."""

    @property
    def text(self) -> str:
        """As it stands in YAML and in `.pub` files."""
        return _PREFIX + base64.b64encode(self.raw).decode()

    @property
    def id(self) -> str:
        """SHA-256 (hex) of the 32 bytes: the `keyid` of DSSE."""
        return hashlib.sha256(self.raw).hexdigest()

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) was made over `data` by the private half of this key."""
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature:
            return False
        return True


class PrivateKey:
    """A key that signs; what it shows of itself is its public half."""

    def __init__(self, key: ed25519.Ed25519PrivateKey) -> None:
        """Wrap a key of `cryptography`."""
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature; the same data always gives the same."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        """Never the secret."""
        return f"PrivateKey({self.public.text})"


def default_folder() -> Path:
    """Where keys lie: $LOOKDEV_KEYS, else `lookdev/keys` in $XDG_CONFIG_HOME or `~/.config`."""
    own, config = os.environ.get("LOOKDEV_KEYS"), os.environ.get("XDG_CONFIG_HOME")
    if own:
        return Path(own)
    try:
        return (Path(config) if config else Path.home() / ".config") / "lookdev" / "keys"
    except RuntimeError as error:
        raise TrustError("there is no home folder to keep keys in; set $LOOKDEV_KEYS") from error


def private_path(folder: Path, name: str) -> Path:
    """The private key of that name."""
    return folder / f"{name}.key"


def public_path(folder: Path, name: str) -> Path:
    """The public key of that name."""
    return folder / f"{name}.pub"


def new_key(folder: Path, name: str, *, passphrase: str | None = None) -> PrivateKey:
    """Make a key pair: `NAME.key`, which only its owner can read, and `NAME.pub`.

    Args:
        folder: Made, for its owner only, where it is not there.
        name: Letters, digits, `_` and `-`, starting with a letter.
        passphrase: Locks the private key (PBKDF2 and AES-256, as PKCS#8 has it); none leaves it
            to the file's rights.

    Raises:
        TrustError: A key of that name is there already, the passphrase is empty, or the folder
            cannot be written; nothing is left behind.
        SpecError: The name is no name.
    """
    require_name("key", name)
    if passphrase == "":
        raise TrustError("the passphrase is empty; give one of some length, or none at all")
    paths = private_path(folder, name), public_path(folder, name)
    for path in paths:
        if path.exists() or path.is_symlink():
            raise TrustError(
                f"{path}: is there already, and is never replaced; choose another name"
            )
    key = ed25519.Ed25519PrivateKey.generate()
    made = PrivateKey(key)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = NewFile(_pem(key, passphrase), private=True)
        public = NewFile(f"{made.public.text}\n".encode(), private=False)
        write_all(dict(zip(paths, (private, public), strict=True)))
    except OSError as error:
        raise TrustError(f"{paths[0]}: cannot be written: {error.strerror or error}") from error
    return made


def read_private(path: Path, *, passphrase: str | None = None) -> PrivateKey:
    """Read a private key.

    Args:
        path: Of the `.key` file.
        passphrase: For a locked key; else $LOOKDEV_KEY_PASSPHRASE.

    Raises:
        TrustError: It is missing, damaged, of another kind, a public key, open to others (POSIX),
            or its passphrase is missing or wrong.
    """
    data = _private_bytes(path)
    _require_private(data, path)
    locked = data.lstrip().startswith(_BEGIN_LOCKED)
    if passphrase is not None and not locked:
        raise TrustError(f"{path}: has no passphrase, and one is given; give none")
    given = passphrase if passphrase is not None else os.environ.get(PASSPHRASE)
    if locked and not given:
        raise TrustError(f"{path}: is locked; give its passphrase, or set ${PASSPHRASE}")
    try:
        key = serialization.load_pem_private_key(data, given.encode() if locked and given else None)
    except (ValueError, TypeError) as error:
        why = "the passphrase is wrong, or the file is damaged" if locked else "it is damaged"
        raise TrustError(f"{path}: cannot be read: {why}") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        kind = type(key).__name__.removeprefix("_").removesuffix("PrivateKey")
        raise TrustError(f"{path}: is a key of kind {kind}, not Ed25519; {_MAKE}")
    return PrivateKey(key)


def is_locked(path: Path) -> bool:
    """Whether a private key needs a passphrase.

    Raises:
        TrustError: As `read_private`.
    """
    return _private_bytes(path).lstrip().startswith(_BEGIN_LOCKED)


def find_private(path: Path | None, *, passphrase: str | None = None) -> PrivateKey:
    """The key to sign with: `path`, else $LOOKDEV_KEY, else `default.key` in the default folder.

    Raises:
        TrustError: There is none, or it cannot be used.
    """
    return read_private(where_private(path), passphrase=passphrase)


def where_private(path: Path | None) -> Path:
    """The file that `find_private` reads.

    Raises:
        TrustError: Nothing names a key, and there is no default one.
    """
    named = os.environ.get("LOOKDEV_KEY")
    if path is not None or named:
        return path or Path(str(named))
    default = private_path(default_folder(), DEFAULT)
    if not default.exists():
        raise TrustError(f"{default}: there is no key to sign with; {_MAKE}, or give --key")
    return default


def read_public(source: str) -> PublicKey:
    """A public key, from its text (`ed25519:...`) or from a `.pub` file.

    Raises:
        TrustError: The text is no key, or the file is missing or holds something else.
    """
    if source.startswith(_PREFIX):
        return _public(source, source)
    path = Path(source)
    data = small_file(path)
    if b"PRIVATE KEY" in data:
        raise TrustError(f"{path}: is a private key; keep it, and give the .pub file beside it")
    return _public(data.decode("ascii", "replace").removesuffix("\n").removesuffix("\r"), str(path))


_MAKE = "make one with `lookdev keys new`"


def _public(text: str, source: str) -> PublicKey:
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    key = PublicKey(raw)
    if len(raw) != 32 or key.text != text:  # spare bits of base64 would give a key several texts
        raise TrustError(
            f"{source if len(source) <= 200 else source[:200] + '...'}: is no public key; "
            "it is one line, ed25519: and 44 characters, as `lookdev keys new` prints it"
        )
    return key


def _require_private(data: bytes, path: Path) -> None:
    text = data.lstrip()
    if text.startswith((_PREFIX.encode(), b"-----BEGIN PUBLIC KEY-----")):
        raise TrustError(f"{path}: is a public key; to sign, give the .key file beside it")
    if not text.startswith((_BEGIN, _BEGIN_LOCKED)):
        raise TrustError(f"{path}: is no private key (PKCS#8 PEM); {_MAKE}")


def _private_bytes(path: Path) -> bytes:
    return small_file(path, private=True)


def _pem(key: ed25519.Ed25519PrivateKey, passphrase: str | None) -> bytes:
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
