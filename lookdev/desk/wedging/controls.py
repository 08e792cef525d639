"""What stands above a wedge's cells: look, frame, axes, how much there is to do, run and stop."""

import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from lookdev.desk.panel.control import set_quietly
from lookdev.desk.wedging.axes_editor import AxesEditor
from lookdev.explore.background import Run
from lookdev.explore.wedge_plan import about
from lookdev.spec.folder import split_version
from lookdev.spec.shot import Shot
from lookdev.spec.wedge_state import WedgeState

_STYLE = Path(__file__).with_name("wedge.css")


class Controls:
    """The widgets; they are shown a state, and a person's changes go to whoever connects."""

    def __init__(self, shot: Shot, axes: AxesEditor) -> None:
        """Make them."""
        self._showing = False
        self.look = widgets.Dropdown(
            description="look", tooltip="What is varied", layout=widgets.Layout(width="320px")
        )
        self.frame = widgets.BoundedIntText(
            value=shot.plate.first,
            min=shot.plate.first,
            max=shot.plate.last,
            description="frame",
            tooltip="The frame that is rendered",
            layout=widgets.Layout(width="190px"),
        )
        self.axes = axes
        self.count = widgets.HTML()
        self.count.add_class("ld-wedge-count")
        self.run = _button("run", "play", "Render what is missing, in the background", "primary")
        self.stop = _button("stop", "stop", "Stop the run; finished cells stay")
        self.sheet = _button("sheet (PNG)", "th", "Write the contact sheet with its slate")
        self.cost = widgets.ToggleButton(
            description="cost",
            icon="bar-chart",
            tooltip="What each cell took",
            layout=widgets.Layout(width="auto"),
        )
        self.progress = widgets.FloatProgress(
            min=0, max=1, layout=widgets.Layout(width="160px", display="none")
        )
        self.said = widgets.HTML()
        self.diversity = widgets.HTML()
        self.again = _button("take it again", "refresh", "Vary the look as it is now")
        self.outdated = widgets.HBox([widgets.HTML(), self.again])
        self.outdated.add_class("ld-wedge-notice")
        self.outdated.layout.display = "none"
        self.widget = self._laid_out(shot)

    def connect(self, control: widgets.Widget, call: Callable[[Any], object]) -> None:
        """Call with a control's value when a person changes it; not when it is shown."""

        def changed(change: dict[str, Any]) -> None:
            if not self._showing:
                call(change["new"])

        control.observe(changed, "value")

    def show(self, name: str, names: Sequence[str], state: WedgeState) -> None:
        """Show which look, frame and axes are set; nobody is told."""
        self._showing = True
        try:
            options = tuple((_called(one), one) for one in names)
            set_quietly(self.look, options=options)
            set_quietly(self.look, value=name)
            set_quietly(self.frame, value=state.frame)
            self.axes.show(state.look, state.frame, state.axes)
        finally:
            self._showing = False

    def show_outdated(self, name: str, *, is_outdated: bool) -> None:
        """Say that the look's own file is another one by now."""
        if is_outdated:
            sentence = f"The draft {html.escape(name)} has changed since it was taken."
            set_quietly(self.outdated.children[0], value=sentence)
        set_quietly(self.outdated.layout, display="" if is_outdated else "none")

    def show_count(self, sentence: str, *, is_refused: bool) -> None:
        """Say how much there is to do, or why nothing can be done."""
        set_quietly(self.count, value=html.escape(sentence))
        change = self.count.add_class if is_refused else self.count.remove_class
        change("is-refused")

    def show_run(
        self, run: Run, *, can_run: bool, any_finished: bool, left: float | None = None
    ) -> None:
        """Show how the run stands; `left` is how many seconds are missing, where that is known."""
        set_quietly(self.run, disabled=run.is_alive or not can_run)
        set_quietly(self.stop, disabled=run.status != "running")
        set_quietly(self.sheet, disabled=not any_finished)
        share = run.done / run.total if run.total else 0.0
        set_quietly(self.progress, value=share)
        set_quietly(self.progress.layout, display="" if run.is_alive else "none")
        set_quietly(self.said, value=html.escape(_told(run, left)))

    def show_diversity(self, sentence: str) -> None:
        """Say how different the finished cells are, or nothing."""
        set_quietly(self.diversity, value=html.escape(sentence))

    def _laid_out(self, shot: Shot) -> widgets.Widget:
        style = widgets.HTML(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
        title = widgets.HTML(f"<b>{html.escape(f'{shot.sequence}/{shot.shot}')}</b>")
        first = _row(title, self.look, self.frame)
        last = _row(self.run, self.stop, self.sheet, self.cost, self.progress, self.said)
        return widgets.VBox(
            [style, first, self.outdated, self.axes.widget, self.count, last, self.diversity]
        )


def _called(name: str) -> str:
    return name if split_version(name) else f"{name} (draft)"


def _told(run: Run, left: float | None) -> str:
    match run.status:
        case "running":
            rest = f", {about(left)} left" if left else ""
            return f"running: {run.done} of {run.total} cells{rest}  {run.label}"
        case "stopping":
            return f"stopping: {run.done} of {run.total} cells; the step in flight ends first"
        case "stopped":
            return f"stopped after {run.done} of {run.total} cells; run goes on from there"
        case "failed":
            return f"failed: {run.error}"
        case "finished":
            return "finished"
        case _:
            return ""


def _button(text: str, icon: str, tooltip: str, style: str = "") -> widgets.Button:
    layout = widgets.Layout(width="auto")
    return widgets.Button(
        description=text, icon=icon, tooltip=tooltip, button_style=style, layout=layout
    )


def _row(*children: widgets.Widget) -> widgets.HBox:
    row = widgets.HBox(children)
    row.add_class("ld-wedge-row")
    return row
