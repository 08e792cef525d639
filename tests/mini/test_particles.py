import itertools
import math

import pytest
import torch
from torch import Tensor

from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control
from lookdev.mini.scenes.fields import Noise
from lookdev.mini.scenes.particles import ash, debris, embers, snow
from lookdev.mini.scenes.peaks import Weather, find_peaks

_SCENES = {"snow": snow, "ash": ash, "embers": embers, "debris": debris}
_WIND = (0.6, 0.3)


def _noise(count: int = 1, size: int = 96, seed: int = 3) -> Noise:
    return Noise.draw(torch.Generator().manual_seed(seed), count, size)


def _control(
    level: float = 0.9, *, count: int = 1, size: int = 96, wind: tuple[float, float] = (0, 0),
    near: float = 0.5, turbulence: float = 0.0, softness: float = 0.0,
) -> Control:  # fmt: skip
    envelope, winds = torch.full((count, size, size), level), torch.tensor([wind] * count)
    return Control.of(envelope, winds.float(), near=near, turbulence=turbulence, softness=softness)


def _shifted(noise: Noise, pixels: float) -> Noise:
    size = noise.pixels.shape[-1]
    turn = torch.exp(-2j * math.pi * pixels * torch.fft.rfftfreq(size))
    spectrum = noise.spectrum * turn
    return Noise(torch.fft.irfft2(spectrum, s=(size, size)), spectrum)


def _planes(maps: Maps) -> Tensor:
    light = maps.density[:, None] * maps.light
    return torch.cat([maps.density[:, None], light, maps.emission[:, None]], dim=1)


@pytest.mark.parametrize("kind", _SCENES)
def test_moving_the_noise_moves_the_particles(kind: str) -> None:
    noise, control = _noise(), _control(wind=_WIND, turbulence=0.5)
    rolled = noise.pixels.roll((5, -9), (2, 3))
    still = _planes(_SCENES[kind](noise, control)).roll((5, -9), (2, 3))
    moved = _planes(_SCENES[kind](Noise(rolled, torch.fft.rfft2(rolled)), control))
    print(f"{kind}: mean difference {(moved - still).abs().mean():.2e} of {still.mean():.2e}")
    assert (moved - still).abs().mean() < 1e-3 * still.mean()


@pytest.mark.parametrize("kind", _SCENES)
def test_maps_are_finite_and_in_range_whatever_the_character(kind: str) -> None:
    for near in (0.0, 1.0):
        for character in (-1.0, 1.0):
            control = _control(
                1.0, wind=(-0.8, 0.6), near=near, turbulence=character, softness=character
            )
            maps = _SCENES[kind](_noise(), control)
            assert torch.isfinite(_planes(maps)).all()
            assert 0 <= maps.density.min() <= maps.density.max() <= 1
            assert 0 <= maps.light.min() <= maps.light.max() <= 1
            assert maps.emission.min() >= 0
            assert maps.light.shape == (1, 4, 96, 96)


@pytest.mark.parametrize("kind", _SCENES)
def test_no_envelope_no_particles(kind: str) -> None:
    assert not _planes(_SCENES[kind](_noise(), _control(0.0)))[:, [0, -1]].any()


@pytest.mark.parametrize("kind", _SCENES)
def test_density_is_in_proportion_to_the_envelope(kind: str) -> None:
    noise = _noise(8, 128)
    means = [
        _SCENES[kind](noise, _control(level, count=8, size=128)).density.mean()
        for level in (0.3, 0.9)
    ]
    ratio = (means[1] / means[0]).item()
    print(f"{kind}: thrice the envelope, {ratio:.2f} times the density")
    assert 2.4 < ratio < 3.7


def test_the_envelope_thins_flakes_out_and_leaves_those_there_are_as_they_are() -> None:
    weather = [
        Weather.of(_noise(8, 128), _control(level, count=8, size=128)) for level in (0.3, 0.9)
    ]
    few, many = (find_peaks(w, channel=1, sd=2.6, crowd=8e-3) for w in weather)
    print(f"{len(few.x)} and {len(many.x)}; ranks {few.rank.mean():.2f}, {many.rank.mean():.2f}")
    assert 2.5 < len(many.x) / len(few.x) < 3.6
    assert abs(few.rank.mean() - many.rank.mean()) < 0.1


def test_near_particles_are_larger_and_fewer() -> None:
    weather = [
        Weather.of(_noise(4, 128), _control(count=4, size=128, near=near)) for near in (0.25, 0.75)
    ]
    far, near = (len(find_peaks(w, channel=1, sd=2.6, crowd=8e-3).x) for w in weather)
    print(f"{far} far, {near} near")
    assert 3 < far / near < 5
    for scene in (snow, ash, debris):
        wide = [_width(scene(w.noise, w.control).density) for w in weather]
        print(f"{scene.__name__}: widths {wide}")
        assert wide[1] > 1.2 * wide[0]


