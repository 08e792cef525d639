"""What a run starts from: the shot's pictures as codes, masks, hints and references."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from lookdev.generate.adapter import NoiseOf, Request
from lookdev.generate.pictures.asked import Run
from lookdev.image import hints
from lookdev.image.colour import Colour
from lookdev.image.encode import decoded, encoded
from lookdev.image.frame import Pixels, Window
from lookdev.spec.card import Encoding

_ANY = 1 / 255
"""What a mask is above this is made anew: less, nobody could see."""


class Starting:
    """Makes runs of requests, in the model's own pixels."""

    def __init__(self, colour: Colour, encoding: Encoding) -> None:
        """Use the show's colour, and what the model's card says of its pixels."""
        self.colour, self.encoding = colour, encoding

    def plain(self, request: Request, noise: tuple[NoiseOf, ...]) -> Run:
        """A picture from words, at the working size, with whatever guides it."""
        params = request.layer.element
        run = Run(
            job="text",
            params=params,
            prompt=params.prompt,
            size=params.size,
            noise=noise,
            steps=params.steps,
            references=tuple(_in_8_bits(picture) for picture in request.references),
        )
        planes = list(self._hints(request))
        return replace(
            run,
            hints=tuple(plane for plane, _ in planes),
            hint_scales=tuple(scale for _, scale in planes),
        )

    def patch(self, request: Request, noise: tuple[NoiseOf, ...]) -> Run:
        """The shot's picture, repainted or made anew inside the mask."""
        patch = request.layer.patch
        assert request.source is not None
        envelope = torch.from_numpy(request.envelope)[None, None]
        return replace(
            self.plain(request, noise),
            job=patch.fill,
            image=self.codes(request.source.picture),
            mask=envelope if patch.differential else (envelope > _ANY).float(),
            strength=patch.strength,
            is_differential=patch.differential,
        )

    def tile(
        self, request: Request, colour: Pixels, window: Window, size: tuple[int, int], draw: int
    ) -> Run:
        """A tile (h, w, 3) of a refined element, repainted at the refinement's strength.

        Args:
            request: The element's; its noise gives the refined whole's plane.
            colour: What is repainted, scene-linear.
            window: The tile within the refined whole.
            size: The refined whole's width and height.
            draw: The first plane of noise that is drawn.
        """
        refine = request.layer.refine
        run = self.plain(request, (_cut(request.noise, window, size, draw),))
        rows, columns = window.within(Window(0, 0, *size))
        large = [interpolate(plane, size[::-1], mode="bilinear") for plane in run.hints]
        return replace(
            run,
            job="image",
            size=(window.width, window.height),
            image=self.codes(colour),
            strength=refine.strength,
            steps=refine.steps,
            hints=tuple(plane[..., rows, columns].contiguous() for plane in large),
        )

    def codes(self, picture: Pixels) -> Tensor:
        """Scene-linear (h, w, 3) as the model's pixels (1, 3, h, w)."""
        return _planar(encoded(picture, self.encoding, self.colour))

    def scene(self, codes: Tensor, ceiling: float) -> Pixels:
        """The inverse, of codes (3, h, w), rolled off to the shot's ceiling."""
        plain = np.ascontiguousarray(codes.movedim(0, -1).numpy())
        return decoded(plain, self.encoding, self.colour, ceiling=ceiling)

    def _hints(self, request: Request) -> Iterator[tuple[Tensor, float]]:
        """Pictures (1, 3, h, w) for the ControlNets, in the order in which they are used."""
        guides, source = request.layer.guides, request.source
        if guides.edges:
            assert source is not None
            codes = encoded(source.picture, "sdr-view", self.colour)
            yield _grey(hints.edges(codes)), guides.edges_scale
        if guides.depth:
            assert source is not None
            assert source.depth is not None
            yield _grey(hints.nearness(source.depth)), guides.depth_scale


def _cut(noise: NoiseOf, window: Window, size: tuple[int, int], draw: int) -> NoiseOf:
    """A tile's noise: its part of the refined whole's, so that tiles share what they share."""

    def cut(channels: int, width: int, height: int, more: int) -> Tensor:
        across, down = size[0] * width // window.width, size[1] * height // window.height
        left, top = window.x * width // window.width, window.y * height // window.height
        whole = noise(channels, across, down, draw + more)
        return whole[:, top : top + height, left : left + width].contiguous()

    return cut


def _planar(picture: Pixels) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).movedim(-1, 0)[None].contiguous()


def _in_8_bits(picture: Pixels) -> Tensor:
    """(3, h, w): what looks at references divides by 255 itself."""
    return (_planar(picture)[0].clamp(0, 1) * 255).round().to(torch.uint8)


def _grey(plane: Pixels) -> Tensor:
    return torch.from_numpy(plane)[None, None].expand(1, 3, -1, -1).contiguous()
