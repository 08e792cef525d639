"""Texture that goes along its motion passes; one that sticks, jumps or is made anew does not."""

from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from qc.moving import FIRST, PAN, Picture, dust, moving, patch, scene, snow

from lookdev.qc.moved import Pairs
from lookdev.qc.over_time import meters_of_time
from lookdev.qc.steady import Steady, Sticking

FALL, DRIFT = (1.5, 4.2), (2.0, -1.2)
SNOW, DUST = moving("snow", *FALL), moving("dust", *DRIFT)
FADING = {**SNOW, "blend": {"opacity": {FIRST: 0.1, FIRST + 2: 1.0}}}
CARRIED = {"name": "snow", "motion": {"follow": 1.0, "anchor": FIRST}}
HELD = {"name": "dust", "motion": {"noise": "held"}}
WALL = {"name": "wall", "element": {"kind": "patch"}}

Draw = Callable[[int], Picture]
Case = tuple[dict[str, object], Draw]


def late(motion: tuple[float, float], n: int) -> float:
    """A moment such that frame 1 stands one pixel short of its place."""
    return n - (n == 1) / float(np.hypot(*motion))


CLEAN: dict[str, Case] = {
    "snow falls": (SNOW, lambda n: snow(n, FALL)),
    "snow fades in": (FADING, lambda n: snow(n, FALL) * np.float32(0.1 + 0.45 * n)),
    "snow stuck to the track": (CARRIED, lambda n: snow(n, PAN)),
    "dust drifts": (DUST, lambda n: dust(n, DRIFT)),
    "dust's front grows": (DUST, lambda n: dust(n, DRIFT, front=4)),
    "dust is held": (HELD, lambda _n: dust(0, (0, 0))),
    "patch is carried": (WALL, patch),
}
WARPS: dict[str, Case] = {
    "fresh snow": (SNOW, lambda n: snow(n, FALL, seed=20 + n)),
    "fresh dust": (DUST, lambda n: dust(n, DRIFT, seed=20 + 2 * n)),
    "snow on the wall": (SNOW, lambda n: snow(n, PAN)),
    "snow on the lens": (SNOW, lambda n: snow(n, (0, 0))),
    "dust on the lens": (DUST, lambda n: dust(n, (0, 0), front=4)),
    "snow one pixel off": (SNOW, lambda n: snow(late(FALL, n), FALL)),
    "patch one pixel off": (WALL, lambda n: patch(n, at=late(PAN, n))),
    "patch stays": (WALL, lambda n: patch(n, by=(0, 0))),
}
TIMED = {"warping", "sticking", "flicker", "boil", "frozen"}
STICKS = ("snow on the wall", "snow on the lens", "dust on the lens")


def measured(cases: dict[str, Case], folder: Path) -> dict[str, dict[str, float]]:
    """The worst of each meter, by case."""
    found: dict[str, dict[str, float]] = {}
    for name, (layer, draw) in cases.items():
        pairs, made = Pairs(), scene(folder, layer)
        meters, worst = (Steady(pairs), Sticking(pairs)), found.setdefault(name, {})
        for n in range(3):
            seen = made.seen(n, {str(layer["name"]): draw(n)})
            for reading in (one for meter in meters for one in meter.see(seen)):
                assert reading.layer == layer["name"]
                worst[reading.meter] = max(reading.value, worst.get(reading.meter, 0.0))
        print(f"{name:24s}", {meter: round(value, 3) for meter, value in worst.items()})
    return found


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    return measured(CLEAN, tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    return measured(WARPS, tmp_path_factory.mktemp("faulty"))


def test_warping_tells_faults_from_motion(
    clean: dict[str, dict[str, float]], faulty: dict[str, dict[str, float]]
) -> None:
    worst = max(one["warping"] for one in clean.values())
    best = min(one["warping"] for one in faulty.values())
    print(f"warping: clean at most {worst:.2f}, faulty at least {best:.2f}")
    assert set(clean) == {name for name, one in clean.items() if "warping" in one}
    assert worst < 1
    assert best > 9


def test_fresh_noise_is_many_times_worse_than_motion(
    clean: dict[str, dict[str, float]], faulty: dict[str, dict[str, float]]
) -> None:
    fresh = min(faulty["fresh snow"]["warping"], faulty["fresh dust"]["warping"])
    print(f"fresh noise {fresh:.1f}")
    assert fresh > 10 * max(one["warping"] for one in clean.values())


def test_sticking_is_above_one_where_a_layer_sticks(
    clean: dict[str, dict[str, float]], faulty: dict[str, dict[str, float]]
) -> None:
    worst = max(one["sticking"] for one in clean.values() if "sticking" in one)
    best = min(faulty[name]["sticking"] for name in STICKS)
    print(f"sticking: clean at most {worst:.2f}, sticking at least {best:.2f}")
    assert worst < 0.5
    assert best > 2


def test_sticking_says_nothing_of_what_need_not_move(tmp_path: Path) -> None:
    slow = moving("dust", 0.3, 0.2)
    seens = scene(tmp_path, slow)
    meter = Sticking()
    still = dust(0, (0, 0))
    frames = [
        seens.seen(n, {"dust": still}, below=np.full((*still.shape[:2], 3), 0.2)) for n in (0, 1)
    ]
    assert [reading for seen in frames for reading in meter.see(seen)] == []


def test_a_gap_in_the_frames_is_not_measured_across(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Steady()
    frames = [made.seen(n, {"snow": snow(n, FALL)}) for n in (0, 2)]
    assert [reading for seen in frames for reading in meter.see(seen)] == []


def test_a_layer_that_is_not_there_gives_no_reading(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Steady()
    frames = [made.seen(n, {"snow": np.zeros_like(snow(0, FALL, flakes=1))}) for n in (0, 1)]
    assert [reading for seen in frames for reading in meter.see(seen)] == []


def test_meters_that_share_their_pairs_say_the_same_as_alone(tmp_path: Path) -> None:
    made = scene(tmp_path, WALL, SNOW)
    frames = [made.seen(n, {"wall": patch(n), "snow": snow(n, FALL)}) for n in range(3)]
    shared, alone = meters_of_time(), meters_of_time()
    together = [list(meter.see(seen)) for seen in frames for meter in shared]
    apart = [list(meter.see(seen)) for meter in alone for seen in frames]
    assert sorted(map(str, chain(*together))) == sorted(map(str, chain(*apart)))
    assert {one.meter for found in together for one in found} == TIMED


def test_broken_values_do_not_spoil_the_rest(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Steady()
    frames = [made.seen(n, {"snow": snow(n, FALL)}) for n in (0, 1)]
    frames[1].layers["snow"][100, 100] = np.nan
    frames[1].light[50, 50] = np.inf
    (reading,) = [reading for seen in frames for reading in meter.see(seen)]
    print(f"warping with a NaN: {reading.value:.2f}")
    assert reading.value < 1
