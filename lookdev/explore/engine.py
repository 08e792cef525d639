"""Behind a viewer: one thread that makes pictures, one that runs models, and their errands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from lookdev.explore.errands import Clip, ClipFrame, Finding
from lookdev.explore.fit import Wanted
from lookdev.explore.fit_draft import fitting
from lookdev.explore.model_worker import ModelWorker
from lookdev.explore.painter import proxy_scale
from lookdev.explore.picture_worker import PictureWorker
from lookdev.explore.probe import probed
from lookdev.explore.shown import Coded, Source
from lookdev.explore.sketch import sketch
from lookdev.explore.view import Shown, View
from lookdev.explore.want import Detail, Status, Task, Want
from lookdev.generate.adapter import OnStep
from lookdev.image.element import Element
from lookdev.render import Rendered, Session
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Layer, Look


class Listener(Protocol):
    """Who is told; called on the engine's threads, so it must pass it on at once."""

    def show(self, picture: Shown) -> None:
        """A picture is ready."""

    def overlay(self, frame: int, matte: Coded) -> None:
        """A matte to lay over the picture is ready."""

    def said(self, status: Status) -> None:
        """What the model does has changed."""

    def made(self) -> None:
        """An element was added to the cache."""

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        """The whole look of slot A has come to rest, in full."""

    def failed(self, error: Exception) -> None:
        """Something was given up."""


