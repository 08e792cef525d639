"""Files of keys and certificates: small, and a private one never open to others."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import TrustError

_LARGEST = 64 * 1024
"""A chain of certificates is the largest of them, some 10 kB."""


def small_file(path: Path, *, what: str = "", private: bool = False) -> bytes:
    """The bytes of a key's or certificate's file.

    Args:
        path: Of the file.
        what: The field that names it, for the error's sentence.
        private: Refuse it if others than its owner can touch it (POSIX); asked of the open file.

    Raises:
        TrustError: It cannot be read, is no file, larger than any key, or open to others.
    """
    where = f"{what} is {path}, which" if what else f"{path}:"
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise TrustError(f"{where} is no file; give the path of a PEM or key file")
            if private and os.name == "posix" and mode & 0o077:
                raise TrustError(
                    f"{where} others than its owner can read or change it "
                    f"(mode {stat.S_IMODE(mode):04o}); run `chmod 600` on it"
                )
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise TrustError(f"{where} cannot be read: {why}; mend the path") from error
    if len(data) > _LARGEST:
        raise TrustError(f"{where} is larger than any key; mend the path")
    return data


@dataclass(frozen=True)
class NewFile:
    """A file that is to be made."""

    content: bytes
    private: bool


def write_all(files: Mapping[Path, NewFile]) -> None:
    """All files or none; nobody else can open a private one, not even while it is written.

    Args:
        files: By path; none of them may exist.

    Raises:
        OSError: One of them cannot be written, or is there already.
    """
    made: list[Path] = []
    try:
        for path, new in files.items():
            mode = 0o600 if new.private else 0o644
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(path)
            with os.fdopen(handle, "wb") as file:
                file.write(new.content)
                file.flush()
                os.fsync(handle)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
