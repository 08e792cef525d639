import math

import pytest
import torch

from lookdev.blend import soft
from lookdev.blend.soft import softened


@pytest.mark.parametrize("sigma", [2.9, 7.9, 8.0, 13.0, 47.0])
def test_a_step_is_the_exact_gaussian_of_it(sigma: float) -> None:
    step = torch.zeros(16, 600)
    step[:, 301:] = 1
    at = torch.arange(600) - 300.5
    exact = (1 + torch.erf(at / (sigma * math.sqrt(2)))) / 2
    error = float((softened(step, sigma)[8] - exact).abs().max())
    print(f"sigma {sigma}: off by {error:.4f}, allowed 0.004")
    assert error < 0.004


@pytest.mark.parametrize("sigma", [1.0, 6.0, 17.0])
def test_light_is_kept_and_ends_somewhere(sigma: float) -> None:
    point = torch.zeros(2, 301, 403)
    point[:, 150, 200] = torch.tensor([1.0, 40.0])
    got = softened(point, sigma, beyond="nothing")
    assert torch.allclose(got.sum(dim=(1, 2)), torch.tensor([1.0, 40.0]), rtol=1e-5)
    assert float(got.min()) == 0
    assert (got[:, :, :10] == 0).all()


def test_the_border_goes_on_or_ends() -> None:
    ones = torch.ones(70, 91)
    assert torch.allclose(softened(ones, 20.0), ones, atol=1e-6)
    ended = softened(ones, 5.0, beyond="nothing")
    assert float(ended[35, 45]) == pytest.approx(1)
    assert float(ended[35, 0]) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("sigma", [3.0, 20.0])
@pytest.mark.parametrize("beyond", ["same", "nothing"])
def test_both_ways_to_do_it_are_one(
    sigma: float, beyond: soft.Beyond, monkeypatch: pytest.MonkeyPatch
) -> None:
    planes = torch.rand(3, 85, 121, generator=torch.Generator().manual_seed(1))
    here = softened(planes, sigma, beyond=beyond)
    monkeypatch.setattr(soft, "_on_cpu", soft._on_device)
    there = softened(planes, sigma, beyond=beyond)
    print(f"apart {float((here - there).abs().max()):.1e}")
    assert torch.allclose(here, there, atol=1e-5)


def test_no_blur_is_the_plane_itself() -> None:
    plane = torch.rand(8, 8)
    assert softened(plane, 0) is plane
