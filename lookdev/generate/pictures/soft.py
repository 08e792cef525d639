"""Differential strength: grey in a matte says how much may change there.

Differential Diffusion (Levin and Fried 2023): a place that may change by a share `a` follows the
start picture, noised to the step's own level, until only `a` of the run is left; then it is free.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from lookdev.generate.pictures.asked import Run
from lookdev.generate.pictures.given_noise import GivenNoise


class Hold:
    """Holds places of one run to its start picture, each for its own share of the steps."""

    def __init__(self, pipeline: Any, run: Run, noise: GivenNoise) -> None:
        """Encode the start picture; it is kept by the pipeline's own encoder.

        Args:
            pipeline: An image-to-image pipeline whose latents are a picture.
            run: The run; its mask says how much may change.
            noise: What the run draws.
        """
        assert run.image is not None
        assert run.mask is not None
        self._pipeline, self._noise = pipeline, noise
        ready = pipeline.image_processor.preprocess(run.image)
        vae, where = pipeline.vae, pipeline._execution_device  # noqa: SLF001 where parts are offloaded
        with torch.no_grad():
            mean = vae.encode(ready.to(where, vae.dtype)).latent_dist.mode()
        self._start = scaled(vae, mean)
        self._may_change = interpolate(run.mask, mean.shape[-2:], mode="area").to(mean.device)

    def __call__(self, latents: Tensor, done: int, total: int) -> Tensor:
        """The latents (B, C, h, w) after a step, with what may not change yet put back."""
        held = done / total < 1 - self._may_change
        if done == total or not held.any():
            return latents
        start = self._noised(latents, total - done)
        return torch.where(held, start, latents)

    def _noised(self, latents: Tensor, left: int) -> Tensor:
        """The start at the noise of the next of the steps that are left."""
        scheduler = self._pipeline.scheduler
        assert self._noise.first is not None
        noise = self._noise.first.to(latents.device, latents.dtype)
        start = self._start.to(latents.device, latents.dtype).expand_as(noise)
        when = scheduler.timesteps[-left : 1 - left or None]
        if hasattr(scheduler, "scale_noise"):
            noised: Tensor = scheduler.scale_noise(start, when, noise)
        else:
            noised = scheduler.add_noise(start, noise, when)
        return noised


def scaled(vae: Any, mean: Tensor) -> Tensor:
    """What a network that works on a picture of latents gets of the VAE's mean."""
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    result: Tensor = (mean - shift) * vae.config.scaling_factor
    return result
