"""The explore desk put together: a draft, the picture of it, and everything that edits it."""

from functools import partial
from typing import Any

from traitlets import TraitError

from lookdev.desk.banner import Banner
from lookdev.desk.exploring.acts import Acts
from lookdev.desk.exploring.choices import choices_of
from lookdev.desk.exploring.doubts import Doubts
from lookdev.desk.exploring.drawn import naming, shapes_of
from lookdev.desk.exploring.fitting import Fitting
from lookdev.desk.exploring.idle import idle_parts
from lookdev.desk.exploring.inspector import Inspector
from lookdev.desk.exploring.laid_out import laid_out
from lookdev.desk.exploring.layer_edits import layer_actions
from lookdev.desk.exploring.layers import LayerStack
from lookdev.desk.exploring.notice import Notice
from lookdev.desk.exploring.plots import Plots
from lookdev.desk.exploring.refining import Refining
from lookdev.desk.exploring.seeds import SeedStrip
from lookdev.desk.exploring.sources import sources_of
from lookdev.desk.exploring.take_strip import TakeStrip, Thumbnails
from lookdev.desk.exploring.toolbar import COMMANDS, Toolbar
from lookdev.desk.exploring.watch import Watch
from lookdev.desk.gallery.widget import Action
from lookdev.desk.loop import MainLoop
from lookdev.desk.stage import Stage
from lookdev.desk.viewer import messages as said
from lookdev.errors import LookdevError
from lookdev.explore.draft import Draft
from lookdev.explore.draft_folder import drafts_folder
from lookdev.explore.estimates import Estimates
from lookdev.explore.fit_draft import FITS, onto
from lookdev.image import garbage
from lookdev.spec import parameter
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Layer, Look


