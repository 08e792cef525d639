"""The writer's own assertion: planted faults outside the support are found, bit by bit."""

import time
from dataclasses import replace

import numpy as np
import pytest

from lookdev.errors import DeliveryError
from lookdev.image.frame import Frame, Window
from lookdev.image.untouched import require_untouched

WINDOW = Window(-4, 7, 40, 30)


def plate(channels: str = "RGB", window: Window = WINDOW) -> Frame:
    rng = np.random.default_rng(3)
    shape = (window.height, window.width, len(channels))
    pixels = rng.normal(0.3, 1.0, shape).astype(np.float16).astype(np.float32)
    return Frame(pixels, tuple(channels), "ACEScg", window, window, 1003)


def support() -> np.ndarray:
    weight = np.zeros((WINDOW.height, WINDOW.width), np.float32)
    weight[10:20, 10:20] = 0.25
    return weight


def planted(source: Frame, row: int, column: int, channel: int) -> Frame:
    """One bit of one half changed."""
    pixels = source.pixels.copy()
    half = pixels[row, column, channel].astype(np.float16)
    pixels[row, column, channel] = (half.view(np.uint16) ^ 1).view(np.float16)
    return replace(source, pixels=pixels)


@pytest.mark.parametrize(("channels", "channel"), [("RGB", 0), ("RGB", 2), ("RGBA", 3)])
def test_one_bit_outside_the_support_is_found(channels: str, channel: int) -> None:
    bad = planted(planted(plate(channels), 5, 9, channel), 25, 3, channel)
    with pytest.raises(DeliveryError, match=r"street: frame 1003: 2 pixels .* first at x 5, y 12;"):
        require_untouched(bad, plate(channels), support(), "street")


def test_what_changes_inside_the_support_is_the_looks_own() -> None:
    require_untouched(plate(), plate(), support(), "street")
    require_untouched(planted(plate(), 12, 12, 1), plate(), support(), "street")


def test_bits_count_and_not_values() -> None:
    pixels = plate().pixels.copy()
    pixels[0, 0], pixels[1, 1] = np.nan, 0.0
    base = replace(plate(), pixels=pixels)
    require_untouched(replace(base, pixels=pixels.copy()), base, support(), "street")
    minus = pixels.copy()
    minus[1, 1] = -0.0
    with pytest.raises(DeliveryError, match=r"1 pixels .* x -3, y 8;"):
        require_untouched(replace(base, pixels=minus), base, support(), "street")


def test_what_half_cannot_tell_apart_is_the_same() -> None:
    near = replace(plate(), pixels=plate().pixels * np.float32(1 + 1e-6))
    require_untouched(near, plate(), support(), "street")


def test_a_weight_that_half_rounds_to_0_is_0() -> None:
    bad = planted(plate(), 12, 12, 1)
    faint = np.full((WINDOW.height, WINDOW.width), 2.0**-25, np.float32)
    assert not faint.astype(np.float16).any()
    with pytest.raises(DeliveryError, match="1 pixels"):
        require_untouched(bad, plate(), faint, "street")
    least = np.nextafter(faint, np.float32(1))
    assert least.astype(np.float16).all()
    require_untouched(bad, plate(), least, "street")


def test_a_plate_that_ends_earlier_is_0_beyond() -> None:
    smaller = Window(WINDOW.x, WINDOW.y, WINDOW.width - 2, WINDOW.height)
    short = plate(window=smaller)
    require_untouched(short.over_window(WINDOW), short, support(), "street")
    grown = short.over_window(WINDOW)
    grown.pixels[0, -1] = 0.5
    with pytest.raises(DeliveryError, match=r"x 35, y 7;"):
        require_untouched(grown, short, support(), "street")


def test_it_costs_little() -> None:
    window = Window(0, 0, 2048, 1080)
    frame = plate("RGBA", window)
    other = replace(frame, pixels=frame.pixels.copy())
    weight = np.zeros((1080, 2048), np.float32)
    weight[:, 1024:] = 1
    times = []
    for _ in range(3):
        start = time.perf_counter()
        require_untouched(other, frame, weight, "street")
        times.append(1000 * (time.perf_counter() - start))
    print(f"2048x1080 RGBA: {min(times):.1f} ms")
