"""A cache on disk: content-addressed, checked, size-capped, shared by processes.

One file an entry, named by its key. Each carries the SHA-256 of its payload, so a torn or damaged
one is a miss, never a picture. Writers rename into place, readers touch what they use, and the one
that overfills it removes the least recently used: no lock is needed, because an entry is only ever
added or removed whole.
"""

import hashlib
import logging
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size
_ENTRY = re.compile(r"[0-9a-f]{62}")
_KEEP = 0.9  # of the cap, after a clearing

log = logging.getLogger(__name__)


class Cache:
    """Payloads by key under one folder."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        """Open the cache; the folder is made with the first entry."""
        self.folder = folder
        self.max_bytes = max_bytes
        self._bytes: int | None = None
        self._said = False

    def get(self, key: str) -> bytes | None:
        """The payload of a key (64 hex digits), or None where there is none that is whole."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning(
                "%s: cache entry cannot be read (%s); it is made again", path, error.strerror
            )
            return None
        payload = stored[_DIGEST:]
        if hashlib.sha256(payload).digest() != stored[:_DIGEST]:
            log.warning("%s: cache entry is damaged; it is made again", path)
            path.unlink(missing_ok=True)
            return None
        self._touch(path)
        return payload

    def has(self, key: str) -> bool:
        """Whether there is an entry, whole or not: `get` alone proves it."""
        return self._path(key).is_file()

    def put(self, key: str, payload: bytes) -> None:
        """Keep a payload; another process with the same key writes the same bytes.

        A cache that cannot be written is said once, and the work goes on without it.
        """
        try:
            self._write(self._path(key), payload)
        except OSError as error:
            if not self._said:
                log.warning(
                    "%s: the cache cannot be written (%s); nothing is kept. Mend cache.path in "
                    "show.yaml, or the disk",
                    self.folder,
                    error.strerror or error,
                )
            self._said = True
        else:
            self._grown(len(payload) + _DIGEST)

    @staticmethod
    def _write(path: Path, payload: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".new-{uuid.uuid4().hex}")
        try:
            with temporary.open("xb") as file:
                file.write(hashlib.sha256(payload).digest())
                file.write(payload)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def entries(self) -> list[Path]:
        """Files of the entries, least recently used first."""
        return [
            path for _, path in sorted((self._used_and_size(path), path) for path in self._files())
        ]

    def _files(self) -> Iterator[Path]:
        """Only what is named as an entry is: whatever else lies in the folder is not ours."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if _ENTRY.fullmatch(path.name) and path.is_file():
                yield path

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    @staticmethod
    def _touch(path: Path) -> None:
        try:
            os.utime(path)
        except OSError as error:  # cleared meanwhile, or a cache that may only be read
            log.debug("%s: not touched: %s", path, error)

    @staticmethod
    def _used_and_size(path: Path) -> tuple[int, int]:
        """When an entry was last used (ns) and its bytes; 0, 0 once another process cleared it."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            return 0, 0
        return stat.st_mtime_ns, stat.st_size

    def _grown(self, added: int) -> None:
        if self._bytes is None:
            self._bytes = self._size()
        else:
            self._bytes += added
        if self._bytes > self.max_bytes:
            self._clear()

    def _size(self) -> int:
        return sum(self._used_and_size(path)[1] for path in self._files())

    def _clear(self) -> None:
        total = self._size()  # other processes add too: the sum of our own would lag behind
        for path in self.entries():
            if total <= self.max_bytes * _KEEP:
                break
            total -= self._used_and_size(path)[1]
            path.unlink(missing_ok=True)
        self._bytes = total


class OwnCache(Cache):
    """A cache of which only what this very object has put in is read: nothing of anybody else's."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        """Open the cache; nothing that is there is known."""
        super().__init__(folder, max_bytes=max_bytes)
        self._put: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The payload of a key that was put here, if it is still the same."""
        payload = super().get(key) if key in self._put else None
        known = payload is not None and hashlib.sha256(payload).digest() == self._put[key]
        return payload if known else None

    def has(self, key: str) -> bool:
        """Whether it was put here, and there is an entry."""
        return key in self._put and super().has(key)

    def put(self, key: str, payload: bytes) -> None:
        """Keep a payload, and know it again."""
        super().put(key, payload)
        self._put[key] = hashlib.sha256(payload).digest()