class ExploreDesk:
    """One desk; every method runs on the main loop and returns at once."""

    def __init__(self, shot_file: ShotFile, draft: Draft) -> None:
        """Make the widgets, start the engine, and show the draft as it was left."""
        self.draft = draft
        self._shot_file = shot_file
        self._loop = loop = MainLoop()
        self.banner = Banner()
        guard = self.banner.guard
        self.notice = Notice(self._guarded)
        self._doubts = Doubts(self.notice)
        self.stage = Stage(shot_file, loop=loop, banner=self.banner, refines=False)
        self._estimates = Estimates.open(shot_file.folder)
        self._layer = _first_layer(draft)
        self._acts = Acts(draft, self.stage, self.notice, layer=lambda: self._layer)
        self.layers = LayerStack(
            layer_actions(
                draft,
                guard=self._guarded_call,
                select=self._select,
                changed=self._changed,
                set_value=self.set_value,
            )
        )
        self.refining = Refining(self._guarded_call(self._act))
        self.fitting = Fitting(self._guarded_call(self._fit))
        self.inspector = Inspector(
            choices_of(lambda: self._shot_file),
            set_value=self.set_value,
            set_lock=self._guarded_call(self._lock),
            idle=lambda layer: idle_parts(layer, self._shot_file.folder),
            below={"refine": self.refining.widget, "blend": self.fitting.widget},
        )
        self.toolbar = Toolbar(self._guarded_call(self._act))
        self.takes = TakeStrip(
            Thumbnails(shot_file.folder.cache_folder / "thumbnails"),
            on_action=self._guarded_call(self._took),
            ask_for=self._ask_for_take,
            guard=guard,
        )
        self.seeds = SeedStrip(
            ask_for=self._ask_for_seeds, choose=self._choose, guard=self._guarded_call
        )
        self.plots = Plots(self.stage.engine, loop, guard)
        self.watch = Watch(draft, loop, self.banner, self.notice, self._changed)
        self._restore()
        self._connect()
        self.widget = laid_out(self)
        self._changed()

    def set_value(self, name: str, value: Any) -> None:
        """Set one parameter, as JSON data; what is not allowed is said beside it."""
        self._guarded_call(self._set_value)(name, value)

    def close(self) -> None:
        """Save, and end the threads; what cannot be saved is tried again, and the desk goes on."""
        try:
            self.draft.close()
        except Exception:
            self.watch.touched()
            raise
        self.watch.close()
        self.stage.close()

    def _set_value(self, name: str, value: Any) -> None:
        try:
            look = parameter.replace(self.draft.look, name, value)
        except LookdevError as error:
            if not self.inspector.refuse(name, _why(error)):
                raise
            return
        self.inspector.refuse(name, "")
        self._edit(look, name)

    def _lock(self, name: str, locked: bool) -> None:  # noqa: FBT001 a switch's position
        self.draft.lock(name, locked)
        self._changed()

    def _select(self, layer: str | None) -> None:
        if layer is not None:
            self._layer = layer
        self._show_values()
        self._remember()

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
        self._doubts.show(look, self._shot_file)
        self.layers.show(look, selected=self._layer, solo=state.solo)
        self.inspector.show(look, self._layer, frame, state.locked)
        self.refining.show(self._selected())
        self.fitting.show(self._selected())
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
        self._acts.do(name)
        self._changed()

    def _fit(self, name: str) -> None:
        """Fit the selected layer; the draft goes on meanwhile, and takes what was fitted."""
        before, layer, what = self.draft.look, self._layer, name.removeprefix("fit ")

        def done(fitted: Look) -> None:
            self._loop.post(self._guarded_call(self._fitted), before, fitted, f"{layer}: {name}")

        path = drafts_folder(self._shot_file) / f"{self.draft.name}.yaml"
        look_file = LookFile(path, before, self._shot_file)
        self.stage.engine.fit(look_file, layer, FITS[what], done)

    def _fitted(self, before: Look, fitted: Look, what: str) -> None:
        self.draft.edit(onto(self.draft.look, before, fitted), what)
        self.draft.settle()
        self._changed()

    def _took(self, action: Action) -> None:
        self._acts.took(action)
        self._changed()

    def _choose(self, look: Look, what: str) -> None:
        self.draft.edit(look, what)
        self._changed()

    def _drawn(self, matte: said.Matte) -> None:
        """Save a matte in a thread, and name it in the look once it is there."""
        shot_file, target, layer = self._shot_file, self.toolbar.target.value, self._layer
        work = partial(garbage.save, shot_file, matte.name, shapes_of(matte))
        done = self._guarded_call(partial(self._saved_matte, matte.name, target, layer))
        self._loop.away(work, done, self._guarded_call(self._refused_matte))

    def _saved_matte(self, matte: str, target: str, layer: str, shot_file: ShotFile) -> None:
        self._shot_file = shot_file
        self.stage.reopen(shot_file)
        self.stage.viewer.matte_saved(matte)
        look = self.draft.look
        found = next((one for one in look.layers if one.name == layer), self._selected())
        name, value = naming(target, found, matte)
        self.draft.edit(parameter.replace(look, name, value), name)
        self._changed()

    def _refused_matte(self, error: Exception) -> None:
        """Beside the brush where it is a sentence; what was drawn stays."""
        if not isinstance(error, LookdevError):
            raise error
        self.stage.viewer.refuse(str(error))

    def _ask_for_take(self, take: str, look: Look) -> None:
        self.stage.thumbnails({take: look}, self.takes.put)

    def _ask_for_seeds(self, looks: dict[str, Look]) -> None:
        self.stage.thumbnails(looks, self.seeds.put)

    def _connect(self) -> None:
        stage, viewer = self.stage, self.stage.viewer
        viewer.garbage = True
        viewer.commands = list(COMMANDS)
        stage.on_command(self._guarded_call(self._act))
        stage.on_matte(self._guarded_call(self._drawn))
        stage.on_rested(self._rested)
        stage.on_frame(self._guarded_call(self._moved))
        viewer.observe(self._guarded_call(lambda _change: self._remember()), "state")
        self.toolbar.tree.observe(lambda change: self.takes.arrange(as_tree=change["new"]), "value")

    def _rested(self, look: Look, _frame: int, thumbnail: bytes) -> None:
        if look == self.draft.take.look:
            self.takes.put(str(self.draft.take.id), thumbnail)

    def _moved(self, frame: int) -> None:
        self.draft.at(frame)
        self._show_values()
        self.watch.touched()

    def _remember(self) -> None:
        self.draft.view({"viewer": dict(self.stage.viewer.state), "layer": self._layer})
        self.watch.touched()

    def _restore(self) -> None:
        state = self.draft.state
        plate = self._shot_file.shot.plate
        if state.frame is not None and plate.first <= state.frame <= plate.last:
            self.stage.viewer.frame = state.frame
        kept = state.view.get("viewer")
        if isinstance(kept, dict):
            self._restore_viewer(kept)
        self._layer = str(state.view.get("layer", self._layer))

    def _restore_viewer(self, kept: dict[str, Any]) -> None:
        try:
            self.stage.viewer.state = kept
        except TraitError as error:  # of another version, or edited by hand: no look hangs on it
            self.notice.ask(f"{self.draft.name}: how it was viewed is not restored: {error}.")

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


def _first_layer(draft: Draft) -> str:
    return draft.look.layers[-1].name


def _why(error: LookdevError) -> str:
    """The sentence from the value on: the control itself says which parameter it is."""
    text = str(error)
    return text.partition(": ")[2] or text
