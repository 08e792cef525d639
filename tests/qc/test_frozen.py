"""A frame that repeats the one before, while its motion goes on, is named; none else is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from qc.moving import FIRST, Picture, dust, moving, patch, plate, scene, snow

from lookdev.qc.frozen import Frozen

FALL, DRIFT = (1.5, 4.2), (2.0, -1.2)
SNOW, DUST = moving("snow", *FALL), moving("dust", *DRIFT)
WALL = {"name": "wall", "element": {"kind": "patch"}}


def repeats(
    folder: Path,
    layer: dict[str, object],
    draw: Callable[[int], Picture],
    below: Callable[[int], Picture] = plate,
) -> set[tuple[int, str]]:
    """Frames and layers that are called repeats."""
    made, meter = scene(folder, layer), Frozen()
    found = [
        reading
        for n in range(4)
        for reading in meter.see(made.seen(n, {str(layer["name"]): draw(n)}, below(n)))
    ]
    assert {one.value for one in found} <= {0.0, 1.0}
    return {(one.frame - FIRST, one.layer) for one in found if one.value == 1}


def held(n: int) -> int:
    """Frame 2 repeats frame 1."""
    return 1 if n == 2 else n


def test_a_repeated_layer_is_named(tmp_path: Path) -> None:
    assert repeats(tmp_path, SNOW, lambda n: snow(held(n), FALL)) == {(2, "snow")}
    assert repeats(tmp_path, DUST, lambda n: dust(held(n), DRIFT)) == {(2, "dust")}
    assert repeats(tmp_path, WALL, lambda n: patch(held(n))) == {(2, "wall")}


def test_a_repeat_that_is_faded_is_one_all_the_same(tmp_path: Path) -> None:
    fade = np.float32([0.5, 0.6, 0.7, 0.8])
    assert repeats(tmp_path, SNOW, lambda n: snow(held(n), FALL) * fade[n]) == {(2, "snow")}


def test_motion_is_no_repeat(tmp_path: Path) -> None:
    assert repeats(tmp_path, SNOW, lambda n: snow(n, FALL)) == set()
    assert repeats(tmp_path, DUST, lambda n: dust(n, DRIFT, front=4)) == set()
    assert repeats(tmp_path, WALL, patch) == set()


def test_what_is_to_hold_still_may(tmp_path: Path) -> None:
    layer = {"name": "dust", "motion": {"noise": "held"}}
    assert repeats(tmp_path, layer, lambda _n: dust(0, (0, 0))) == set()
    assert repeats(tmp_path, WALL, lambda _n: patch(0), lambda n: plate(n, (0, 0))) == set()


def test_a_comp_that_repeats_over_a_moving_plate_is_named(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Frozen()
    frames = [made.seen(n, {"snow": snow(n, FALL)}) for n in range(3)]
    frames[2] = replace(frames[2], comp=frames[1].comp, light=frames[1].light)
    found = {
        one.frame - FIRST: one.value
        for seen in frames
        for one in meter.see(seen)
        if one.layer == ""
    }
    assert found == {1: 0.0, 2: 1.0}


def test_a_plate_that_stands_still_proves_nothing(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Frozen()
    still = np.zeros_like(snow(0, FALL, flakes=1))
    frames = [made.seen(n, {"snow": still}, plate(0)) for n in range(2)]
    assert [one for seen in frames for one in meter.see(seen)] == []
