"""A gain that jumps by 4 % is flicker; fades, fronts and falling snow are not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from qc.moving import FIRST, Picture, dust, moving, patch, plate, scene, snow

from lookdev.qc.flicker import Flicker

FALL, DRIFT = (1.5, 4.2), (2.0, -1.2)
SNOW, DUST = moving("snow", *FALL), moving("dust", *DRIFT)
WALL = {"name": "wall", "element": {"kind": "patch"}}
FRAMES = 5


def lit(picture: Picture, gain: float) -> Picture:
    """With its light, not its alpha, by a gain."""
    return picture * np.array([gain, gain, gain, 1], np.float32)


def jumps(n: int) -> np.float32:
    """4 % up and down again."""
    return np.float32(1.04 if n % 2 else 1.0)


def worst(
    folder: Path,
    layer: dict[str, object],
    draw: Callable[[int], Picture],
    below: Callable[[int], Picture] = plate,
) -> float:
    made, meter = scene(folder, layer), Flicker()
    found = [
        reading
        for n in range(FRAMES)
        for reading in meter.see(made.seen(n, {str(layer["name"]): draw(n)}, below(n)))
    ]
    assert [one.frame for one in found] == [FIRST + n for n in range(1, FRAMES - 1)]
    return max(one.value for one in found)


def test_four_per_cent_are_caught_and_slow_changes_are_not(tmp_path: Path) -> None:
    keys = {FIRST: 0.1, FIRST + FRAMES - 1: 1.0}
    faded, lifted = {"blend": {"opacity": keys}}, {"blend": {"exposure": {FIRST: 0, FIRST + 2: -2}}}
    smooth = {"blend": {"opacity": {"smooth": {FIRST: 0.05, FIRST + 3: 1.0}}}}

    def smoothed(n: int) -> np.float32:
        t = min(n / 3, 1.0)
        return np.float32(0.05 + 0.95 * t * t * (3 - 2 * t))

    clean = {
        "snow falls": worst(tmp_path, SNOW, lambda n: snow(n, FALL)),
        "few flakes fall": worst(tmp_path, SNOW, lambda n: snow(n, FALL, flakes=150)),
        "snow fades in": worst(
            tmp_path, SNOW | faded, lambda n: snow(n, FALL) * np.float32(0.1 + 0.9 * n / 4)
        ),
        "snow fades in smoothly": worst(
            tmp_path, SNOW | smooth, lambda n: snow(n, FALL) * smoothed(n)
        ),
        "snow darkens": worst(
            tmp_path, SNOW | lifted, lambda n: lit(snow(n, FALL), 2.0 ** -min(n, 2))
        ),
        "dust's front grows": worst(tmp_path, DUST, lambda n: dust(n, DRIFT, front=8)),
        "patch is carried": worst(tmp_path, WALL, patch),
        "patch flickers as the plate does": worst(
            tmp_path,
            WALL,
            lambda n: lit(patch(n), jumps(n)),
            lambda n: plate(n) * jumps(n),
        ),
    }
    faulty = {
        "snow's gain": worst(tmp_path, SNOW, lambda n: snow(n, FALL) * jumps(n)),
        "snow's light": worst(tmp_path, SNOW, lambda n: lit(snow(n, FALL), jumps(n))),
        "growing dust's gain": worst(tmp_path, DUST, lambda n: dust(n, DRIFT, front=8) * jumps(n)),
        "patch's light": worst(tmp_path, WALL, lambda n: lit(patch(n), jumps(n))),
    }
    for name, value in (clean | faulty).items():
        print(f"{name:34s} {value:.4f}")
    assert max(clean.values()) < 0.015
    assert min(faulty.values()) > 0.03


def test_a_jump_of_a_single_frame_is_named_at_that_frame(tmp_path: Path) -> None:
    made, meter = scene(tmp_path, SNOW), Flicker()
    found = {
        reading.frame: reading.value
        for n in range(6)
        for reading in meter.see(
            made.seen(n, {"snow": snow(n, FALL) * np.float32(0.9 if n == 3 else 1)})
        )
    }
    assert max(found, key=lambda frame: found[frame]) == FIRST + 3
