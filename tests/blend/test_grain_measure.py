from pathlib import Path

import cv2
import numpy as np
import pytest

from lookdev.blend.grain_measure import measured_grain
from lookdev.demo.lens import _grain
from lookdev.errors import PlateError
from lookdev.image import exr
from lookdev.image.sequence import frame_path
from lookdev.spec.blending import Grain

HEIGHT, WIDTH = 360, 640
RGB = ("R", "G", "B")


def scene(seed: int, *, moved: int = 0) -> np.ndarray:
    """Ramps over 7 stops, textured patches, hard edges: as clean as a drawing."""
    rng = np.random.default_rng(seed)
    ramp = 0.02 * 2.0 ** (7 * np.linspace(0, 1, WIDTH))
    plane = np.repeat(ramp[None], HEIGHT, 0)
    plane[180:, :] = plane[180:, ::-1] * 0.6
    for _ in range(8):
        x, y = rng.integers(0, WIDTH - 80), rng.integers(0, HEIGHT - 60)
        tone = float(rng.uniform(0.03, 1.5))
        cv2.rectangle(plane, (int(x), int(y)), (int(x) + 70, int(y) + 50), tone, -1)
    texture = cv2.GaussianBlur(rng.normal(size=(HEIGHT, 240)), (0, 0), 1.5)
    plane[:, 200:440] *= 1 + 0.5 * texture / texture.std()
    plane = np.roll(cv2.GaussianBlur(plane.clip(0.005), (0, 0), 0.7), moved, 1)
    return (plane[..., None] * (1.0, 0.9, 0.7)).astype(np.float32)


def sigma_at(level: np.ndarray, channel: int) -> np.ndarray:
    return np.sqrt(0.002**2 + (0.00015, 0.0001, 0.0003)[channel] * level)


def grain_field(rng: np.random.Generator, blur: float) -> np.ndarray:
    field = rng.normal(size=(HEIGHT, WIDTH))
    if blur:
        field = cv2.GaussianBlur(field, (0, 0), blur)
    return field / field.std()


def with_grain(clean: np.ndarray, blur: float, seed: int, gain: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    level = clean @ (0.2722287168, 0.6740817658, 0.0536895174)
    grain = [gain * sigma_at(level, c) * grain_field(rng, blur) for c in range(3)]
    return (clean + np.stack(grain, -1)).astype(np.float32)


def worst_error(grain: Grain) -> float:
    knots = np.array(grain.luminance)
    worst = 0.0
    for channel in range(3):
        ratio = np.array(grain.sigma[channel]) / sigma_at(knots, channel)
        worst = max(worst, float(np.abs(ratio - 1).max()))
    return worst


@pytest.mark.parametrize("blur", [0.0, 0.6, 1.0, 1.5])
@pytest.mark.parametrize("frames", [1, 2])
def test_known_grain_is_measured_at_each_level(blur: float, frames: int) -> None:
    clean = scene(1)
    grain = measured_grain([with_grain(clean, blur, 10 + i) for i in range(frames)])
    centres = (np.arange(16) + 0.5) / 32
    truth = np.exp(-((2 * np.pi * blur * centres) ** 2))
    correlation = (
        [0.0] * 3 if blur == 0 else [float(np.corrcoef(row, truth)[0, 1]) for row in grain.spectrum]
    )
    print(
        f"blur {blur}, {frames} frames: {len(grain.luminance)} knots {grain.luminance[0]:.3f}.."
        f"{grain.luminance[-1]:.2f}, worst error {worst_error(grain):.1%}, "
        f"spectrum correlation {np.round(correlation, 4)}"
    )
    assert len(grain.luminance) >= 5
    assert worst_error(grain) < (0.15 if (blur, frames) == (1.5, 1) else 0.10)
    if blur:
        assert min(correlation) > 0.97
    else:
        assert max(abs(np.array(grain.spectrum) - 1).ravel()) < 0.25


def test_a_clean_plate_has_nearly_none() -> None:
    for frames in ([scene(1)], [scene(1), scene(1)], [scene(1), scene(1, moved=3)]):
        grain = measured_grain(frames)
        share = np.array(grain.sigma) / grain.luminance
        print(f"clean, {len(frames)} frames: worst sigma {share.max():.5f} of its level")
        assert share.max() < 0.01


def test_a_repeated_frame_hides_no_grain() -> None:
    one = with_grain(scene(1), 0.6, 1)
    grain = measured_grain([one, one, with_grain(scene(1), 0.6, 2)])
    print(f"worst error {worst_error(grain):.1%}")
    assert worst_error(grain) < 0.10


def test_twice_the_grain_is_twice_the_sigma() -> None:
    one, two = (measured_grain([with_grain(scene(2), 0.8, 3, gain)]) for gain in (1.0, 2.0))
    ratio = np.array(two.sigma).mean() / np.array(one.sigma).mean()
    print(f"ratio {ratio:.3f}, {len(one.luminance)} and {len(two.luminance)} knots")
    assert worst_error(one) < 0.1


def test_a_demo_frame_has_the_grain_it_was_given() -> None:
    clean = np.abs(cv2.resize(scene(3), (960, 540), interpolation=cv2.INTER_AREA))
    grain = measured_grain([_grain(clean, frame) + clean for frame in (1, 2)])
    knots = np.array(grain.luminance)
    shares = []
    for tint, own, row in zip((0.95, 0.85, 1.35), (1.0, 0.9, 0.7), grain.sigma, strict=True):
        level = knots * own / 0.9166
        shares.append(np.array(row) / (tint * np.sqrt(0.0105**2 * level + 0.0011**2)))
    print(f"demo camera: sigma over the truth {np.min(shares):.3f}..{np.max(shares):.3f}")
    assert np.abs(np.array(shares) - 1).max() < 0.1


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(PlateError, match="no frame"):
        measured_grain([])
    with pytest.raises(PlateError, match="16 by 200 pixels"):
        measured_grain([np.ones((200, 16, 3), np.float32)])
    with pytest.raises(PlateError, match="neither clipped nor empty"):
        measured_grain([np.ones((200, 200, 3), np.float32)])
    with pytest.raises(PlateError, match="neither clipped nor empty"):
        measured_grain([np.full((200, 200, 3), np.nan, np.float32)])


def test_a_real_plate_is_measured(beachball: Path) -> None:
    frames = [
        exr.read(frame_path(str(beachball), number), RGB, colourspace="ACEScg", number=number)
        for number in (1, 2)
    ]
    grain = measured_grain([frame.over_window(frame.display).pixels for frame in frames])
    for level, *sigma in zip(grain.luminance, *grain.sigma, strict=True):
        print(f"beachball at {level:.3f}: {np.round(sigma, 5)}")
    print("spectrum of green", np.round(grain.spectrum[1], 2))
