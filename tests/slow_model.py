"""A model whose every step waits until it is let go, and whoever listens to an engine."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from lookdev.explore import picture_worker, wishes
from lookdev.explore.engine import Engine
from lookdev.explore.shown import Coded, Source
from lookdev.explore.view import Shown, View
from lookdev.explore.want import Status, Want
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.loaded import Loaded
from lookdev.image.element import Element
from lookdev.image.frame import Window
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

PATIENCE = 20
"""Seconds after which a test gives up; nothing ever takes so long."""


def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hand that rests after a moment: tests need not wait for a person's."""
    monkeypatch.setattr(wishes, "REST", 0.03)
    monkeypatch.setattr(picture_worker, "SETTLE", 0.03)


class SlowModel:
    """Stands in for every model; density is the noise's first plane, squeezed into 0..1."""

    multiple = 2
    """Of a tile's sides."""
    is_compiled = False

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[Request] = []
        """Begun, in order."""
        self.finished: list[Request] = []
        self.steps = 0
        self.error: Exception | None = None
        self.threads: set[str] = set()
        self._free = threading.Event()
        self._free.set()
        self._turns = threading.Semaphore(0)
        self._changed = threading.Condition()
        self.tiles: list[Window] = []
        """Repainted, in order."""
        monkeypatch.setattr(Loaded, "_load", lambda *_given: self)

    def hold(self) -> None:
        """From now on every step waits for `step`."""
        self._free.clear()

    def step(self, count: int = 1) -> None:
        """Let so many steps go."""
        self._turns.release(count)

    def go(self) -> None:
        """Let all go."""
        self._free.set()
        self._turns.release(1000)

    def wait(self, true: Callable[[], bool]) -> None:
        """Until it is, which only this model's work can bring about."""
        with self._changed:
            assert self._changed.wait_for(true, PATIENCE)

    def generate(self, requests: Sequence[Request], on_step: OnStep | None) -> tuple[Element, ...]:
        return tuple(self._generated(request, on_step) for request in requests)

    def moment(self, _on_step: OnStep) -> bool:
        return False

    def repaint(
        self, _request: Request, element: Element, window: Window, _size: Any, _draw: int
    ) -> Element:
        self._wait_for_leave()
        self._tell(lambda: self.tiles.append(window))
        return replace(element, evaluations=1)

    def _generated(self, request: Request, on_step: OnStep | None) -> Element:
        self.threads.add(threading.current_thread().name)
        self._tell(lambda: self.made.append(request))
        if self.error is not None:
            raise self.error
        element = self._element(request)
        steps = request.layer.element.steps
        for n in range(steps):
            self._wait_for_leave()
            self._tell(self._count)
            if on_step is not None:
                on_step(Step(n + 1, steps, lambda: element))
        self._tell(lambda: self.finished.append(request))
        return element

    def _wait_for_leave(self) -> None:
        if not self._free.is_set():
            assert self._turns.acquire(timeout=PATIENCE)

    def _count(self) -> None:
        self.steps += 1

    def _tell(self, act: Callable[[], object]) -> None:
        with self._changed:
            act()
            self._changed.notify_all()

    def _element(self, request: Request) -> Element:
        params = request.layer.element
        density = (request.noise(3, *params.size, 0)[0].numpy() * 0.2 + 0.5).clip(0, 1)
        light = np.ones_like(density)
        return Element.made(
            density=density, light=light, emission=0 * light, evaluations=params.steps
        )


@dataclass(repr=False)
class Heard:
    """A listener that keeps all, and can be waited for."""

    pictures: list[Shown] = field(default_factory=list)
    overlays: list[tuple[int, Coded]] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    rest: list[tuple[Look, int, bytes]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    sketches: list[tuple[Want, str]] = field(default_factory=list)
    asked: list[set[str]] = field(default_factory=list)
    """Keys of what the models' thread was asked for; kept by `listens_to`."""
    other: list[object] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, true: Callable[[], object], timeout: float = PATIENCE) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(true()), timeout), repr(self)

    def __repr__(self) -> str:
        pictures = [(p.slot, p.frame, p.coded.encoding, p.stage) for p in self.pictures[-8:]]
        return f"{pictures}, {self.statuses[-3:]}, {self.errors[-3:]}"

    def listens_to(self, engine: Engine) -> Engine:
        want = engine._models.want

        def asked(wants: Sequence[Want], *, cancels: int | None = None) -> None:
            want(wants, cancels=cancels)
            self._add(self.asked, {one.key for one in wants})

        engine._models.want = asked  # type: ignore[method-assign]
        return engine

    def note(self, thing: object) -> None:
        self._add(self.other, thing)

    def show(self, picture: Shown) -> None:
        self._add(self.pictures, picture)

    def overlay(self, frame: int, matte: Coded) -> None:
        self._add(self.overlays, (frame, matte))

    def said(self, status: Status) -> None:
        self._add(self.statuses, status)

    def made(self, want: Want | None = None) -> None:
        self._add(self.wants, want)

    def sketched(self, want: Want, _element: Element, stage: str) -> None:
        self._add(self.sketches, (want, stage))

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        self._add(self.rest, (look, frame, thumbnail))

    def failed(self, error: Exception) -> None:
        self._add(self.errors, error)

    @property
    def full(self) -> list[Shown]:
        """Pictures that lack nothing."""
        return [picture for picture in self.pictures if not picture.stage]

    @property
    def exact(self) -> list[Shown]:
        return [picture for picture in self.full if picture.coded.encoding == "half"]

    def _add(self, where: list, thing: object) -> None:
        with self._changed:
            where.append(thing)
            self._changed.notify_all()


def view(
    shot_file: ShotFile,
    look: Look,
    frame: int,
    *,
    a: str = "comp",
    b: str = "",
    b_look: Look | None = None,
    overlay: str = "",
    scrubbing: bool = False,
) -> View:
    """All of the plate, on as many pixels."""
    shot = shot_file.shot
    size = (shot.width, shot.height)
    return View(
        a=Source(a, a, look, a),
        b=Source(b or a, b or a, b_look or look, b or a),
        overlay=overlay,
        frame=frame,
        region=(0.0, 0.0, float(size[0]), float(size[1])),
        size=size,
        scrubbing=scrubbing,
    )
