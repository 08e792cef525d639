"""Elements of opaque pictures, with the truth in place of the model."""

import logging

import numpy as np
import pytest
import torch
from torch import Tensor

from lookdev.generate.adapter import Request
from lookdev.generate.pictures.asked import Made, Run
from lookdev.generate.pictures.starting import Starting
from lookdev.generate.pictures.unmixing import elements
from lookdev.image.colour import LUMINANCE, open_colour
from lookdev.image.element import Element
from lookdev.spec.look import ElementParams, Layer
from lookdev.spec.show import STUDIO_CONFIG

WIDTH, HEIGHT = 128, 72
REC_709 = (0.2126, 0.7152, 0.0722)


def truth(seed: int) -> tuple[Tensor, Tensor]:
    """Alpha (h, w) and straight display-linear colour (h, w, 3) of a soft cloud."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(6):
        cx, cy = rng.uniform(30, 98), rng.uniform(20, 52)
        size = rng.uniform(4, 12)
        alpha = np.maximum(alpha, np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / size**2))
    alpha *= (x > 8) & (x < WIDTH - 8) & (y > 8) & (y < HEIGHT - 8)
    colour = np.broadcast_to(rng.uniform(0.1, 0.9, 3), (HEIGHT, WIDTH, 3)).astype(np.float32)
    return torch.from_numpy(alpha.astype(np.float32)), torch.from_numpy(colour.copy())


def codes(light: Tensor) -> Tensor:
    """sRGB codes of 8 bits (1, 3, h, w)."""
    high = 1.055 * light.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    coded = torch.where(light <= 0.0031308, light * 12.92, high).clamp(0, 1)
    return ((coded * 255).round() / 255).movedim(-1, 0)[None]


class Truth:
    """A model that draws just what it is asked for."""

    def __init__(self, seed: int, *, drawn: str = "plain") -> None:
        self.alpha, self.colour = truth(seed)
        self.drawn = drawn
        self.runs: list[Run] = []

    def __call__(self, run: Run, _on_step: object) -> Made:
        self.runs.append(run)
        behind = 1.0 if "white background" in run.prompt else 0.0
        light = self.alpha[..., None] * self.colour + (1 - self.alpha)[..., None] * behind
        if self.drawn == "a street":
            light = light + 0.4 * torch.rand(
                light.shape, generator=torch.Generator().manual_seed(1)
            )
        return Made(codes(light), 4)


def made(model: Truth, alpha: str) -> Element:
    params = ElementParams(
        prompt="ash", seed="1", size=(WIDTH, HEIGHT), alpha=alpha, model="m", steps=4
    )
    request = Request(
        layer=Layer(name="ash", element=params),
        envelope=np.ones((HEIGHT, WIDTH), np.float32),
        wind=(0.0, 0.0),
        noise=lambda c, w, h, _draw: torch.zeros(c, h, w),
    )
    starting = Starting(open_colour(STUDIO_CONFIG), "sdr-view")
    base = starting.plain(request, (request.noise,))
    (element,) = elements(model, starting, base, request, None, repaints=True)
    return element


def test_the_truths_alpha_and_reflectance_come_back() -> None:
    errors = []
    for seed in range(20):
        model = Truth(seed)
        element = made(model, "unmix")
        errors.append(float(np.abs(element.density - model.alpha.numpy()).mean()))
        dense = model.alpha.numpy() > 0.5
        luminance = (
            element.light[dense].mean(0) @ LUMINANCE / (model.colour[0, 0].numpy() @ REC_709)
        )
        assert 0.95 < luminance < 1.05, "what covers is what it reflects, not a view's inverse"
        assert [run.job for run in model.runs] == ["text", "image"]
        assert element.evaluations == 8
    print(f"mean absolute alpha error: {np.mean(errors):.4f}, worst element {max(errors):.4f}")
    assert max(errors) <= 0.02


def test_what_glows_is_the_pictures_own_light() -> None:
    model = Truth(3)
    element = made(model, "luminance")
    assert len(model.runs) == 1
    light = element.density[..., None] * element.light
    starting = Starting(open_colour(STUDIO_CONFIG), "sdr-view")
    picture = codes(model.alpha[..., None] * model.colour)[0]
    expected = starting.scene(picture, 16.0)
    worst = float(np.abs(light - expected).max() / expected.max())
    print(f"worst light, of the brightest: {worst:.4f}")
    assert worst < 0.01


def test_a_model_that_draws_no_plain_background_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        made(Truth(1), "unmix")
        assert not caplog.records
        made(Truth(1, drawn="a street"), "unmix")
    (record,) = caplog.records
    print(record.getMessage())
    assert "the alpha of 'ash' is a guess" in record.getMessage()


def test_nothing_is_outside_the_envelope() -> None:
    model = Truth(2)
    element = made(model, "unmix")
    assert element.density.max() > 0.5
    assert element.density[0].max() < 0.02
