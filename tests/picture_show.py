"""The small show with a picture model in it: a patch on the tower, or an element over all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from small_show import SmallShow

from lookdev.render import Session
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Layer

CARD = """\
format: card/1
id: {id}
title: A tiny random model
kind: {kind}
{pipeline}weights: models/{id}
licence: Apache-2.0
training_data: Nothing; its weights are random.
allows: [explore, final]
cleared: {{by: the tests, day: "2026-11-25"}}
duties: {{watermark: false}}
consents: []
"""

LOOK = """\
format: look/1
support: {matte: frame}
layers:
  - name: wall
    element: {model: MODEL, kind: patch, prompt: a broken wall, seed: "7", size: [256, 144], steps: 4}
    control: {matte: tower}
    motion: {velocity_x: 1.5, anchor: 1001}
    matte: tower
"""

ELEMENT = """\
format: look/1
support: {matte: frame}
layers:
  - name: ash
    element: {model: MODEL, alpha: unmix, prompt: falling ash, seed: "7", size: [256, 144], steps: 2}
    motion: {velocity_y: 3.0, anchor: 1001}
"""


def add_card(
    show: SmallShow, name: str, *, pipeline: str = "", kind: str = "model", more: str = ""
) -> None:
    """A cleared card for the folder models/NAME of the show."""
    named = f"pipeline: {pipeline}\n" if pipeline else ""
    text = CARD.format(id=name, kind=kind, pipeline=named) + more
    (show.folder.root / "params" / "models" / f"{name}.yaml").write_text(text)


@dataclass(frozen=True)
class PictureShow:
    """A small show that has a picture model."""

    show: SmallShow
    model: str
    size: tuple[int, int] = (256, 144)

    def look(self, text: str = LOOK, name: str = "wall_v001") -> LookFile:
        written = text.replace("MODEL", self.model).replace("[256, 144]", str(list(self.size)))
        path = self.show.add_look(written, name)
        return LookFile.open(str(path))

    def layer(self, text: str = LOOK) -> Layer:
        return self.look(text).look.layers[0]

    def session(self, **options: object) -> Session:
        return Session(self.show.folder, threads=1, **options)  # type: ignore[arg-type]

    @property
    def folder(self) -> Path:
        return self.show.folder.root / "models" / self.model


def with_model(
    show: SmallShow, build: Callable[[Path], Path], *, name: str, pipeline: str, more: str = ""
) -> PictureShow:
    """Save a tiny model into the show and write its card."""
    build(show.folder.root / "models" / name)
    add_card(show, name, pipeline=pipeline, more=more)
    return PictureShow(show, name)
