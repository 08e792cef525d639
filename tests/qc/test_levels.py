"""Lifted and crushed blacks and a brighter patch are caught; a veil that lifts blacks is not."""

from itertools import product

import numpy as np
from qc.still_scenes import box, grain, layer, readings, rounded, seen, signal

from lookdev.image.frame import Pixels
from lookdev.qc.levels import Levels

BLACK, WHITE = 0.012, 0.35
PLACES = (
    {"soft": 8},
    {"soft": 8, "centre": (0.3, 0.6), "size": (0.35, 0.35)},
    {"soft": 8, "centre": (0.75, 0.52), "size": (0.3, 0.4)},
)


def of(plate: Pixels, colour: Pixels, matte: Pixels, kind: str = "patch") -> dict[str, float]:
    return readings(Levels(), seen(plate, {"one": layer(colour, matte)}, kind))


def test_lifted_blacks_and_a_brighter_patch_are_caught() -> None:
    clean, lifted, crushed, brighter = [], [], [], []
    for seed, place in product((1, 2), PLACES):
        view, other, matte = signal(seed), signal(seed + 10), box(**place)
        plate = rounded(view + grain(view, 10 + seed))
        patches = plate, view + grain(view, 20), other + grain(other, 20)
        clean += [of(plate, one, matte) for one in patches]
        lifted += [of(plate, one + 0.02, matte)["black"] for one in (plate, other)]
        crushed.append(of(plate, plate - 0.02, matte)["black"])
        brighter.append(of(plate, plate * np.float32(2**0.5), matte)["white"])
    black, white = (max(one[name] for one in clean) for name in ("black", "white"))
    print(f"black: clean at most {black:.4f}, +0.02 {min(lifted):.4f}, -0.02 {min(crushed):.4f}")
    print(f"white: clean at most {white:.3f}, half a stop brighter {min(brighter):.3f}")
    assert black < BLACK / 2
    assert min(*lifted, *crushed) > BLACK * 1.3
    assert white < WHITE - 0.1
    assert min(brighter) > WHITE + 0.05


def test_a_veil_may_lift_the_blacks_and_an_element_may_not_be_blacker_than_the_plate() -> None:
    view = signal()
    plate = rounded(view + grain(view, 11))
    thin, dense = box() * np.float32(0.5), box(soft=8)
    grey, ink = np.full_like(view, 0.3), np.full_like(view, -0.02)
    assert of(plate, grey, thin, "element") == {}, "a veil has no darkest tone of its own"
    veil, hole = of(plate, grey, dense, "element"), of(plate, ink, dense, "element")
    print(f"dense dust {veil}, ink {hole}")
    assert veil == {"black": 0}
    assert hole["black"] > BLACK


def test_a_broken_value_in_a_patch_spoils_no_level() -> None:
    view = signal()
    plate = rounded(view + grain(view, 11))
    broken = plate.copy()
    broken[180:183, 300:303] = np.nan
    found = of(plate, broken, box())
    assert found["black"] < BLACK
    assert found["white"] < WHITE


def test_a_small_patch_says_nothing() -> None:
    plate = rounded(signal())
    assert of(plate, plate, box(size=(0.03, 0.05))) == {}
