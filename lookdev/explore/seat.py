"""A desk's seat at a draft: the one that writes it, or one that looks on."""

from pathlib import Path

from lookdev.errors import LookdevError
from lookdev.explore.holder import Hold, holder_of
from lookdev.spec.draft import Holder


class Seat:
    """Takes the writer's seat where it is free; `held_by` says who sits there else."""

    def __init__(self, holder_path: Path, *, draft: Path, by: str, take_over: bool) -> None:
        """Sit down; `draft` names the draft in sentences."""
        self.held_by: Holder | None = None if take_over else holder_of(holder_path)
        self._path, self._draft, self._by = holder_path, draft, by
        self._hold: Hold | None = None
        if self.held_by is None:
            self.take_over()

    @property
    def writes(self) -> bool:
        """Whether this desk writes the draft, as far as it knows."""
        return self._hold is not None

    @property
    def token(self) -> str:
        """Names this desk's last hold."""
        return "" if self._hold is None else self._hold.me.token

    def take_over(self) -> None:
        """Take the writer's seat, whoever sits there."""
        self._hold = Hold.take(self._path, by=self._by)
        self.held_by = None

    def lost_to(self) -> Holder | None:
        """Who has taken the seat from this desk; a beat while nobody has."""
        return None if self._hold is None else self._hold.lost_to()

    def give_way(self, other: Holder) -> None:
        """Look on from now."""
        self._hold, self.held_by = None, other

    def leave(self) -> None:
        """Free the seat."""
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def require(self) -> None:
        """Raise a LookdevError unless this desk writes the draft."""
        if self._hold is None:
            raise LookdevError(self.sentence())

    def sentence(self) -> str:
        """Why this desk does not write."""
        if self.held_by is None:
            return f"{self._draft}: is closed; open it again to change it"
        who = f"{self.held_by.by} on {self.held_by.host}"
        return (
            f"{self._draft}: {who} works on it since {self.held_by.since} UTC; take it over first"
        )
