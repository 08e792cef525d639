"""One wedge on the desk: what is set, what was planned, and what its run does. No widgets."""

from collections.abc import Callable, Sequence
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore import background
from lookdev.explore.background import Run
from lookdev.explore.draft import Draft
from lookdev.explore.draft_folder import DraftFolder
from lookdev.explore.estimates import Estimates
from lookdev.explore.takes import same
from lookdev.explore.wedge_cells import WedgeCell
from lookdev.explore.wedge_file import WedgeFile, look_paths
from lookdev.explore.wedge_home import WedgeHome
from lookdev.explore.wedge_plan import PlannedCell, WedgePlan, plan
from lookdev.explore.wedge_sheet import write_sheet
from lookdev.spec import strict_yaml
from lookdev.spec.draft import Mark, Take
from lookdev.spec.folder import ShotFile, split_version
from lookdev.spec.wedge_state import WedgeAxis, WedgeSort, WedgeState


class WedgeWork:
    """A wedge of one look; from one thread only, but for `planned`."""

    def __init__(self, shot_file: ShotFile, name: str) -> None:
        """Open it as it was left.

        Raises:
            SpecError: Its file, or its look, is not what it must be.
        """
        self.shot_file, self.name = shot_file, name
        self.home = WedgeHome(shot_file, name)
        self.estimates = Estimates.open(shot_file.folder)
        self._file = WedgeFile(shot_file, name)
        self.state = self._file.read()
        self._saved: WedgeState | None = self.state if self._file.path.is_file() else None
        self.plan: WedgePlan | None = None
        """The last plan that could be made."""
        self.run = Run("none")

    @property
    def path(self) -> Path:
        """The state's file."""
        return self._file.path

    @property
    def is_outdated(self) -> bool:
        """Whether the look's own file is another one than the look that is varied."""
        is_there = self.name in look_paths(self.shot_file)
        return is_there and self._file.look_now() != self.state.look

    def take_again(self) -> None:
        """Vary the look as its file has it now.

        Raises:
            SpecError: It is gone or damaged.
        """
        self._set(look=self._file.look_now())

    def set_frame(self, frame: int) -> None:
        """Set the frame that is rendered."""
        self._set(frame=frame)

    def set_axes(self, axes: Sequence[WedgeAxis]) -> None:
        """Set the axes; the last one runs across the sheet."""
        self._set(axes=tuple(axes))

    def set_sort(self, sort: WedgeSort) -> None:
        """Set the order in which the cells are looked at."""
        self._set(sort=sort)

    def mark(self, cell: str, change: Callable[[Mark], Mark]) -> None:
        """Change what is thought of a cell.

        Raises:
            SpecError: The mark is not allowed, as a note that is too long.
        """
        marks = {**self.state.marks, cell: change(self.state.marks.get(cell, Mark()))}
        self._set(marks={id_: mark for id_, mark in marks.items() if mark != Mark()})

    def planned(self, state: WedgeState) -> WedgePlan:
        """The plan of a state; may be called from any thread.

        Raises:
            LookdevError: An axis, the frame or the look is wrong.
        """
        axes = [f"{axis.name}={axis.values}" for axis in state.axes]
        look_file = self.home.look_file(state.look)
        return plan(look_file, axes, frame=state.frame, out=self.home.folder)

    def start(self) -> None:
        """Render what is missing, in a process of its own.

        Raises:
            LookdevError: The wedge is wrong, runs already, or its folder cannot be written.
        """
        self.plan = self.planned(self.state)
        now = background.state(self.home.folder)
        if now.is_alive:
            raise SpecError(f"{self.name}: its wedge is running already; wait for it, or stop it")
        look = self.home.write_look(self.state.look)
        self.run = background.start(
            look, self.plan.texts, frame=self.plan.frame, out=self.home.folder
        )

    @property
    def log(self) -> str:
        """What the last run said."""
        path = self.home.folder / background.LOG
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    def stop(self) -> None:
        """Stop the run; finished cells stay.

        Raises:
            SpecError: It runs on another machine.
        """
        self.run = background.stop(self.home.folder)

    def look_around(self) -> bool:
        """See what the run has done meanwhile; whether anything is new."""
        before, self.run = self.run, background.state(self.home.folder)
        if self.plan is None or (self.run == before and not self.run.is_alive):
            return self.run != before
        plan, missing = self.plan, len(self.plan.missing)
        self.plan = plan.refreshed()
        return self.run != before or len(self.plan.missing) != missing

    def reread(self) -> bool:
        """Take in what somebody else wrote into the file, where nothing of ours is unsaved.

        Raises:
            SpecError: The file is not what it must be; ours stays.
        """
        if not self._file.was_edited or not self._file.path.is_file() or self._is_unsaved:
            return False
        self.state = self._saved = self._file.read()
        return True

    def save(self) -> Path | None:
        """Write the state if it is new; returns where another's edit was kept aside, if one was.

        Raises:
            DeliveryError: It cannot be written; the next call tries again.
        """
        if not self._is_unsaved:
            return None
        aside = self._file.write(self.state)
        self._saved = self.state
        return aside

    def cell(self, cell: str) -> PlannedCell:
        """A cell of the plan by its id."""
        found = next((one for one in self.cells if one.id == cell), None)
        if found is None:
            raise SpecError(f"{self.name}: its wedge has no such cell any more")
        return found

    @property
    def cells(self) -> tuple[PlannedCell, ...]:
        """The plan's cells."""
        return self.plan.cells if self.plan else ()

    @property
    def finished(self) -> list[WedgeCell]:
        """The cells that are there, in the sheet's order."""
        return [cell.finished for cell in self.cells if cell.finished]

    def sheet(self) -> Path:
        """Write the sheet of what is there, stars included; may be called from any thread.

        Raises:
            LookdevError: There is no plan, or it cannot be written.
        """
        if self.plan is None or not self.finished:
            raise SpecError(f"{self.name}: no cell of its wedge is finished; run it first")
        starred = [id_ for id_, mark in self.state.marks.items() if mark.starred]
        return write_sheet(self.home.folder / "sheet.png", self.plan, starred=starred)

    def offer(self, cell: str) -> Take:
        """Offer a cell's look to the explore desk, as a take of its draft.

        Where the draft's newest take has that look, it is that one, and none is added.

        Raises:
            LookdevError: The cell is not rendered yet, or the take cannot be written.
        """
        chosen = self.cell(cell)
        if chosen.finished is None:
            raise SpecError(f"{', '.join(chosen.label)}: is not rendered yet; run the wedge first")
        draft = DraftFolder(self.shot_file, self.draft_name)
        newest = draft.read_take(draft.take_ids()[-1]) if draft.take_ids() else None
        if newest is not None and same(newest.look, chosen.variant.look):
            return newest
        origin = f"from the wedge: {', '.join(chosen.label)}"[:200]
        return Draft.offer(self.shot_file, self.draft_name, chosen.variant.look, origin)

    @property
    def draft_name(self) -> str:
        """The draft that the look belongs to: `toxic` of `toxic_v003`."""
        name, _ = split_version(self.name) or (self.name, 0)
        return name

    @property
    def _is_unsaved(self) -> bool:
        return self.state != self._saved

    def _set(self, **values: object) -> None:
        state = self.state.model_copy(update=values)
        data = state.model_dump(mode="json", exclude_unset=True)
        self.state = strict_yaml.validate(data, WedgeState, source=str(self.path))
