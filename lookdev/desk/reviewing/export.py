"""Export of a review movie: made on the models' thread, shown here, cancelled here."""

import html
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from lookdev.desk.loop import MainLoop
from lookdev.explore.engine import Engine
from lookdev.explore.review_movie import Shown, prepared, written
from lookdev.explore.want import Status
from lookdev.generate.adapter import OnStep
from lookdev.render import Session


class Export:
    """Two buttons and a bar."""

    def __init__(
        self,
        engine: Engine,
        loop: MainLoop,
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
        *,
        shown: Callable[[], Sequence[Shown]],
        made: Callable[[], object],
        cancelled: Callable[[], object],
    ) -> None:
        """Make them.

        Args:
            engine: Its models' thread does the work.
            loop: Where widgets are touched.
            guard: Wraps every callback.
            shown: Asked for what is to be in the movie: A, or A and B.
            made: Called after a movie: its frames are cached now.
            cancelled: Called after a cancel, which ends all work of the engine.
        """
        self._engine, self._loop, self._guard = engine, loop, guard
        self._shown, self._made, self._cancelled = shown, made, cancelled
        self._run = 0
        self.beside = widgets.Checkbox(
            description="B beside it", tooltip="A and B side by side", indent=False
        )
        self.beside.layout.width = "110px"
        self.start = _button("export movie", "film", "Write a movie with burn-ins")
        self.start.on_click(guard(lambda _button: self.begin()))
        self.cancel = _button("cancel", "stop", "Stop the export; no file is left")
        self.cancel.on_click(guard(lambda _button: self.stop()))
        self.bar = widgets.FloatProgress(min=0, max=1, tooltip="How much of the movie is made")
        self.bar.layout.width = "140px"
        self.said = widgets.HTML()
        self.widget = widgets.HBox([self.start, self.beside, self.bar, self.cancel, self.said])
        self.widget.layout.flex_flow = "row wrap"
        self._rest("")

    def begin(self) -> None:
        """Queue the movie."""
        self._run += 1
        self._engine.work(self._task(self._run, tuple(self._shown())))
        self.start.disabled = True
        self.bar.value = 0
        self.bar.layout.display = self.cancel.layout.display = ""
        self._say("movie: waiting for its turn")

    def stop(self) -> None:
        """Give it up: what it has queued posts nothing any more."""
        self._run += 1
        self._engine.cancel()
        self._rest("movie: cancelled, no file was left")
        self._cancelled()

    def _task(
        self, run: int, shown: Sequence[Shown]
    ) -> Callable[[Session, OnStep], Iterator[Status]]:
        def task(session: Session, on_step: OnStep) -> Iterator[Status]:
            ended = "movie: not made"
            try:
                looks, path = prepared(shown)
                for frame in written(path, looks, shown, session=session, on_step=on_step):
                    share = frame.done / frame.total
                    text = f"movie: frame {frame.done} of {frame.total}"
                    self._post(run, self._advance, share, text)
                    yield Status(text, True, share)
                ended = f"movie: {_within(path, looks[0].folder.root)}"
                self._post(run, self._made)
            finally:
                self._post(run, self._rest, ended)

        return task

    def _post(self, run: int, call: Callable[..., object], *words: object) -> None:
        def now() -> None:
            if run == self._run:
                call(*words)

        self._loop.post(self._guard(now))

    def _advance(self, share: float, text: str) -> None:
        self.bar.value = share
        self._say(text)

    def _rest(self, text: str) -> None:
        self.start.disabled = False
        self.bar.layout.display = self.cancel.layout.display = "none"
        self._say(text)

    def _say(self, text: str) -> None:
        self.said.value = f"<span role='status'>{html.escape(text)}</span>"


def _within(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _button(description: str, icon: str, tooltip: str) -> widgets.Button:
    layout = widgets.Layout(width="auto")
    return widgets.Button(description=description, icon=icon, tooltip=tooltip, layout=layout)
