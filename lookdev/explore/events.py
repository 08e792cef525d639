"""What a desk is told of that it did not do itself."""

from dataclasses import dataclass

from lookdev.spec.draft import Take
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Added:
    """Others added takes: a second desk, a script."""

    takes: tuple[Take, ...]


@dataclass(frozen=True)
class Offered:
    """Someone would like this take to be shown: a wedge's cell was clicked."""

    take: Take


@dataclass(frozen=True)
class Conflict:
    """The draft's file was edited by hand; nothing is overwritten until that is resolved."""

    theirs: Look | None
    """The look in the file; none where it cannot be read."""
    sentence: str


@dataclass(frozen=True)
class TakenOver:
    """Another desk writes the draft now; this one only looks."""

    by: str
    sentence: str


@dataclass(frozen=True)
class Unreadable:
    """A file of the draft cannot be read; the rest of the draft can."""

    sentence: str


Event = Added | Offered | Conflict | TakenOver | Unreadable
