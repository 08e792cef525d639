"""Key files: small, and a private one never open to others."""

import os
import stat
from pathlib import Path

from lookdev.errors import TrustError

_LARGEST = 64 * 1024


def small_file(path: Path, *, private: bool = False) -> bytes:
    """The bytes of a key's file.

    Args:
        path: Of the file.
        private: Refuse it if others than its owner can touch it (POSIX); asked of the open file.

    Raises:
        TrustError: It cannot be read, is no file, larger than any key, or open to others.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise TrustError(f"{path}: is no file; give the path of a key")
            if private and os.name == "posix" and mode & 0o077:
                raise TrustError(
                    f"{path}: others than its owner can read or change it "
                    f"(mode {stat.S_IMODE(mode):04o}); run `chmod 600` on it"
                )
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise TrustError(f"{path}: the key cannot be read: {why}") from error
    if len(data) > _LARGEST:
        raise TrustError(f"{path}: is larger than any key; give the path of a key")
    return data


def write_pair(paths: tuple[Path, Path], contents: tuple[bytes, bytes]) -> None:
    """Both files or none; nobody else can open the private one, not even while it is written.

    Args:
        paths: Of the private and of the public key; neither may exist.
        contents: Of both.

    Raises:
        OSError: One of them cannot be written, or is there already.
    """
    made: list[Path] = []
    try:
        for path, content, mode in zip(paths, contents, (0o600, 0o644), strict=True):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(path)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
