"""Moving scenes of known motion for meters of time: a panning plate with grain, and what is on it.

Everything is drawn afresh at each frame from functions of position, so a frame has no memory and
motion by parts of a pixel is exact up to one interpolation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from lookdev.image.frame import Frame, Window
from lookdev.qc.seen import Seen
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.spec.look import Look
from lookdev.spec.shot import Shot

WIDTH, HEIGHT, FIRST = 640, 360, 1001
PAN = (2.3, -0.7)
"""The plate's motion (px a frame)."""

Picture = np.ndarray


@cache
def texture(seed: int, scales: tuple[float, ...] = (2, 5, 14, 40)) -> Picture:
    """Noise of mean 0 and deviation 1, larger than the frame, of several sizes."""
    rng = np.random.default_rng(seed)
    size = (HEIGHT + 240, WIDTH + 320)
    made = np.zeros(size, np.float32)
    for scale in scales:
        plane = cv2.GaussianBlur(rng.standard_normal(size, np.float32), (0, 0), scale)
        made += plane / plane.std()
    return made / made.std()


def cut(picture: Picture, x: float, y: float) -> Picture:
    """The frame's part of a texture that has moved by (x, y)."""
    matrix = np.array([[1, 0, x - 160], [0, 1, y - 120]], np.float32)
    return cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


def plate(n: int, pan: tuple[float, float] = PAN, grain: float = 0.01) -> Picture:
    """(H, W, 3): 0.2 on average with two stops of contrast, panned, with fresh grain."""
    tone = 0.2 * np.exp(0.5 * cut(texture(1), pan[0] * n, pan[1] * n))
    rng = np.random.default_rng(100 + n)
    return tone[..., None] * (1, 0.9, 0.8) + grain * rng.standard_normal((HEIGHT, WIDTH, 3))


def rgba(alpha: Picture, light: Picture | float) -> Picture:
    """A grey layer, premultiplied, (H, W, 4)."""
    return np.dstack([alpha * light] * 3 + [alpha]).astype(np.float32)


def snow(n: float, velocity: tuple[float, float], seed: int = 2, flakes: int = 900) -> Picture:
    """Round flakes of 1 to 2.2 px (deviation), falling; they come back on the other side."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 1, (flakes, 2)) * (WIDTH + 20, HEIGHT + 20)
    sizes, dense = rng.uniform(1.0, 2.2, flakes), rng.uniform(0.3, 1, flakes)
    alpha = np.zeros((HEIGHT + 40, WIDTH + 40), np.float32)
    at = (places + np.array(velocity) * n) % (WIDTH + 20, HEIGHT + 20)
    grid = np.arange(-8, 9)
    for (x, y), size, peak in zip(at, sizes, dense, strict=True):
        column, row = int(x), int(y)
        across = np.exp(-(((grid - (x - column)) / size) ** 2) / 2)
        down = np.exp(-(((grid - (y - row)) / size) ** 2) / 2)
        spot = alpha[row + 2 : row + 19, column + 2 : column + 19]
        spot += (peak * down[:, None] * across[None])[: spot.shape[0], : spot.shape[1]]
    return rgba(np.clip(alpha, 0, 1)[20:-20, 20:-20], 0.8)


def dust(n: float, velocity: tuple[float, float], front: float = 0.0, seed: int = 3) -> Picture:
    """Soft noise that drifts; with a front, dense below a line that climbs by so many px."""
    drift = cut(texture(seed, (6, 16, 40)), velocity[0] * n, velocity[1] * n)
    below = 1.0
    if front:
        height = np.arange(HEIGHT, dtype=np.float32)[:, None]
        below = 1 / (1 + np.exp((250 - front * n - height) / 12))
    lit = 0.3 + 0.05 * cut(texture(seed + 1, (6, 16, 40)), velocity[0] * n, velocity[1] * n)
    return rgba(np.clip(0.5 + 0.2 * drift, 0, 1) * below, lit)


def patch(
    n: int, *, by: tuple[float, float] = PAN, at: float | None = None, boil: float = 0.0
) -> Picture:
    """A textured disc with a soft rim, carried `by` px a frame (to moment `at`); it may boil."""
    t = n if at is None else at
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    rim = wavy(n, boil)
    away = np.hypot(x - 320 - by[0] * t, y - 180 - by[1] * t) - 80 - rim
    alpha = np.clip(0.5 - away / 4, 0, 1)
    return rgba(alpha, 0.25 * np.exp(0.4 * cut(texture(5), by[0] * t, by[1] * t)))


def wavy(n: int, deviation: float) -> Picture | float:
    """Displacement of an edge, other at every frame, waves of about 12 px."""
    if not deviation:
        return 0.0
    rng = np.random.default_rng(900 + n)
    noise = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH), np.float32), (0, 0), 4)
    return deviation * noise / noise.std()


@dataclass(frozen=True)
class Scene:
    """A look over a plate, drawn frame by frame; `n` counts from 0."""

    shot_file: ShotFile
    look: Look

    def seen(self, n: int, layers: Mapping[str, Picture], below: Picture | None = None) -> Seen:
        """Frame `FIRST + n` with these layers over a plate, rounded to half."""
        under = _half(plate(n) if below is None else below)
        comp = under
        for one in layers.values():
            comp = one[..., :3] + comp * (1 - one[..., 3:])
        window = Window(0, 0, WIDTH, HEIGHT)
        frames = [
            Frame(picture, ("R", "G", "B"), "ACEScg", window, window, FIRST + n)
            for picture in (under, _half(comp))
        ]
        return Seen(
            number=FIRST + n,
            shot_file=self.shot_file,
            look=self.look,
            plate=frames[0],
            comp=frames[1],
            below=frames[0].pixels,
            light=frames[1].pixels,
            layers={name: _half(one) for name, one in layers.items()},
            support=np.ones((HEIGHT, WIDTH), np.float32),
        )


def scene(folder: Path, *layers: Mapping[str, object]) -> Scene:
    """A scene with layers as a look's YAML has them; each needs a `name`; its track is the pan."""
    rows = [f"{FIRST + n},{320 + PAN[0] * n},{180 + PAN[1] * n}" for n in range(24)]
    (folder / "track.csv").write_text("frame,x,y\n" + "\n".join(rows) + "\n")
    (folder / "params").mkdir(exist_ok=True)
    (folder / "params" / "show.yaml").write_text("format: show/1\nname: show\n")
    pattern = {"pattern": "none.%04d.exr", "first": FIRST, "last": FIRST + 23}
    shot = Shot.model_validate(
        {
            "format": "shot/1",
            "sequence": "street",
            "shot": "sh0010",
            "plate": {**pattern, "colourspace": "ACEScg", "channels": ("R", "G", "B")},
            "fps": 24,
            "width": WIDTH,
            "height": HEIGHT,
            "track": "track.csv",
            "ingest": {"source": "none", "colourspace_from": "test", "fps_from": "test"},
        }
    )
    element = {"prompt": "made", "seed": "1", "size": (WIDTH, HEIGHT)}
    data = tuple({**one, "element": {**element, **one.get("element", {})}} for one in layers)
    look = Look.model_validate({"format": "look/1", "support": {"matte": "frame"}, "layers": data})
    return Scene(ShotFile(ShowFolder(folder), folder / "shot.yaml", shot), look)


def moving(name: str, x: float, y: float, **more: object) -> dict[str, object]:
    """A layer with a wind."""
    return {"name": name, "motion": {"velocity_x": x, "velocity_y": y, "anchor": FIRST}, **more}


def _half(picture: Picture) -> Picture:
    return picture.astype(np.float16).astype(np.float32)
