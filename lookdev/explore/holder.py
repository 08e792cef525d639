"""One desk at a time writes a draft; the others look, and may take over."""

import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from lookdev.errors import DeliveryError, SpecError
from lookdev.spec.draft import Holder, utc_now
from lookdev.spec.files import write_json
from lookdev.spec.user import this_user

__all__ = ["BEAT_SECONDS", "Hold", "holder_of", "this_process", "this_user"]

BEAT_SECONDS = 15.0
"""A desk on another machine that has been silent for longer is gone."""

_CLOCK_SECONDS = 2.0
"""A process's start, asked twice, may differ by as much when the clock is set."""


@dataclass(frozen=True)
class Hold:
    """This desk's place in a draft's `holder.json`."""

    path: Path
    me: Holder

    @classmethod
    def take(cls, path: Path, *, by: str) -> "Hold":
        """Hold the draft, whoever held it before: they notice at their next beat."""
        host, pid, started = this_process()
        me = Holder(
            format="holder/1",
            token=secrets.token_hex(8),
            by=by,
            host=host,
            pid=pid,
            started=started,
            since=utc_now(),
        )
        write_json(path, me.model_dump())
        return cls(path, me)

    def lost_to(self) -> Holder | None:
        """Who has taken over; none while this desk holds the draft. Beats while it does.

        The beat is the time of the very file that was read: if another desk's takes its place
        meanwhile, that one is not touched.

        Raises:
            DeliveryError: The file cannot be read or written.
            SpecError: It is damaged.
        """
        try:
            handle = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:  # removed by hand: nobody else holds it
            write_json(self.path, self.me.model_dump())
            return None
        except OSError as error:
            raise DeliveryError(f"{self.path}: cannot be read: {error.strerror}") from error
        try:
            found = _parsed(os.read(handle, 65536), self.path)
            if found.token != self.me.token:
                return found
            os.utime(handle)
        finally:
            os.close(handle)
        return None

    def release(self) -> None:
        """Leave the draft to the next desk, if it is still held."""
        if self.lost_to() is None:
            self.path.unlink(missing_ok=True)


def holder_of(path: Path) -> Holder | None:
    """Another process that holds the draft and is alive; none where there is none.

    On this machine that is a process that still runs (and is not a later one with its number), on
    another one a desk that was heard of within `BEAT_SECONDS`.

    Raises:
        SpecError: The file is damaged.
    """
    try:
        found = _parsed(path.read_bytes(), path)
        silent = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return None
    host, pid, started = this_process()
    if found.host != host:
        return found if silent < BEAT_SECONDS else None
    if found.pid == pid and _alike(found.started, started):
        return None
    return found if _runs(found) else None


def this_process() -> tuple[str, int, float]:
    """Host, pid and when the process started: no two processes share all three."""
    return socket.gethostname(), os.getpid(), psutil.Process().create_time()


def _runs(holder: Holder) -> bool:
    try:
        process = psutil.Process(holder.pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return not dead and _alike(process.create_time(), holder.started)
    except psutil.NoSuchProcess:
        return False


def _alike(one: float, other: float) -> bool:
    return abs(one - other) < _CLOCK_SECONDS


def _parsed(content: bytes, path: Path) -> Holder:
    try:
        return Holder.model_validate_json(content)
    except ValueError as error:
        raise SpecError(
            f"{path}: does not say who holds the draft; close its desks and remove the file"
        ) from error