def _width(density: Tensor) -> float:
    """How far density stays like itself, pixels: its variance over that of its steps."""
    step = density.diff(dim=-1).square().mean()
    return (density.var() / step).sqrt().item()


@pytest.mark.parametrize("kind", _SCENES)
def test_nothing_pops_when_the_noise_moves_by_a_fraction_of_a_pixel(kind: str) -> None:
    noise, control = _noise(), _control(wind=(0.1, 0.05))
    steps = [_planes(_SCENES[kind](_shifted(noise, k / 8), control)) for k in range(9)]
    total = torch.stack([each.sum((2, 3))[0] for each in steps])
    jump = (total.diff(dim=0).abs().amax(0) / (total.mean(0) + 1)).max().item()
    pixel = max((b - a)[:, :5].abs().max().item() for a, b in itertools.pairwise(steps))
    print(f"{kind}: greatest jump of a sum {jump:.2%}, of a pixel {pixel:.3f} in 1/8 pixel")
    assert jump < 0.02
    assert pixel < 0.35


def test_streaks_follow_the_wind() -> None:
    for angle in (0.4, 1.3, 2.6):
        wind = (0.9 * math.cos(angle), 0.9 * math.sin(angle))
        density = snow(_noise(4), _control(count=4, wind=wind, turbulence=-1)).density
        gx = (density.roll(-1, 2) - density.roll(1, 2)) / 2
        gy = (density.roll(-1, 1) - density.roll(1, 1)) / 2
        xx, yy, xy = gx.square().mean(), gy.square().mean(), (gx * gy).mean()
        along = (torch.atan2(2 * xy, xx - yy) / 2 + math.pi / 2).item()
        off = (along - angle + math.pi / 2) % math.pi - math.pi / 2
        print(f"wind at {math.degrees(angle):.0f} degrees, streaks {math.degrees(off):+.1f} off it")
        assert abs(off) < math.radians(8)


def test_streaks_are_half_a_frame_long_and_turbulence_parts_them() -> None:
    calm, torn = (
        find_peaks(
            Weather.of(_noise(), _control(wind=(0.5, 0), turbulence=t)),
            channel=1,
            sd=2.6,
            crowd=8e-3,
        ).travel
        for t in (-1.0, 1.0)
    )
    print(f"calm {calm.mean(0).tolist()}, torn {torn.std(0).tolist()}")
    assert torch.allclose(calm, torch.tensor([4.0, 0.0]).expand_as(calm), atol=1e-5)
    assert torn.std(0).min() > 1


def test_embers_glow_above_one_and_little_else_of_them_is_seen() -> None:
    maps = embers(_noise(), _control())
    print(f"emission up to {maps.emission.max():.2f}, density {maps.density.mean():.4f}")
    assert 3 < maps.emission.max() < 16
    assert maps.density.mean() < 0.02
    assert not snow(_noise(), _control()).emission.any()


def test_snow_returns_more_light_than_ash_and_lets_more_through_than_stones() -> None:
    white, grey, stone = (_returned(scene(_noise(), _control())) for scene in (snow, ash, debris))
    print(f"snow {white.tolist()}\nash {grey.tolist()}\ndebris {stone.tolist()}")
    assert (white > 2 * grey).all()
    assert white[3] > 0.6 * white[0]
    assert stone[3] < 0.4 * stone[0]


def _returned(maps: Maps) -> Tensor:
    """Mean light from each side of what is there, `(4,)`."""
    lit = (maps.density[:, None] * maps.light).sum((0, 2, 3))
    return lit / maps.density.sum()


def test_a_chunk_is_bright_on_the_side_the_light_is_on() -> None:
    maps = debris(_noise(4), _control(count=4))
    left, right, above, _ = maps.light.unbind(1)
    density = maps.density
    slope_x = density.roll(-1, 2) - density.roll(1, 2)
    slope_y = density.roll(-1, 1) - density.roll(1, 1)
    sides = (slope_x * (left - right)).mean(), (slope_y * above).mean()
    print(f"at left edges {sides[0]:.2e}, at upper edges {sides[1]:.2e}")
    assert min(sides) > 0


def test_softness_takes_particles_out_of_focus() -> None:
    hard, usual, soft = (
        _width(snow(_noise(), _control(softness=softness)).density) for softness in (-1.0, 0.0, 1.0)
    )
    print(f"width {hard:.2f} hard, {usual:.2f} usual, {soft:.2f} soft")
    assert soft > 1.15 * usual > 1.15 * hard
