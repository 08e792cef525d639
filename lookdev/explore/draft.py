"""A draft on the desk: everything a person does to it, with undo and redo over all of it.

Cheap enough for the main loop, and to be called from one thread only. `poll` once a second and
`save` within a second of a change; everything else may be called at any time.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from lookdev.errors import DeliveryError, SpecError
from lookdev.explore import history, marks, opening
from lookdev.explore.draft_folder import DraftFolder
from lookdev.explore.holder import this_user
from lookdev.explore.sitting import Sitting
from lookdev.explore.versions import write_version
from lookdev.spec import parameter
from lookdev.spec.draft import DeskState, Mark, Take
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


class Draft(Sitting):
    """A draft of a shot; `Draft.open` opens it.

    Every method raises a LookdevError where another desk writes the draft (`held_by`), but for
    `view` and `at`, which are remembered then only as long as the desk is open.
    """

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
        draft._load(choice.version)
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

    def edit(self, look: Look, what: str) -> None:
        """Change the look; it becomes a take when it comes to rest.

        Changes of the same `what` (a parameter's name, or a word for what was done) are one; a
        new one lets the one before it come to rest first, and a layer that is added, removed or
        renamed is a take at once.

        Raises:
            LookdevError: Another desk writes the draft.
        """
        self._seat.require()
        if what != self._what:
            self._settle_if_possible()
        self._unsettled, self._what = look, what
        if {layer.name for layer in look.layers} != {n.name for n in self.take.look.layers}:
            self._settle_if_possible()

    def go(self, take: int) -> None:
        """Put a take on the desk; what is on it comes to rest first.

        Raises:
            LookdevError: There is no such take, another desk writes the draft, or the disk is full.
        """
        self._seat.require()
        found = self.takes[take]
        self.settle()
        if take != self._state.current:
            self._state = history.with_take(self._state, found)

    def star(self, take: int) -> None:
        """Star a take, or take its star away; it is not rejected then.

        Raises:
            LookdevError: There is no such take, or another desk writes the draft.
        """
        self._mark(take, marks.starred)

    def reject(self, take: int) -> None:
        """Reject a take, or take that back; it has no star then.

        Raises:
            LookdevError: There is no such take, or another desk writes the draft.
        """
        self._mark(take, marks.rejected)

    def note(self, take: int, text: str) -> None:
        """Write a note to a take; an empty one takes it away.

        Raises:
            LookdevError: There is no such take, another desk writes, or the text is too long.
        """
        self._mark(take, lambda mark: marks.noted(mark, text))

    def solo(self, layer: str | None) -> None:
        """Show one layer alone, or all of them again.

        Raises:
            LookdevError: There is no such layer, or another desk writes the draft.
        """
        self._seat.require()
        names = [layer.name for layer in self.look.layers]
        if layer is not None and layer not in names:
            raise SpecError(f"{layer}: there is no such layer; this look has {', '.join(names)}")
        self._step(solo=layer)

    def lock(self, name: str, locked: bool) -> None:  # noqa: FBT001 a switch and its position
        """Keep a layer (`snow`), group (`snow.blend`) or parameter from being randomised, or not.

        Raises:
            LookdevError: There is no such parameter, or another desk writes the draft.
        """
        self._seat.require()
        if locked and name not in {layer.name for layer in self.look.layers}:
            parameter.get(self.look, name)
        if locked != (name in self.state.locked):
            rest = tuple(lock for lock in self.state.locked if lock != name)
            self._step(locked=(*rest, name) if locked else rest)

    def view(self, view: Mapping[str, Any]) -> None:
        """Remember the viewer's state, which undo leaves alone.

        Raises:
            SpecError: It cannot be kept in a file.
        """
        self._put(view=marks.checked_view(view))

    def at(self, frame: int) -> None:
        """Remember the frame that is looked at, which undo leaves alone.

        Raises:
            SpecError: It is no frame.
        """
        self._put(frame=marks.checked_frame(frame))

    def undo(self) -> None:
        """Take the last step back; a look that has not come to rest does so first.

        Raises:
            LookdevError: Another desk writes the draft, or the disk is full.
        """
        self._move(history.undone)

    def redo(self) -> None:
        """Take the last step forward again, unless something else was done since.

        Raises:
            LookdevError: Another desk writes the draft, or the disk is full.
        """
        self._move(history.redone)

    def save_version(self) -> Path:
        """Write the look as the next version, `looks/NAME_v004.yaml`, once and for all.

        Raises:
            LookdevError: Another desk writes the draft, or the file cannot be written.
        """
        self._seat.require()
        self.settle()
        return write_version(self._files.shot_file, self.name, self.look)

    def _settle_if_possible(self) -> None:
        """On a full disk the look stays unsettled; `save` says so every second."""
        with suppress(DeliveryError):
            self.settle()

    def _mark(self, take: int, change: Callable[[Mark], Mark]) -> None:
        self._seat.require()
        old = self.state.marks.get(self.takes[take].id, Mark())
        rest = {id_: mark for id_, mark in self.state.marks.items() if id_ != take}
        new = change(old)
        self._step(marks=rest if new == Mark() else {**rest, take: new})

    def _step(self, **changes: Any) -> None:
        """One step that undo takes back."""
        self._settle_if_possible()
        after = self.state.model_copy(update=changes)
        self._state = history.done(self.state, after)

    def _move(self, way: Callable[[DeskState], DeskState]) -> None:
        self._seat.require()
        self.settle()
        self._state = way(self.state)

    def _put(self, **values: Any) -> None:
        self._state = self.state.model_copy(update=values)
