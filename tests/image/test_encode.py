import itertools
from pathlib import Path
from typing import get_args

import numpy as np
import PyOpenColorIO as ocio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.errors import ModelError, PlateError, SpecError
from lookdev.image.colour import Colour, open_colour
from lookdev.image.encode import (
    DISPLAY,
    VIEW,
    decoded,
    encoded,
    require_encoding,
    rolled_off,
)
from lookdev.spec.card import Encoding
from lookdev.spec.show import STUDIO_CONFIG, Viewing

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
HOSTILE = (-3e38, -65504.0, -1.0, -1e-30, 0.0, 1e-38, 0.18, 1.0, 1e4, 65504.0, 3e38)
CEILING = 16.0


@pytest.fixture(scope="module")
def colour() -> Colour:
    return open_colour(STUDIO_CONFIG)


def greys(first: float, last: float, count: int = 4096) -> np.ndarray:
    ramp = np.geomspace(first, last, count, dtype=np.float32)
    return np.repeat(ramp, 3).reshape(1, -1, 3)


def colours(top: float, least: float = 0.3) -> np.ndarray:
    """Hues at many exposures; `least` is their least channel as a share of the largest."""
    shares = list(itertools.product((least, (1 + least) / 2, 1.0), repeat=3))
    share = np.array([each for each in shares if max(each) == 1], np.float32)
    light = np.geomspace(0.01, top, 64, dtype=np.float32)
    return (light[:, None, None] * share).astype(np.float32)


def every_code(steps: int = 33) -> np.ndarray:
    axis = np.linspace(0, 1, steps, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis), -1).reshape(steps, -1, 3)


# Greys from, greys to and colours to that each carries; and greys from and to through 8 bits.
CARRIED = {
    "sdr-view": (0.002, 8.0, 1.0, 0.02, 4.0),
    "acescct": (0.0005, 200.0, 200.0, 0.02, 200.0),
    "logc4": (0.0005, 400.0, 200.0, 0.02, 400.0),
}


def through(
    light: np.ndarray, encoding: Encoding, colour: Colour, bits: int | None = None
) -> np.ndarray:
    """Relative error, by the largest channel, of what comes back."""
    codes = encoded(light, encoding, colour)
    if bits:
        codes = np.round(codes * 255).astype(np.float32) / np.float32(255)
    back = decoded(codes, encoding, colour, ceiling=1000.0)
    return np.abs(back - light).max(-1) / light.max(-1)


