"""Adapter of the embedded model."""

import torch
from diffusers.utils.logging import disable_progress_bar
from torch import Tensor

from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.catalogue import ModelFiles
from lookdev.image.element import Element
from lookdev.mini.pipeline import ElementOutput, ElementPipeline
from lookdev.mini.scenes import MAX_WIND


class MiniAdapter:
    """The embedded model, loaded."""

    noise_channels = 3

    def __init__(self, pipeline: ElementPipeline, device: str) -> None:
        """Take a loaded pipeline; `load` makes one."""
        self._pipeline = pipeline
        self._device = device

    def generate(self, request: Request, on_step: OnStep | None) -> Element:
        """Make one element; density, light and emission at the working size."""
        params = request.params
        made = self._pipeline(
            params.prompt,
            negative_prompt=params.negative_prompt,
            control=self._control(request),
            noise=request.noise[None].to(self._device),
            num_inference_steps=params.steps,
            guidance_scale=params.guidance,
            callback_on_step_end=None if on_step is None else _callback(on_step, params.steps),
        )
        return _element(made)

    def _control(self, request: Request) -> Tensor:
        envelope = torch.from_numpy(request.envelope)
        x, y = request.wind
        share = min(1.0, MAX_WIND / max(1e-6, (x * x + y * y) ** 0.5)) / MAX_WIND
        planes = [
            envelope,
            torch.full_like(envelope, x * share),
            torch.full_like(envelope, y * share),
        ]
        return torch.stack(planes)[None].to(self._device)


def load(files: ModelFiles, *, device: str) -> MiniAdapter:
    """Load the pipeline from its folder: safetensors only, no network, no remote code."""
    disable_progress_bar()  # of the loader: nobody watches components arrive
    pipeline = ElementPipeline.from_pretrained(
        files.folder, use_safetensors=True, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return MiniAdapter(pipeline.to(device), device)


def _element(made: ElementOutput) -> Element:
    planes = {
        name: getattr(made, name)[0].cpu().numpy() for name in ("density", "light", "emission")
    }
    return Element.made(**planes, evaluations=made.evaluations)


def _callback(on_step: OnStep, total: int):  # type: ignore[no-untyped-def] # noqa: ANN202 diffusers' own shape
    def after_step(_pipeline: object, step: int, _timestep: object, kwargs: dict) -> dict:  # type: ignore[type-arg]
        on_step(Step(step + 1, total, lambda: _element(kwargs["decoded"]())))
        return kwargs

    return after_step
