import time

import cv2
import numpy as np
import pytest
import torch

from lookdev.blend.blur import lens_blurred, summed
from lookdev.blend.grain import _kernel, _shaped, grained, noise, power_plane
from lookdev.spec.blending import Grain

CENTRES = (np.arange(16) + 0.5) / 32


def grain_of(blur: float, luminance: tuple[float, ...], sigma: tuple[float, ...]) -> Grain:
    row = tuple(float(v) for v in np.exp(-((2 * np.pi * blur * CENTRES) ** 2)))
    return Grain(luminance=luminance, sigma=(sigma,) * 3, spectrum=(row,) * 3)


def flat(sigma: float = 0.02, blur: float = 0.0) -> Grain:
    return grain_of(blur, (0.5,), (sigma,))


@pytest.mark.parametrize("blur", [0.0, 0.5, 1.0, 2.0])
def test_noise_has_variance_one_and_the_spectrum(blur: float) -> None:
    grain = flat(blur=blur)
    made = noise(grain, 256, 256, seed=7)
    power = np.abs(np.fft.fft2(made.numpy())) ** 2
    wanted = power_plane(grain.spectrum[0], 256)
    frequency = np.fft.fftfreq(256)
    ring = (np.hypot(frequency[:, None], frequency) * 32).astype(int)
    got, want = (
        np.array([plane[ring == i].mean() for i in range(16)]) for plane in (power.mean(0), wanted)
    )
    gap = float(np.abs(got / got.mean() - want / want.mean()).max() / (want / want.mean()).max())
    print(f"blur {blur}: variance {made.var(dim=(1, 2))}, spectrum's largest error {gap:.1%}")
    assert float(made.mean()) == pytest.approx(0, abs=0.03)
    assert made.var(dim=(1, 2)).numpy() == pytest.approx(np.ones(3), abs=0.08)
    assert gap < 0.08


def test_a_seed_gives_the_same_numbers_and_another_others() -> None:
    before = torch.random.get_rng_state()
    one, again, other = (noise(flat(blur=0.7), 64, 96, seed=seed) for seed in (3, 3, 4))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one, again)
    planes = [*one, *other]
    worst = max(
        abs(float(torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1]))
        for i, a in enumerate(planes)
        for b in planes[:i]
    )
    print(f"channels and seeds: largest correlation {worst:.3f}")
    assert worst < 0.06


def test_noise_has_no_period_and_is_as_strong_at_the_border() -> None:
    made = noise(flat(blur=1.0), 400, 400, seed=1)
    correlation = torch.fft.ifft2(torch.fft.fft2(made[0]).abs() ** 2).real / made[0].square().sum()
    correlation[:12, :12] = correlation[-12:, :12] = correlation[:12, -12:] = correlation[
        -12:, -12:
    ] = 0
    border = torch.cat([made[:, :3].flatten(), made[:, -3:].flatten()]).var()
    print(
        f"largest correlation with itself moved {correlation.abs().max():.3f}; border {border:.3f}"
    )
    assert float(correlation.abs().max()) < 0.08
    assert float(border) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("blur", [0.0, 0.7, 1.5])
@pytest.mark.parametrize("ratio", [2, 4])
def test_a_proxy_has_the_grain_of_full_size_averaged_down(blur: float, ratio: int) -> None:
    grain = flat(blur=blur)
    small = noise(grain, 200, 300, seed=1, scale=1 / ratio)
    full = noise(grain, 200 * ratio, 300 * ratio, seed=1)
    reduced = np.stack(
        [cv2.resize(p.numpy(), (300, 200), interpolation=cv2.INTER_AREA) for p in full]
    )
    beside = [
        float((p[:, 1:] * p[:, :-1]).mean() / (p**2).mean()) for p in (small.numpy(), reduced)
    ]
    print(
        f"blur {blur}, 1/{ratio}: {float(small.std()):.4f} and {reduced.std():.4f}; {np.round(beside, 3)}"
    )
    assert float(small.std()) == pytest.approx(reduced.std(), rel=0.03)
    assert beside[0] == pytest.approx(beside[1], abs=0.03)


@pytest.mark.parametrize("scale", [0.3, 1 / 3, 0.6, 0.75])
def test_a_proxy_of_any_scale_has_less_grain(scale: float) -> None:
    height, width = round(600 * scale), round(900 * scale)
    small = noise(flat(blur=0.7), height, width, seed=1, scale=scale)
    full = noise(flat(blur=0.7), 600, 900, seed=1)
    reduced = cv2.resize(full[0].numpy(), (width, height), interpolation=cv2.INTER_AREA)
    print(f"{scale:.3f}: {float(small.std()):.4f} and {reduced.std():.4f}")
    assert float(small.std()) == pytest.approx(reduced.std(), rel=0.06)


