"""Differential strength: a place follows its start until its own share of the run is left."""

from types import SimpleNamespace

import pytest
import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler
from torch import Tensor

from lookdev.generate.pictures.asked import Run
from lookdev.generate.pictures.given_noise import GivenNoise
from lookdev.generate.pictures.soft import Hold, scaled
from lookdev.spec.look import ElementParams

STEPS = 4
CONFIG = SimpleNamespace(scaling_factor=0.5, shift_factor=0.25)


class Vae:
    dtype, config = torch.float32, CONFIG

    def encode(self, picture: Tensor) -> SimpleNamespace:
        mean = torch.nn.functional.avg_pool2d(picture, 8)
        return SimpleNamespace(latent_dist=SimpleNamespace(mode=lambda: mean))


def plane(channels: int, width: int, height: int, draw: int) -> Tensor:
    generator = torch.Generator().manual_seed(draw)
    return torch.randn(channels, height, width, generator=generator)


@pytest.mark.parametrize("kind", [EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler])
def test_grey_says_for_how_many_steps_a_place_is_held(kind: type) -> None:
    scheduler = kind()
    scheduler.set_timesteps(STEPS)
    scheduler.set_begin_index(0)
    pipeline = SimpleNamespace(
        vae=Vae(),
        scheduler=scheduler,
        image_processor=SimpleNamespace(preprocess=lambda picture: 2 * picture - 1),
        _execution_device="cpu",
    )
    may_change = torch.tensor([0.0, 0.25, 0.5, 1.0]).repeat_interleave(8)
    mask = may_change.expand(1, 1, 8, 32)
    picture = torch.linspace(0, 1, 32).expand(1, 3, 8, 32)
    run = Run(
        job="image",
        params=ElementParams(prompt="x", seed="1", size=(32, 16)),
        prompt="x",
        size=(32, 8),
        noise=(plane,),
        image=picture,
        mask=mask,
        is_differential=True,
    )
    with GivenNoise([plane], model="m") as noise:
        first = torch.randn(1, 3, 1, 4)
    hold = Hold(pipeline, run, noise)
    start = scaled(Vae, Vae().encode(2 * picture - 1).latent_dist.mode())
    mine = torch.full((1, 3, 1, 4), 7.0)
    held = []
    for done in range(1, STEPS + 1):
        scheduler._step_index = done
        latents = hold(mine, done, STEPS)
        is_held = (latents != mine).any(1)[0, 0]
        held.append([bool(x) for x in is_held])
        if done < STEPS:
            sigma = scheduler.sigmas[done]
            flows = kind is FlowMatchEulerDiscreteScheduler
            expected = sigma * first + (1 - sigma) * start if flows else start + sigma * first
            assert torch.allclose(latents[..., is_held], expected[..., is_held], atol=1e-5)
    print(held)
    assert [sum(step[place] for step in held) for place in range(4)] == [3, 2, 1, 0]
    assert not any(held[-1]), "the last step is the model's own everywhere"
