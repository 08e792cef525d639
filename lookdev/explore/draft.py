"""A draft on the desk: everything a person does to it, with undo and redo over all of it.

Cheap enough for the main loop, and to be called from one thread only. `poll` once a second and
`save` within a second of a change; everything else may be called at any time.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lookdev.errors import DeliveryError, SpecError
from lookdev.explore import history, marks, opening
from lookdev.explore.draft_folder import looks_folder, make_folder
from lookdev.explore.sitting import Sitting
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.draft import DeskState, Mark, utc_now
from lookdev.spec.files import write_new
from lookdev.spec.look import Look


class Draft(Sitting):
    """A draft of a shot; `Draft.open` opens it.

    Every method raises a LookdevError where another desk writes the draft (`held_by`), but for
    `view` and `at`, which are remembered then only as long as the desk is open.
    """

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
        look = self.look.model_copy(update={"created": utc_now()})
        content = strict_yaml.write(look).encode()
        folder = looks_folder(self._files.shot_file)
        make_folder(folder)
        version = opening.next_version(self._files.shot_file, self.name)
        while not write_new(folder / f"{self.name}_v{version:03d}.yaml", content):
            version += 1
        return folder / f"{self.name}_v{version:03d}.yaml"

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
