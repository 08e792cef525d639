"""The chain that the ledger's rows form: each one's hash covers the one before."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

START = "0" * 64
"""Stands for the row before the first one."""


@dataclass(frozen=True)
class Head:
    """Where the chain ends: signed in a delivery, it tells whether newest rows are missing."""

    hash: str
    """Of the newest row (hex); `START` where there is none."""
    events: int


@dataclass(frozen=True)
class Row:
    """One row as it is in the file; an altered file may hold anything in it."""

    seq: int
    """1 for the first."""
    previous: str
    json: str
    hash: str


def link(previous: str, json: str) -> str:
    """The hash of a row: SHA-256 (hex) over the previous hash's 32 bytes and its JSON in UTF-8."""
    return hashlib.sha256(bytes.fromhex(previous) + json.encode()).hexdigest()


def problems(rows: Iterable[Row]) -> Iterator[str]:
    """What is wrong with a chain's rows, in the order of their numbers; nothing if it is whole."""
    previous, expected = START, 1
    for row in rows:
        if not isinstance(row.seq, int):
            yield f"a row's number is {row.seq!r}, which is none"
        elif row.seq != expected:
            yield _gap(expected, row.seq)
        if row.previous != previous:
            yield f"event {row.seq} does not follow the one before it: the link is broken"
        if _link_of(row) != row.hash:
            yield f"event {row.seq} was altered: its hash is not that of its content"
        previous, expected = row.hash, _after(row, expected)


def shortfall(rows: list[Row], head: Head) -> str | None:
    """Why whole rows do not hold a head that was signed at that number; None if they do."""
    if head.events > len(rows):
        missing = head.events - len(rows)
        return (
            f"holds {len(rows)} events, and held {head.events} when its head was signed: "
            f"the newest {missing} are missing"
        )
    found = rows[head.events - 1].hash if head.events else START
    if found != head.hash:
        return (
            f"its event {head.events} is not the one whose hash was signed: this is another "
            "ledger, or one that was written anew"
        )
    return None


def _gap(expected: int, found: int) -> str:
    if expected < found:
        last = found - 1
        span = f"event {expected} is" if last == expected else f"events {expected}-{last} are"
        return f"{span} missing before event {found}"
    return f"event {found} stands where event {expected} should"


def _after(row: Row, expected: int) -> int:
    return row.seq + 1 if isinstance(row.seq, int) else expected + 1


def _link_of(row: Row) -> str | None:
    try:
        return link(row.previous, row.json)
    except (TypeError, ValueError, AttributeError):  # no hash, or no text at all
        return None
