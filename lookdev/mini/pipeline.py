"""The embedded model as a diffusers pipeline: control map and noise in, element out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from diffusers.utils import BaseOutput
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.mini.codec import CHANNELS, decode, gate, spread
from lookdev.mini.network import ElementUNet
from lookdev.mini.precision import precision
from lookdev.mini.scenes.control import CHANNELS as CONTROL
from lookdev.mini.words import KINDS, Asked, asked

WEIGHTS = Path(__file__).parent / "weights"
"""The folder of the shipped weights: `ElementPipeline.from_pretrained(WEIGHTS, ...)`."""

StepEnd = Callable[[DiffusionPipeline, int, Tensor, dict[str, Any]], Any]
"""Called after each step as diffusers does; what it returns is not looked at."""

MARGIN = 16
"""Pixels that are added round a picture, so that no edge of it meets the network's zeros."""


@dataclass
class ElementOutput(BaseOutput):
    """A generated element.

    Attributes:
        density: Straight alpha, 0..1, `(B, H, W)` float32.
        light: Fraction of a light from the left, the right, above and behind that is returned,
            0..1, `(B, 4, H, W)` float32; to be multiplied by the light and by density.
        emission: Scene-linear radiance to be added as it is (density is already in it), 0 or
            more, may exceed 1, `(B, H, W)` float32.
        evaluations: How often the network ran.
    """

    density: Tensor
    light: Tensor
    emission: Tensor
    evaluations: int


class ElementPipeline(DiffusionPipeline):
    """Flow matching from the caller's noise (sigma 1) to an element (sigma 0), by Euler steps."""

    def __init__(self, unet: ElementUNet, scheduler: FlowMatchEulerDiscreteScheduler) -> None:
        """Hold the network and the scheduler."""
        super().__init__()
        self.register_modules(unet=unet, scheduler=scheduler)

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        *,
        control: Tensor,
        noise: Tensor,
        negative_prompt: str = "",
        num_inference_steps: int = 1,
        guidance_scale: float = 1.0,
        start: Tensor | None = None,
        strength: float = 1.0,
        margin: int = MARGIN,
        callback_on_step_end: StepEnd | None = None,
    ) -> ElementOutput:
        """Generate an element.

        Args:
            prompt: Words of `words.KINDS` and their kin; several kinds mix evenly, and without any
                it is "no kind", what all have in common. Of the other words, those for turbulence
                and softness count here; density, wind and size are the control map's.
            control: `(B, 4, H, W)`: envelope 0..1, wind x (right) and y (down) as fractions of
                `scenes.MAX_WIND` pixels a frame, -1..1, nearness 0..1. Any size.
            noise: `(B, 3, H, W)`, standard normal. The pipeline draws none of its own.
            negative_prompt: Kinds to lead away from; without any, "no kind".
            num_inference_steps: Euler steps, at least 1, from `strength` on. It is made for one;
                more than four are plainly worse.
            guidance_scale: 1 follows the prompt with one evaluation a step; any other value
                needs two.
            start: `(B, 6, H, W)`, an element in the channels of `codec.encode`, to begin from;
                None begins from noise alone.
            strength: The sigma to begin at, above 0 up to 1: (1 - strength) start + strength
                noise. 1 forgets the start.
            margin: Pixels to add on each side while it is made: of the mirrored control map, and of
                the noise from the opposite side. 0 for a caller who adds better ones.
            callback_on_step_end: Called as `(pipeline, step, timestep, {"latents": sample,
                "decoded": function})` after each step; `decoded()` is the element that the
                network predicts at that step. What it raises ends the run.

        Returns:
            The element; density and emission are exactly 0 where the envelope is 0.

        Raises:
            ModelError: Shapes disagree, a number is not finite (given or made), there is no step to
                take, or a strength without a start.
        """
        _check(control, noise, num_inference_steps)
        _check_start(start, noise, strength)
        control, noise = control.float(), spread(noise.float())
        envelope = control[:, 0].clamp(0, 1)
        if not envelope.any():
            return _decoded(torch.zeros_like(noise), envelope, 0, margin=0)
        wanted = asked(prompt)
        sides = [_condition(wanted.kinds, wanted, noise.device)]
        if guidance_scale != 1:
            sides.append(_condition(asked(negative_prompt).kinds, wanted, noise.device))
        sample = self._begun(noise, start, strength, margin)
        control = _widened(control, margin, self.unet.multiple, mirror=True)
        timesteps = self._timesteps(num_inference_steps, strength, noise.device)
        for index, timestep in enumerate(timesteps):
            clean = self._predict(sample, timestep, control, sides, guidance_scale)
            velocity = (sample - clean) / (timestep / 1000)
            sample = self.scheduler.step(velocity, timestep, sample, return_dict=False)[0]
            _check_made(sample, index + 1, num_inference_steps)
            if callback_on_step_end is not None:
                decoded = partial(_decoded, clean, envelope, (index + 1) * len(sides), margin)
                callback_on_step_end(self, index, timestep, {"latents": sample, "decoded": decoded})
        return _decoded(sample, envelope, num_inference_steps * len(sides), margin)

    def _begun(self, noise: Tensor, start: Tensor | None, strength: float, margin: int) -> Tensor:
        """The sample at the first sigma, with its margin."""
        sample = _widened(noise, margin, self.unet.multiple, mirror=False)
        if start is None or strength == 1:
            return sample
        start = _widened(start.float(), margin, self.unet.multiple, mirror=True)
        return (1 - strength) * start + strength * sample

    def _timesteps(self, count: int, strength: float, device: torch.device) -> Tensor:
        """Even steps from `strength`, the last of which lands on the element."""
        sigmas = torch.linspace(strength, strength / count, count).tolist()
        self.scheduler.set_timesteps(sigmas=sigmas, device=device)
        return self.scheduler.timesteps

    def _predict(
        self, sample: Tensor, timestep: Tensor, control: Tensor, sides: list[Tensor], scale: float
    ) -> Tensor:
        """Predict the clean sample, led away from the second side if there is one.

        Classifier-free guidance (Ho and Salimans 2022) on the clean sample, which is the same as
        on the velocity, since the two differ by terms that both sides share.
        """
        count = len(sample)
        guesses = []
        for condition in sides:
            with precision(sample.device):
                guess = self.unet(
                    sample.contiguous(memory_format=torch.channels_last),
                    timestep.expand(count),
                    control.contiguous(memory_format=torch.channels_last),
                    condition.expand(count, -1),
                )
            guesses.append(guess)
        if len(guesses) == 1:
            return guesses[0]
        wanted, unwanted = guesses
        return unwanted + scale * (wanted - unwanted)


