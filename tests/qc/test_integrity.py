"""One changed bit is seen, a whole plate passes, and so do a plate's own extremes."""

import numpy as np
import pytest
from qc.still_scenes import box, grain, layer, readings, rounded, seen, signal

from lookdev.image.frame import Pixels
from lookdev.qc.integrity import Integrity

HEIGHT, WIDTH = 90, 160


@pytest.fixture
def plate() -> Pixels:
    clean = signal(width=WIDTH, height=HEIGHT)
    made = clean + grain(clean, 1)
    made[:4, :4], made[:4, 8:12] = -0.02, 60.0
    return rounded(made)


SUPPORT = box((0.5, 0.5), (0.5, 0.5), soft=10, width=WIDTH, height=HEIGHT)


def with_patch(plate: Pixels, value: float) -> Pixels:
    colour = plate * np.float32(1.2)
    colour[40:50, 70:90] = value
    return layer(colour, SUPPORT)


def test_a_clean_frame_has_nothing_to_say(plate: Pixels) -> None:
    found = readings(Integrity(), seen(plate, {"patch": with_patch(plate, 0.5)}, support=SUPPORT))
    print(found)
    assert found.pop("coverage") == pytest.approx(np.mean(SUPPORT > 0))
    assert found == {"plate_bits": 0, "broken": 0, "negative": 0, "ceiling": 0}


def test_one_bit_outside_the_support_is_seen_and_inside_it_is_not(plate: Pixels) -> None:
    for (row, column), wanted in (((2, 150), 1), ((2, 2), 1), ((45, 80), 0)):
        bits = plate.astype(np.float16).view(np.uint16)
        bits[row, column, 1] ^= 1
        comp = bits.view(np.float16).astype(np.float32)
        found = readings(Integrity(), seen(plate, {}, support=SUPPORT, comp=comp))
        assert found["plate_bits"] == wanted
    comp = plate.copy()
    comp[0, 0], comp[1, 1, 2], comp[2, 20] = np.nan, -0.0, np.inf
    plate[1, 1, 2] = 0.0
    found = readings(Integrity(), seen(plate, {}, support=SUPPORT, comp=comp))
    print(found)
    assert found["plate_bits"] == 7, "a zero's sign is a bit too"
    assert found["broken"] == 6


def test_a_float_plate_is_whole_when_it_is_rounded_to_half(plate: Pixels) -> None:
    exact = plate + np.float32(1e-6)
    found = readings(Integrity(), seen(exact, {}, support=0 * SUPPORT, comp=rounded(exact)))
    assert found["plate_bits"] == 0


def test_what_is_pushed_below_zero_or_above_the_ceiling_is_a_share_of_what_changed(
    plate: Pixels,
) -> None:
    changed = np.mean(SUPPORT > 0) * WIDTH * HEIGHT
    for value, meter in ((-0.01, "negative"), (20.0, "ceiling")):
        found = readings(
            Integrity(), seen(plate, {"patch": with_patch(plate, value)}, support=SUPPORT)
        )
        print(meter, found[meter], 200 / changed)
        assert found[meter] == pytest.approx(200 / changed, rel=0.05)
        assert found["plate_bits"] == found["broken"] == 0
        other = {"negative": "ceiling", "ceiling": "negative"}[meter]
        assert found[other] == 0


def test_a_broken_plate_value_and_an_untouched_frame_divide_by_nothing(plate: Pixels) -> None:
    found = readings(Integrity(), seen(plate, {}, support=0 * SUPPORT))
    assert found == dict.fromkeys(("plate_bits", "broken", "negative", "ceiling", "coverage"), 0)
