import math

import pytest
import torch

from lookdev.generate.noise import between, drawn, shrunk

SIZE = {"channels": 3, "width": 320, "height": 180}


def test_the_same_seed_is_the_same_noise_and_another_is_not() -> None:
    assert torch.equal(drawn("7", **SIZE), drawn("7", **SIZE))
    other = drawn("8", **SIZE)
    fresh = drawn("7", **SIZE, stream=1002)
    for noise in (other, fresh):
        correlation = float((drawn("7", **SIZE) * noise).mean())
        assert abs(correlation) < 0.01


def test_the_global_generator_is_neither_used_nor_moved() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = drawn("7", **SIZE)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(drawn("7", **SIZE), first)


def test_whole_pixels_move_the_noise_exactly() -> None:
    still = drawn("7", **SIZE)
    moved = drawn("7", **SIZE, displacement=(5.0, -3.0))
    assert torch.equal(moved[:, :-3, 5:], still[:, 3:, :-5])


def test_a_larger_picture_holds_the_smaller_one() -> None:
    large = drawn("7", channels=3, width=500, height=300)
    assert torch.equal(large[:, :180, :320], drawn("7", **SIZE))


@pytest.mark.parametrize("moved", [(0.5, 0.5), (1234.37, -777.77), (-4000.25, 31.75)])
def test_white_and_gaussian_after_any_displacement(moved: tuple[float, float]) -> None:
    noise = drawn("7", channels=3, width=512, height=512, displacement=moved)
    mean, deviation = float(noise.mean()), float(noise.std())
    kurtosis = float((noise**4).mean() / (noise**2).mean() ** 2)
    power = torch.fft.rfft2(noise).abs().square().mean(0) / 512**2
    fy = torch.fft.fftfreq(512)[:, None]
    fx = torch.fft.rfftfreq(512)[None]
    radius = (fx**2 + fy**2).sqrt()
    bands = [float(power[(radius >= a) & (radius < a + 0.1)].mean()) for a in (0.05, 0.2, 0.4, 0.6)]
    print(f"mean {mean:.4f} deviation {deviation:.4f} kurtosis {kurtosis:.3f} spectrum {bands}")
    assert abs(mean) < 5e-3
    assert abs(deviation - 1) < 5e-3
    assert abs(kurtosis - 3) < 0.05
    assert all(abs(band - 1) < 0.03 for band in bands)


def test_a_sub_pixel_displacement_moves_the_noise_by_that_much() -> None:
    still = drawn("7", channels=1, width=256, height=256)[0]
    moved = drawn("7", channels=1, width=256, height=256, displacement=(0.25, -0.5))[0]
    cross = torch.fft.rfft2(moved) * torch.fft.rfft2(still).conj()
    fy, fx = torch.fft.fftfreq(256)[:, None], torch.fft.rfftfreq(256)[None]
    low = (fx < 0.3) & (fy.abs() < 0.3)
    turned = cross * torch.polar(torch.ones(()), 2 * math.pi * (fx * 0.25 - fy * 0.5))
    agreement = float(turned[low].sum().real / cross[low].abs().sum())
    print(f"phase agreement {agreement:.4f}")
    assert agreement > 0.9


def test_noise_between_seeds_starts_at_the_one_and_ends_at_the_other() -> None:
    a, b = drawn("7", **SIZE), drawn("8", **SIZE)
    assert torch.equal(between(a, b, 0.0), a)
    worst = float((between(a, b, 1.0) - b).abs().max())
    print(f"share 1: at most {worst:.1e} from the other seed")
    assert worst < 1e-6


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_noise_between_seeds_is_standard_normal_all_the_way(share: float) -> None:
    size = {"channels": 3, "width": 512, "height": 512}
    noise = between(drawn("7", **size), drawn("8", **size), share)
    variance, kurtosis = float(noise.var()), float((noise**4).mean() / (noise**2).mean() ** 2)
    print(f"share {share}: variance {variance:.4f}, kurtosis {kurtosis:.3f}")
    assert abs(variance - 1) < 0.01
    assert abs(kurtosis - 3) < 0.05


def test_noise_between_seeds_does_not_depend_on_the_part_that_is_cut() -> None:
    large = {"channels": 3, "width": 500, "height": 300}
    whole = between(drawn("7", **large), drawn("8", **large), 0.4)
    part = between(drawn("7", **SIZE), drawn("8", **SIZE), 0.4)
    assert torch.equal(whole[:, :180, :320], part)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_shrunk_noise_is_still_white_and_standard_normal(factor: int) -> None:
    noise = shrunk(drawn("7", channels=3, width=768, height=768), factor)
    variance = float(noise.var())
    beside = float((noise[..., 1:] * noise[..., :-1]).mean())
    print(f"factor {factor}: variance {variance:.4f}, correlation of neighbours {beside:.4f}")
    assert noise.shape == (3, 768 // factor, 768 // factor)
    assert abs(variance - 1) < 0.02
    assert abs(float(noise.mean())) < 0.01
    assert abs(beside) < 0.01
