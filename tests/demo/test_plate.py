"""The demo's plate: repeatable bytes, honest light, and companions that agree with the picture."""

import csv
import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from lookdev.demo.plate import SKY_DEPTH, DemoPlate, render_plate

WIDTH, HEIGHT = 240, 136
FIRST, FRAMES = 1001, 3


def _render(folder: Path, *, first: int = FIRST, frames: int = FRAMES, workers: int) -> DemoPlate:
    return render_plate(
        folder, first=first, frames=frames, width=WIDTH, height=HEIGHT, workers=workers
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoPlate:
    return _render(tmp_path_factory.mktemp("one"), workers=1)


def _open(pattern: Path, frame: int) -> tuple[np.ndarray, oiio.ImageSpec]:
    image = oiio.ImageInput.open(str(pattern.with_name(pattern.name % frame)))
    assert image is not None, oiio.geterror()
    pixels = image.read_image("float")
    assert pixels is not None, image.geterror()
    spec = image.spec()
    image.close()
    return pixels, spec


def _track(demo: DemoPlate) -> dict[int, np.ndarray]:
    with demo.track.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    return {int(row["frame"]): np.array([float(row["x"]), float(row["y"])]) for row in rows}


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_two_workers_write_the_bytes_of_one(demo: DemoPlate, tmp_path: Path) -> None:
    _render(tmp_path, workers=2)
    one, two = _digests(demo.track.parent), _digests(tmp_path)
    print(f"{len(one)} files, {sum(one[name] == two.get(name) for name in one)} equal")
    assert len(one) == 4 * FRAMES + 1
    assert one == two


def test_a_frame_alone_is_that_frame_of_the_range(demo: DemoPlate, tmp_path: Path) -> None:
    alone = _render(tmp_path, first=FIRST + 1, frames=1, workers=1)
    for name in ("plate", "matte", "depth", "motion"):
        mine, theirs = getattr(alone, name), getattr(demo, name)
        same = mine.with_name(mine.name % (FIRST + 1)).read_bytes()
        assert same == theirs.with_name(theirs.name % (FIRST + 1)).read_bytes(), name


def test_progress_hears_every_frame_once(tmp_path: Path) -> None:
    heard: list[int] = []
    render_plate(tmp_path, first=7, frames=2, width=64, height=36, progress=heard.append, workers=1)
    assert sorted(heard) == [7, 8]


def test_light_is_finite_positive_and_passes_one(demo: DemoPlate) -> None:
    pixels, _ = _open(demo.plate, FIRST)
    median, top = float(np.median(pixels)), float(pixels.max())
    print(f"median {median:.4f} (required 0.03..0.25), brightest {top:.1f} (required > 20)")
    assert np.isfinite(pixels).all()
    assert pixels.min() >= 0.0
    assert 0.03 < median < 0.25
    assert top > 20.0
    assert (pixels.max(axis=2) > 1.0).mean() > 0.005


def test_grain_differs_from_frame_to_frame(demo: DemoPlate) -> None:
    first, second = (_open(demo.plate, frame)[0] for frame in (FIRST, FIRST + 1))
    changed = float((first != second).mean())
    print(f"{changed:.1%} of values differ")
    assert changed > 0.9


def test_the_matte_covers_the_tower_softly(demo: DemoPlate) -> None:
    matte, spec = _open(demo.matte, FIRST)
    soft = float(((matte > 0.02) & (matte < 0.98)).mean())
    print(f"coverage {matte.mean():.3f} (required 0.1..0.35), soft {soft:.4f}")
    assert spec.channelnames == ("A",)
    assert matte.min() >= 0.0
    assert matte.max() == 1.0
    assert 0.1 < matte.mean() < 0.35
    assert soft > 0.002


def test_the_track_stands_at_the_foot_of_the_matte(demo: DemoPlate) -> None:
    for frame, (x, y) in _track(demo).items():
        matte = _open(demo.matte, frame)[0][..., 0]
        at = int(x)
        above, below = matte[int(y) - 3, at], matte[int(y) + 3, at]
        print(f"{frame}: ({x:.2f}, {y:.2f}), matte above {above:.3f}, below {below:.3f}")
        assert above > 0.95
        assert below < 0.05
        assert 0.65 * HEIGHT < y < 0.8 * HEIGHT


def test_motion_carries_the_track_to_the_next_frame(demo: DemoPlate) -> None:
    track = _track(demo)
    for frame in range(FIRST, FIRST + FRAMES - 1):
        motion, spec = _open(demo.motion, frame)
        x, y = track[frame]
        error = motion[int(y), int(x)] - (track[frame + 1] - track[frame])
        print(f"{frame}: error {error} (required under 0.05 of a pixel at this size)")
        assert spec.channelnames == ("forward.u", "forward.v")
        assert np.abs(error).max() < 0.05


def test_depth_is_the_tower_s_and_the_sky_is_far(demo: DemoPlate) -> None:
    depth, spec = _open(demo.depth, FIRST)
    x, y = _track(demo)[FIRST]
    foot = float(depth[int(y) - 2, int(x), 0])
    print(f"foot {foot:.2f} m, top row {depth[0].max():.0f} m")
    assert spec.format == oiio.FLOAT
    assert spec.channelnames == ("Z",)
    assert 38.0 < foot < 42.0
    assert depth.max() == SKY_DEPTH


def test_the_header_says_rate_time_and_colour(demo: DemoPlate) -> None:
    for frame in range(FIRST, FIRST + FRAMES):
        _, spec = _open(demo.plate, frame)
        rate = spec.getattribute("FramesPerSecond")
        assert Fraction(*rate) == Fraction(24000, 1001)
        raw = demo.plate.with_name(demo.plate.name % frame).read_bytes()
        assert b"framesPerSecond\0rational\0" in raw
        assert spec.format == oiio.HALF
        primaries = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)
        assert np.allclose(spec.getattribute("chromaticities"), primaries, atol=1e-6)
        assert spec.get_string_attribute("reelName")
        assert f"{spec.getattribute('smpte:TimeCode')[0]:08x}" == f"000041{frame - 984:02d}"
