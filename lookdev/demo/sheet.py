"""A sheet with each stage of the blend off and on, over the demo's plate.

`python -m lookdev.demo.sheet docs/blend.jpg` makes the show for it anew, in a temporary folder.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from lookdev.demo.planted import FAULTS, FRAME, patches, planted_shot
from lookdev.demo.stages import FITTED, Stage, layers, stages
from lookdev.explore.fit import fit
from lookdev.explore.picture import comp_picture
from lookdev.image.element import Element
from lookdev.image.sheet import Cell, Picture, contact_sheet
from lookdev.render import Session, render_frame
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.files import whole_file
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look
from lookdev.spec.template import init

_CELL, _PAIRS = 480, 2
_TITLE = "The blend, stage by stage"
_SUBTITLE = (
    "In each pair the left picture is off and the right one on; the line below has the field and "
    "its value. All of it is rendered by render_frame over one frame of the demo's synthetic "
    "plate, 1920x1080, with the depth that was rendered with it; elements are the embedded "
    f"model's. The patch is {FAULTS}."
)


def write_sheet(path: Path) -> None:
    """Write the sheet as a JPEG.

    Raises:
        LookdevError: Something of the show cannot be made or rendered.
    """
    with TemporaryDirectory() as folder:
        sheet = draw(Bench.made(Path(folder) / "show"), stages())
    with whole_file(path) as temporary:
        Image.fromarray(sheet).save(temporary, format="JPEG", quality=80, optimize=True)


@dataclass(frozen=True)
class Bench:
    """What every picture of the sheet is made with."""

    shot_file: ShotFile
    session: Session
    look: Look
    fitted: Look
    given: Mapping[str, Element]
    """Pictures of the patches, in place of a model's."""

    @classmethod
    def made(cls, folder: Path) -> "Bench":
        """Make a show of one frame there, and what is fitted and planted in it."""
        shot_file = planted_shot(init(folder))
        session = Session(shot_file.folder)
        data = {"format": "look/1", "support": {"matte": "frame"}, "layers": layers()}
        look = strict_yaml.validate(data, Look, source="the sheet's look")
        path = shot_file.path.parent / "looks" / "sheet_v001.yaml"
        wanted = ["wall", "dust"]
        fitted = fit(LookFile(path, look, shot_file), session=session, layers=wanted, say=_silent)
        return cls(shot_file, session, look, fitted, patches(shot_file))

    def picture(self, stage: Stage, settings: Mapping[str, Any]) -> Picture:
        """A stage's crop with some settings, at its own pixels: 8-bit display code values."""
        look = self.look.model_copy(update={"measured": self.fitted.measured})
        changes = {f"{one.name}.mute": one.name not in stage.shows for one in look.layers}
        for name, value in {**changes, **stage.given, **settings}.items():
            look = parameter.replace(look, name, self.value(name, value))
        rendered = render_frame(
            self.shot_file, look, FRAME, session=self.session, provisional=self.given
        )
        shown = replace(rendered, comp=rendered.comp * 2.0**stage.stops)
        picture = comp_picture(shown, self.shot_file.shot, self.session)
        x, y = stage.at
        return picture[y : y + stage.wide * 9 // 16, x : x + stage.wide]

    def value(self, name: str, value: Any) -> Any:
        """The value itself, or the fitted one."""
        return parameter.get(self.fitted, name) if value is FITTED else value

    def cells(self, stage: Stage) -> list[Cell]:
        """A stage off and on."""
        off = {name: stage.off.get(name, parameter.get(self.look, name)) for name in stage.on}
        return [
            Cell(
                _enlarged(self.picture(stage, settings)),
                (f"{stage.title}: {word}", self._said(settings)),
            )
            for word, settings in (("off", off), ("on", stage.on))
        ]

    def _said(self, settings: Mapping[str, Any]) -> str:
        parts = []
        for name, value in settings.items():
            shown = _in_words(self.value(name, value))
            parts.append(f"{name.replace('.blend', '')} {shown}")
        return ", ".join(parts)


def draw(bench: Bench, chosen: tuple[Stage, ...]) -> Picture:
    """The sheet of some stages."""
    pairs = [bench.cells(stage) for stage in chosen]
    rows = [list(chain(*pairs[at : at + _PAIRS])) for at in range(0, len(pairs), _PAIRS)]
    return contact_sheet(rows, title=_TITLE, subtitle=_SUBTITLE, cell_width=_CELL)


def _enlarged(picture: Picture) -> Picture:
    """At the cell's width pixel by pixel, where it is smaller."""
    times = _CELL // picture.shape[1]
    return picture if times < 2 else picture.repeat(times, 0).repeat(times, 1)


def _in_words(value: Any) -> str:
    if isinstance(value, list) and isinstance(value[0], list):
        return "fitted"
    if isinstance(value, list):
        return "/".join(f"{one:.3g}" for one in value)
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _silent(_line: str) -> None:
    pass


if __name__ == "__main__":
    write_sheet(Path(sys.argv[1]))
