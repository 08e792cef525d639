"""Detail beyond an element's working size: repainted tile by tile, and brought back to its draft.

The draft, enlarged, leads every tile, so that tiles agree about what is where; the noise is cut
from one plane, so that they agree about the detail as well. What a model invents may still lean
away from the draft, and is brought back to it: averaged down to the draft's size it is the draft.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

from lookdev.blend.shade import placed
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.tiles import joined, place, tiles, touching
from lookdev.image.element import Element
from lookdev.image.frame import Window

_ROUNDS = 3
"""Of bringing back: more agree better, and ring more where a range cuts them off."""
_REACH = 2
"""Draft pixels that one round carries a change sideways, at most."""
_COLOURS, _UNMAPPED = 3, (1, 3)
"""Planes of a colour; of light that has no maps: one with maps has five."""
_DRAW = 1
"""The element itself took the noise of draw 0."""

Repaint = Callable[[Window, Tensor], Tensor]
"""A tile of the enlarged draft (C, h, w), repainted."""


def _not_negative(planes: Tensor) -> Tensor:
    return planes.clamp(min=0)


class Refiner(Protocol):
    """A loaded model that can repaint."""

    multiple: int
    """Sides of a tile must be multiples of it."""

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        """Repaint one tile, as `request.layer.refine` says.

        Args:
            request: What the element was made from, at its working size; its noise is cut from
                `request.noise(channels, *size, draw)`, so that tiles share theirs.
            element: The enlarged draft inside the tile.
            window: The tile, in pixels of the refined whole.
            size: Width and height of the whole.
            draw: Which noise.
        """


def refine_element(
    element: Element,
    request: Request,
    adapter: Refiner,
    within: Window | None,
    on_step: OnStep | None,
) -> Element:
    """The element at `request.layer.refine.scale` times its size, with the model's finer detail.

    Density is exactly 0 where the enlarged envelope is.

    Args:
        element: At the working size; it leads.
        request: What it was made from.
        adapter: The model.
        within: As `refined`.
        on_step: Told after each tile; what it raises ends the run.

    Returns:
        The element, with the evaluations of the refinement alone.

    Raises:
        ModelError: Tiles cannot be laid, or the model gives numbers that are not finite.
    """
    settings, draft = request.layer.refine, _planes(element)
    height, width = draft.shape[-2:]
    size = round(width * settings.scale), round(height * settings.scale)
    grid = tiles(*size, settings.tile, settings.overlap, adapter.multiple)
    shared = replace(request, noise=lru_cache(maxsize=2)(request.noise))
    envelope = placed(torch.from_numpy(request.envelope), *size)
    count = len(_asked(grid, draft, size, within))
    run = _Run(adapter, shared, envelope, size, count, on_step)
    legal = partial(_legal, envelope > 0)
    made = refined(draft, size=size, grid=grid, repaint=run, within=within, legal=legal)
    return _element(made, run.evaluations)


def refined(
    draft: Tensor,
    *,
    size: tuple[int, int],
    grid: Sequence[Window],
    repaint: Repaint,
    within: Window | None = None,
    legal: Callable[[Tensor], Tensor] = _not_negative,
) -> Tensor:
    """Planes at a larger size, with the detail that repainting their tiles gives.

    Brought back to the draft's size they are the draft, nearly: iterated back-projection (Irani
    and Peleg 1991), with area averaging for the way down and bilinear for the way up: a bicubic
    draws dark rings round every flake, as its negative lobes meet a range that ends at 0.

    Args:
        draft: (C, h, w) float32.
        size: Width and height to reach, at least the draft's.
        grid: Of `tiles` over that size.
        repaint: Repaints one tile.
        within: Only tiles that have a say in this window (pixels of that size) are repainted.
            Inside, the result is that of the whole, bit for bit; where no tile is repainted, it is
            the enlarged draft.
        legal: Brings planes (C, *size) into their ranges, each pixel for itself.

    Returns:
        (C, height, width) float32.
    """
    enlarged = placed(draft, *size)
    asked = _asked(grid, draft, size, within)
    crops = ((tile, enlarged[(..., *place(tile))].clone()) for tile in grid)
    pictures = (repaint(tile, crop) if tile in asked else crop for tile, crop in crops)
    whole = _brought_back(joined(grid, pictures, enlarged), draft, legal)
    if len(asked) == len(grid):
        return whole
    painted = torch.zeros(whole.shape[-2:], dtype=torch.bool, device=whole.device)
    for tile in asked:
        painted[place(tile)] = True
    return torch.where(painted, whole, legal(enlarged))


def _asked(
    grid: Sequence[Window], draft: Tensor, size: tuple[int, int], within: Window | None
) -> tuple[Window, ...]:
    """The tiles that have a say in a window: bringing back carries what is beside it inside."""
    if within is None:
        return tuple(grid)
    x = math.ceil(_ROUNDS * _REACH * size[0] / draft.shape[-1])
    y = math.ceil(_ROUNDS * _REACH * size[1] / draft.shape[-2])
    wide, high = within.width + 2 * x, within.height + 2 * y
    return touching(grid, Window(within.x - x, within.y - y, wide, high))


def _brought_back(whole: Tensor, draft: Tensor, legal: Callable[[Tensor], Tensor]) -> Tensor:
    for _ in range(_ROUNDS):
        missing = draft - F.interpolate(whole[None], draft.shape[-2:], mode="area")[0]
        enlarged = F.interpolate(
            missing[None], whole.shape[-2:], mode="bilinear", align_corners=False
        )
        whole = legal(whole + enlarged[0])
    return whole


@dataclass
class _Run:
    """Repaints tiles with a model, and counts."""

    adapter: Refiner
    request: Request
    envelope: Tensor
    size: tuple[int, int]
    count: int
    on_step: OnStep | None
    done: int = 0
    evaluations: int = 0

    def __call__(self, window: Window, planes: Tensor) -> Tensor:
        """A tile where nothing may be stays as it is, at no cost."""
        if self.envelope[place(window)].any():
            tile = _element(planes, 0)
            made = self.adapter.repaint(self.request, tile, window, self.size, _DRAW)
            self.evaluations += made.evaluations
            planes = _planes(made)
        self.done += 1
        if self.on_step is not None:
            self.on_step(Step(self.done, self.count, None))
        return planes


def _legal(is_open: Tensor, planes: Tensor) -> Tensor:
    planes = planes.clamp(min=0)
    planes[0].clamp_(max=1).mul_(is_open)
    return planes


def _planes(element: Element) -> Tensor:
    """Density, emission, and all light as (C, h, w): one plane or three, and maps if any."""
    light = torch.from_numpy(element.light)
    lights = light[None] if light.ndim == 2 else light.movedim(-1, 0)
    given = [] if element.maps is None else [torch.from_numpy(element.maps)]
    density, emission = torch.from_numpy(element.density), torch.from_numpy(element.emission)
    return torch.cat([density[None], emission[None], lights, *given])


def _element(planes: Tensor, evaluations: int) -> Element:
    density, emission, *lights = planes.numpy()
    maps = None if len(lights) in _UNMAPPED else np.stack(lights[1:])
    light = np.stack(lights, axis=-1) if len(lights) == _COLOURS else lights[0]
    return Element.made(
        density=density, light=light, emission=emission, evaluations=evaluations, maps=maps
    )
