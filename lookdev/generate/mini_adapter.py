"""Adapter of the embedded model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from diffusers.utils.logging import disable_progress_bar
from torch import Tensor

from lookdev.blend.relight import relit
from lookdev.blend.shade import placed
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families.family import ceiling_of
from lookdev.generate.on_grid import OnGrid
from lookdev.generate.tiles import place
from lookdev.image.colour import Colour
from lookdev.image.element import Element
from lookdev.image.frame import Window
from lookdev.mini.codec import THIN, encode
from lookdev.mini.maps import SIDES, Maps
from lookdev.mini.pipeline import MARGIN, ElementOutput, ElementPipeline
from lookdev.mini.scenes.control import MAX_WIND
from lookdev.mini.words import asked

KEY_AZIMUTH, KEY_ELEVATION, AMBIENT = -128.0, 38.0, 0.2
"""The light that an element comes lit by, as `relit` takes it: from the upper left and in front. A
look whose key light stands there, with that ambient, changes nothing."""


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
        """Make elements; density, light, its maps and emission at the working size.

        A step's preview is the first one's.
        """
        params = requests[0].layer.element
        parts = [_Part.of(request, self._pipeline) for request in requests]
        made = self._pipeline(
            params.prompt,
            negative_prompt=params.negative_prompt,
            control=torch.stack([part.control() for part in parts]).to(self._device),
            noise=torch.stack([part.noise() for part in parts]).to(self._device),
            num_inference_steps=params.steps,
            guidance_scale=params.guidance,
            margin=MARGIN if parts[0].grid is None else 0,
            callback_on_step_end=None if on_step is None else _callback(on_step, parts[0]),
        )
        return tuple(part.element(made, index) for index, part in enumerate(parts))

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        """One tile of a refined element, as `refine.Refiner`: flow from the refinement's strength.

        The wind is as fast in the picture and the parts are as large, so both are more of the finer
        pixels.
        """
        params, settings = request.layer.element, request.layer.refine
        inside = (..., *place(window))
        scale = size[0] / request.envelope.shape[1]
        envelope = placed(torch.from_numpy(request.envelope), *size)[inside]
        near = placed(_nearness(request), *size)[inside] + math.log2(scale) / 2
        wind = request.wind[0] * scale, request.wind[1] * scale
        made = self._pipeline(
            params.prompt,
            negative_prompt=params.negative_prompt,
            control=_control(params.prompt, envelope, wind, near)[None].to(self._device),
            noise=request.noise(3, *size, draw)[inside][None].to(self._device),
            num_inference_steps=ceiling_of(settings.steps, settings.strength),
            guidance_scale=params.guidance,
            start=encode(_maps(element)).to(self._device),
            strength=settings.strength,
        )
        return _Part(request, None).element(made, 0)


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


@dataclass(frozen=True)
class _Part:
    """One element of a batch, and where it is made if it moves."""

    request: Request
    grid: OnGrid | None

    @classmethod
    def of(cls, request: Request, pipeline: ElementPipeline) -> "_Part":
        moving, size = request.moving, request.layer.element.size
        return cls(request, OnGrid.of(moving.by, size, pipeline.unet.multiple) if moving else None)

    def noise(self) -> Tensor:
        moving = self.request.moving
        if moving is None or self.grid is None:
            return self.request.noise(3, *self.request.layer.element.size, 0)
        return moving.noise(3, self.grid.canvas)

    def control(self) -> Tensor:
        request = self.request
        planes = torch.from_numpy(request.envelope), _nearness(request)
        envelope, near = planes if self.grid is None else map(self.grid.back, planes)
        return _control(request.layer.element.prompt, envelope, request.wind, near)

    def element(self, made: ElementOutput, index: int) -> Element:
        maps = Maps(*(plane[index].cpu() for plane in (made.density, made.light, made.emission)))
        if self.grid is not None:
            maps = _moved(maps, self.grid, torch.from_numpy(self.request.envelope) > 0)
        return _element(maps, made.evaluations)


def _moved(maps: Maps, grid: OnGrid, allowed: Tensor) -> Maps:
    """The maps (one element's) of a canvas as the picture has them; nothing where none is allowed.

    Light moves with what it falls on, as the network made both: divided by the least density that
    `codec` divides it by, it is left to chance nowhere.
    """
    density = grid.forth(maps.density).clamp(0, 1)
    lit = grid.forth(maps.light * maps.density.clamp_min(THIN))
    light = (lit / density.clamp_min(THIN)).clamp(0, 1)
    emission = grid.forth(maps.emission).clamp_min(0)
    return Maps(density * allowed, light, emission * allowed)


def _nearness(request: Request) -> Tensor:
    """Nearness as it was asked for, (h, w)."""
    near = torch.as_tensor(request.near, dtype=torch.float32)
    return near.expand(*request.envelope.shape)


def _control(prompt: str, envelope: Tensor, wind: tuple[float, float], near: Tensor) -> Tensor:
    """Control as the pipeline takes it, (4, h, w): with what the prompt's words add to it.

    Args:
        prompt: The words.
        envelope: (h, w), 0..1.
        wind: Pixels a frame.
        near: (h, w), not clamped yet.
    """
    words = asked(prompt)
    x, y = (words.wind * part / MAX_WIND for part in wind)
    share = 1 / max(1.0, math.hypot(x, y))
    dense, nearer = (words.density * envelope).clamp(0, 1), (near + words.near).clamp(0, 1)
    even = torch.ones_like(envelope)
    return torch.stack([dense, share * x * even, share * y * even, nearer])


def _maps(element: Element) -> Maps:
    """An element as the model's own planes, one in a batch.

    One without light maps gets them all alike: lit from anywhere it then is as it was, and at each
    pixel for itself, so that tiles agree where they overlap. An estimate from the shape
    (`relight.directional`) would depend on where a tile is cut.
    """
    light = torch.from_numpy(element.light if element.maps is None else element.maps)
    return Maps(
        torch.from_numpy(element.density)[None],
        light.expand(1, len(SIDES), -1, -1),
        torch.from_numpy(element.emission)[None],
    )


def _element(maps: Maps, evaluations: int) -> Element:
    """An element as it comes lit, of its maps without a batch."""
    light = relit(maps.light, azimuth=KEY_AZIMUTH, elevation=KEY_ELEVATION, ambient=AMBIENT)
    return Element.made(
        density=maps.density.numpy(),
        light=light.numpy(),
        emission=maps.emission.numpy(),
        evaluations=evaluations,
        maps=maps.light.numpy(),
    )


def _callback(on_step: OnStep, part: _Part):  # type: ignore[no-untyped-def] # noqa: ANN202 diffusers' own shape
    def after_step(_pipeline: object, step: int, _timestep: object, kwargs: dict) -> dict:  # type: ignore[type-arg]
        total = part.request.layer.element.steps
        on_step(Step(step + 1, total, lambda: part.element(kwargs["decoded"](), 0)))
        return kwargs

    return after_step
