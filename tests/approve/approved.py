"""Small shows with an approval, made once a session; tests work on copies of them."""

import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from small_show import FIRST, HEIGHT, LAST, WIDTH, SmallShow, make_small_show, open_small_show

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.approve import approve
from lookdev.approve.wish import Wish
from lookdev.attest.keys import PrivateKey, new_key, read_private
from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.spec.folder import ShotFile, ShowFolder

LUT = "LUT_3D_SIZE 2\n" + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
WRITTEN = "mail of 2026-03-01"


@dataclass(frozen=True)
class ApprovedShow:
    """A show with one approval of its one look; the key that signed lies beside the show."""

    show: SmallShow
    name: str
    """Of the approval: `toxic_v001_a001`."""

    @property
    def root(self) -> Path:
        return self.show.folder.root

    @property
    def shot_folder(self) -> Path:
        return self.root / "params" / "shots" / "street" / "sh0010"

    @property
    def path(self) -> Path:
        return self.shot_folder / "approved" / f"{self.name}.dsse"

    @property
    def kept(self) -> Path:
        return self.root / "approved" / "street" / "sh0010" / self.name

    @property
    def key(self) -> PrivateKey:
        return read_private(self.root.parent / "keys" / "supervisor.key")

    @property
    def key_path(self) -> Path:
        return self.root.parent / "keys" / "supervisor.key"

    def open(self) -> ApprovalFile:
        return ApprovalFile.open(str(self.path))

    def again(self, *frames: int, **more: Any) -> ApprovalFile:
        """Approve the look once more."""
        wish = Wish(self.show.look(), "Ana", frames, **{"written_approval": WRITTEN} | more)
        return approve(wish, key=self.key)

    def copy(self, folder: Path) -> "ApprovedShow":
        """The same show and key in another place."""
        shutil.copytree(self.root.parent, folder)
        return ApprovedShow(open_small_show(folder / "show"), self.name)


def make_approvable(folder: Path) -> ApprovedShow:
    """A show in which everything can be approved, and nothing is yet."""
    show = make_small_show(folder / "show")
    trust(show.folder.root, new_key(folder / "keys", "supervisor"))
    return ApprovedShow(show, "toxic_v001_a001")


def trust(root: Path, key: PrivateKey, **days: str) -> None:
    """Write a key into the show's `trusted_keys`, the only one."""
    path = root / "params" / "show.yaml"
    kept = path.read_text().partition("trusted_keys:")[0]
    said = "".join(f', {name}: "{day}"' for name, day in days.items())
    path.write_text(f'{kept}trusted_keys:\n  - {{name: Ana, key: "{key.public.text}"{said}}}\n')


@lru_cache(maxsize=4)
def approved_look(folder: Path) -> ApprovedShow:
    """A look that was approved with one still, in a shot with a clean plate, depth and show LUT."""
    made = make_approvable(folder)
    (made.root / "luts").mkdir()
    (made.root / "luts" / "show.cube").write_text(LUT)
    path = made.root / "params" / "show.yaml"
    path.write_text(f"viewing: {{lut: luts/show.cube}}\n{path.read_text()}")
    ingested(made.root)
    approved = ApprovedShow(open_small_show(made.root), made.name)
    approved.again(1003)
    return approved


@lru_cache(maxsize=4)
def approved_shot(folder: Path) -> ApprovedShow:
    """A shot that was approved in motion: frames 1002 to 1004, elements frozen."""
    made = make_approvable(folder)
    made.again(moving=(1002, 1003, 1004))
    return made


def ingested(root: Path) -> ShotFile:
    """The small shot, with all that a shot may have; as it lies there now."""
    for name, channels in (("clean", ("R", "G", "B")), ("depth", ("Z",))):
        if not (root / name).is_dir():
            _write_flat(root / name, name, channels)
    return ingest(
        ShowFolder(root),
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0010",
        colourspace="ACEScg",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        clean_plate=root / "clean" / "clean.%04d.exr",
        depth=root / "depth" / "depth.%04d.exr",
        track=root / "track.csv",
    )


def _write_flat(folder: Path, name: str, channels: tuple[str, ...]) -> None:
    folder.mkdir()
    window = Window(0, 0, WIDTH, HEIGHT)
    space = exr.RAW if channels == ("Z",) else "ACEScg"
    for frame in range(FIRST, LAST + 1):
        pixels = np.full((HEIGHT, WIDTH, len(channels)), 0.25 + 0.01 * (frame - FIRST), np.float32)
        made = Frame(pixels, channels, space, window, window, frame)
        exr.write(folder / f"{name}.{frame}.exr", made, date_time=exr.NO_DATE)
