"""The explore desk put together: a draft, the picture of it, and everything that edits it."""

from collections.abc import Callable
from pathlib import Path
from random import SystemRandom
from typing import Any

import ipywidgets as widgets

from lookdev.desk.banner import Banner
from lookdev.desk.exploring.inspector import Inspector
from lookdev.desk.exploring.labels import Labels
from lookdev.desk.exploring.layers import LayerActions, LayerStack
from lookdev.desk.exploring.notice import Notice
from lookdev.desk.exploring.plots import Plots
from lookdev.desk.exploring.seeds import SeedStrip
from lookdev.desk.exploring.sources import sources_of
from lookdev.desk.exploring.take_strip import TakeStrip, Thumbnails
from lookdev.desk.exploring.toolbar import COMMANDS, Toolbar
from lookdev.desk.exploring.watch import Watch
from lookdev.desk.gallery.widget import Action
from lookdev.desk.loop import MainLoop
from lookdev.desk.panel.section import Choices
from lookdev.desk.stage import Stage
from lookdev.desk.viewer import messages as said
from lookdev.errors import LookdevError
from lookdev.explore import edits, randomise
from lookdev.explore.draft import Draft
from lookdev.explore.estimates import Estimates
from lookdev.image import garbage
from lookdev.spec import parameter
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer, Look
from lookdev.spec.shot import Shot

_STYLE = Path(__file__).with_name("desk.css")


