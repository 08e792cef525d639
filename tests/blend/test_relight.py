import math
from itertools import pairwise

import pytest
import torch

from lookdev.blend.relight import _shade, directional, relit


def ball(size: int = 96) -> torch.Tensor:
    """Density of a puff in the middle."""
    at = torch.linspace(-1, 1, size)
    return (1.2 * torch.exp(-(at[:, None] ** 2 + at[None] ** 2) * 5)).clamp(max=1)


def maps() -> torch.Tensor:
    return directional(ball(), torch.full((96, 96), 0.4))


def sides(light: torch.Tensor) -> tuple[float, float]:
    """How much brighter the puff is at the right than at the left, and above than below."""
    seen = light * ball()
    right = seen[:, 48:].sum() - seen[:, :48].sum()
    above = seen[:48].sum() - seen[48:].sum()
    return float(right / seen.sum()), float(above / seen.sum())


def test_the_maps_mean_is_the_models_own_light() -> None:
    own = torch.rand(96, 128, generator=torch.Generator().manual_seed(4)) * 3
    made = directional(torch.rand(96, 128), own)
    assert made.shape == (4, 96, 128)
    assert torch.allclose(made.mean(dim=0), own, rtol=1e-5)
    assert torch.allclose(relit(made, azimuth=33, elevation=12, ambient=1), own, rtol=1e-5)


def test_each_map_is_bright_on_its_side() -> None:
    left, right, above, behind = maps()
    print("left, right, above:", [sides(side) for side in (left, right, above)])
    assert sides(left)[0] < -0.1
    assert sides(right)[0] > 0.1
    assert sides(above)[1] > 0.1
    assert torch.allclose(left, right.flip(1), atol=1e-5)
    assert float(behind[48, 20]) > 1.3 * float(behind[48, 48])


def test_no_density_is_lit_alike_from_all_sides_and_even_density_has_no_lit_rim() -> None:
    own = torch.full((40, 60), 0.7)
    assert torch.allclose(directional(torch.zeros(40, 60), own), own.expand(4, 40, 60))
    even = directional(torch.full((40, 60), 0.6), own)
    assert float((even - even[:, 20:21, 30:31]).abs().max()) < 1e-5
    full = directional(torch.ones(40, 60), own)
    assert bool(full.isfinite().all())


def test_shade_is_an_exponential_moving_mean() -> None:
    density = torch.rand(20, 300, generator=torch.Generator().manual_seed(6))
    wanted, decay = density.double(), math.exp(-1 / 8)
    for column in range(1, 300):
        before = wanted[:, column - 1] * decay
        wanted[:, column] = before + density[:, column] * (1 - decay)
    apart = float((_shade(density, 8.0) - wanted).abs().max())
    print(f"apart {apart:.1e} from float64")
    assert apart < 1e-5


@pytest.mark.parametrize(
    ("azimuth", "elevation", "at"), [(180, 0, 0), (0, 0, 1), (0, 90, 2), (90, 0, 3)]
)
def test_a_light_along_an_axis_is_its_map(azimuth: float, elevation: float, at: int) -> None:
    assert torch.allclose(
        relit(maps(), azimuth=azimuth, elevation=elevation, ambient=0), maps()[at], atol=1e-6
    )


def test_light_from_in_front_and_below_is_strong_where_its_opposite_is_weak() -> None:
    front = relit(maps(), azimuth=-90, elevation=0, ambient=0)
    below = relit(maps(), azimuth=0, elevation=-90, ambient=0)
    assert sides(below)[1] < -0.1
    assert abs(sides(front)[0]) < 0.01
    assert float(front[48, 48]) > float(maps()[3, 48, 48])
    assert float(torch.minimum(front, below).min()) >= 0


def test_opposite_sides_add_to_the_same_to_first_order_and_no_map_makes_nan() -> None:
    near = torch.tensor([1.0, 1.2, 1.01, 1.15]).reshape(4, 1, 1)
    below = relit(near, azimuth=0, elevation=-90, ambient=0)
    front = relit(near, azimuth=-90, elevation=0, ambient=0)
    assert float(below) == pytest.approx(2.2 - 1.01, abs=0.01)
    assert float(front) == pytest.approx(2.2 - 1.15, abs=0.01)
    for side in (0.0, 65504.0):
        some = torch.tensor([0.0, 0.0, side, side]).reshape(4, 1, 1)
        assert float(relit(some, azimuth=-90, elevation=-45, ambient=0)) == 0


def test_the_lit_side_follows_the_light() -> None:
    around = [
        sides(relit(maps(), azimuth=a, elevation=0, ambient=0.2))[0] for a in range(180, -1, -10)
    ]
    up = [sides(relit(maps(), azimuth=0, elevation=e, ambient=0.2))[1] for e in range(-90, 91, 10)]
    print("right over left as it turns from left to right:", [round(v, 3) for v in around[::3]])
    for row in (around, up):
        assert all(b >= a - 1e-6 for a, b in pairwise(row))
        assert row[-1] - row[0] > 0.2


def test_it_is_continuous_in_both_angles_and_periodic() -> None:
    some = torch.rand(4, 8, 8, generator=torch.Generator().manual_seed(5)) * 3
    worst = 0.0
    for azimuth in range(-180, 181, 15):
        for elevation in (-90, -89.9, -45, -0.1, 0, 0.1, 30, 89.9, 90):
            here = relit(some, azimuth=azimuth, elevation=elevation, ambient=0.1)
            for a, e in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
                near = relit(some, azimuth=azimuth + a, elevation=elevation + e, ambient=0.1)
                worst = max(worst, float((near - here).abs().max()))
            again = relit(some, azimuth=azimuth + 360, elevation=elevation, ambient=0.1)
            assert torch.allclose(here, again, atol=1e-5)
    print(f"half a degree changes light of up to 3 by at most {worst:.3f}")
    assert worst < math.radians(0.5) * 9


def test_ambient_flattens() -> None:
    spans = [sides(relit(maps(), azimuth=0, elevation=0, ambient=a))[0] for a in (0, 0.5, 1)]
    assert spans[0] > spans[1] > spans[2]
    assert abs(spans[2]) < 1e-5
