"""Adapter of the embedded model."""

from collections.abc import Sequence

import torch
from diffusers.utils.logging import disable_progress_bar
from torch import Tensor

from lookdev.blend.shade import placed
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families.family import ceiling_of
from lookdev.generate.tiles import place
from lookdev.image.colour import Colour
from lookdev.image.element import Element
from lookdev.image.frame import Window
from lookdev.mini.codec import encode
from lookdev.mini.pipeline import ElementOutput, ElementPipeline
from lookdev.mini.scenes import MAX_WIND


class MiniAdapter:
    """The embedded model, loaded."""

    is_compiled = False
    multiple = 1
    """It takes any size."""

    def __init__(self, pipeline: ElementPipeline, device: str) -> None:
        """Take a loaded pipeline; `load` makes one."""
        self._pipeline = pipeline
        self._device = device

    def moment(self, on_step: OnStep) -> bool:  # noqa: ARG002 as its siblings
        """Nothing is to be gained: it is small, and runs on a CPU."""
        return False

    def generate(self, requests: Sequence[Request], on_step: OnStep | None) -> tuple[Element, ...]:
        """Make elements; density, light and emission at the working size.

        A step's preview is the first one's.
        """
        params = requests[0].layer.element
        width, height = params.size
        noise = [request.noise(3, width, height, 0) for request in requests]
        made = self._pipeline(
            params.prompt,
            negative_prompt=params.negative_prompt,
            control=torch.stack([_whole(request) for request in requests]).to(self._device),
            noise=torch.stack(noise).to(self._device),
            num_inference_steps=params.steps,
            guidance_scale=params.guidance,
            callback_on_step_end=None if on_step is None else _callback(on_step, params.steps),
        )
        return tuple(_element(made, index) for index in range(len(requests)))

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        """One tile of a refined element, as `refine.Refiner`: flow from the refinement's strength.

        The wind is as fast in the picture, so it is more of the finer pixels.
        """
        params, settings = request.layer.element, request.layer.refine
        inside = (..., *place(window))
        scale = size[0] / request.envelope.shape[1]
        envelope = placed(torch.from_numpy(request.envelope), *size)[inside]
        wind = request.wind[0] * scale, request.wind[1] * scale
        planes = (element.density, element.light, element.emission)
        made = self._pipeline(
            params.prompt,
            negative_prompt=params.negative_prompt,
            control=_control(envelope, wind)[None].to(self._device),
            noise=request.noise(3, *size, draw)[inside][None].to(self._device),
            num_inference_steps=ceiling_of(settings.steps, settings.strength),
            guidance_scale=params.guidance,
            start=encode(*(torch.from_numpy(one)[None] for one in planes)).to(self._device),
            strength=settings.strength,
        )
        return _element(made, 0)


def load(
    files: ModelFiles, *, device: str, colour: Colour, preview: ModelFiles | None
) -> MiniAdapter:
    """Load the pipeline from its folder: safetensors only, no network, no remote code.

    Args:
        files: The model's.
        device: `cpu`, `cuda`.
        colour: Not needed: its planes are scene-linear.
        preview: Not needed: its steps decode in no time.
    """
    del colour, preview
    disable_progress_bar()  # of the loader: nobody watches components arrive
    pipeline = ElementPipeline.from_pretrained(
        files.folder, use_safetensors=True, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    return MiniAdapter(pipeline.to(device), device)


def _whole(request: Request) -> Tensor:
    return _control(torch.from_numpy(request.envelope), request.wind)


def _control(envelope: Tensor, wind: tuple[float, float]) -> Tensor:
    """Envelope (h, w) and wind as the pipeline takes them, (3, h, w)."""
    x, y = wind
    share = min(1.0, MAX_WIND / max(1e-6, (x * x + y * y) ** 0.5)) / MAX_WIND
    planes = [envelope, torch.full_like(envelope, x * share), torch.full_like(envelope, y * share)]
    return torch.stack(planes)


def _element(made: ElementOutput, index: int) -> Element:
    planes = {
        name: getattr(made, name)[index].cpu().numpy() for name in ("density", "light", "emission")
    }
    return Element.made(**planes, evaluations=made.evaluations)


def _callback(on_step: OnStep, total: int):  # type: ignore[no-untyped-def] # noqa: ANN202 diffusers' own shape
    def after_step(_pipeline: object, step: int, _timestep: object, kwargs: dict) -> dict:  # type: ignore[type-arg]
        on_step(Step(step + 1, total, lambda: _element(kwargs["decoded"](), 0)))
        return kwargs

    return after_step
