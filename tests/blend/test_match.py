"""A layer's light brought to the plate's, on samples whose truth is known."""

import numpy as np
import pytest
import torch

from lookdev.blend.log_code import decoded, encoded
from lookdev.blend.match import (
    Levels,
    fit_ends,
    fit_levels,
    matched,
    monge_kantorovich,
    transferred,
)
from lookdev.spec.blending import NO_MAP, Match

WHITE = (1.0, 1.0, 1.0)
NONE = (0.0, 0.0, 0.0)


def tones(seed: int, count: int = 4000, mean: float = -3.0, stops: float = 1.6) -> np.ndarray:
    """Colours of a scene: luminance over some stops, a little saturated."""
    rng = np.random.default_rng(seed)
    luminance = rng.normal(mean, stops, (count, 1))
    return 2 ** (luminance + rng.normal(0, 0.3, (count, 3)))


def apply(levels: Levels, colours: np.ndarray) -> np.ndarray:
    return colours * 2**levels.exposure * np.array(levels.white) + np.array(levels.black)


def removed(source: np.ndarray, target: np.ndarray, levels: Levels) -> float:
    before, after = (np.abs(one - target).mean() for one in (source, apply(levels, source)))
    return float(1 - after / before)


def test_levels_of_nothing_give_the_same_object() -> None:
    colour = torch.rand(3, 4, 5)
    assert matched(colour, exposure=0.0, white=WHITE, black=NONE) is colour
    assert transferred(colour, NO_MAP, 1.0) is colour
    shifted = ((1.0, 0.0, 0.0, 0.1), *NO_MAP[1:])
    assert transferred(colour, shifted, 0.0) is colour


def test_levels_are_gain_then_black_and_write_into_nothing() -> None:
    colour = torch.rand(3, 4, 5)
    kept = colour.clone()
    made = matched(colour, exposure=1.0, white=(1.0, 0.5, 2.0), black=(0.1, 0.0, -0.1))
    assert torch.equal(colour, kept)
    gain, black = torch.tensor([2.0, 1.0, 4.0]), torch.tensor([0.1, 0.0, -0.1])
    expected = colour * gain[:, None, None] + black[:, None, None]
    assert torch.allclose(made, expected, atol=1e-6)


def test_a_transfer_works_on_log_codes_and_is_mixed_in_by_its_amount() -> None:
    colour = torch.tensor([-0.01, 0.0, 0.005, 0.18, 1.0, 40.0]).expand(3, 1, -1)
    stop = 1 / 17.52  # of ACEScct, above its toe
    colour_map = tuple((*row[:3], stop) for row in NO_MAP)
    whole = transferred(colour, colour_map, 1.0)
    assert torch.allclose(whole[..., 3:], 2 * colour[..., 3:], rtol=1e-4)
    half = transferred(colour, colour_map, 0.5)
    assert torch.allclose(half, (colour + whole) / 2, rtol=1e-4, atol=1e-6)
    assert torch.isfinite(whole).all()


