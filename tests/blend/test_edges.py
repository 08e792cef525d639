import numpy as np
import pytest
import torch

from lookdev.blend.edges import eroded, feathered, ramped_inside


def disc(radius: float, size: int = 129) -> torch.Tensor:
    y, x = torch.meshgrid(*(torch.arange(size) - size // 2,) * 2, indexing="ij")
    return (radius + 0.5 - (x**2 + y**2).float().sqrt()).clamp(0, 1)


def radius_of(matte: torch.Tensor) -> float:
    return float((matte.sum() / torch.pi).sqrt())


def test_erode_and_grow_move_the_edge_by_their_distance() -> None:
    matte = disc(40)
    for pixels in (-10.0, -3.5, 2.0, 7.5, 22.0):
        got = radius_of(eroded(matte, pixels))
        print(f"erode {pixels}: radius {got:.2f}, wanted {40 - pixels:.2f}")
        assert abs(got - (40 - pixels)) < 0.9


def test_no_erode_and_no_feather_are_the_matte_itself() -> None:
    matte = disc(20)
    assert eroded(matte, 0) is matte
    assert feathered(matte, 0) is matte


def test_a_soft_edge_stays_soft_and_erode_rises_from_nothing() -> None:
    ramp = torch.linspace(0, 1, 41).repeat(32, 1)
    for pixels in (0.01, -0.01):
        assert float((eroded(ramp, pixels) - ramp).abs().max()) < 0.001
    shrunk = eroded(ramp, 4.0)[16]
    assert torch.allclose(shrunk[4:36], ramp[16, 0:32], atol=1e-6)
    flat = torch.full((32, 32), 0.4)
    flat[:, :8] = 0
    assert float(eroded(flat, 2.0).max()) == pytest.approx(0.4)
    assert float(eroded(flat, -2.0).max()) == pytest.approx(0.4)


def test_feather_is_a_gaussian_of_its_standard_deviation() -> None:
    step = torch.zeros(64, 128)
    step[:, 64:] = 1
    profile = feathered(step, 6.0)[32].numpy()
    slope = np.diff(profile)
    place = np.arange(len(slope)) + 0.5
    mean = (slope * place).sum() / slope.sum()
    deviation = np.sqrt((slope * (place - mean) ** 2).sum() / slope.sum())
    print(f"feather 6.0: measured {deviation:.2f}")
    assert abs(deviation - 6) < 0.15


def test_ramp_is_zero_outside_full_inside_and_rises_between() -> None:
    support = (disc(40) > 0.5).float()
    weight = ramped_inside(support, 16)
    assert torch.equal(weight == 0, support == 0)
    row = weight[64, 64:]
    assert (row[:24] == 1).all()
    assert (row[:-1] >= row[1:]).all()
    assert float(weight[64, 64 + 40]) < 0.02


def test_a_support_that_reaches_the_border_goes_on_beyond_it() -> None:
    assert (ramped_inside(torch.ones(32, 32), 8) == 1).all()
    half = torch.zeros(32, 64)
    half[:, 32:] = 1
    assert (ramped_inside(half, 8)[:, 63] == 1).all()
