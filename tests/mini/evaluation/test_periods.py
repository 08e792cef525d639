from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.evaluation import periods
from lookdev.mini.evaluation.judging import lattice
from lookdev.mini.evaluation.making import Make, even, fresh, in_batches
from lookdev.mini.evaluation.settings import Settings
from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control

_SMALL = Settings(squares=12, square=256)


def _local(_prompt: str, control: Control, noise: Tensor) -> Maps:
    """A maker for any size that looks four pixels around."""
    wide = F.pad(noise[:, :1], (4, 4, 4, 4), mode="circular")
    field = F.avg_pool2d(wide, 9, stride=1)[:, 0] * 9
    density = torch.sigmoid(field) * control.envelope
    return Maps(density, density[:, None].expand(-1, 4, -1, -1), density)


def test_a_strip_without_a_period_has_none_and_one_with_has() -> None:
    noise = fresh(1, 2, 128, 1024)
    strips = _local("", even(2, 128, 1024), noise).density
    tile = fresh(2, 1, 32, 32)[0, 0].repeat(4, 32)
    free, tiled = (periods.repeats(one, 32) for one in (strips, strips + 0.05 * tile))
    print(free, tiled)
    assert abs(free.value) < 0.05
    assert free.error < 0.02
    assert tiled.value > 0.05


@pytest.mark.parametrize("kind", ["dust", "snow"])
def test_procedural_strips_repeat_nothing(kind: str, real: Make) -> None:
    density = in_batches(real, kind, even(4, 384, 384), fresh(3, 4, 384, 384), 1).density
    found = periods.repeats(density, 96)
    print(kind, found)
    assert abs(found.value) < 0.1


@pytest.mark.parametrize("kind", ["dust", "snow"])
def test_a_woven_grid_of_four_pixels_fails_at_four_pixels_only(
    kind: str, real: Make, woven: Make
) -> None:
    control, noise = even(12, 256, 256), fresh(4, 12, 256, 256)
    made, twin = (in_batches(one, kind, control, noise).density for one in (woven, real))
    found = {cycle: periods.lattice(made, twin, cycle) for cycle in periods.GRID}
    print(kind, found)
    assert found[4].value > 0.05
    assert all(abs(found[cycle].value) < 0.02 for cycle in (2, 8, 16))
    assert lattice(woven, real, kind, _SMALL).met is False
    assert lattice(real, real, kind, _SMALL).met


def _steep(seed: int, sd: float = 2.0) -> Tensor:
    """White noise under a Gaussian blur, as fog is: energy falls steeply."""
    noise = fresh(seed, 16, 512, 512)[:, 0]
    fy, fx = torch.fft.fftfreq(512)[:, None], torch.fft.rfftfreq(512)[None]
    keep = torch.exp(-2 * (torch.pi * sd) ** 2 * (fx.square() + fy.square()))
    return torch.fft.irfft2(torch.fft.rfft2(noise) * keep, s=(512, 512))


def test_a_steep_spectrum_is_no_grid_and_a_grid_is_found_in_it() -> None:
    """Against one that falls otherwise, so that the reference does not take it back."""
    made, twin = _steep(7), _steep(8, 3.0)
    y = torch.arange(512)
    woven = made + 0.01 * torch.cos(torch.pi * y / 4)[:, None]
    free, found = (periods.lattice(one, twin, 8) for one in (made, woven))
    print(f"free {free}, woven {found}")
    assert abs(free.value) < 0.05
    assert found.value > 0.05


def test_a_seam_at_the_border_is_no_grid() -> None:
    """A made picture does not go on at its other side."""
    twin = _steep(9)
    ramp = torch.linspace(0, 1, 512)
    for cycle in periods.GRID:
        found = periods.lattice(twin + ramp, twin, cycle)
        print(cycle, found)
        assert abs(found.value) < 0.02


def test_the_error_of_energy_is_what_other_noise_shows() -> None:
    noise = [fresh(seed, 24, 128, 128)[:, 0] for seed in range(12)]
    found = [periods.lattice(a, b, 4) for a, b in zip(noise[::2], noise[1::2], strict=True)]
    spread = torch.tensor([one.value for one in found]).square().mean().sqrt().item()
    told = sum(one.error for one in found) / len(found)
    print(f"spread {spread:.4f}, told {told:.4f}")
    assert 0.4 < spread / told < 2.2
    assert told < 0.05


def test_a_tile_of_what_is_local_equals_the_whole_and_of_what_is_not_does_not() -> None:
    def levelled(prompt: str, control: Control, noise: Tensor) -> Maps:
        made = _local(prompt, control, noise)
        return replace(made, density=made.density / made.density.amax((1, 2), keepdim=True))

    control, noise = even(1, 32, 512), fresh(5, 1, 32, 512)
    off = [periods.tiled(make, "snow", control, noise, 16) for make in (_local, levelled)]
    print(off)
    assert off[0] < 1e-6
    assert off[1] > 1e-5