def test_three_half_layers_over_a_grainy_plate_bring_its_sigma() -> None:
    grain = flat(0.02, blur=0.6)
    below = 0.5 + 0.02 * noise(grain, 300, 400, seed=100)
    for seed in range(3):
        rgba = torch.full((4, 300, 400), 0.25)
        rgba[3] = 0.5
        rgba = grained(rgba, below, noise(grain, 300, 400, seed=seed), grain, 1.0)
        below = rgba[:3] + (1 - rgba[3]) * below
        print(f"after {seed + 1}: sigma {[round(float(c.std()), 5) for c in below]}, wanted 0.02")
        assert below.std(dim=(1, 2)).numpy() == pytest.approx(np.full(3, 0.02), rel=0.03)


@pytest.mark.parametrize(
    ("plate", "colour", "worst"),
    [(0.5, 0.05, 0.03), (0.5, 0.0, 0.03), (0.1, 0.3, 0.06), (0.2, 2.0, 0.06)],
)
def test_a_layer_of_another_level_gets_that_levels_grain(
    plate: float, colour: float, worst: float
) -> None:
    knots = tuple(float(v) for v in np.linspace(0.001, 3, 40))
    grain = grain_of(0.0, knots, tuple(float(v) for v in 0.03 * np.sqrt(knots)))
    below = plate + 0.03 * plate**0.5 * noise(grain, 200, 300, seed=9)
    rgba = torch.full((4, 200, 300), 0.5 * colour)
    rgba[3] = 0.5
    comp = grained(rgba, below, noise(grain, 200, 300, seed=1), grain, 1.0)[:3] + 0.5 * below
    wanted = 0.03 * (0.5 * (plate + colour)) ** 0.5
    print(f"{colour} half over {plate}: sigma {float(comp.std()):.5f}, wanted {wanted:.5f}")
    assert float((comp - comp.mean()).std()) == pytest.approx(wanted, rel=worst)


def test_nothing_is_added_where_nothing_covers() -> None:
    grain = grain_of(0.0, (0.01, 1.0), (0.01, 0.05))
    plate, own = torch.rand(3, 50, 60), noise(grain, 50, 60, seed=1)
    rgba = torch.zeros(4, 50, 60)
    rgba[:3, :, 30:] = 0.4
    before = rgba.clone()
    assert torch.equal(grained(rgba, plate, own, grain, 1.0), before)
    rgba[3, 20:] = 0.5
    result = grained(rgba, plate, own, grain, 2.0)
    assert torch.equal(result[3], rgba[3])
    assert torch.equal(result[:, :20], before[:, :20])
    assert not torch.equal(result[:3, 20:], before[:3, 20:])
    assert torch.equal(rgba[:3], before[:3])
    assert grained(rgba, plate, own, grain, 0) is rgba


def test_sigma_follows_the_knots_and_holds_beyond() -> None:
    grain = grain_of(0.0, (0.01, 0.1, 1.0), (0.002, 0.01, 0.03))
    own = noise(grain, 120, 160, seed=1)
    for level, wanted in ((0.001, 0.002), (0.055, 0.006), (0.55, 0.02), (9.0, 0.03), (0.0, 0.002)):
        rgba = torch.full((4, 120, 160), level)
        rgba[3] = 1
        added = grained(rgba, torch.zeros(3, 120, 160), own, grain, 1.0)[:3] - rgba[:3]
        print(f"at {level}: {float(added.std()):.5f}, wanted {wanted}")
        assert float(added.std()) == pytest.approx(wanted * float(own.std()), rel=0.01)


def test_shifted_copies_make_the_same_noise() -> None:
    kernel = _kernel(flat(blur=1.0).spectrum[0], 1.0)
    white = torch.randn(1, 40, 50)
    assert torch.allclose(_shaped(white, kernel), summed(white, kernel), atol=1e-5)


@pytest.mark.bench
def test_full_size_is_timed() -> None:
    grain = grain_of(0.7, (0.01, 0.1, 1.0, 4.0), (0.002, 0.01, 0.03, 0.05))
    rgba, plate = torch.rand(4, 1080, 2048), torch.rand(3, 1080, 2048)
    own = noise(grain, 1080, 2048, seed=1)
    for name, work in (
        ("noise", lambda: noise(grain, 1080, 2048, seed=2)),
        ("grained", lambda: grained(rgba, plate, own, grain, 1.0)),
        ("lens blur of 2", lambda: lens_blurred(rgba, 2.0)),
    ):
        start = time.perf_counter()
        work()
        print(f"{name} at 2048x1080: {1000 * (time.perf_counter() - start):.0f} ms")
