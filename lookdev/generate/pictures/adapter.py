"""The adapter of picture models: patches over the plate, and elements un-mixed from pictures."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lookdev.generate.adapter import OnStep, Request
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families import ALLOWED
from lookdev.generate.families.modular import ModularFamily
from lookdev.generate.pictures.asked import Run
from lookdev.generate.pictures.compiling import compile_when_idle
from lookdev.generate.pictures.guiding import Guiding
from lookdev.generate.pictures.modular import ModularPipelines
from lookdev.generate.pictures.pipelines import Pipelines
from lookdev.generate.pictures.preview import Previewer
from lookdev.generate.pictures.starting import Starting
from lookdev.generate.pictures.unmixing import elements, over_black
from lookdev.image.colour import Colour
from lookdev.image.element import Element
from lookdev.image.frame import Pixels, Window

_COVERS = 0.1
"""The share that may change from which a differential patch covers the plate wholly."""
_THIN = 1e-3
"""Density below which a colour is not divided out."""


class PictureAdapter:
    """One loaded picture model."""

    def __init__(
        self, files: ModelFiles, *, device: str, colour: Colour, preview: ModelFiles | None
    ) -> None:
        """Load it.

        Args:
            files: The model.
            device: Where it runs.
            colour: The show's, for the way between scene light and the model's pixels.
            preview: The tiny autoencoder that shows its steps, if its card names one.
        """
        is_modular = isinstance(ALLOWED[files.card.pipeline], ModularFamily)
        kind = ModularPipelines if is_modular else Pipelines
        self._pipelines = kind(files, device=device)
        self._guiding = Guiding(self._pipelines)
        self._starting = Starting(colour, files.card.encoding)
        self.multiple = self._pipelines.family.multiple
        self._idle = compile_when_idle(self._pipelines.loaded, device=device)
        self._last: tuple[Request, ...] = ()
        self._showing: Request | None = None
        if preview is not None:
            vae = self._pipelines.loaded.vae
            self._pipelines.previewer = Previewer(
                preview, vae=vae, device=device, shown=self._shown
            )

    @property
    def is_compiled(self) -> bool:
        """Whether its network was compiled."""
        return self._idle.state == "compiled"

    def moment(self, on_step: OnStep) -> bool:
        """Use a moment in which nobody waits: compile, on a GPU; whether it was."""
        return self._idle.moment(partial(self._again, on_step))

    def _again(self, on_step: OnStep) -> None:
        """One as it was made last, then two: a single sample is compiled apart."""
        for count in (1, 2):
            self._made(self._last[:1] * count, on_step)

    @property
    def encoder_runs(self) -> dict[str, int]:
        """How often each encoder was really run."""
        return {name: kept.runs for name, kept in self._pipelines.encoders.items()}

    def generate(self, requests: Sequence[Request], on_step: OnStep | None) -> tuple[Element, ...]:
        """Make elements of requests that differ in noise only.

        Raises:
            ModelError: A guide does not fit, or the model gives numbers that are not finite.
        """
        made = self._made(requests, on_step)
        self._last = tuple(requests)
        self._idle.picture_done()
        return made

    def _made(self, requests: Sequence[Request], on_step: OnStep | None) -> tuple[Element, ...]:
        first = self._showing = requests[0]
        self._guiding.use(first.layer.guides, first.guides)
        noise = tuple(request.noise for request in requests)
        if first.layer.element.kind == "patch":
            made = self._pipelines.run(self._starting.patch(first, noise), on_step)
            return tuple(self._patch(one, first, made.evaluations) for one in made.pictures)
        return elements(
            self._pipelines.run,
            self._starting,
            self._starting.plain(first, noise),
            first,
            on_step,
            repaints="image" in self._pipelines.family.jobs,
        )

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        """One tile of a refined element: image to image at the refinement's strength.

        Args: as `refine.Refiner`. An element is repainted over black, and keeps its density.
        """
        self._guiding.use(request.layer.guides, request.guides)
        is_patch = request.layer.element.kind == "patch"
        dense = np.ones_like(element.density) if is_patch else element.density
        run = self._starting.tile(request, element.light * dense[..., None], window, size, draw)
        if not is_patch:
            run = replace(run, prompt=over_black(run.prompt))
        made = self._pipelines.run(run, None)
        picture = self._starting.scene(made.pictures[0], request.ceiling)
        light = (picture / np.maximum(dense, _THIN)[..., None]).astype(np.float32)
        return replace(element, light=light, evaluations=made.evaluations)

    def _patch(self, codes: Tensor, request: Request, evaluations: int) -> Element:
        picture = self._starting.scene(codes, request.ceiling)
        return Element.picture(picture, density=_density(request), evaluations=evaluations)

    def _shown(self, codes: Tensor, run: Run) -> Element:
        """A step's codes (3, h, w) as a preview shows them: a patch where it will be.

        What glows covers the more, the brighter it is; so does, as a first look, what covers.
        """
        assert self._showing is not None
        width, height = run.size
        sized = torch.nn.functional.interpolate(codes[None], (height, width), mode="bilinear")[0]
        scene, density = self._starting.scene(sized, self._showing.ceiling), _density(self._showing)
        if run.params.kind != "patch":
            density = density * sized.amax(0).numpy()
        return Element.picture(scene, evaluations=0, density=density)


def _density(request: Request) -> Pixels:
    """Where a patch covers the plate."""
    if not request.layer.patch.differential:
        return request.envelope
    return np.clip(request.envelope / _COVERS, 0, 1).astype(np.float32)


def load(
    files: ModelFiles, *, device: str, colour: Colour, preview: ModelFiles | None
) -> PictureAdapter:
    """Load a picture model."""
    return PictureAdapter(files, device=device, colour=colour, preview=preview)
