"""Makers that are right by construction, and makers that are broken in one way each."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lookdev.mini.evaluation.making import Make, of_scenes
from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control


def _soft(field: Tensor, sd: float) -> Tensor:
    fy = torch.fft.fftfreq(field.shape[-2])[:, None]
    fx = torch.fft.rfftfreq(field.shape[-1])[None]
    keep = torch.exp(-2 * (torch.pi * sd) ** 2 * (fx.square() + fy.square()))
    return torch.fft.irfft2(torch.fft.rfft2(field) * keep, s=field.shape[-2:])


@pytest.fixture
def real() -> Make:
    return of_scenes


@pytest.fixture
def blurred() -> Make:
    def make(prompt: str, control: Control, noise: Tensor) -> Maps:
        made = of_scenes(prompt, control, noise)
        return Maps(_soft(made.density, 2.5), made.light, _soft(made.emission, 2.5))

    return make


@pytest.fixture
def haze() -> Make:
    def make(prompt: str, control: Control, noise: Tensor) -> Maps:
        made = of_scenes(prompt, control, noise)
        level = made.density.mean((1, 2), keepdim=True).expand_as(made.density)
        light = made.light.mean((2, 3), keepdim=True).expand_as(made.light)
        return Maps(level, light, torch.zeros_like(level))

    return make


@pytest.fixture
def still() -> Make:
    """The noise decides nothing: the picture stays where it is."""

    def make(prompt: str, control: Control, noise: Tensor) -> Maps:
        fixed = torch.randn(noise.shape, generator=torch.Generator().manual_seed(3))
        return of_scenes(prompt, replace(control, wind=0 * control.wind), fixed)

    return make


@pytest.fixture
def woven() -> Make:
    """A grid of four pixels over everything, a two-hundredth strong."""

    def make(prompt: str, control: Control, noise: Tensor) -> Maps:
        made = of_scenes(prompt, control, noise)
        wave = torch.cos(2 * torch.pi * torch.arange(noise.shape[-1]) / 4)
        return replace(made, density=made.density + 0.005 * wave)

    return make
