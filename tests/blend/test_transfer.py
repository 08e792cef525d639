import pytest
import torch

from lookdev.blend.transfer import TRANSFERS, over, plus, screen


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
