"""The ledger's file: an SQLite database that only grows, opened to write or only to read."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lookdev.errors import LedgerError
from lookdev.store.chain import Row
from lookdev.store.mounts import network_mount

VERSION = 1
"""Of the file's layout, in SQLite's `user_version`."""

_OURS = 0x4C444C47
"""SQLite's `application_id` of a ledger: LDLG."""

_PATIENCE = 20.0
"""Seconds to wait for other writers."""

_ATTEMPTS = 50
"""How often a file is read again that was written meanwhile."""

_LAYOUT = """
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, previous TEXT NOT NULL, json TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER never_updated BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER never_deleted BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER one_after_the_other BEFORE INSERT ON events
  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a ledger, which is made where there is none; every commit is on the disk (fsync).

    Raises:
        LedgerError: It lies on a network mount, cannot be made, is damaged or of another version.
    """
    mount = network_mount(path)
    if mount is not None:
        raise LedgerError(
            f"{path}: lies on {mount}, and SQLite's write-ahead log needs memory that all its "
            "writers share, which a network mount does not give; set ledger.path in show.yaml to "
            "a local disk"
        )
    _make_folder(path.parent)
    with _told(path, "cannot be written"):
        connection = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            _require_ours(connection, path, empty=True)
            _use_log(connection, path)
            _lay_out(connection)
            _require_ours(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def read(path: Path) -> tuple[list[Row], frozenset[str]]:
    """All rows and the names of the triggers, without writing anything, or making a file beside it.

    Raises:
        LedgerError: It cannot be read, is damaged or of another version.
    """
    if not path.is_file():
        if path.exists():
            raise LedgerError(f"{path}: is no file; set ledger.path in show.yaml")
        return [], frozenset()
    for _ in range(_ATTEMPTS):
        before = _stamp(path)
        with _told(path, "cannot be read"), _opened_to_read(path) as (connection, is_live):
            found = _read(connection, path)
        if is_live or _stamp(path) == before:
            return found
        time.sleep(0.02)
    raise LedgerError(f"{path}: is written all the time; try again")


def _read(connection: sqlite3.Connection, path: Path) -> tuple[list[Row], frozenset[str]]:
    connection.text_factory = _text
    connection.execute("BEGIN")  # one state of it, whoever writes meanwhile
    if _require_ours(connection, path, empty=True):
        return [], frozenset()
    for (said,) in connection.execute("PRAGMA quick_check(1)"):
        if said != "ok":  # SQLite reads some of a file that was cut off as if rows were gone
            raise sqlite3.DatabaseError(said)
    rows = connection.execute("SELECT seq, previous, json, hash FROM events ORDER BY seq")
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return [Row(*row) for row in rows], frozenset(name for (name,) in triggers)


@contextmanager
def _opened_to_read(path: Path) -> Iterator[tuple[sqlite3.Connection, bool]]:
    """A connection, and whether SQLite's own locks keep its state the same while it is open.

    Writers that live have both of SQLite's files beside the ledger, which are then used as they
    are. A log without its index was copied, or left by a machine that fell: it is read in a copy,
    since an index would have to be made. Without a log the file is all there is.
    """
    log, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if not log.is_file() or not (index.is_file() or log.stat().st_size):
        with closing(_connected(path, "?mode=ro&immutable=1")) as connection:
            yield connection, False
    elif index.is_file():
        with closing(_connected(path, "?mode=ro")) as connection:
            yield connection, True
    else:
        with tempfile.TemporaryDirectory(prefix="lookdev-ledger-") as folder:
            copy = Path(folder) / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(log.name))
            with closing(_connected(copy, "")) as connection:
                yield connection, False


def _connected(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(
        path.resolve().as_uri() + how, uri=True, timeout=_PATIENCE, isolation_level=None
    )


def _text(stored: bytes) -> str:
    """A text as it is, where a bit of it was flipped too: its hash will tell."""
    return stored.decode("utf-8", "surrogateescape")


def _stamp(path: Path) -> tuple[tuple[int, int] | None, ...]:
    return tuple(_state(path.with_name(path.name + end)) for end in ("", "-wal"))


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_size, stat.st_mtime_ns


def identity(path: Path) -> tuple[int, int] | None:
    """Device and number of the file at a path; another file there has others."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino


def _make_folder(folder: Path) -> None:
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder.parent, os.O_RDONLY)
            try:
                os.fsync(handle)  # SQLite does as much for the file, in the folder
            finally:
                os.close(handle)
    except OSError as error:
        raise LedgerError(f"{folder}: cannot be made: {error.strerror or error}") from error


def _use_log(connection: sqlite3.Connection, path: Path) -> None:
    """Turn on the write-ahead log; where another process does so, SQLite does not wait itself."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            break
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    if mode != "wal":
        raise LedgerError(f"{path}: its disk keeps no write-ahead log; set ledger.path elsewhere")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: through the disk's own cache


def _lay_out(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        if not _is_empty(connection):
            return
        for statement in _LAYOUT.split(";\nCREATE"):
            text = statement.strip()
            connection.execute(text if text.startswith("CREATE") else f"CREATE {text}")
        connection.execute(f"PRAGMA application_id = {_OURS}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the ledger for writing; what was done in the block is on the disk after it, or gone."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _require_ours(connection: sqlite3.Connection, path: Path, *, empty: bool = False) -> bool:
    """Refuse a file that this version does not read; whether it is empty, where it may be."""
    if empty and _is_empty(connection):
        return True
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _OURS:
        raise LedgerError(
            f"{path}: is a database of something else; set ledger.path in show.yaml to another file"
        )
    if version != VERSION:
        raise LedgerError(
            f"{path}: is a ledger of version {version}, and this lookdev reads version {VERSION}; "
            "use the lookdev that wrote it"
        )
    return False


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """SQLite's errors, and the system's, as a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise as_sentence(error, path, what) from error


def as_sentence(error: Exception, path: Path, what: str) -> LedgerError:
    """What SQLite or the system says of the file, and what may be done."""
    said = " ".join(str(error).split())[:200]
    refused = isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError | OSError)
    if not refused:  # what is in it makes no sense: no database, or no text where text must be
        return LedgerError(f"{path}: is damaged ({said}); put its last copy back")
    mend = ""
    if "locked" in said:
        mend = f"; another process has held it for {_PATIENCE:.0f} s, end it or wait"
    return LedgerError(f"{path}: {what}: {said}{mend}")