def told(error: np.ndarray) -> str:
    return f"max {error.max():.2%}, mean {error.mean():.3%}"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_an_encoding_can_carry_comes_back(colour: Colour, encoding: Encoding) -> None:
    low, high, top, *_ = CARRIED[encoding]
    for name, light in (
        (f"greys {low}..{high}", greys(low, high)),
        (f"colours 0.01..{top}", colours(top)),
    ):
        error = through(light, encoding, colour)
        print(f"{encoding}, {name}: {told(error)}")
        assert error.max() < 0.001
    print(
        f"{encoding}, pure colours 0.01..{top}: {told(through(colours(top, 0), encoding, colour))}"
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_8_bits_cost_no_more_than_their_steps(colour: Colour, encoding: Encoding) -> None:
    *_, low, high = CARRIED[encoding]
    error = through(greys(low, high), encoding, colour, bits=8)
    print(f"{encoding}, greys {low}..{high} in 8 bits: {told(error)}")
    assert error.mean() < 0.03
    assert error.max() < 0.15


def test_sdr_view_is_the_aces_2_view_and_its_inverse(colour: Colour) -> None:
    codes = encoded(np.full((1, 1, 3), 0.18, np.float32), "sdr-view", colour)[0, 0]
    assert codes == pytest.approx([0.349] * 3, abs=0.001)
    for code, wanted in ((1.0, 128.0), (0.99, 34.5), (0.95, 8.33)):
        bright = np.full((1, 1, 3), code, np.float32)
        inverse = colour.from_display(bright, DISPLAY, VIEW)[0, 0, 1]
        light = decoded(bright, "sdr-view", colour, ceiling=CEILING)[0, 0, 1]
        print(f"code {code}: inverse {inverse:.2f}, rolled off to {CEILING:.0f}: {light:.3f}")
        assert inverse == pytest.approx(wanted, rel=0.01)
        assert light == pytest.approx(16 - 64 / wanted if wanted > 8 else wanted, rel=0.01)


def test_a_show_lut_changes_what_is_seen_and_nothing_that_a_model_gets(
    colour: Colour, tmp_path: Path
) -> None:
    lut = tmp_path / "half.cube"
    lut.write_text(
        "LUT_3D_SIZE 2\n"
        + "".join(f"{r / 2} {g / 2} {b / 2}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    )
    light = greys(0.01, 8, 64)
    before = encoded(light, "sdr-view", colour)
    assert np.abs(colour.view(light, Viewing(lut=str(lut))) - before).max() > 0.1
    assert np.array_equal(encoded(light, "sdr-view", colour), before)
    assert np.abs(colour.view(light, Viewing()) - before).max() < 1e-4


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_hostile_light_becomes_codes_within_0_and_1_and_finite_light_again(
    colour: Colour, encoding: Encoding
) -> None:
    light = np.array(list(itertools.product(HOSTILE, repeat=3)), np.float32)[None]
    given_bits = light.copy()
    codes = encoded(light, encoding, colour)
    assert np.array_equal(light, given_bits)
    assert np.isfinite(codes).all()
    assert codes.min() >= 0
    assert codes.max() <= 1
    back = decoded(codes, encoding, colour, ceiling=CEILING)
    print(
        f"{encoding}: codes {codes.min():.3f}..{codes.max():.3f}, light {back.min():.4f}..{back.max():.4f}"
    )
    assert codes.dtype == back.dtype == np.float32
    assert np.isfinite(back).all()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("ceiling", [1.0, 16.0, 1000.0])
def test_no_code_value_passes_the_ceiling(
    colour: Colour, encoding: Encoding, ceiling: float
) -> None:
    codes = np.concatenate([every_code(), every_code() * 3 - 1])  # and what overshoots
    light = decoded(codes, encoding, colour, ceiling=ceiling)
    print(f"{encoding}, ceiling {ceiling}: {light.min():.3f}..{light.max():.3f}")
    assert np.isfinite(light).all()
    assert light.max() <= ceiling
    if encoding == "sdr-view":
        assert light.min() >= 0


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_brighter_codes_are_brighter_light(colour: Colour, encoding: Encoding) -> None:
    codes = np.repeat(np.linspace(0, 1, 1024, dtype=np.float32), 3).reshape(1, -1, 3)
    light = decoded(codes, encoding, colour, ceiling=CEILING)[0, :, 1]
    assert (np.diff(light) >= 0).all()
    assert (np.diff(light[20:]) > 0).all()


def test_the_shoulder_keeps_bits_below_its_knee_and_joins_there_smoothly() -> None:
    below = np.random.default_rng(5).uniform(-2, 8, (64, 64, 3)).astype(np.float32)
    assert np.array_equal(rolled_off(below, CEILING), below)
    near = greys(7.9, 8.1, 201)
    slope = np.diff(rolled_off(near, CEILING)[0, :, 0].astype(np.float64)) / np.diff(near[0, :, 0])
    print(f"slope about the knee {slope.min():.3f}..{slope.max():.3f}")
    assert slope.min() > 0.95
    assert slope.max() < 1.01


@given(
    pixel=st.tuples(*[st.floats(-100, 65504, width=32)] * 3),
    more=st.floats(1, 100, width=32),
    ceiling=st.floats(1, 1000, width=32),
)
def test_the_shoulder_keeps_hue_and_order_and_never_passes_the_ceiling(
    pixel: tuple[float, float, float], more: float, ceiling: float
) -> None:
    light = np.array([[pixel]], np.float32)
    once, brighter = rolled_off(light, ceiling), rolled_off(light * np.float32(more), ceiling)
    assert once.max() <= ceiling
    if light.max() > 0:
        assert brighter.max() >= once.max() * (1 - 1e-6)
        gain = once.max() / light.max()
        assert once == pytest.approx(light * gain, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nan_and_inf_are_refused_both_ways(colour: Colour, encoding: Encoding, bad: float) -> None:
    picture = np.full((2, 2, 3), 0.5, np.float32)
    picture[1, 1, 0] = bad
    with pytest.raises(PlateError, match=r"^plate: 1 values are NaN or Inf; mend it"):
        encoded(picture, encoding, colour)
    with pytest.raises(ModelError, match=r"^the model's picture: 1 values are NaN or Inf; run it"):
        decoded(picture, encoding, colour, ceiling=CEILING)


def other_config(tmp_path: Path) -> Colour:
    """An ACES config without the view and without LogC4."""
    config = ocio.Config.CreateFromBuiltinConfig("cg-config-v1.0.0_aces-v1.3_ocio-v2.1")
    config.serialize(str(tmp_path / "old.ocio"))
    return Colour(str(tmp_path / "old.ocio"))


def test_a_config_that_cannot_encode_so_is_refused_in_one_sentence(tmp_path: Path) -> None:
    old = other_config(tmp_path)
    pixel = np.zeros((1, 1, 3), np.float32)
    for encoding, names in (("sdr-view", VIEW), ("logc4", "ARRI LogC4")):
        for attempt in (
            lambda e=encoding: require_encoding(e, old),
            lambda e=encoding: encoded(pixel, e, old),
            lambda e=encoding: decoded(pixel, e, old, ceiling=1.0),
        ):
            with pytest.raises(SpecError) as caught:
                attempt()
        print(caught.value)
        assert names in str(caught.value)
        assert "old.ocio" in str(caught.value)
        assert "\n" not in str(caught.value)
    require_encoding("acescct", old)
