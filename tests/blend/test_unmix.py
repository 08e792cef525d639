import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from lookdev.blend.unmix import Unmixed, background_of, drift, keyed, unmixed
from lookdev.errors import ModelError

SIDE = 112
BAR = 0.02  # mean absolute alpha error
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def noise(rng: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth noise of 0..1 with some finer octaves."""
    plane = sum(
        cv2.resize(
            rng.random((cells << i, cells << i)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
        )
        / 2**i
        for i in range(4)
    )
    return (plane - plane.min()) / (plane.max() - plane.min())


def flakes(rng: np.random.Generator) -> np.ndarray:
    alpha = np.zeros((SIDE, SIDE))
    y, x = np.mgrid[:SIDE, :SIDE]
    for _ in range(30):
        cx, cy, radius = *rng.uniform(0, SIDE, 2), rng.uniform(1, 7)
        flake = rng.uniform(0.3, 1) * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / radius**2))
        alpha = alpha + flake * (1 - alpha)
    return alpha


def smoke(rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE * 2 - 1
    inside = np.clip(1.2 - 1.5 * np.hypot(x, y), 0, 1)
    return np.clip(1.6 * noise(rng, 3) - 0.3, 0, 1) * inside


def shards(rng: np.random.Generator) -> np.ndarray:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(14):
        corners = rng.uniform(15, SIDE - 15, 2) + rng.normal(0, 9, (5, 2))
        hull = cv2.convexHull((corners * 16).astype(np.int32))
        cv2.fillConvexPoly(alpha, hull, 255, cv2.LINE_AA, shift=4)
    return alpha / 255


def wisps(rng: np.random.Generator) -> np.ndarray:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(9):
        steps = np.cumsum(rng.normal(0, 3, (30, 2)).cumsum(0) * 0.3, 0)
        points = (SIDE * rng.uniform(0.3, 0.7, 2) + steps).astype(np.int32)
        cv2.polylines(alpha, [points], False, int(rng.integers(60, 255)), 2, cv2.LINE_AA)
    return cv2.GaussianBlur(alpha / 255, (0, 0), rng.uniform(0.5, 3))


KINDS: tuple[Callable[[np.random.Generator], np.ndarray], ...] = (flakes, smoke, shards, wisps)


@dataclass(frozen=True)
class Case:
    """An element of known alpha and colour, and the pictures that a perfect model makes of it."""

    kind: str
    alpha: Tensor
    colour: Tensor
    over_black: Tensor
    over_white: Tensor


def picture(alpha: np.ndarray, colour: np.ndarray, background: np.ndarray) -> Tensor:
    """Composed in linear light, coded as sRGB in 8 bits, and made linear again."""
    light = alpha[..., None] * colour + (1 - alpha[..., None]) * linear(background)
    high = 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    codes = np.where(light <= 0.0031308, 12.92 * light, high)
    return torch.from_numpy(linear(np.round(codes * 255) / 255).astype(np.float32))


def linear(codes: np.ndarray) -> np.ndarray:
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


@cache
def case(number: int, *, glows: bool = False, grey: bool = False) -> Case:
    rng = np.random.default_rng(1000 + number)
    make = KINDS[number % len(KINDS)]
    alpha = make(rng).clip(0, 1)
    base = np.full(3, rng.random()) if grey else rng.random(3)
    colour = (base * (0.5 + noise(rng, 5)[..., None])).clip(0, 1)
    if glows:  # light's alpha is its largest channel
        colour = colour / colour.max(-1, keepdims=True)
    black, white = rng.uniform(0, 0.02, 3), 1 - rng.uniform(0, 0.02, 3)
    pictures = picture(alpha, colour, black), picture(alpha, colour, white)
    known = torch.from_numpy(alpha).float(), torch.from_numpy(colour).float()
    return Case(make.__name__, *known, *pictures)


def shifted(plane: Tensor) -> Tensor:
    return plane.roll(3, dims=1)


def pair(one: Case, over_white: Tensor) -> Unmixed:
    black, white = background_of(one.over_black)[0], background_of(over_white)[0]
    return unmixed(one.over_black, over_white, black, white)


def test_unmixed_alpha_of_100_elements_is_within_the_bar() -> None:
    errors: dict[str, list[float]] = {make.__name__: [] for make in KINDS}
    worst, light = 0.0, 0.0
    for number in range(100):
        one = case(number)
        found = pair(one, one.over_white)
        error = (found.alpha - one.alpha).abs()
        errors[one.kind].append(float(error.mean()))
        worst = max(worst, float(error.max()))
        own = found.alpha[..., None] * found.colour - one.alpha[..., None] * one.colour
        light = max(light, float(own.abs().mean()))
        assert float(found.colour.min()) >= 0
        assert float(found.colour.max()) <= 1
        assert float(found.alpha.min()) >= 0
        assert float(found.alpha.max()) <= 1
    report("over black and white", errors, worst)
    print(f"alpha * colour: mean error of the worst element {light:.4f}")
    assert max(map(max, errors.values())) <= BAR
    assert light <= BAR


def test_a_thin_rim_has_the_elements_colour_and_no_amplified_noise() -> None:
    errors, plain = [], []
    for number in range(100):
        one = case(number)
        found = pair(one, one.over_white)
        rim = (found.alpha > 0.002) & (found.alpha < 0.02)
        alpha = found.alpha[rim][:, None]
        backgrounds = sum(
            torch.tensor(background_of(p)[0]) for p in (one.over_black, one.over_white)
        )
        own = ((one.over_black + one.over_white)[rim] - (1 - alpha) * backgrounds) / 2
        errors.append((found.colour - one.colour).abs()[rim])
        plain.append(((own / alpha).clamp(0, 1) - one.colour[rim]).abs())
    error, divided = torch.cat(errors), torch.cat(plain)
    far, far_divided = (float((each > 0.25).float().mean()) for each in (error, divided))
    print(
        f"straight colour at alpha .002 to .02: mean error {float(error.mean()):.3f}, off by more "
        f"than .25 {far:.2%}; by mere division {float(divided.mean()):.3f} and {far_divided:.2%}"
    )
    assert float(error.mean()) < float(divided.mean()) / 2
    assert far < far_divided / 4


def test_keyed_alpha_of_100_glowing_elements_is_within_the_bar() -> None:
    errors: dict[str, list[float]] = {make.__name__: [] for make in KINDS}
    worst = 0.0
    for number in range(100):
        one = case(number, glows=True)
        found = keyed(one.over_black, background_of(one.over_black)[0])
        error = (found.alpha - one.alpha).abs()
        errors[one.kind].append(float(error.mean()))
        worst = max(worst, float(error.max()))
    report("luminance, over black", errors, worst)
    assert max(map(max, errors.values())) <= BAR


def report(method: str, errors: dict[str, list[float]], worst: float) -> None:
    everything = np.concatenate([*errors.values()])
    kinds = ", ".join(f"{kind} {np.mean(each):.4f}" for kind, each in errors.items())
    print(
        f"{method}: {len(everything)} elements, mean alpha error {everything.mean():.4f} ({kinds}), "
        f"worst element {everything.max():.4f}, worst pixel {worst:.4f}"
    )
    assert len(everything) == 100


def test_a_perfect_pair_is_unmixed_exactly() -> None:
    alpha, colour = torch.rand(40, 30) * 0.9 + 0.1, torch.rand(40, 30, 3) * 0.9
    black, white = (0.0, 0.01, 0.02), (0.6, 0.5, 0.55)  # grey serves as white
    over = [
        alpha[..., None] * colour + (1 - alpha[..., None]) * torch.tensor(each)
        for each in (black, white)
    ]
    found = unmixed(*over, black, white)
    print(
        f"alpha {float((found.alpha - alpha).abs().max()):.1e}, residual {float(found.residual.max()):.1e}"
    )
    assert torch.allclose(found.alpha, alpha, atol=2e-6)
    assert torch.allclose(
        found.alpha[..., None] * found.colour, alpha[..., None] * colour, atol=2e-6
    )
    assert float(found.residual.max()) < 2e-6


def test_an_empty_picture_is_nothing() -> None:
    black, white = torch.zeros(20, 20, 3), torch.ones(20, 20, 3)
    for found in (unmixed(black, white, BLACK, WHITE), keyed(black, BLACK)):
        assert float(found.alpha.max()) == 0
        assert float(found.colour.abs().max()) == 0
        assert float(found.residual.max()) == 0
        assert found.disagreement == 0


def test_keyed_light_is_the_picture_less_its_background_and_darkness_is_residual() -> None:
    over = torch.tensor([[[0.5, 0.25, 0.01], [0.01, 0.01, 0.0], [40.0, 8.0, 0.01]]])
    found = keyed(over, (0.01, 0.01, 0.01))
    light = found.alpha[..., None] * found.colour
    wanted = torch.tensor([[[0.49, 0.24, 0.0], [0, 0, 0], [39.99, 7.99, 0]]])
    assert torch.allclose(light, wanted, atol=1e-6)
    assert found.alpha.tolist() == [pytest.approx([0.49, 0, 1], abs=1e-6)]
    assert found.residual.tolist() == [pytest.approx([0, 0.01, 0], abs=1e-6)]


def test_a_second_picture_that_is_shifted_shows_in_the_residual() -> None:
    good, bad, mean_good, mean_bad = [], [], [], []
    for number in range(100):
        one = case(number)
        right, wrong = pair(one, one.over_white), pair(one, shifted(one.over_white))
        good.append(right.disagreement)
        bad.append(wrong.disagreement)
        mean_good.append(float(right.residual.mean()))
        mean_bad.append(float(wrong.residual.mean()))
    ratio = np.array(mean_bad) / np.array(mean_good)
    print(
        f"share of the element unexplained: true pairs at most {max(good):.4f}; shifted by 3 px "
        f"median {np.median(bad):.3f}, above 0.01 in {np.mean(np.array(bad) > 0.01):.0%}; "
        f"mean residual {np.median(ratio):.0f} times as large (median)"
    )
    assert max(good) < 0.001
    assert np.median(bad) > 0.2
    assert np.mean(np.array(bad) > 0.01) > 0.85


def test_a_shift_of_grey_elements_that_no_residual_can_show_is_found_by_their_edges() -> None:
    away: Counter[str] = Counter()
    for number in range(100):
        one, other = case(number, grey=True), case((number + 4) % 100, grey=True)
        wrong = shifted(one.over_white)
        for name, second in (
            ("true pairs", one.over_white),
            ("shifted by 3 px", wrong),
            ("another element", other.over_white),
        ):
            away[name] += math.hypot(*drift(one.over_black, second)) > 1.5
        away["unseen by the residual"] += pair(one, wrong).disagreement <= 0.01
    print(f"of 100 each, found more than 1.5 px away: {dict(away)}")
    assert away["true pairs"] <= 10
    assert away["shifted by 3 px"] >= 95
    assert away["another element"] >= 80


def test_drift_tells_right_and_down() -> None:
    one = case(0)
    assert drift(one.over_black, one.over_white.roll((5, -3), dims=(0, 1))) == (-3, 5)
    assert drift(torch.zeros(9, 9, 3), torch.ones(9, 9, 3)) == (0, 0)


def test_backgrounds_are_found_from_the_border_and_their_plainness_told() -> None:
    for number in range(0, 100, 7):
        one = case(number)
        for over, low, high in ((one.over_black, 0.0, 0.0016), (one.over_white, 0.95, 1.0)):
            rgb, spread = background_of(over)
            assert all(low <= value <= high for value in rgb)
            assert spread < 0.03, one.kind
    ramp = torch.linspace(0, 1, 64)[None, :, None].expand(64, 64, 3)
    scene = torch.rand(64, 64, 3)
    for busy in (ramp, scene):
        rgb, spread = background_of(busy)
        print(f"no plain background: {rgb}, spread {spread:.3f}")
        assert spread > 0.2
    crossed = torch.zeros(64, 64, 3)
    crossed[40:] = 0.7  # it leaves the picture below: the other three sides are plain
    assert background_of(crossed)[0] == BLACK


def test_backgrounds_too_much_alike_are_refused() -> None:
    dark = torch.zeros(4, 4, 3)
    with pytest.raises(ModelError, match=r"backgrounds are \(0.000, 0.000, 0.000\) and \(0.050, "):
        unmixed(dark, dark, BLACK, (0.05, 0.05, 0.05))
