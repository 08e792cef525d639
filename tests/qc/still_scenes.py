"""Single frames that meters see: a plate made from nothing, and layers with faults on demand."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from lookdev.image.frame import Frame, Pixels, Window
from lookdev.qc.seen import Meter, Seen
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.spec.look import ElementParams, Layer, Look, Support
from lookdev.spec.shot import IngestRecord, Plate, Shot

WIDTH, HEIGHT = 640, 360
Rng = np.random.Generator


def power_noise(rng: Rng, shape: tuple[int, int], slope: float = -1.7) -> Pixels:
    """Noise whose amplitude falls with frequency like a photograph's; standard deviation 1."""
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None]
    amplitude = np.hypot(fy, fx).clip(1 / max(shape)) ** (slope / 2 * 1.2)
    phase = np.exp(2j * np.pi * rng.random(amplitude.shape))
    noise = np.fft.irfft2(amplitude * phase, shape)
    return np.asarray((noise - noise.mean()) / noise.std(), np.float32)


@cache
def signal(seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """A noise-free view (H, W, 3): sky, a plain wall, a textured one, ground, dark windows."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    stops = np.stack([-1.4 + y / height + 0 * x] * 3, -1)
    stops += np.float32([-0.25, 0.0, 0.35])
    texture = power_noise(rng, (height, width))[..., None]
    wall = (y > height * 0.3) & (y <= height * 0.75)
    stops[wall] = (np.float32([-2.3, -2.8, -3.2]) + 0.12 * texture)[wall]
    bricks = wall & (x > width * 0.55)
    stops[bricks] += (0.25 * texture - 0.4)[bricks]
    ground = y > height * 0.75
    stops[ground] = (np.float32([-3.6, -3.7, -3.9]) + 0.2 * texture)[ground]
    every, size = width // 8, width // 28
    windows = wall & (x % every < size) & (np.abs(y - height * 0.5) < height * 0.08)
    stops[windows] = np.float32([-6.5, -6.3, -6.0])
    soft = cv2.GaussianBlur(np.exp2(stops), (0, 0), 0.7)
    soft.flags.writeable = False
    return np.asarray(soft, np.float32)


def grain(of: Pixels, seed: int, *, amount: float = 1.0, blur: float = 0.6) -> Pixels:
    """A camera's grain for a picture: shot noise and a floor, a little soft."""
    rng = np.random.default_rng(seed)
    white = rng.normal(0, 1, of.shape).astype(np.float32)
    if blur:
        white = cv2.GaussianBlur(white, (0, 0), blur)
        white /= white.std()
    sigma = np.sqrt(4e-4 * np.maximum(of, 0) + 1e-6)
    return np.asarray(amount * sigma * white * np.float32([1.1, 0.9, 1.3]), np.float32)


def rounded(picture: Pixels) -> Pixels:
    with np.errstate(over="ignore"):
        return np.asarray(picture.astype(np.float16).astype(np.float32))


def box(
    centre: tuple[float, float] = (0.5, 0.55),
    size: tuple[float, float] = (0.42, 0.42),
    *,
    soft: float = 0,
    round_by: float = 0,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Pixels:
    """A matte (H, W): a rectangle by shares of the frame, rounded, softened over `soft` pixels."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away_x = np.abs(x - centre[0] * width) - size[0] * width / 2 + round_by
    away_y = np.abs(y - centre[1] * height) - size[1] * height / 2 + round_by
    distance = np.hypot(away_x.clip(0), away_y.clip(0)) - round_by
    distance += np.minimum(np.maximum(away_x, away_y), 0)
    if soft == 0:
        return np.asarray(distance <= 0, np.float32)
    ramp = np.clip(0.5 - distance / soft, 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), np.float32)


def layer(colour: Pixels | tuple[float, ...], alpha: Pixels) -> Pixels:
    """Premultiplied RGBA (H, W, 4), as a delivery holds it."""
    straight = np.broadcast_to(np.asarray(colour, np.float32), (*alpha.shape, 3))
    return rounded(np.concatenate([straight * alpha[..., None], alpha[..., None]], -1))


def shot(width: int, height: int, ceiling: float = 16.0) -> ShotFile:
    record = IngestRecord(source="made", colourspace_from="the test", fps_from="the test")
    made = Shot(
        format="shot/1",
        sequence="street",
        shot="sh0010",
        plate=Plate(
            pattern="plate.%04d.exr",
            first=1001,
            last=1001,
            colourspace="ACEScg",
            channels=("R", "G", "B"),
        ),
        fps=24,
        width=width,
        height=height,
        ceiling=ceiling,
        ingest=record,
    )
    return ShotFile(ShowFolder(Path("show")), Path("show/shot.yaml"), made)


def look(kinds: Mapping[str, str]) -> Look:
    layers = tuple(
        Layer.model_validate(
            {
                "name": name,
                "element": ElementParams.model_validate(
                    {"prompt": "one", "seed": "1", "size": (64, 36), "kind": kind}
                ),
            }
        )
        for name, kind in kinds.items()
    )
    return Look(format="look/1", support=Support(matte="frame"), layers=layers)


def seen(
    plate: Pixels,
    layers: Mapping[str, Pixels],
    kind: str = "patch",
    *,
    support: Pixels | None = None,
    comp: Pixels | None = None,
) -> Seen:
    """One frame of layers that go over a plate; `comp` in place of what they make together."""
    height, width = plate.shape[:2]
    made = plate
    for rgba in layers.values():
        reached = rgba.any(-1, keepdims=True)
        made = np.where(reached, rgba[..., :3] + made * (1 - rgba[..., 3:]), made)
    made = rounded(made) if comp is None else comp
    window = Window(0, 0, width, height)
    frame = Frame(plate, ("R", "G", "B"), "ACEScg", window, window, 1001)
    delivered = Frame(made, ("R", "G", "B"), "ACEScg", window, window, 1001)
    return Seen(
        number=1001,
        shot_file=shot(width, height),
        look=look(dict.fromkeys(layers, kind) or {"none": kind}),
        plate=frame,
        comp=delivered,
        below=plate,
        light=made,
        layers=layers,
        support=np.ones((height, width), np.float32) if support is None else support,
    )


def readings(meter: Meter, one: Seen) -> dict[str, float]:
    """What a meter says of one frame, by the measure's name; the worst layer's."""
    found: dict[str, float] = {}
    for reading in meter.see(one):
        assert reading.frame == one.number
        found[reading.meter] = max(reading.value, found.get(reading.meter, reading.value))
    return found
