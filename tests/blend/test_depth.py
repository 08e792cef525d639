import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lookdev.blend.depth import extinction, hazed, in_front, transmittance

odd = st.floats(width=32, allow_nan=True, allow_infinity=True)


def test_a_nearer_plate_hides_and_a_further_one_does_not() -> None:
    z = torch.tensor([[2.0, 9.9, 10.0, 10.1, 50.0]])
    assert in_front(z, 10.0, 0).tolist() == [[0, 0, 1, 1, 1]]


def test_where_nothing_is_there_the_element_is_in_front() -> None:
    z = torch.tensor([[0.0, -1.0, math.nan, math.inf, -math.inf]])
    assert (in_front(z, 1e6, 0) == 1).all()
    assert (in_front(z, 1e6, 5.0) == 1).all()


def test_a_soft_edge_is_half_at_its_distance_and_rises_over_its_depth() -> None:
    z = torch.linspace(6, 14, 81)[None]
    got = in_front(z, 10.0, 4.0)[0]
    assert float(got[40]) == pytest.approx(0.5, abs=1e-6)
    assert (got[:21] <= 1e-6).all()
    assert (got[60:] >= 1 - 1e-6).all()
    assert (got.diff() >= 0).all()


def test_at_distance_0_it_is_in_front_of_everything() -> None:
    assert (in_front(torch.tensor([[0.001, 3.0]]), 0, 2.0) == 1).all()


def test_haze_is_beer_lambert_and_fills_with_air_only_what_is_covered() -> None:
    rgba = torch.tensor([0.5, 0.5, 0.5, 0.5])[:, None, None].repeat(1, 1, 2)
    rgba[3, 0, 1] = 0  # light alone
    got = hazed(rgba, 7.0, 0.1, (1.0, 2.0, 0.0))
    clear = math.exp(-0.7)
    wanted = [0.5 * clear + 0.5 * (1 - clear) * air for air in (1, 2, 0)]
    assert torch.allclose(got[:3, 0, 0], torch.tensor(wanted))
    assert torch.allclose(got[:3, 0, 1], torch.tensor(0.5 * clear))
    assert torch.equal(got[3], rgba[3])
    assert transmittance(7.0, 0.1) == pytest.approx(clear)


def test_twice_the_way_is_the_haze_twice() -> None:
    rgba = torch.rand(4, 5, 5)
    air = (0.2, 0.3, 0.4)
    twice = hazed(hazed(rgba, 3.0, 0.2, air), 3.0, 0.2, air)
    assert torch.allclose(twice, hazed(rgba, 6.0, 0.2, air), atol=1e-6)


def test_no_air_and_no_way_are_the_layer_itself_and_inputs_are_left_alone() -> None:
    rgba = torch.rand(4, 5, 5)
    kept = rgba.clone()
    assert hazed(rgba, 0, 0.2, (1, 1, 1)) is rgba
    assert hazed(rgba, 3, 0, (1, 1, 1)) is rgba
    hazed(rgba, 3, 0.2, (1, 1, 1))
    assert torch.equal(rgba, kept)


def test_a_volume_thickens_with_the_way_to_the_plate() -> None:
    density, z = torch.tensor([[0.5, 0.5, 0.0, 0.5]]), torch.tensor([[2.0, 4.0, 4.0, math.inf]])
    got = extinction(density, z, 0.3)
    wanted = torch.tensor([[1 - math.exp(-0.3), 1 - math.exp(-0.6), 0.0, 1 - math.exp(-2.5)]])
    assert torch.allclose(got, wanted)
    through = 1 - extinction(density, z, 0.3)
    twice = 1 - extinction(density, z * 2, 0.3)
    assert torch.allclose(twice[:, :3], (through * through)[:, :3], atol=1e-6)


def test_before_a_sky_thin_stays_thin() -> None:
    got = extinction(torch.tensor([[0.01, 0.1, 1.0]]), torch.full((1, 3), math.inf), 0.3)
    assert float(got[0, 0]) < 0.05
    assert float(got[0, 2]) > 0.99


def test_without_extinction_it_is_the_card() -> None:
    density = torch.rand(4, 4)
    assert extinction(density, torch.zeros(4, 4), 0) is density


@given(
    z=odd,
    distance=st.floats(0, 1e6),
    soft=st.floats(0, 1e6),
    dense=st.floats(0, 1, width=32),
    rate=st.floats(0, 1e3),
)
@settings(max_examples=300, deadline=None)
def test_no_depth_makes_nan(
    z: float, distance: float, soft: float, dense: float, rate: float
) -> None:
    plane, density = torch.tensor([[z]]), torch.tensor([[dense]])
    for got in (in_front(plane, distance, soft), extinction(density, plane, rate)):
        assert 0 <= float(got) <= 1
