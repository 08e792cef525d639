import math

import pytest
import torch
from torch import Tensor

from lookdev.mini.codec import glowing
from lookdev.mini.finish import evened, only_glowing, swept, trailing
from lookdev.mini.network import CONDITION
from lookdev.mini.scenes.control import MAX_WIND
from lookdev.mini.words import KINDS

_MIDDLE = 20


def _asked(*kinds: str) -> Tensor:
    """One sample that mixes these kinds."""
    condition = torch.zeros(1, CONDITION)
    for kind in kinds:
        condition[0, KINDS.index(kind)] = 1 / len(kinds)
    return condition


def _wind(x: float, y: float) -> Tensor:
    control = torch.full((1, 4, 41, 41), 0.5)
    control[:, 1], control[:, 2] = x, y
    return control


def _dot() -> Tensor:
    dot = torch.zeros(1, 6, 41, 41)
    dot[..., _MIDDLE, _MIDDLE] = 1
    return dot


def _centre(picture: Tensor) -> tuple[float, float]:
    """Mean place of what is in a channel, right and down of the middle."""
    down, right = torch.meshgrid(*2 * [torch.arange(41.0) - _MIDDLE], indexing="ij")
    return (picture * right).sum().item(), (picture * down).sum().item()


@pytest.mark.parametrize("wind", [(1.0, 0.0), (-0.6, 0.3), (0.0, -0.45)])
@pytest.mark.parametrize(("kind", "pace"), [("snow", 1.0), ("ash", 0.5), ("debris", 1.0)])
def test_a_flake_is_drawn_out_along_the_wind_about_its_place(
    kind: str, pace: float, wind: tuple[float, float]
) -> None:
    drawn = swept(_dot(), _wind(*wind), _asked(kind))[0, 0]
    down, right = torch.meshgrid(*2 * [torch.arange(41.0) - _MIDDLE], indexing="ij")
    x, y = torch.tensor(wind) / torch.tensor(wind).norm()
    along = (drawn * (x * right + y * down).square()).sum().sqrt()
    across = (drawn * (x * down - y * right).square()).sum().sqrt()
    length = pace * math.hypot(*wind) * MAX_WIND / 2
    print(f"{kind} in {wind}: spread {along:.2f} along, {across:.2f} across, path {length:.1f}")
    assert drawn.sum().item() == pytest.approx(1, abs=1e-5)
    assert _centre(drawn) == pytest.approx((0, 0), abs=1e-4)
    assert along.item() == pytest.approx(length / 12**0.5, abs=0.35)
    assert across < 0.5


@pytest.mark.parametrize("wind", [(0.5, -0.25), (-0.3, 0.0), (0.2, 0.7)])
def test_a_spark_has_a_fading_trail_behind_it(wind: tuple[float, float]) -> None:
    dot = 3 * _dot()
    light = glowing(trailing(dot, _wind(*wind), _asked("embers")))[0, -1]
    head, length = light[_MIDDLE, _MIDDLE], 2.2 * math.hypot(*wind) * MAX_WIND / 2
    x, y = (part / math.hypot(*wind) for part in wind)
    behind = [
        light[_MIDDLE - round(far * y), _MIDDLE - round(far * x)].item()
        for far in range(1, int(length))
    ]
    print(f"head {head:.2f}, behind it {[round(one, 2) for one in behind]}, length {length:.1f}")
    assert head == glowing(dot)[0, -1, _MIDDLE, _MIDDLE]
    assert behind[0] > 0.15 * head
    assert behind[0] > behind[len(behind) // 2] > behind[-1]
    assert light[_MIDDLE + round(2 * y), _MIDDLE + round(2 * x)] == 0, "nothing is before it"
    assert torch.equal(trailing(dot, _wind(*wind), _asked("embers"))[:, :-1], dot[:, :-1])


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fly_and_calm_air_stay_as_they_are(kind: str) -> None:
    x = torch.randn(1, 6, 41, 41, generator=torch.Generator().manual_seed(1))
    calm, windy = _wind(0.0, 0.0), _wind(0.8, 0.1)
    assert torch.equal(swept(x, calm, _asked(kind)), x)
    assert torch.equal(trailing(x, calm, _asked(kind)), x)
    assert torch.equal(swept(x, windy, _asked(kind)), x) == (kind not in ("snow", "ash", "debris"))
    assert torch.equal(trailing(x, windy, _asked(kind)), x) == (kind != "embers")


def test_samples_of_a_batch_have_each_its_own_wind() -> None:
    winds = torch.cat([_wind(0.7, 0.2), _wind(0.0, 0.0), _wind(-0.1, 0.9)])
    asked = torch.cat([_asked("snow"), _asked("embers"), _asked("embers", "debris")])
    x = torch.randn(3, 6, 41, 41, generator=torch.Generator().manual_seed(2))
    for layer in (swept, trailing):
        together = layer(x, winds, asked)
        for i in range(3):
            one = slice(i, i + 1)
            assert torch.allclose(together[one], layer(x[one], winds[one], asked[one]), atol=1e-6)


def test_volumes_keep_slopes_and_lose_what_alternates() -> None:
    down, right = torch.meshgrid(*2 * [torch.arange(41.0)], indexing="ij")
    slope, checks, rows = 0.1 * right - 0.2 * down, (-1) ** (right + down), (-1) ** down
    x = torch.stack([slope, slope + checks, slope + rows])[None]
    smooth, flakes = evened(x, _asked("smoke")), evened(x, _asked("snow"))
    inner = (..., slice(1, -1), slice(1, -1))
    assert torch.allclose(smooth[inner], slope.expand_as(x)[inner], atol=1e-5)
    assert torch.equal(flakes, x)
    half = evened(x, _asked("smoke", "snow"))
    assert torch.allclose(half[inner], (smooth + x)[inner] / 2, atol=1e-5)


def test_only_embers_glow() -> None:
    x = torch.ones(1, 6, 4, 4)
    for kind in KINDS:
        made = only_glowing(x, _asked(kind))
        assert bool(made[:, -1].any()) == (kind == "embers"), kind
        assert torch.equal(made[:, :-1], x[:, :-1])
