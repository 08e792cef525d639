"""Files that are whole or absent, and their hashes."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from lookdev.errors import DeliveryError


def whole_file(path: Path) -> AbstractContextManager[Path]:
    """A temporary path beside `path` to write to; it takes `path`'s place when the block succeeds.

    The bytes are on disk (fsync) before the rename, and the rename before this returns. If the
    block raises, what was at `path` before is untouched.

    Raises:
        DeliveryError: The file cannot be written: no such folder, no rights, no room on the disk.
    """
    return _placed(path, os.replace)


@contextmanager
def _placed(path: Path, place: Callable[[Path, Path], None]) -> Iterator[Path]:
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())
            place(temporary, path)
            _flush(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise DeliveryError(f"{path}: cannot be written: {error.strerror or error}") from error


def check_writable(folder: Path) -> None:
    """Raise a DeliveryError unless files can be made in the folder, which is made for it."""
    probe = folder / ".lookdev-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise DeliveryError(
            f"{folder}: cannot be written ({error.strerror}); choose another --out"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_new(path: Path, content: bytes) -> bool:
    """Write a file, whole or not at all; False where there is one of that name, which stays."""
    try:
        with _placed(path, os.link) as temporary:  # a link, unlike a rename, replaces nothing
            temporary.write_bytes(content)
    except DeliveryError as error:
        if isinstance(error.__cause__, FileExistsError):
            return False
        raise
    return True


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_text(name: str) -> bool:
    """Whether a name is UTF-8; one that the system gave as other bytes holds surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
