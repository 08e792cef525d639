import pytest
import torch

from lookdev.mini import scenes
from lookdev.mini.codec import decode, encode
from lookdev.mini.scenes import Control, Noise
from lookdev.mini.scenes.fields import look_up
from lookdev.mini.words import KINDS


def _noise(count: int = 2, size: int = 96, seed: int = 3) -> Noise:
    return Noise.draw(torch.Generator().manual_seed(seed), count, size)


def _even(level: float, count: int = 2, size: int = 96) -> Control:
    return Control(torch.full((count, size, size), level), torch.zeros(count, 2))


def test_a_batch_is_decided_by_its_generator_alone() -> None:
    before = torch.get_rng_state()
    one, two, other = (scenes.draw(torch.Generator().manual_seed(s), 8, 48) for s in (5, 5, 6))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(getattr(one, f), getattr(two, f)) for f in ("clean", "noise", "control"))
    assert not torch.equal(one.clean, other.clean)


def test_the_noise_of_a_batch_is_standard_normal_whatever_the_scene() -> None:
    noise = scenes.draw(torch.Generator().manual_seed(0), 48, 64).noise
    print(f"mean {noise.mean():.4f}, standard deviation {noise.std():.4f}")
    assert abs(noise.mean()) < 0.01
    assert abs(noise.std() - 1) < 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_envelope_is_empty_and_a_full_one_is_not(kind: str) -> None:
    empty = scenes.render(kind, _noise(), _even(0.0))
    full = scenes.render(kind, _noise(), _even(1.0))
    print(f"{kind}: density {empty[0].max():.4f} and {full[0].mean():.4f}")
    assert not empty[0].any()
    assert not empty[2].any()
    assert full[0].mean() > 0.002


@pytest.mark.parametrize("kind", KINDS)
def test_moving_the_noise_moves_the_scene(kind: str) -> None:
    noise = _noise()
    rolled = noise.pixels.roll((5, -9), (2, 3))
    moved = scenes.render(kind, Noise(rolled, torch.fft.rfft2(rolled)), _even(0.8))
    still = scenes.render(kind, noise, _even(0.8))
    off = (moved[0] - still[0].roll((5, -9), (1, 2))).abs().mean()
    print(f"{kind}: mean difference after the move {off:.2e}")
    assert off < 2e-3


def test_maps_survive_the_codec() -> None:
    density, light = torch.rand(2, 1, 8, 8)
    emission = 7 * torch.rand(1, 8, 8)
    off = [
        (a - b).abs().max().item()
        for a, b in zip(
            decode(encode(density, light, emission)), (density, light, emission), strict=True
        )
    ]
    print(f"largest differences {off}")
    assert max(off) < 1e-5


def test_a_field_is_looked_up_round_the_torus() -> None:
    field = torch.rand(1, 16, 16)
    three = torch.full_like(field, 3.0)
    assert torch.allclose(look_up(field, three, -three), field.roll((3, -3), (1, 2)), atol=1e-5)