class ExploreDesk:
    """One desk; every method runs on the main loop and returns at once."""

    def __init__(self, shot_file: ShotFile, draft: Draft) -> None:
        """Make the widgets, start the engine, and show the draft as it was left."""
        self.draft = draft
        self._shot_file = shot_file
        loop = MainLoop()
        self.banner = Banner()
        guard = self.banner.guard
        self.notice = Notice(self._guarded)
        self.stage = Stage(shot_file, loop=loop, banner=self.banner)
        self._estimates = Estimates.open(shot_file.folder)
        self._layer = _first_layer(draft)
        self._acts = self._all_acts()
        self.layers = LayerStack(self._layer_actions())
        self.inspector = Inspector(
            self._choices(), set_value=self.set_value, set_lock=self._guarded_call(draft.lock)
        )
        self.toolbar = Toolbar(self._guarded_call(self._act))
        self.takes = TakeStrip(
            Thumbnails(shot_file.folder.cache_folder / "thumbnails"),
            on_action=self._guarded_call(self._took),
            ask_for=self._ask_for_take,
        )
        self.seeds = SeedStrip(
            ask_for=self._ask_for_seeds, choose=self._choose, guard=self._guarded_call
        )
        self.plots = Plots(self.stage.engine, loop, guard)
        self.watch = Watch(draft, loop, self.banner, self.notice, self._changed)
        self._connect()
        self.widget = self._laid_out()
        self._restore()
        self._changed()

    def set_value(self, name: str, value: Any) -> None:
        """Set one parameter, as JSON data; what is not allowed is said beside it."""
        try:
            look = parameter.replace(self.draft.look, name, value)
        except LookdevError as error:
            self.inspector.refuse(name, _why(error))
            return
        self._guarded_call(self._edit)(look, name)

    def close(self) -> None:
        """Save, and end the threads."""
        self.watch.close()
        self.stage.close()
        self.draft.close()

    def _edit(self, look: Look, what: str) -> None:
        self.draft.edit(look, what)
        self._draw()
        self._show_values()
        self.watch.touched()

    def _changed(self) -> None:
        """Show the draft anew: after undo, another take, a layer more or less."""
        names = [layer.name for layer in self.draft.look.layers]
        if self._layer not in names:
            self._layer = names[-1]
        self._draw()
        self._show_values()
        self.takes.show(self.draft)
        self.watch.touched()

    def _draw(self) -> None:
        self.stage.set_sources(sources_of(self.draft, self._shot_file))
        self.stage.show()

    def _show_values(self) -> None:
        draft, frame = self.draft, self.stage.viewer.frame
        look, state = draft.look, draft.state
        self.layers.show(look, selected=self._layer, solo=state.solo)
        self.inspector.show(look, self._layer, frame, state.locked)
        self.seeds.set_look(look, self._layer)
        self.plots.show(look, self._selected(), frame)
        plate = self._shot_file.shot.plate
        self.toolbar.show(
            undo=bool(state.undo) or look != draft.take.look,
            redo=bool(state.redo),
            seconds=self._estimates.seconds(look),
            frames=plate.last - plate.first + 1,
        )
        self.toolbar.say(f"{draft.name}, take {draft.take.id}{self._unsettled()}")

    def _unsettled(self) -> str:
        return "" if self.draft.look == self.draft.take.look else " changed"

    def _selected(self) -> Layer:
        return next(layer for layer in self.draft.look.layers if layer.name == self._layer)

    def _act(self, name: str) -> None:
        self._acts[name]()
        self._changed()

    def _all_acts(self) -> dict[str, Callable[[], object]]:
        draft, stage = self.draft, self.stage
        return {
            "undo": draft.undo,
            "redo": draft.redo,
            "seeds": lambda: self._randomise("new seeds", randomise.new_seeds),
            "nudge": lambda: self._randomise("nudged", randomise.nudged),
            "save": self._save,
            "cache": stage.fill,
            "resume": stage.resume,
            "star": lambda: draft.star(draft.state.current),
            "solo": lambda: draft.solo(None if draft.state.solo else self._layer),
            "previous": lambda: self._step(-1),
            "next": lambda: self._step(1),
        }

    def _randomise(self, what: str, change: Callable[..., Look]) -> None:
        locked = self.draft.state.locked
        self.draft.edit(change(self.draft.look, random=SystemRandom(), locked=locked), what)
        self.draft.settle()

    def _save(self) -> None:
        path = self.draft.save_version()
        solo = self.draft.state.solo
        more = f" It holds every layer; {solo} is only soloed here." if solo else ""
        self.notice.ask(f"Saved as {path.stem}, in {path.parent}.{more}")

    def _step(self, by: int) -> None:
        order = [take.id for take in self.draft.takes.order]
        at = order.index(self.draft.state.current) + by
        if 0 <= at < len(order):
            self.draft.go(order[at])

    def _took(self, action: Action) -> None:
        take = int(action.id)
        match action.kind:
            case "open":
                self.draft.go(take)
            case "star":
                self.draft.star(take)
            case "reject":
                self.draft.reject(take)
            case "note":
                self.draft.note(take, action.text)
            case slot:
                self.stage.look_at(**{slot: f"take:{take}"})
        self._changed()

    def _choose(self, look: Look, what: str) -> None:
        self.draft.edit(look, what)
        self._changed()

    def _drawn(self, matte: said.Matte) -> None:
        shapes = [_shape(shape) for shape in matte.shapes]
        try:
            shot_file = garbage.save(self._shot_file, matte.name, shapes)
        except LookdevError as error:
            self.stage.viewer.refuse(str(error))
            return
        self._shot_file = shot_file
        self.stage.reopen(shot_file)
        self.stage.viewer.matte_saved(matte.name)
        name, value = _named_matte(self.toolbar.target.value, self._selected(), matte.name)
        self._guarded_call(self._edit)(parameter.replace(self.draft.look, name, value), name)
        self._changed()

    def _layer_actions(self) -> LayerActions:
        def edited(edit: Any, *args: Any) -> None:
            self.draft.edit(edit(self.draft.look, *args), "layers")
            self.draft.settle()
            self._changed()

        def solo(name: str | None) -> None:
            self.draft.solo(name)
            self._changed()

        def select(name: str) -> None:
            self._layer = name
            self._show_values()
            self._remember({})

        def rename(name: str, new: str) -> None:
            self._layer = new
            edited(edits.rename_layer, name, new)

        def add() -> None:
            edited(edits.add_layer)
            select(self.draft.look.layers[-1].name)

        return LayerActions(
            select=self._guarded_call(select),
            solo=self._guarded_call(solo),
            mute=lambda name, mute: self.set_value(f"{name}.mute", mute),
            move=self._guarded_call(lambda name, by: edited(edits.move_layer, name, by)),
            remove=self._guarded_call(lambda name: edited(edits.remove_layer, name)),
            rename=self._guarded_call(rename),
            add=self._guarded_call(add),
        )

    def _choices(self) -> Choices:
        folder = self._shot_file.folder
        cards = folder.root / "params" / "models"
        return Choices(
            models=lambda: sorted(path.stem for path in cards.glob("*.yaml")),
            mattes=lambda: list(self._shot_file.shot.mattes),
            sizes=lambda: _sizes(self._shot_file.shot),
        )

    def _ask_for_take(self, take: str, look: Look) -> None:
        self._ask_for_pictures({take: look}, self.takes.put)

    def _ask_for_seeds(self, looks: dict[str, Look]) -> None:
        self._ask_for_pictures(looks, self.seeds.put)

    def _ask_for_pictures(self, looks: dict[str, Look], put: Any) -> None:
        self.stage.thumbnails(looks, put)

    def _connect(self) -> None:
        stage, viewer = self.stage, self.stage.viewer
        viewer.garbage = True
        viewer.commands = list(COMMANDS)
        stage.on_command(self._guarded_call(self._act))
        stage.on_matte(self._guarded_call(self._drawn))
        stage.on_rested(self._rested)
        stage.on_frame(self._guarded_call(self._moved))
        viewer.observe(lambda change: self._remember(change["new"]), "state")
        self.toolbar.tree.observe(lambda change: self.takes.arrange(as_tree=change["new"]), "value")

    def _rested(self, look: Look, _frame: int, thumbnail: bytes) -> None:
        if look == self.draft.take.look:
            self.takes.put(str(self.draft.take.id), thumbnail)

    def _moved(self, frame: int) -> None:
        self.draft.at(frame)
        self._show_values()
        self.watch.touched()

    def _remember(self, _state: dict[str, Any]) -> None:
        self.draft.view({"viewer": dict(self.stage.viewer.state), "layer": self._layer})
        self.watch.touched()

    def _restore(self) -> None:
        state = self.draft.state
        plate = self._shot_file.shot.plate
        if state.frame is not None and plate.first <= state.frame <= plate.last:
            self.stage.viewer.frame = state.frame
        kept = state.view.get("viewer")
        if isinstance(kept, dict):
            self.stage.viewer.state = kept
        self._layer = str(state.view.get("layer", self._layer))

    def _guarded_call(self, fn: Any) -> Any:
        """What fails is said, and the desk shows the draft as it is."""

        def call(*args: Any) -> None:
            try:
                fn(*args)
            except Exception:
                self._changed()
                raise

        return self.banner.guard(call)

    def _guarded(self, fn: Any) -> Any:
        def call() -> None:
            fn()
            self._changed()

        return self._guarded_call(call)

    def _laid_out(self) -> widgets.Widget:
        style = widgets.HTML(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>")
        side = widgets.VBox([self.layers.widget, self.inspector.widget])
        side.add_class("ld-side")
        middle = widgets.HBox([self.stage.viewer, side])
        middle.add_class("ld-middle")
        below = widgets.VBox([self.takes.widget, self.seeds.widget, self.plots.widget])
        desk = widgets.VBox(
            [style, Labels(), self.banner, self.notice.widget, self.toolbar.widget, middle, below]
        )
        desk.add_class("ld-desk")
        return desk


def _first_layer(draft: Draft) -> str:
    return draft.look.layers[-1].name


def _why(error: LookdevError) -> str:
    """The sentence from the value on: the control itself says which parameter it is."""
    text = str(error)
    return text.partition(": ")[2] or text


def _sizes(shot: Shot) -> list[tuple[int, int]]:
    """Working sizes in the plate's proportions, from an eighth of its width to all of it."""
    wide = {max(16, round(shot.width / part)) for part in (8, 6, 4, 3, 2, 1.5, 1)}
    return [size for size in map(shot.working_size, sorted(wide)) if size[1] >= 16]


def _shape(shape: said.Box | said.Brush) -> garbage.Shape:
    if isinstance(shape, said.Box):
        return garbage.Box(shape.x0, shape.y0, shape.x1, shape.y1)
    return garbage.Stroke(shape.radius, shape.points, shape.erase)


def _named_matte(target: str, layer: Layer, matte: str) -> tuple[str, Any]:
    """The parameter that names a drawn matte, and its new value."""
    match target:
        case "holdout":
            return f"{layer.name}.holdouts", [*layer.holdouts, matte]
        case "matte":
            return f"{layer.name}.matte", matte
        case "control":
            return f"{layer.name}.control.matte", matte
        case _:
            return "support.matte", matte