def plain_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """Make the scheduler the model is trained for: unshifted sigmas."""
    return FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=1.0)


def _decoded(sample: Tensor, envelope: Tensor, evaluations: int, margin: int) -> ElementOutput:
    """Cut the margin off a sample and decode it; nothing is where the envelope is 0."""
    height, width = envelope.shape[-2:]
    inner = (..., slice(margin, margin + height), slice(margin, margin + width))
    maps, opening = decode(sample[inner]), gate(envelope)
    return ElementOutput(maps.density * opening, maps.light, maps.emission * opening, evaluations)


def _check(control: Tensor, noise: Tensor, steps: int) -> None:
    count, _, *plane = noise.shape
    if noise.shape != (count, 3, *plane) or control.shape != (count, CONTROL, *plane):
        raise ModelError(
            f"control is {tuple(control.shape)} and noise {tuple(noise.shape)}; "
            f"they must be (samples, {CONTROL}, height, width) and (samples, 3, height, width)"
        )
    for name, tensor in (("control", control), ("noise", noise)):
        if not tensor.isfinite().all():
            count = int((~tensor.isfinite()).sum())
            raise ModelError(
                f"{name} has {count} values that are not finite; repair the matte or field it is "
                "made from"
            )
    if steps < 1:
        raise ModelError(f"num_inference_steps is {steps}; it must be 1 or more")


def _check_start(start: Tensor | None, noise: Tensor, strength: float) -> None:
    if not 0 < strength <= 1:
        raise ModelError(f"strength is {strength}; it must be above 0, up to 1")
    if start is None:
        if strength != 1:
            raise ModelError(f"strength is {strength} without a start; give one, or take 1")
        return
    wanted = (len(noise), CHANNELS, *noise.shape[2:])
    if start.shape != wanted:
        raise ModelError(f"start is {tuple(start.shape)}; with this noise it must be {wanted}")
    if not start.isfinite().all():
        count = int((~start.isfinite()).sum())
        raise ModelError(f"start has {count} values that are not finite; make its element again")


def _check_made(sample: Tensor, step: int, steps: int) -> None:
    if not sample.isfinite().all():
        raise ModelError(
            f"steps: step {step} of {steps} gave numbers that are not finite; "
            "check the model's files against its card"
        )


def _condition(kinds: tuple[str, ...], wanted: Asked, device: torch.device) -> Tensor:
    """Even weights over the kinds, or all on "no kind"; and the character: `(1, K + 3)`."""
    condition = torch.zeros(1, len(KINDS) + 3, device=device)
    for kind in kinds:
        condition[0, KINDS.index(kind)] = 1 / len(kinds)
    condition[0, len(KINDS)] = 0.0 if kinds else 1.0
    condition[0, -2:] = torch.tensor([wanted.turbulence, wanted.softness])
    return condition


def _widened(x: Tensor, margin: int, multiple: int, *, mirror: bool) -> Tensor:
    """Continue a map outwards by the margin, and at the far sides on to the next multiple.

    A control map is mirrored, so that it has no seam. Noise is continued from its opposite side:
    mirrored noise would be twice as strong when smoothed across the edge, and a row of flakes
    would line the frame.
    """
    for dim in (-2, -1):
        size = x.shape[dim]
        far = margin + -(size + 2 * margin) % multiple
        place = torch.arange(-margin, size + far, device=x.device)
        if mirror:
            place = torch.minimum(place % (2 * size), (-1 - place) % (2 * size))
        x = x.index_select(dim, place % size)
    return x