PLANTED = {
    "a stop too bright": lambda colour: 2 * colour,
    "a stop too dark": lambda colour: colour / 2,
    "too warm": lambda colour: colour * [1.2, 1.0, 0.7],
    "blacks lifted": lambda colour: colour + 0.02,
    "all of it": lambda colour: 2 * colour * [1.2, 1.0, 0.7] + 0.02,
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_levels_are_found_among_other_samples_of_the_same_scene(name: str) -> None:
    truth, plate = tones(1), tones(2)
    source = PLANTED[name](truth)
    levels = fit_levels(source, plate)
    share = removed(source, truth, levels)
    print(f"{name}: {share:.1%} removed, {levels}")
    assert share >= 0.8


def test_a_tenth_of_other_things_does_not_pull_the_levels() -> None:
    truth, plate = tones(1), tones(2)
    source = 2 * truth
    source[:400] = [3.0, 0.1, 0.1]
    levels = fit_levels(source, plate)
    share = removed(source[400:], truth[400:], levels)
    print(f"{share:.1%} removed, {levels}")
    assert share >= 0.8


def test_one_flat_tone_is_a_matter_of_gain_not_of_black() -> None:
    rng = np.random.default_rng(3)
    flat = 0.2 + rng.normal(0, 0.002, (2000, 3))
    levels = fit_levels(2 * flat, flat)
    print(levels)
    assert levels.exposure == pytest.approx(-1, abs=0.1)
    assert max(abs(one) for one in levels.black) < 0.02


def test_levels_hold_on_degenerate_samples_and_stay_within_the_spec() -> None:
    zero, one, bright = np.zeros((5, 3)), np.ones((1, 3)), np.full((9, 3), 6e4)
    for source in (zero, one, -one, bright):
        for target in (zero, one, -one, bright):
            for fit in (fit_levels, fit_ends):
                levels = fit(source, target)
                Match(exposure=levels.exposure, white=levels.white, black=levels.black)


def test_snow_over_brick_keeps_its_tones_and_is_not_tinted() -> None:
    rng = np.random.default_rng(5)
    snow = rng.uniform(0.4, 1.6, (3000, 1)) * np.ones(3)
    brick = tones(6, 3000, -4) * [2.4, 1.0, 0.7]
    mortar = rng.uniform(0.3, 0.8, (600, 1)) * np.ones(3)
    for plate in (brick, np.concatenate([brick, mortar])):
        levels = fit_ends(snow, plate)
        print(levels)
        assert levels.black == (0.0, 0.0, 0.0), "snow has no black of its own to be matched"
        assert max(abs(np.log2(levels.white))) < 0.15
        assert -4 < levels.exposure < 0


def test_snow_takes_the_colour_of_the_light() -> None:
    rng = np.random.default_rng(5)
    snow, plate = (rng.uniform(0.4, 1.6, (3000, 1)) * np.ones(3) for _ in range(2))
    warm = np.array([1.1, 1.0, 0.8])
    levels = fit_ends(snow, plate * warm)
    print(levels)
    assert np.allclose(np.array(levels.white) / levels.white[1], warm, atol=0.01)


def test_an_elements_blacks_are_matched_where_it_has_some() -> None:
    smoke = tones(7)
    levels = fit_ends(smoke + 0.03, tones(8))
    print(levels)
    assert levels.black == pytest.approx((-0.03, -0.03, -0.03), abs=0.012)


def test_the_linear_map_takes_one_cloud_onto_the_other() -> None:
    source = tones(1)
    codes = encoded(torch.from_numpy(source)).numpy()
    factor = np.array([[0.9, 0.1, 0.0], [0.1, 1.1, 0.05], [0.0, 0.05, 0.8]])
    shifted = codes @ factor + [0.02, -0.01, 0.05]
    colour = torch.from_numpy(source.T[:, None]).double()
    rows = monge_kantorovich(source, decoded(torch.from_numpy(shifted)).numpy())
    made = encoded(transferred(colour, rows, 1.0))[:, 0].T.numpy()
    mean = np.abs(made.mean(0) - shifted.mean(0)).max()
    spread = np.abs(np.cov(made.T) - np.cov(shifted.T)).max()
    print(f"mean off by {mean:.2e}, covariance by {spread:.2e}")
    assert mean < 1e-4
    assert spread < 2e-4


def test_the_map_is_symmetric_and_of_no_change_where_nothing_differs() -> None:
    rows = np.array(monge_kantorovich(tones(1), tones(2) * [1.4, 1.0, 0.6]))
    assert np.allclose(rows[:, :3], rows[:, :3].T, atol=1e-9)
    same = np.array(monge_kantorovich(tones(1), tones(1)))
    assert np.allclose(same, NO_MAP, atol=1e-9)
    flat = np.full((50, 3), 0.2)
    shifted = np.array(monge_kantorovich(flat, 2 * flat))
    print(shifted.round(4))
    assert np.allclose(shifted[:, :3], np.eye(3), atol=1e-9), "no spread: only shifted"
    assert shifted[:, 3] == pytest.approx([1 / 17.52] * 3, abs=1e-6)
