"""A viewer with an engine behind it: what a person asks of the picture, answered."""

from collections.abc import Callable
from typing import Any

from lookdev.desk.banner import Banner
from lookdev.desk.listener import Listener
from lookdev.desk.loop import MainLoop
from lookdev.desk.sender import Sender, baked, facts
from lookdev.desk.viewer import messages as said
from lookdev.desk.viewer.widget import Viewer
from lookdev.errors import SpecError
from lookdev.explore.engine import Engine
from lookdev.explore.errands import ClipFrame
from lookdev.explore.shown import Source
from lookdev.explore.view import Shown, View
from lookdev.explore.want import Status
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


class Stage:
    """The viewer of one shot. Everything here runs on the main loop and returns at once."""

    def __init__(
        self, shot_file: ShotFile, *, loop: MainLoop, banner: Banner, refines: bool = True
    ) -> None:
        """Start the engine's threads and make the viewer; sources come with `set_sources`.

        Args:
            shot_file: The shot.
            loop: The main loop.
            banner: Where errors are said.
            refines: As `Engine`.
        """
        self._loop, self._banner = loop, banner
        self._sources: dict[str, Source] = {}
        self._seen: said.Seen | None = None
        self._cached_for: Look | None = None
        self._failed = ""
        self._on_point: Callable[[int, float, float], object] = _nothing
        self._on_command: Callable[[str], object] = _nothing
        self._on_matte: Callable[[said.Matte], object] = _nothing
        self._on_rested: Callable[[Look, int, bytes], object] = _nothing
        self._on_frame: Callable[[int], object] = _nothing
        self.viewer = Viewer(shot=facts(shot_file), frame=shot_file.shot.plate.first)
        self.send = Sender(self.viewer)
        self.engine = Engine(shot_file, self._listener(), refines=refines)
        self._answers: dict[type, Callable[[Any], object]] = {
            said.Ready: self._ready,
            said.Seen: self._sees,
            said.Sources: self._chosen,
            said.At: self._go,
            said.Play: self._play,
            said.Probe: self._probe,
            said.Painted: self._painted,
            said.Played: _nothing,  # the page shows it; nothing is kept
            said.Cancel: self._cancel,
            said.Point: lambda m: self._on_point(m.frame, m.x, m.y),
            said.Command: lambda m: self._on_command(m.id),
            said.Matte: lambda m: self._on_matte(m),  # noqa: PLW0108 it is set later
        }
        self.viewer.listen(banner.guard(self._hear), banner.show)
        self.latencies: list[float] = []
        """Milliseconds from a picture's arrival in the page to its being painted."""

    def set_sources(self, sources: list[Source]) -> None:
        """What A and B can be; the first is taken where the page asks for one that is gone."""
        self._sources = {source.id: source for source in sources}
        told = [{"id": source.id, "label": source.label} for source in sources]
        if self.viewer.sources != told:
            self.viewer.sources = told
        state = self.viewer.state
        gone = {slot: sources[0].id for slot in ("a", "b") if state[slot] not in self._sources}
        if gone:
            self.viewer.state = {**state, **gone}

    def show(self, frame: int | None = None, *, anew: bool = False) -> None:
        """Draw what the viewer shows, of the sources as they are now."""
        if frame is not None and frame != self.viewer.frame:
            self.viewer.frame = frame
        view = self._view()
        if view is not None:
            self.engine.show(view, anew=anew)
            self._look_changed(view)

    def resume(self) -> None:
        """Make what was cancelled after all."""
        view = self._view()
        if view is not None:
            self.engine.resume(view)

    def refine(self, layer: str, *, whole: bool) -> None:
        """Make a layer's finer detail, where it is seen or all over the frame.

        Raises:
            SpecError: What A shows has no such layer, or nothing to refine in it.
        """
        view = self._view()
        if view is None:
            return
        found = next((one for one in view.a.look.shown if one.name == layer), None)
        if found is None:
            raise SpecError(f"{layer}: is not in what A shows; show the comp, and {layer} in it")
        if found.refine.scale == 1:
            raise SpecError(f"{layer}.refine.scale is 1 in what A shows; set it above 1 first")
        self.engine.refine(view, found, whole=whole)

    def fill(self, look: Look | None = None) -> None:
        """Make every frame of a look, for playback; of what A shows if None."""
        view = self._view()
        if view is not None:
            self.engine.fill(look or view.a.look)

    def reopen(self, shot_file: ShotFile) -> None:
        """Go on from a changed `shot.yaml`."""
        self.engine.reopen(shot_file)

    def on_point(self, call: Callable[[int, float, float], object]) -> None:
        """Call with frame, x and y (plate px) of a double click on the picture."""
        self._on_point = call

    def on_command(self, call: Callable[[str], object]) -> None:
        """Call with the id of one of the desk's own shortcuts."""
        self._on_command = call

    def on_matte(self, call: Callable[[said.Matte], object]) -> None:
        """Call with a garbage matte that is to be saved."""
        self._on_matte = call

    def on_rested(self, call: Callable[[Look, int, bytes], object]) -> None:
        """Call with look, frame and a small JPEG once A's whole look is shown in full."""
        self._on_rested = call

    def on_frame(self, call: Callable[[int], object]) -> None:
        """Call with the frame when another one is set."""
        self._on_frame = call

    def close(self) -> None:
        """End the engine's threads."""
        self.engine.close()

    def look_at(self, *, a: str | None = None, b: str | None = None) -> None:
        """Show another source in A or B; B alone is compared with A by a wipe."""
        state = {**self.viewer.state}
        if a is not None:
            state["a"] = a
        if b is not None:
            state["b"] = b
            state["mode"] = "wipe" if state["mode"] == "a" else state["mode"]
        self.viewer.state = state
        self.show()

    def thumbnails(self, looks: dict[str, Look], put: Callable[[str, bytes], object]) -> None:
        """Small pictures of looks at the current frame; `put` gets each by its name."""
        guarded = self._banner.guard(put)
        self.engine.thumbnails(
            looks, self.viewer.frame, lambda name, jpeg: self._loop.post(guarded, name, jpeg)
        )

    def _listener(self) -> Listener:
        return Listener(
            self._loop,
            self._banner,
            show=self.show_picture,
            overlay=self.send.overlay,
            said=self.send.say,
            made=self.find_cached,
            rested=self.rested,
            failed=self.fail,
        )

    def _hear(self, message: said.Message) -> None:
        self._answers[type(message)](message)

    def _ready(self, _message: said.Ready) -> None:
        shot_file = self.engine.shot_file
        self._loop.away(lambda: baked(shot_file), self.send.lut, self._banner.show)
        self.show(anew=True)

    def _cancel(self, _message: said.Cancel) -> None:
        """Said at once: the model's own word comes after the step in flight."""
        if self.viewer.status["busy"]:
            self.send.say(Status("cancelling: one step is still in flight", busy=True))
        self.engine.cancel()

    def _sees(self, message: said.Seen) -> None:
        self._seen = message
        self.show()

    def _chosen(self, message: said.Sources) -> None:
        chosen = {"a": message.a, "b": message.b, "overlay": message.overlay}
        self.viewer.state = {**self.viewer.state, **chosen}
        self.show()

    def _probe(self, message: said.Probe) -> None:
        values = self.engine.probe(message.x, message.y)
        self.viewer.answer_probe(number=message.id, x=message.x, y=message.y, values=values)

    def _painted(self, message: said.Painted) -> None:
        self.latencies = [*self.latencies[-999:], message.ms]

    def _go(self, message: said.At) -> None:
        frame, moving = message.frame, message.moving
        if frame != self.viewer.frame:
            self.viewer.frame = frame
        view = self._view(scrubbing=moving)
        if view is not None:
            self.engine.show(view)
        if not moving:
            self._on_frame(frame)

    def _play(self, message: said.Play) -> None:
        frames = list(self.viewer.cached)
        wanted = {"a": message.a, "b": message.b}
        sources = {slot: self._source(name) for slot, name in wanted.items()}
        if sources["b"] == sources["a"]:
            del sources["b"]

        def each(clip: ClipFrame) -> None:
            self._loop.post(self._banner.guard(self.send.clip), clip, frames[-1])

        def done(drawn: list[int]) -> None:
            self._loop.post(self._banner.guard(self.viewer.finish_clip), drawn)

        self.engine.clip(sources, frames, message.size, each, done)

    def _view(self, *, scrubbing: bool = False) -> View | None:
        """What is visible now; None until a page has said what it sees, or there is no source."""
        if self._seen is None or not self._sources:
            return None
        state = self.viewer.state
        overlay = state["overlay"]
        return View(
            a=self._source(state["a"]),
            b=self._source(state["b"]),
            overlay=overlay if overlay in self._sources else "",
            frame=self.viewer.frame,
            region=self._seen.region,
            size=self._seen.size,
            scrubbing=scrubbing,
        )

    def _source(self, name: str) -> Source:
        return self._sources.get(name) or next(iter(self._sources.values()))

    def _look_changed(self, view: View) -> None:
        if view.a.look == self._cached_for:
            return
        self._cached_for = view.a.look
        self.engine.drop_clip()
        self.viewer.clear_clip()
        self.find_cached()

    def find_cached(self) -> None:
        """Find anew which frames are ready to be played."""
        view = self._view()
        if view is not None:
            self.engine.find_cached(
                view.a.look,
                lambda frames: self._loop.post(self._banner.guard(self._set_cached), frames),
                name="what A can play",
            )

    def _set_cached(self, frames: list[int]) -> None:
        if list(self.viewer.cached) != frames:
            self.viewer.cached = frames

    def show_picture(self, picture: Shown) -> None:
        """Send a picture to the page; what failed before it is mended."""
        if self._failed and not picture.stage:
            if self._banner.text == self._failed:
                self._banner.clear()
            self._failed = ""
        self.send.picture(picture)

    def fail(self, error: Exception) -> None:
        """Say what the engine gave up, until a picture comes again."""
        self._banner.show(error)
        self._failed = self._banner.text

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        """Pass on that a look is shown in full."""
        self._on_rested(look, frame, thumbnail)


def _nothing(*_: object) -> None:
    """Nobody listens."""
