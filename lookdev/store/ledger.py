"""The ledger: every run, approval and delivery of a show, in a chain that only grows.

SQLite on a local disk, written ahead and flushed at every event: what was acknowledged is there
after a crash. Each row's hash covers the row before, so an altered, removed or moved row is found;
that the newest ones are missing is found by a head that was signed elsewhere (in a delivery).
"""

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import rfc8785
from pydantic import ValidationError

from lookdev.errors import LedgerError
from lookdev.spec.event import EVENT, FORMAT, Event
from lookdev.spec.folder import ShowFolder
from lookdev.store import chain, ledger_file
from lookdev.store.chain import START, Head, Row

_TRIGGERS = frozenset({"never_updated", "never_deleted", "one_after_the_other"})


class Ledger:
    """One ledger; any thread may append to it and read it.

    Reading never writes, and makes no file; the first `append` makes the ledger where there is
    none, and keeps it open.
    """

    def __init__(self, path: Path) -> None:
        """Name its file, which need not exist."""
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    @classmethod
    def open(cls, folder: ShowFolder) -> "Ledger":
        """The show's ledger, as `ledger.path` in `show.yaml` has it."""
        return cls(folder.root / folder.show.ledger.path)

    @classmethod
    def at(cls, path: Path) -> "Ledger":
        """The ledger in that file."""
        return cls(path)

    def append(self, event: Event) -> str:
        """Add an event; returns the chain's new head once the event is on the disk.

        Raises:
            LedgerError: The ledger lies on a network mount, cannot be written, is damaged, or of
                a version that this one does not know. The event is not in it then.
        """
        json = rfc8785.dumps(event.model_dump(mode="json", exclude_none=True)).decode()
        EVENT.validate_json(json)  # what could not be read again would stay for ever
        with self._lock:
            connection = self._writer()
            try:
                with ledger_file.transaction(connection):
                    return _added(connection, json)
            except (sqlite3.Error, TypeError, ValueError) as error:
                raise ledger_file.as_sentence(error, self.path, "cannot be written") from error

    def prepare(self) -> None:
        """Open it to write, so that what would be in the way is known before there is an event.

        Raises:
            LedgerError: As `append`.
        """
        with self._lock:
            self._writer()

    def head(self) -> Head:
        """Where the chain ends now.

        Raises:
            LedgerError: The ledger cannot be read.
        """
        rows = self._rows()
        return Head(rows[-1].hash, len(rows)) if rows else Head(START, 0)

    def events(self) -> Iterator[Event]:
        """Every event, oldest first.

        Raises:
            LedgerError: The ledger cannot be read, or an event is of a version that this one does
                not know.
        """
        return (self._parsed(row) for row in self._rows())

    def check(self) -> list[str]:
        """What is wrong with the chain, a sentence each; empty when it is whole.

        Newest rows that are missing leave it whole: `holds` finds them.

        Raises:
            LedgerError: The ledger cannot be read at all.
        """
        rows, triggers = ledger_file.read(self.path)
        found = list(chain.problems(rows))
        if rows and (lost := sorted(_TRIGGERS - triggers)):
            found.append(f"it lacks {', '.join(lost)}, which keep it append-only")
        return [f"{self.path}: {problem}" for problem in found]

    def holds(self, head: str, events: int) -> str | None:
        """Why the chain does not hold a head at that number of events; None where it does.

        Raises:
            LedgerError: The ledger cannot be read at all.
        """
        rows = self._rows()
        broken = next(chain.problems(rows[:events]), None)
        problem = broken or chain.shortfall(rows, Head(head, events))
        return None if problem is None else f"{self.path}: {problem}"

    def close(self) -> None:
        """Let go of the file; the next `append` opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _rows(self) -> list[Row]:
        return ledger_file.read(self.path)[0]

    def _writer(self) -> sqlite3.Connection:
        """The connection; a new one where the file was removed or replaced.

        What the old one wrote would go where nobody finds it.
        """
        if self._connection is not None and ledger_file.identity(self.path) != self._opened:
            self._connection.close()  # SQLite leaves the files alone that have taken its place
            self._connection = None
        if self._connection is None:
            self._connection = ledger_file.open_to_write(self.path)
            self._opened = ledger_file.identity(self.path)
            weakref.finalize(self, self._connection.close)
        return self._connection

    def _parsed(self, row: Row) -> Event:
        try:
            return EVENT.validate_json(row.json)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            if first["loc"][-1:] == ("format",):
                why = f"is {first['input']!r}, and this lookdev reads {FORMAT}"
            else:
                why = f"is no event as this lookdev knows them ({first['msg']})"
            raise LedgerError(
                f"{self.path}: event {row.seq} {why}; use the lookdev that wrote it"
            ) from error


def _added(connection: sqlite3.Connection, json: str) -> str:
    newest = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = newest or (0, START)
    hash_ = chain.link(previous, json)
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (seq + 1, previous, json, hash_))
    return hash_
