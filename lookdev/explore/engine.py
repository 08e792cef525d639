"""Behind a viewer: one thread that makes pictures, one that runs models, and their errands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from lookdev.explore import shown
from lookdev.explore.model_worker import DRAFT, ModelWorker, Status, Task, Want
from lookdev.explore.picture import comp_picture
from lookdev.explore.picture_worker import PROXY_WIDTH, THUMB_WIDTH, PictureWorker
from lookdev.explore.shown import Coded, Source
from lookdev.explore.view import Shown, View
from lookdev.generate.adapter import OnStep
from lookdev.image.element import Element
from lookdev.image.sheet import fitted
from lookdev.render import Rendered, Session, render_frame
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


@dataclass(frozen=True)
class ClipFrame:
    """One frame of a clip, of both slots."""

    frame: int
    pictures: dict[str, Coded]


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

    def __init__(self, shot_file: ShotFile, listener: Listener) -> None:
        """Start both threads."""
        self.shot_file = shot_file
        self._listener = listener
        wanted = _ForPictures(listener, self._want)
        self._pictures = PictureWorker(shot_file, wanted)
        self._models = ModelWorker(shot_file, _ForModels(listener, self._pictures))

    def show(self, view: View, *, anew: bool = False) -> None:
        """Draw this view; missing elements are drafted, then made when the hand rests."""
        self._pictures.show(view, anew=anew)

    def cancel(self) -> None:
        """Give up what the model does; what was cancelled stays so until `resume`."""
        self._models.cancel()

    def resume(self, view: View) -> None:
        """Make what was cancelled after all."""
        self._models.resume()
        self.show(view)

    def reopen(self, shot_file: ShotFile) -> None:
        """Work on from a changed `shot.yaml`: a matte was added."""
        self.shot_file = self._models.shot_file = self._pictures.shot_file = shot_file

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
        return _values(rendered, self.shot_file, scale, x, y)

    def find_cached(self, look: Look, found: Callable[[list[int]], None]) -> None:
        """Tell which frames of a look have all their elements."""

        def errand() -> None:
            frames = []
            for frame in self._range():
                if self._pictures.is_stale:
                    self._pictures.run(errand)
                    return
                if self._pictures.is_cached(look, frame):
                    frames.append(frame)
            found(frames)

        self._pictures.run(errand)

    def fill(self, look: Look) -> None:
        """Make every element that the look lacks over the shot's range, frame by frame."""
        frames = list(self._range())

        def task(session: Session, on_step: OnStep) -> Iterator[Status]:
            self._pictures.checked(look, frames[0])
            for number, frame in enumerate(frames, start=1):
                for layer in look.shown:
                    session.elements.get(layer, self.shot_file, frame, on_step=on_step)
                share = number / len(frames)
                yield Status(f"frame {frame}, {number} of {len(frames)}", True, share)
            self._listener.made()

        self._models.add(task)

    def work(self, task: Task) -> None:
        """Queue longer work on the models' thread; pictures that are waited for go first."""
        self._models.add(task)

    def clip(
        self,
        sources: dict[str, Source],
        frames: Sequence[int],
        size: tuple[int, int],
        each: Callable[[ClipFrame], None],
        done: Callable[[], None],
    ) -> None:
        """Draw the whole display window of these frames, for playback; stops if a view is asked."""
        shot = self.shot_file.shot
        region = (0.0, 0.0, float(shot.width), float(shot.height))

        def errand() -> None:
            scale = min(1.0, PROXY_WIDTH / shot.width)
            for frame in frames:
                if self._pictures.is_stale:
                    return
                pictures = {}
                for slot, source in sources.items():
                    rendered, _ = self._pictures.render(source.look, frame, scale)
                    plane = shown.plane_of(rendered, source.what, self.shot_file, scale)
                    pictures[slot] = shown.coded(
                        plane, region=region, size=size, plate_width=shot.width, exact=False
                    )
                each(ClipFrame(frame, pictures))
            done()

        self._pictures.run(errand)

    def thumbnails(
        self, looks: dict[str, Look], frame: int, each: Callable[[str, bytes], None]
    ) -> None:
        """Small pictures of looks, as drafts where their elements are not cached."""

        def task(session: Session, on_step: OnStep) -> Iterator[Status]:
            for number, (name, look) in enumerate(looks.items(), start=1):
                each(name, _sketch(self.shot_file, look, frame, session, on_step))
                share = number / len(looks)
                yield Status(f"picture {number} of {len(looks)}", True, share)

        self._models.add(task)

    def examine(self, look: Look, frame: int, use: Callable[[Rendered], None]) -> None:
        """Hand a proxy of a frame, as far as it is cached, to a function on the picture thread."""
        scale = min(1.0, PROXY_WIDTH / self.shot_file.shot.width)
        self._pictures.run(lambda: use(self._pictures.render(look, frame, scale)[0]))

    def _want(self, wants: Sequence[Want]) -> None:
        self._models.want(wants)

    def _range(self) -> range:
        plate = self.shot_file.shot.plate
        return range(plate.first, plate.last + 1)


class _ForPictures:
    """Passes on what the picture thread says."""

    def __init__(self, listener: Listener, want: Callable[[Sequence[Want]], None]) -> None:
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

    def made(self, want: Want) -> None:
        self._pictures.made(want.key)
        self._listener.made()


def soloed(look: Look, name: str | None) -> Look:
    """The look with every layer but one muted; as it is for None."""
    if name is None:
        return look
    layers = tuple(layer.model_copy(update={"mute": layer.name != name}) for layer in look.layers)
    return look.model_copy(update={"layers": layers})


def _sketch(
    shot_file: ShotFile, look: Look, frame: int, session: Session, on_step: OnStep
) -> bytes:
    given = {
        layer.name: session.elements.get(layer, shot_file, frame, draft=DRAFT, on_step=on_step)
        for layer in look.shown
        if not session.elements.is_kept(layer, shot_file, frame)
    }
    scale = min(1.0, 2 * THUMB_WIDTH / shot_file.shot.width)
    rendered = render_frame(
        shot_file, look, frame, session=session, scale=scale, provisional=given, on_step=on_step
    )
    return shown.jpeg(fitted(comp_picture(rendered, shot_file.shot, session), THUMB_WIDTH), 85)


def _values(
    rendered: Rendered, shot_file: ShotFile, scale: float, x: float, y: float
) -> dict[str, list[float]]:
    width = shot_file.shot.width
    values = {}
    for name in ("plate", "comp"):
        plane = shown.plane_of(rendered, name, shot_file, scale)
        found = shown.value_at(plane, x, y, width)
        if found is None:
            return {}
        values[name] = found
    element = [0.0, 0.0, 0.0, 0.0]
    for layer in rendered.layers:
        rgb = shown.plane_of(rendered, f"element:{layer}", shot_file, scale)
        alpha = shown.plane_of(rendered, f"alpha:{layer}", shot_file, scale)
        (a,) = shown.value_at(alpha, x, y, width) or [0.0]
        over = shown.value_at(rgb, x, y, width) or [0.0, 0.0, 0.0]
        element = [new + old * (1 - a) for new, old in zip([*over, a], element, strict=True)]
    return {**values, "element": element}
