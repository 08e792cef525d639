"""SHA-256 of many files at once: hashlib lets go of the interpreter, so threads share the work."""

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from lookdev.finals.verify_walk import place
from lookdev.spec.cores import cores

Progress = Callable[[str, int, int], None]
"""Stage, done, of how many."""

_BLOCK = 1 << 20  # bytes; larger ones leave the processor's cache
_MOST_THREADS = 8
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # nor wait for a pipe


def hashed(
    folder: Path, names: Sequence[str], *, progress: Progress | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Hash files of a folder; memory does not grow with their size.

    Args:
        folder: Where the names are relative to.
        names: Of the files; safe ones.
        progress: Told of each file that is done.

    Returns:
        SHA-256 (hex) by name, and a sentence by name for each that could not be read.
    """
    hashes: dict[str, str] = {}
    unread: dict[str, str] = {}
    with ThreadPoolExecutor(min(_MOST_THREADS, cores())) as pool:
        waiting = {pool.submit(_sha256, folder / name): name for name in names}
        for done, future in enumerate(as_completed(waiting), start=1):
            name = waiting[future]
            try:
                hashes[name] = future.result()
            except OSError as error:
                unread[name] = f"{place(name)}: cannot be read: {error.strerror or error}"
            if progress is not None:
                progress("files hashed", done, len(names))
    return hashes, unread


def _sha256(path: Path) -> str:
    handle = os.open(path, os.O_RDONLY | _NO_LINK)
    with os.fdopen(handle, "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"{path.name} is no file")
        total, block = hashlib.sha256(), memoryview(bytearray(_BLOCK))
        while count := file.readinto(block):
            total.update(block[:count])
    return total.hexdigest()
