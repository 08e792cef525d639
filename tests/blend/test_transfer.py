import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lookdev.blend.transfer import TRANSFERS, brighter, multiply, over, plus, screen

halves = st.floats(-65504, 65504, width=16)
shares = st.floats(0, 1, width=16)


def px(*values: float) -> torch.Tensor:
    """A (3, 1, N) picture whose channels are all the same row of values."""
    return torch.tensor(values, dtype=torch.float32).expand(3, 1, -1).contiguous()


def test_over_is_porter_and_duff() -> None:
    alpha = torch.tensor([[0.25, 1.0]])
    got = over(px(0.5, 0.7), alpha, px(2.0, 9.0))
    assert torch.allclose(got, px(0.5 + 2.0 * 0.75, 0.7))


def test_plus_adds_light_and_keeps_highlights() -> None:
    assert torch.equal(plus(px(5.0), torch.tensor([[0.3]]), px(60.0)), px(65.0))


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [(0.5, 0.5, 0.75), (0.0, 0.4, 0.4), (1.0, 0.3, 1.0), (3.0, 0.5, 3.0), (0.5, 4.0, 4.0)],
)
def test_screen_is_nukes(a: float, b: float, result: float) -> None:
    got = screen(px(a), torch.zeros(1, 1), px(b))
    assert torch.allclose(got, px(result))


@pytest.mark.parametrize(
    ("a", "alpha", "b", "result"),
    [(0.5, 1.0, 8.0, 4.0), (0.25, 0.5, 8.0, 6.0), (0.0, 1.0, 3.0, 0.0), (2.0, 1.0, -0.1, -0.2)],
)
def test_multiply_filters_the_plate_where_it_covers(
    a: float, alpha: float, b: float, result: float
) -> None:
    assert torch.allclose(multiply(px(a), torch.tensor([[alpha]]), px(b)), px(result))


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        (0.5, 0.25, 0.5),
        (0.5, 60.0, 60.0),
        (0.5, -0.25, 0.25),
        (-0.5, -0.25, -0.25),
        (-1.0, 0.0, 0.0),
    ],
)
def test_max_is_the_larger_and_lifts_no_negative(a: float, b: float, result: float) -> None:
    assert torch.equal(brighter(px(a), torch.zeros(1, 1), px(b)), px(result))


@given(a=halves, alpha=shares, b=halves)
@settings(max_examples=200, deadline=None)
def test_max_never_darkens_and_rises_from_nothing(a: float, alpha: float, b: float) -> None:
    cover = torch.tensor([[alpha]])
    assert (brighter(px(a), cover, px(b)) >= px(b)).all()
    little = brighter(px(1e-6), cover, px(b)) - px(b)
    assert float(little.max()) <= 2e-6 + abs(b) * 1e-6


@given(share=shares, alpha=shares, b=halves)
@settings(max_examples=200, deadline=None)
def test_multiply_by_a_filter_keeps_the_sign_and_adds_no_light(
    share: float, alpha: float, b: float
) -> None:
    got = multiply(px(share * alpha), torch.tensor([[alpha]]), px(b))
    wanted = b * (1 - alpha * (1 - share))
    assert torch.allclose(got, px(wanted), rtol=1e-5, atol=abs(b) * 1e-6)
    assert (got.abs() <= abs(b) * (1 + 1e-6)).all()


@pytest.mark.parametrize("name", TRANSFERS)
@given(b=halves)
@settings(max_examples=50, deadline=None)
def test_any_half_of_a_plate_comes_out_where_the_layer_is_zero(name: str, b: float) -> None:
    got = TRANSFERS[name](px(0.0), torch.zeros(1, 1), px(b))
    assert torch.equal(got, px(b))


@pytest.mark.parametrize("name", TRANSFERS)
def test_where_the_layer_is_zero_the_plate_stays_bit_for_bit(name: str) -> None:
    plate = torch.randn(3, 64, 64, generator=torch.Generator().manual_seed(1)) * 40
    plate[:, 0, 0] = -0.02
    nothing, alpha = torch.zeros_like(plate), torch.zeros(64, 64)
    assert torch.equal(TRANSFERS[name](nothing, alpha, plate), plate)


@pytest.mark.parametrize("name", TRANSFERS)
def test_transfers_do_not_write_into_their_inputs(name: str) -> None:
    colour, below, alpha = px(0.2, 0.3), px(0.5, 2.0), torch.tensor([[0.5, 0.5]])
    copies = [t.clone() for t in (colour, alpha, below)]
    TRANSFERS[name](colour, alpha, below)
    assert all(torch.equal(a, b) for a, b in zip((colour, alpha, below), copies, strict=True))
