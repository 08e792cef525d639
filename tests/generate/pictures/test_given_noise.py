import pytest
import torch

from lookdev.errors import ModelError
from lookdev.generate import noise
from lookdev.generate.pictures.given_noise import GivenNoise


def of_seed(seed: str, moved: tuple[float, float] = (0.0, 0.0)):  # noqa: ANN201
    def drawn(channels: int, width: int, height: int, draw: int) -> torch.Tensor:
        return noise.drawn(
            seed, channels=channels, width=width, height=height, displacement=moved, draw=draw
        )

    return drawn


def test_a_pipelines_draw_is_the_layers_own_plane() -> None:
    with GivenNoise([of_seed("7")], model="m") as given:
        drawn = torch.randn((1, 4, 6, 9), generator=None, device="cpu", dtype=torch.float32)
        again = torch.randn(1, 4, 6, 9)
        like = torch.randn_like(drawn)
    assert torch.equal(drawn[0], of_seed("7")(4, 9, 6, 0))
    assert torch.equal(again[0], of_seed("7")(4, 9, 6, 1)), "each draw is another plane"
    assert not torch.equal(again, like)
    assert given.draws == 3
    assert given.first is not None
    assert torch.equal(given.first, drawn)


def test_it_moves_as_the_layer_moves() -> None:
    with GivenNoise([of_seed("7", (3.0, 2.0))], model="m"):
        moved = torch.randn(1, 2, 20, 20)
    with GivenNoise([of_seed("7")], model="m"):
        still = torch.randn(1, 2, 20, 20)
    assert torch.equal(moved[..., 2:, 3:], still[..., :-2, :-3])


def test_each_sample_of_a_batch_has_its_own_seed_and_shapes_with_more_axes_are_planes() -> None:
    with GivenNoise([of_seed("1"), of_seed("2")], model="m"):
        drawn = torch.randn((2, 1, 16, 4, 5))
    assert torch.equal(drawn[0, 0], of_seed("1")(16, 5, 4, 0))
    assert torch.equal(drawn[1, 0], of_seed("2")(16, 5, 4, 0))


@pytest.mark.parametrize("shape", [(1, 24, 64), (2, 4, 6, 9)])
def test_noise_without_a_place_in_the_picture_is_refused(shape: tuple[int, ...]) -> None:
    with (
        GivenNoise([of_seed("1")], model="m"),
        pytest.raises(ModelError, match="model m: draws noise of shape"),
    ):
        torch.randn(shape)


def test_outside_the_context_torch_draws_as_ever() -> None:
    torch.manual_seed(0)
    before = torch.randn(4)
    with GivenNoise([of_seed("1")], model="m"):
        torch.randn(1, 1, 4, 4)
    torch.manual_seed(0)
    assert torch.equal(torch.randn(4), before), "no global generator was touched"
