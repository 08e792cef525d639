"""An approval in the making, on the models' thread; it can be cancelled at any step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookdev.desk.loop import MainLoop
from lookdev.desk.reviewing.wishing import Ready
from lookdev.explore.engine import Engine
from lookdev.explore.want import Status
from lookdev.generate.adapter import OnStep, Step
from lookdev.image.element import Element
from lookdev.render import Session

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile


@dataclass(frozen=True)
class Told:
    """Who is told; called on the main loop."""

    advanced: Callable[[float, str], object]
    """How much of it is done (0 to 1), and what is done now."""
    made: Callable[["ApprovalFile"], object]
    cancelled: Callable[[], object]
    failed: Callable[[Exception], object]


class Signing:
    """One approval at a time."""

    def __init__(
        self,
        engine: Engine,
        loop: MainLoop,
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
        told: Told,
    ) -> None:
        """Make nothing yet; `guard` wraps every call."""
        self._engine, self._loop, self._guard, self._told = engine, loop, guard, told
        self._run = 0
        self._has_begun = False

    def begin(self, ready: Ready) -> None:
        """Queue an approval."""
        self._run += 1
        self._has_begun = False
        self._engine.work(self._task(self._run, ready))

    def stop(self) -> bool:
        """Cancel it, with all work of the engine; whether its outcome is still to be told.

        What has begun ends after the step in flight, or is signed if that was the last one.
        """
        self._engine.cancel()
        return self._has_begun

    def _task(self, run: int, ready: Ready) -> Callable[[Session, OnStep], Iterator[Status]]:
        def task(_session: Session, on_step: OnStep) -> Iterator[Status]:
            from lookdev.approve.approve import approve
            from lookdev.render.recorded import CancelledError

            wish = ready.wish
            self._has_begun = True
            try:
                yield Status(f"approval of {wish.look_file.name}", True, 0.0)
                say = self._teller(run, ready, on_step)
                made = approve(wish, key=ready.key, say=say, on_step=on_step)
            except (GeneratorExit, CancelledError):
                self._post(run, self._told.cancelled)
                raise
            except Exception as error:  # noqa: BLE001 shown in full, and stays until it is mended
                self._post(run, self._told.failed, error)
            else:
                self._post(run, self._told.made, made)

        return task

    def _teller(self, run: int, ready: Ready, on_step: OnStep) -> Callable[[str], None]:
        total, lines = len(ready.wish.every) + 1, list[str]()

        def say(line: str) -> None:
            on_step(Step(len(lines), total, _nothing_to_see))  # raises once it is cancelled
            text = f"approval of {ready.wish.look_file.name}: {line}"
            self._post(run, self._told.advanced, len(lines) / total, text)
            lines.append(line)

        return say

    def _post(self, run: int, call: Callable[..., object], *words: object) -> None:
        def now() -> None:
            if run == self._run:
                call(*words)

        self._loop.post(self._guard(now))


def _nothing_to_see() -> Element:
    """Between two frames nothing is being denoised."""
    return Element.empty(1, 1)
