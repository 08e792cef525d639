"""A draft that is open: who writes it, and its files kept in step with the desk."""

from pathlib import Path
from typing import Literal

from lookdev.errors import LookdevError
from lookdev.explore import history, opening
from lookdev.explore.changes import renamed
from lookdev.explore.draft_folder import DraftFolder
from lookdev.explore.events import Conflict, Event, TakenOver, Unreadable
from lookdev.explore.look_on_disk import LookOnDisk
from lookdev.explore.seat import Seat
from lookdev.explore.state_on_disk import StateOnDisk
from lookdev.explore.take_store import TakeStore
from lookdev.explore.takes import Takes, same
from lookdev.spec.draft import DeskState, Holder, Take
from lookdev.spec.look import Look


class Sitting:
    """One draft of a shot, written by this desk, or only looked at while another one writes it."""

    def __init__(self, files: DraftFolder, *, by: str, take_over: bool) -> None:
        """Sit down at the draft; `_load` then reads it."""
        self._files, self._by = files, by
        self._seat = Seat(files.holder_path, draft=files.look_path, by=by, take_over=take_over)
        self._store: TakeStore
        self._on_disk: LookOnDisk
        self._state: DeskState
        self._state_on_disk: StateOnDisk
        self._unsettled: Look | None = None
        self._what = ""
        self._events: list[Event] = []

    @property
    def held_by(self) -> Holder | None:
        """Who writes the draft, where that is another desk: this one only looks."""
        return self._seat.held_by

    @property
    def name(self) -> str:
        """The draft's name; versions saved from it are called so."""
        return self._files.name

    @property
    def path(self) -> Path:
        """The draft's own file, which `LookFile.open` takes."""
        return self._files.look_path

    @property
    def look(self) -> Look:
        """The look on the desk, with what has not come to rest."""
        return self.take.look if self._unsettled is None else self._unsettled

    @property
    def take(self) -> Take:
        """The take on the desk, without what has not come to rest."""
        return self.takes[self._state.current]

    @property
    def takes(self) -> Takes:
        """The tree of takes."""
        return self._store.tree

    @property
    def state(self) -> DeskState:
        """All else that the desk remembers."""
        return self._state

    @property
    def conflict(self) -> Conflict | None:
        """The open conflict with an edit by hand; `resolve` ends it."""
        return self._on_disk.conflict

    def settle(self) -> Take | None:
        """Let the look come to rest: a new take where it differs from the one on the desk.

        Raises:
            DeliveryError: The take cannot be written; the look stays as it is, and unsettled.
        """
        look = self._unsettled
        if look is None or not self._seat.writes:
            return None
        take = None
        if not same(look, self.take.look):
            take = self._add(look, self._what)
            self._state = history.with_take(
                self._state, take, renamed=renamed(self.take.look, look)
            )
        self._unsettled, self._what = None, ""
        return take

    def save(self) -> None:
        """Write what has changed; call it within a second of a change, and as often as you like.

        Raises:
            DeliveryError: The disk is full, or cannot be written. Nothing is lost in memory, and
                the next call tries again.
        """
        if not self._still_writes():
            return
        self._check_file()
        if self._on_disk.conflict is None:
            self._on_disk.write(self.look)
        else:
            self.settle()
        self._state = self._state.model_copy(update={"written": self._on_disk.known})
        self._state_on_disk.write(self._state)

    def poll(self) -> list[Event]:
        """What others did since the last call; call it once a second, it is this desk's beat.

        Raises:
            LookdevError: A file cannot be read or written; the next call tells the rest.
        """
        if self._still_writes():
            self._check_file()
            self._state = self._state_on_disk.with_what_was_left(self._state)
        self._events += self._store.news()
        self._state = self._state.model_copy(update={"seen": self.takes.newest_offer})
        events, self._events = self._events, []
        return events

    def resolve(self, keep: Literal["file", "desk"]) -> None:
        """End the conflict: go on with the file's look, or with the desk's.

        The one that is not kept stays as a take; an edited file that is written over stays as
        `conflict-<UTC time>.yaml` too.

        Raises:
            LookdevError: The file is to be kept but cannot be read, or a file cannot be written.
        """
        self._seat.require()
        if self._on_disk.conflict is None:
            return
        self.settle()
        if keep == "file":
            theirs = self._on_disk.take_theirs()
            self._state = history.with_take(self._state, self._add(theirs, "edited by hand"))
        else:
            aside = self._on_disk.give_up()
            if aside is not None and self.takes.holding(aside) is None:
                self._add(aside, "edited by hand")
        self.save()

    def take_over(self) -> None:
        """Write the draft from now on; the desk that wrote it is told, and keeps what it has.

        Raises:
            LookdevError: The draft cannot be read or written.
        """
        self._seat.take_over()
        self._load(None)

    def close(self) -> None:
        """Save, and leave the draft to the next desk.

        Raises:
            DeliveryError: It cannot be saved; it is still open.
        """
        self.settle()
        self.save()
        self._seat.leave()

    def _load(self, version: str | None) -> None:
        """Read the draft; where that is refused, the seat is free again."""
        try:
            self._read(version)
        except LookdevError:
            self._seat.leave()
            raise

    def _read(self, version: str | None) -> None:
        self._store = TakeStore(self._files, by=self._by)
        self._events = [event for event in self._store.news() if isinstance(event, Unreadable)]
        self._on_disk = LookOnDisk(self._files)
        self._state_on_disk = StateOnDisk(self._files)
        self._unsettled, self._what = None, ""
        if not self._seat.writes:
            self._state = opening.looked_at(self._store, self._files)
            self._unsettled = self._on_disk.found
            return
        self._state = opening.resumed(self._store, self._files, self._on_disk, version)
        self._on_disk.begin(self.look)
        if self._on_disk.conflict is not None:
            self._events.append(self._on_disk.conflict)
        self.save()

    def _add(self, look: Look, origin: str) -> Take:
        parent, frame = self._state.current, self._state.frame
        return self._store.add(look, origin=origin, parent=parent, frame=frame)

    def _check_file(self) -> None:
        conflict = self._on_disk.check(self.look)
        if conflict is not None:
            self._events.append(conflict)
            self.settle()

    def _still_writes(self) -> bool:
        """Whether this desk writes the draft; where it no longer does, it gives way.

        What was not saved is kept where the other desk finds it.
        """
        other = self._seat.lost_to()
        if other is None:
            return self._seat.writes
        self._events += self._store.news()
        if self.takes.holding(self.look) is None:
            self._add(self.look, self._what)
        self._state_on_disk.leave(self._state, token=self._seat.token)
        self._seat.give_way(other)
        self._events.append(TakenOver(other.by, self._seat.sentence()))
        return False
