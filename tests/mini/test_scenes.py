import pytest
import torch

from lookdev.mini import scenes
from lookdev.mini.codec import decode, encode
from lookdev.mini.maps import Maps, over
from lookdev.mini.scenes import Control, Noise
from lookdev.mini.scenes.fields import look_up
from lookdev.mini.words import KINDS


def _noise(count: int = 2, size: int = 96, seed: int = 3) -> Noise:
    return Noise.draw(torch.Generator().manual_seed(seed), count, size)


def _even(level: float, count: int = 2, size: int = 96) -> Control:
    return Control.of(torch.full((count, size, size), level), torch.zeros(count, 2))


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
    print(f"{kind}: density {empty.density.max():.4f} and {full.density.mean():.4f}")
    assert not empty.density.any()
    assert not empty.emission.any()
    assert full.density.mean() > 0.002


@pytest.mark.parametrize("kind", KINDS)
def test_moving_the_noise_moves_the_scene(kind: str) -> None:
    noise = _noise()
    rolled = noise.pixels.roll((5, -9), (2, 3))
    moved = scenes.render(kind, Noise(rolled, torch.fft.rfft2(rolled)), _even(0.8))
    still = scenes.render(kind, noise, _even(0.8))
    off = (moved.density - still.density.roll((5, -9), (1, 2))).abs().mean()
    print(f"{kind}: mean difference after the move {off:.2e}")
    assert off < 2e-3


def test_maps_survive_the_codec() -> None:
    density, light = 0.1 + 0.9 * torch.rand(1, 8, 8), torch.rand(1, 4, 8, 8)
    maps = Maps(density, light, 7 * torch.rand(1, 8, 8))
    back = decode(encode(maps))
    off = [
        (getattr(back, f) - getattr(maps, f)).abs().max().item()
        for f in ("density", "light", "emission")
    ]
    print(f"largest differences {off}")
    assert max(off) < 1e-5


def test_nothing_is_zero_in_every_channel_whatever_light_would_fall_on_it() -> None:
    nothing = torch.zeros(1, 4, 4)
    assert not encode(Maps(nothing, torch.rand(1, 4, 4, 4), nothing)).any()


def test_what_lies_in_front_hides_what_is_behind() -> None:
    full, half = torch.ones(1, 2, 2), torch.full((1, 2, 2), 0.5)
    bright, dark = torch.ones(1, 4, 2, 2), torch.zeros(1, 4, 2, 2)
    hidden = over(Maps(full, bright, full), Maps(full, dark, 5 * full))
    assert torch.allclose(hidden.light, bright)
    assert torch.allclose(hidden.emission, full)
    seen = over(Maps(half, bright, 0 * full), Maps(full, dark, 4 * full))
    assert torch.allclose(seen.density, full)
    assert torch.allclose(seen.light, bright / 2, atol=1e-3)
    assert torch.allclose(seen.emission, 2 * full)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_nearer_is_larger(kind: str) -> None:
    widths = []
    for near in (0.25, 0.75):
        even = torch.full((2, 160, 160), 0.7)
        density = scenes.render(
            kind, _noise(size=160), Control.of(even, torch.zeros(2, 2), near=near)
        ).density
        detail = (density[..., 1:] - density[..., :-1]).square().mean()
        widths.append((density.var() / detail).sqrt().item())
    print(f"{kind}: features {widths[0]:.2f} px wide at a quarter, {widths[1]:.2f} at three")
    assert widths[1] > 1.03 * widths[0]


@pytest.mark.parametrize("kind", ["dust", "smoke"])
def test_a_volume_is_lit_from_the_side_it_is_lit_from(kind: str) -> None:
    even = torch.full((2, 128, 128), 0.7)
    maps = scenes.render(kind, _noise(size=128), Control.of(even, torch.zeros(2, 2)))
    left, right, above, _ = maps.light.unbind(1)
    across, along = (maps.light - left[:, None])[:, 1], above - above.mean()
    likeness = torch.corrcoef(torch.stack([left.flatten(), right.flatten()]))[0, 1]
    print(f"{kind}: left against right {likeness:.2f}, their spread {across.std():.3f}")
    assert likeness < 0.6
    assert across.std() > 0.1
    assert along.std() > 0.05


def test_a_field_is_looked_up_round_the_torus() -> None:
    field = torch.rand(1, 16, 16)
    three = torch.full_like(field, 3.0)
    assert torch.allclose(look_up(field, three, -three), field.roll((3, -3), (1, 2)), atol=1e-5)
