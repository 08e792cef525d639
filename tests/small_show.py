"""A small show, made from nothing: a plate with extremes, a matte, a track, a tiny model."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookdev.image import exr
from lookdev.image.frame import Attribute, Frame, Window
from lookdev.image.ingest import ingest
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder
from lookdev.spec.template import init

WIDTH, HEIGHT, FIRST, LAST = 128, 72, 1001, 1006

LOOK = """\
format: look/1
created: "2026-03-01 09:30:00"
support: {matte: frame}
layers:
  - name: snow
    element: {prompt: light snow, seed: "7", size: [64, 36], steps: 2}
    motion: {velocity_x: 1.5, velocity_y: 4.25, anchor: 1001}
  - name: dust
    element: {prompt: rolling dust, seed: "5", size: [64, 36], steps: 2}
    control: {matte: tower, shape: foot, rise: 30.0, drop: 4.0, spread: 12.0}
    motion: {velocity_x: 2.0, follow: 1.0, anchor: 1001}
    holdouts: [tower]
    blend: {opacity: {1001: 0.0, 1003: 1.0}}
"""


def pattern(rng: np.random.Generator, frame: int) -> np.ndarray:
    """A plate with everything that naive tools lose: above 1, below 0, fine grain."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.stack([x / WIDTH, y / HEIGHT, 0.2 + 0 * x], axis=-1)
    picture += rng.normal(0, 0.01, picture.shape).astype(np.float32)
    picture[10:14, 100:104] = 60.0
    picture[60:64, 4:12] = -0.02
    picture[30, (frame * 3) % WIDTH] = 1.5
    return picture


def write_plate(folder: Path) -> Path:
    """A six-frame half RGB sequence in ACEScg; returns its pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    window = Window(0, 0, WIDTH, HEIGHT)
    header = (
        Attribute("framesPerSecond", "rational", (24000, 1001)),
        Attribute("reelName", "string", "A001"),
    )
    for frame in range(FIRST, LAST + 1):
        made = Frame(pattern(rng, frame), ("R", "G", "B"), "ACEScg", window, window, frame, header)
        exr.write(folder / f"plate.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    return folder / "plate.%04d.exr"


def write_matte(folder: Path) -> Path:
    """A soft-edged tower that drifts to the right by a pixel a frame; returns its pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    window = Window(0, 0, WIDTH, HEIGHT)
    for frame in range(FIRST, LAST + 1):
        matte = np.zeros((HEIGHT, WIDTH, 1), np.float32)
        left = 50 + frame - FIRST
        matte[8:52, left : left + 24] = 1
        matte[8:52, left] = 0.5
        made = Frame(matte, ("A",), exr.RAW, window, window, frame)
        exr.write(folder / f"tower.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    return folder / "tower.%04d.exr"


def write_track(path: Path) -> Path:
    """The tower's foot: a pixel to the right a frame."""
    rows = [f"{frame},{62.5 + frame - FIRST},52.5" for frame in range(FIRST, LAST + 1)]
    path.write_text("frame,x,y\n" + "\n".join(rows) + "\n")
    return path


def save_tiny_model(folder: Path, *, seed: int = 0) -> Path:
    """A random network of the embedded model's real class, small enough for any test."""
    import torch

    from lookdev.mini.network import ElementUNet
    from lookdev.mini.pipeline import ElementPipeline, plain_scheduler

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = ElementUNet(widths=(8, 16, 16), depths=(1, 1, 1), condition=16)
        for parameter in network.parameters():  # the output layers start at 0
            parameter.data += 0.05 * torch.randn_like(parameter)
        half_dense = torch.tensor([1.0, 0.6, 0.6, 0.6, 0.3, 0.2])  # and lit, as an element is
        network.out.bias.data += half_dense.repeat_interleave(4)
    ElementPipeline(network, plain_scheduler()).save_pretrained(folder)
    return folder


@dataclass(frozen=True)
class SmallShow:
    """A show with one shot, street/sh0010, and one look, toxic_v001."""

    folder: ShowFolder
    shot_file: ShotFile
    look_path: Path

    def look(self) -> LookFile:
        return LookFile.open(str(self.look_path))

    def add_look(self, text: str, name: str = "other_v001") -> Path:
        path = self.look_path.with_name(f"{name}.yaml")
        path.write_text(text)
        return path


def ungate(root: Path, gates: str = "{}") -> None:
    """Set a show's gates: a random network's pictures pass none of the template's."""
    path = root / "params" / "show.yaml"
    kept = re.sub(r"^gates:.*\n(?:[ #].*\n)*", "", path.read_text(), flags=re.MULTILINE)
    head, rest = kept.split("name: show\n")
    path.write_text(f"{head}name: show\ngates: {gates}\n{rest}")


def make_small_show(folder_path: Path) -> SmallShow:
    folder = init(folder_path)
    root = folder.root
    ungate(root)
    save_tiny_model(root / "models" / "mini")
    card = root / "params" / "models" / "mini.yaml"
    card.write_text(card.read_text().replace("weights: embedded", "weights: models/mini"))
    shot_file = ingest(
        folder,
        write_plate(root / "plates"),
        sequence="street",
        shot="sh0010",
        colourspace="ACEScg",
        mattes={"tower": str(write_matte(root / "mattes"))},
        track=write_track(root / "track.csv"),
    )
    look = shot_file.path.parent / "looks" / "toxic_v001.yaml"
    look.parent.mkdir(exist_ok=True)
    look.write_text(LOOK)
    return SmallShow(folder, shot_file, look)


def open_small_show(root: Path) -> SmallShow:
    """A copy of a small show: nothing in it names the place where it was made."""
    folder = ShowFolder(root)
    shot_file = ShotFile.open(folder, "street", "sh0010")
    return SmallShow(folder, shot_file, shot_file.path.parent / "looks" / "toxic_v001.yaml")