class Engine:
    """Draws views of looks over one shot; every method returns at once."""

    def __init__(self, shot_file: ShotFile, listener: Listener, *, refines: bool = True) -> None:
        """Start both threads.

        Args:
            shot_file: The shot.
            listener: Who is told.
            refines: Whether elements get their finer detail at once; if not, they are shown at
                their working size, as provisional, until `refine`.
        """
        self.shot_file = shot_file
        self._listener = listener
        wanted = _ForPictures(listener, self._want)
        self._pictures = PictureWorker(shot_file, wanted)
        self._models = ModelWorker(shot_file, _ForModels(listener, self._pictures), refines=refines)
        self._clip: Clip | None = None

    def show(self, view: View, *, anew: bool = False) -> None:
        """Draw this view; missing elements are drafted, then made when the hand rests."""
        self._pictures.show(replace(view, cancels=self._models.cancels), anew=anew)

    def cancel(self) -> None:
        """Give up what the model does; what was cancelled stays so until `resume`."""
        self._models.cancel()

    def resume(self, view: View) -> None:
        """Make what was cancelled after all."""
        self._models.resume()
        self.show(view)

    def refine(self, view: View, layer: Layer, *, whole: bool) -> None:
        """Make a layer's finer detail where a view shows it, or all over its frame.

        What is seen of it is shown as provisional; the whole is kept, and is what is delivered.

        Args:
            view: What is shown now.
            layer: A layer of the look in A, whose `refine.scale` is above 1.
            whole: Not only what is seen.
        """
        shot = self.shot_file.shot
        seen = Detail.seen(layer, view.region, (shot.width, shot.height))
        want = Want(layer, view.frame, view.a.look)
        self._models.refine(want, Detail() if whole else seen)
        self.show(view)

    def reopen(self, shot_file: ShotFile) -> None:
        """Work on from a changed `shot.yaml`: a matte was added."""
        self.shot_file = self._models.shot_file = shot_file
        self._pictures.reopen(shot_file)

    def close(self) -> None:
        """End both threads."""
        self._models.close()
        self._pictures.close()

    def join(self, timeout: float = 10.0) -> None:
        """Wait for both threads to end, after `close`."""
        self._models.join(timeout)
        self._pictures.join(timeout)

    def probe(self, x: float, y: float) -> dict[str, list[float]]:
        """Scene-linear values under a point of the plate, of what slot A shows.

        `plate` and `comp` are RGB, `element` the premultiplied RGBA of all layers together; nothing
        outside the plate. Averages over proxy pixels while a proxy is shown.
        """
        last = self._pictures.last
        if last is None:
            return {}
        scale, rendered = last
        return probed(rendered, self.shot_file, scale, x, y)

    def find_cached(
        self, look: Look, found: Callable[[list[int]], None], *, name: str = ""
    ) -> None:
        """Tell which frames of a look have all their elements; a new one replaces its namesake."""
        frames = list(self._range())
        self._pictures.run(Finding(self._pictures, look, frames, found, name), name=name)

    def fill(self, look: Look) -> None:
        """Make every element that the look lacks over the shot's range, frame by frame."""
        frames, shot_file = list(self._range()), self.shot_file

        def task(session: Session, on_step: OnStep) -> Iterator[Status]:
            yield Status(f"frames {frames[0]} to {frames[-1]}", True, 0.0)  # before the first one
            for number, frame in enumerate(frames, start=1):
                self._pictures.check(shot_file, look, frame)
                with self._models.records.of(session, shot_file, look, frame):
                    for layer in look.shown:
                        if not session.elements.is_kept(layer, shot_file, frame):
                            session.elements.get(layer, shot_file, frame, on_step=on_step)
                self._listener.made()
                share = number / len(frames)
                yield Status(f"frame {frame}, {number} of {len(frames)}", True, share)

        self._models.add(task)

    def fit(
        self, look_file: LookFile, layer: str, wanted: Wanted, done: Callable[[Look], object]
    ) -> None:
        """Fit a layer of a draft to the plate; `done` gets the fitted look, on another thread."""
        records = self._models.records
        self._models.add(fitting(look_file, layer, wanted, records=records, done=done))

    def work(self, task: Task) -> None:
        """Queue longer work on the models' thread; pictures that are waited for go first."""
        self._models.add(task)

    def clip(
        self,
        sources: Mapping[str, Source],
        frames: Sequence[int],
        size: tuple[int, int],
        each: Callable[[ClipFrame], None],
        done: Callable[[list[int]], None],
    ) -> None:
        """Draw the whole display window of these frames, for playback, in place of any other clip.

        Args:
            sources: What is played, by slot.
            frames: What is wanted of it; frames for which A lacks an element are left out.
            size: Of the place it fills (screen pixels).
            each: Gets every frame, in order.
            done: Gets the frames that there were.
        """
        self.drop_clip()
        self._clip = Clip(
            self._pictures,
            self.shot_file,
            sources,
            frames=frames,
            size=size,
            each=each,
            done=done,
        )
        self._pictures.run(self._clip, name="clip")

    def drop_clip(self) -> None:
        """Draw no more of a clip: the look has changed."""
        if self._clip is not None:
            self._clip.is_dropped = True

    def thumbnails(
        self, looks: dict[str, Look], frame: int, each: Callable[[str, bytes], None]
    ) -> None:
        """Small pictures of looks, as drafts where their elements are not cached."""
        shot_file = self.shot_file

        def task(session: Session, on_step: OnStep) -> Iterator[Status]:
            for number, (name, look) in enumerate(looks.items(), start=1):
                self._pictures.check(shot_file, look, frame)
                with self._models.records.of(session, shot_file, look, frame):
                    picture = sketch(shot_file, look, frame, session, on_step)
                each(name, picture)
                share = number / len(looks)
                yield Status(f"picture {number} of {len(looks)}", True, share)

        self._models.add(task)

    def examine(
        self, look: Look, frame: int, use: Callable[[Rendered], None], *, name: str = ""
    ) -> None:
        """Hand a proxy of a frame, as far as it is cached, to a function on the picture thread.

        A new one replaces its namesake which has not begun.
        """

        def errand() -> None:
            use(self._pictures.render(look, frame, proxy_scale(self.shot_file))[0])

        self._pictures.run(errand, name=name)

    def _want(self, wants: Sequence[Want], cancels: int) -> None:
        self._models.want(wants, cancels=cancels)

    def _range(self) -> range:
        plate = self.shot_file.shot.plate
        return range(plate.first, plate.last + 1)


class _ForPictures:
    """Passes on what the picture thread says."""

    def __init__(self, listener: Listener, want: Callable[[Sequence[Want], int], None]) -> None:
        self.show, self.overlay = listener.show, listener.overlay
        self.rested, self.failed = listener.rested, listener.failed
        self.want = want


class _ForModels:
    """Passes on what the model thread says, and the elements to the pictures."""

    def __init__(self, listener: Listener, pictures: PictureWorker) -> None:
        self.said, self.failed = listener.said, listener.failed
        self._listener, self._pictures = listener, pictures

    def sketched(self, want: Want, element: Element, stage: str) -> None:
        self._pictures.sketched(want.key, element, stage)

    def made(self, _want: Want) -> None:
        self._pictures.made()
        self._listener.made()
