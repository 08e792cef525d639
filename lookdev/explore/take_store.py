"""The takes of a draft as this desk knows them, and what others add meanwhile."""

from collections.abc import Sequence

from lookdev.errors import SpecError
from lookdev.explore.draft_folder import DraftFolder
from lookdev.explore.events import Added, Event, Offered, Unreadable
from lookdev.explore.takes import Takes
from lookdev.spec.draft import Take
from lookdev.spec.look import Look


class TakeStore:
    """Adds takes to the folder, and finds those that other processes added."""

    def __init__(self, files: DraftFolder, *, by: str) -> None:
        """Know the takes that are there; those that cannot be read are the first news."""
        self.tree = Takes()
        self._files, self._by = files, by
        self._damaged: dict[int, str] = {}
        _, self._damaged_before = self._found()

    def add(self, look: Look, *, origin: str, parent: int | None, frame: int | None = None) -> Take:
        """Write a take.

        Raises:
            DeliveryError: It cannot be written; nothing has changed.
        """
        take = self._files.add_take(look, by=self._by, origin=origin, parent=parent, frame=frame)
        self.tree = self.tree.added([take])
        return take

    def news(self) -> list[Event]:
        """What has happened in the folder since the last call."""
        takes, damaged = self._found()
        added = tuple(take for take in takes if not take.ask)
        news = [*self._damaged_before, *damaged, *([Added(added)] if added else [])]
        self._damaged_before = []
        return [*news, *(Offered(take) for take in takes if take.ask)]

    def _found(self) -> tuple[Sequence[Take], list[Event]]:
        takes: list[Take] = []
        damaged: list[Event] = []
        for take in (id_ for id_ in self._files.take_ids() if id_ not in self.tree):
            try:
                takes.append(self._files.read_take(take))
            except SpecError as error:  # tried again each time: a person may mend it
                if self._damaged.get(take) != str(error):
                    self._damaged[take] = str(error)
                    damaged.append(Unreadable(str(error)))
        self.tree = self.tree.added(takes)
        return takes, damaged
