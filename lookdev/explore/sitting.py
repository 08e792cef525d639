"""A draft that is open: who writes it, and its files kept in step with the desk."""

from pathlib import Path
from typing import Literal, Self

from lookdev.errors import LookdevError
from lookdev.explore import history, opening
from lookdev.explore.changes import renamed
from lookdev.explore.draft_folder import DraftFolder
from lookdev.explore.events import Conflict, Event, TakenOver, Unreadable
from lookdev.explore.holder import this_user
from lookdev.explore.look_on_disk import LookOnDisk
from lookdev.explore.seat import Seat
from lookdev.explore.take_store import TakeStore
from lookdev.explore.takes import Takes, same
from lookdev.spec import strict_yaml
from lookdev.spec.draft import Change, DeskState, Holder, Take
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


class Sitting:
    """One draft of a shot, written by this desk, or only looked at while another one writes it."""

    def __init__(self, files: DraftFolder, *, by: str, take_over: bool) -> None:
        """Use `open` or `begin`."""
        self._files, self._by = files, by
        self._seat = Seat(files.holder_path, draft=files.look_path, by=by, take_over=take_over)
        self._store: TakeStore
        self._on_disk: LookOnDisk
        self._state: DeskState
        self._saved: DeskState | None = None
        self._unsettled: Look | None = None
        self._what = ""
        self._events: list[Event] = []

    @classmethod
    def open(
        cls, shot_file: ShotFile, look: str | None = None, *, by: str, take_over: bool = False
    ) -> Self:
        """Open a draft as it was left.

        Args:
            shot_file: The shot.
            look: A version (`toxic_v003`), which comes onto the desk unless it was the last one
                asked for; a draft's name (`toxic`); or nothing: the last draft that was used,
                else the newest version.
            by: The user's name.
            take_over: Write it even where another desk does.

        Raises:
            SpecError: There is no such look, or no look at all; or a file is damaged.
            DeliveryError: The draft cannot be written.
        """
        choice = opening.choose(shot_file, look)
        files = DraftFolder(shot_file, choice.draft)
        files.make()
        draft = cls(files, by=by, take_over=take_over)
        try:
            draft._load(choice.version)
        except LookdevError:
            draft._seat.leave()
            raise
        return draft

    @classmethod
    def begin(cls, shot_file: ShotFile, *, by: str, name: str = "look") -> Self:
        """Open a draft with a first look for a shot that has none.

        Raises:
            LookdevError: As `open`.
        """
        cls.offer(shot_file, name, opening.new_look(shot_file), "begun", by=by)
        return cls.open(shot_file, name, by=by)

    @staticmethod
    def offer(
        shot_file: ShotFile, name: str, look: Look, origin: str, *, by: str | None = None
    ) -> Take:
        """Add a take to a draft, open or not: its desk asks whether to show it.

        Where no desk has the draft open, the next one opens with it.

        Raises:
            LookdevError: The take cannot be written, or `name` is no name.
        """
        user = this_user() if by is None else by
        return opening.offered(DraftFolder(shot_file, name), look, origin, by=user)

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
        state = self._state.model_copy(update={"written": self._on_disk.known})
        if state != self._saved:
            self._files.write_state(state)
            self._state = self._saved = state

    def poll(self) -> list[Event]:
        """What others did since the last call; call it once a second, it is this desk's beat.

        Raises:
            LookdevError: A file cannot be read or written; the next call tells the rest.
        """
        if self._still_writes():
            self._check_file()
            self._take_what_was_left()
        self._events += self._store.news()
        self._saw()
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
            look = strict_yaml.read(self.path, Look)
            self._state = history.with_take(self._state, self._add(look, "edited by hand"))
            self._on_disk.accept(self.look)
        else:
            theirs = self._on_disk.give_up()
            if theirs is not None and self.takes.holding(theirs) is None:
                self._add(theirs, "edited by hand")
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
        self._store = TakeStore(self._files, by=self._by)
        self._events = [event for event in self._store.news() if isinstance(event, Unreadable)]
        self._on_disk = LookOnDisk(self._files)
        self._unsettled, self._what, self._saved = None, "", None
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
        take = self._store.add(look, origin=origin, parent=parent, frame=frame)
        self._saw()
        return take

    def _saw(self) -> None:
        self._state = self._state.model_copy(update={"seen": self.takes.newest})

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
        if self._saved is not None:
            unsaved = history.difference(self._state, self._saved)
            if unsaved.marks:
                self._files.leave(Change(marks=unsaved.marks), self._seat.token)
        self._seat.give_way(other)
        self._events.append(TakenOver(other.by, self._seat.sentence()))
        return False

    def _take_what_was_left(self) -> None:
        for path in self._files.left():
            change = strict_yaml.read(path, Change)
            self._state = history.done(self._state, history.applied(self._state, change))
            self.save()
            path.unlink(missing_ok=True)
