"""The wedge desk put together: what is set, what is planned, and the cells as they finish."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from lookdev.desk.banner import Banner
from lookdev.desk.gallery.widget import Action, Gallery
from lookdev.desk.loop import MainLoop, Timer
from lookdev.desk.room import room
from lookdev.desk.wedging import cells
from lookdev.desk.wedging.axes_editor import AxesEditor
from lookdev.desk.wedging.controls import Controls
from lookdev.desk.wedging.cost import Cost
from lookdev.desk.wedging.exports import Exports
from lookdev.errors import LookdevError
from lookdev.explore import marks
from lookdev.explore.wedge_file import chosen, look_paths
from lookdev.explore.wedge_plan import WedgePlan
from lookdev.explore.wedge_work import WedgeWork
from lookdev.spec import strict_yaml
from lookdev.spec.folder import ShotFile
from lookdev.spec.wedge_state import WedgeSort

if TYPE_CHECKING:
    import ipywidgets as widgets

SAVE = 0.4
"""Seconds after which a change is in the wedge's file."""

REST = 0.25
"""Seconds without a change after which the wedge is planned anew."""

POLL = 1.0
"""Seconds between looks at what the run has done."""


class WedgeDesk:
    """One desk; every method runs on the main loop and returns at once."""

    def __init__(self, shot_file: ShotFile, look: str | None) -> None:
        """Open the wedge of a look as it was left.

        Raises:
            LookdevError: The shot has no such look, or a file is damaged.
        """
        self.banner = Banner()
        guard = self.banner.guard
        self._shot_file, self._loop = shot_file, MainLoop()
        self._asked = 0
        self._is_planned = self._wants_run = False
        self._timers: dict[str, Timer] = {}
        self.controls = Controls(shot_file.shot, AxesEditor(guard, self._set_axes))
        self.gallery = Gallery(
            on_action=guard(self._acted),
            thumbnail=guard(self._thumbnail),
            arrangement="grid",
            can=["open", "star", "reject", "note"],
            label="Cells of the wedge",
            empty="Set the axes: the cells show here before they are rendered.",
        )
        self.exports = Exports(self._loop, self.banner)
        self.cost = Cost(self.controls.cost, self._loop, self.banner)
        self.work = WedgeWork(shot_file, chosen(shot_file, look))
        self._poll = guard(self._look_around)
        self._connect(guard)
        above = (self.banner, self.controls.widget, self.exports.said)
        self.widget = room([*above, self.gallery, self.cost.plot], "ld-wedge")
        self._opened()
        self._polling = self._loop.every(POLL, self._poll)

    def close(self) -> None:
        """Save, and look around no more; a run goes on."""
        self.save()
        self._polling.cancel()
        for timer in self._timers.values():
            timer.cancel()

    def poll(self) -> None:
        """See what the run, the look's file, and other people have done meanwhile."""
        self._poll()

    def _look_around(self) -> None:
        work = self.work
        self.save()  # where the disk was full a moment ago
        if work.reread():
            self._show_state()
            self._replan()
        was_alive = work.run.is_alive
        if work.look_around():
            self._draw()
        if was_alive and not work.run.is_alive:
            self._replan()
            if work.run.status == "failed":
                self.banner.tell(f"The run failed: {work.run.error}", work.log)
        self.controls.show(work.name, list(look_paths(self._shot_file)), work.state)
        self.controls.show_outdated(work.name, is_outdated=work.is_outdated)

    def save(self) -> None:
        """Write what is unsaved."""
        aside = self.work.save()
        if aside is not None:
            self.banner.tell(
                f"{self.work.path.name} was changed by somebody else meanwhile; yours is saved, "
                f"theirs is kept as {aside.name}"
            )

    def _connect(self, guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        controls = self.controls
        controls.connect(controls.look, guard(self._open))
        controls.connect(controls.frame, guard(self._set_frame))
        controls.connect(controls.cost, guard(lambda _on: self.cost.show(self.work.finished)))
        presses: dict[widgets.Button, Callable[[], None]] = {
            controls.run: self._run,
            controls.stop: self._stop,
            controls.sheet: lambda: self.exports.write_sheet(self.work),
            controls.again: self._take_again,
        }
        for button, press in presses.items():
            button.on_click(guard(partial(_without_button, press)))
        self.gallery.observe(guard(self._sorted), "sort")

    def _open(self, name: str) -> None:
        self.save()
        self.work = WedgeWork(self._shot_file, name)
        self._opened()

    def _opened(self) -> None:
        self.exports.clear()
        self._show_state()
        self.work.look_around()
        self._draw()
        self._replan()

    def _show_state(self) -> None:
        state = self.work.state
        self.controls.show(self.work.name, list(look_paths(self._shot_file)), state)
        self.gallery.sort = state.sort.model_dump()

    def _set_axes(self) -> None:
        self.work.set_axes(self.controls.axes.axes)
        self._changed()

    def _set_frame(self, frame: int) -> None:
        self.work.set_frame(frame)
        self._changed()

    def _take_again(self) -> None:
        self.work.take_again()
        self.controls.show_outdated(self.work.name, is_outdated=False)
        self._changed()

    def _changed(self) -> None:
        self._is_planned = False
        self._show_state()
        self._soon("save", SAVE, self.save)
        self._soon("plan", REST, self._replan)

    def _sorted(self, change: dict[str, Any]) -> None:
        sort = strict_yaml.validate(change["new"], WedgeSort, source="the order of the cells")
        if sort != self.work.state.sort:
            self.work.set_sort(sort)
            self._soon("save", SAVE, self.save)

    def _replan(self) -> None:
        """Plan what is set now, away from the loop; of several plans the last counts."""
        self._asked += 1
        asked, work, state = self._asked, self.work, self.work.state

        def make() -> tuple[WedgePlan, str]:
            plan = work.planned(state)
            return plan, plan.said(work.estimates)

        self._loop.away(
            make,
            self.banner.guard(partial(self._planned, asked)),
            self.banner.guard(partial(self._refused, asked)),
        )

    def _planned(self, asked: int, made: tuple[WedgePlan, str]) -> None:
        if asked != self._asked:
            return
        self.work.plan, said = made
        self._is_planned = True
        self.controls.show_count(said, is_refused=False)
        if self._wants_run:
            self._wants_run = False
            self.save()
            self.work.start()
        self.work.look_around()
        self._draw()

    def _refused(self, asked: int, error: Exception) -> None:
        if asked != self._asked:
            return
        self._wants_run = False
        if isinstance(error, LookdevError):
            self.controls.show_count(str(error), is_refused=True)
        else:
            self.banner.show(error)
        self._draw()

    def _run(self) -> None:
        self._wants_run = True
        self._replan()

    def _stop(self) -> None:
        self.work.stop()
        self._draw()

    def _acted(self, action: Action) -> None:
        match action.kind:
            case "open":
                self.exports.offer(self.work, action.id)
                return
            case "star":
                self.work.mark(action.id, marks.starred)
            case "reject":
                self.work.mark(action.id, marks.rejected)
            case "note":
                self.work.mark(action.id, lambda mark: marks.noted(mark, action.text))
        self._draw()
        self._soon("save", SAVE, self.save)

    def _draw(self) -> None:
        work, plan = self.work, self.work.plan
        can_run = self._is_planned and plan is not None and bool(plan.missing)
        self.controls.show_run(
            work.run,
            can_run=can_run,
            any_finished=bool(work.finished),
            left=plan.seconds(work.estimates) if plan and work.run.is_alive else None,
        )
        if plan is None:
            self.gallery.items = []
            return
        with self.gallery.hold_sync():
            self.gallery.columns = cells.columns(plan)
            self.gallery.sort_keys = cells.sort_keys([axis.name for axis in plan.axes])
            self.gallery.items = cells.items(plan, work.state)
        apart = plan.diversity
        self.controls.show_diversity(apart.sentence if apart.typical else "")
        self.cost.show(work.finished)

    def _thumbnail(self, cell: str) -> bytes | None:
        finished = self.work.cell(cell).finished
        return finished.thumbnail() if finished else None

    def _soon(self, what: str, seconds: float, fn: Callable[[], None]) -> None:
        """Do it once things have come to rest; at once where there is no loop."""
        call = self.banner.guard(fn)
        if not self._loop.runs:
            call()
            return
        if what in self._timers:
            self._timers[what].cancel()
        self._timers[what] = self._loop.later(seconds, call)


def _without_button(press: Callable[[], None], _button: Any) -> None:
    press()
