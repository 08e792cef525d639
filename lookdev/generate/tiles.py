"""A fixed grid of overlapping tiles over a picture, and how repainted tiles become one again."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.image.frame import Window

_GRID = 16
"""Starts lie on multiples of it: networks halve a picture up to four times, and then see the same
pixel in the same place of two tiles."""


def tiles(
    width: int, height: int, tile: int, overlap: int, multiple: int = 1
) -> tuple[Window, ...]:
    """Tiles over a picture, row by row, all of one size and inside it; every pixel is in one.

    They are spread evenly, so neighbours reach into each other by at least `overlap`.

    Args:
        width: Of the picture.
        height: Of the picture.
        tile: Longest side of a tile (px); a shorter one is taken where the picture is smaller, or
            where it is no legal side.
        overlap: How far neighbours reach into each other at least (px).
        multiple: Legal sides are multiples of it.

    Raises:
        ModelError: No legal side is so short, or so little more than the overlap.
    """
    across, wide = _along(width, tile, overlap, multiple)
    down, high = _along(height, tile, overlap, multiple)
    return tuple(Window(x, y, wide, high) for y in down for x in across)


def touching(grid: Sequence[Window], window: Window) -> tuple[Window, ...]:
    """The tiles that share a pixel with a window."""
    return tuple(one for one in grid if not one.clipped(window).is_empty)


def joined(grid: Sequence[Window], pictures: Iterable[Tensor], like: Tensor) -> Tensor:
    """One picture (C, h, w) of the tiles' (C, tile height, tile width), taken one at a time.

    Each counts by a window that rises as a raised cosine (Hann) over what it shares with its
    neighbours; the windows sum to 1 at every pixel, so where tiles agree nothing changes, and
    where they differ one turns into the other without a step.

    Args:
        grid: Of `tiles`.
        pictures: One for each tile, in the grid's order.
        like: (C, h, w) of the whole's shape, type and device.
    """
    whole = torch.zeros_like(like)
    for tile, weight, picture in zip(grid, weights(grid), pictures, strict=True):
        whole[(..., *place(tile))] += picture * weight.to(picture.device)
    return whole


def place(window: Window) -> tuple[slice, slice]:
    """Rows and columns of a window in a picture that starts at (0, 0)."""
    return slice(window.y, window.bottom), slice(window.x, window.right)


def weights(grid: Sequence[Window]) -> Iterator[Tensor]:
    """How much each tile counts at its pixels, (tile height, tile width) float32, above 0."""
    columns = _shares(sorted({one.x for one in grid}), grid[0].width)
    rows = _shares(sorted({one.y for one in grid}), grid[0].height)
    for one in grid:
        yield (rows[one.y][:, None] * columns[one.x]).to(torch.float32)


def _along(length: int, tile: int, overlap: int, multiple: int) -> tuple[list[int], int]:
    """Where tiles start along one side, and how long they are."""
    side = min(length, tile) // multiple * multiple
    if side == 0:
        raise ModelError(
            f"refine.tile is {tile} and the refined element {length} pixels long, but the model "
            f"takes multiples of {multiple}; make the smaller of them at least that"
        )
    if side == length:
        return [0], side
    grid = math.lcm(multiple, _GRID)
    reach = (side - overlap) // grid
    if reach < 1:
        raise ModelError(
            f"refine.overlap is {overlap}, but tiles are {side} pixels long; "
            f"make it at most {side - grid}, or refine.tile larger"
        )
    units = -(-(length - side) // grid)
    steps = -(-units // reach)
    return [min(length - side, grid * (step * units // steps)) for step in range(steps + 1)], side


def _shares(starts: list[int], side: int) -> dict[int, Tensor]:
    """Each start's share (side,) of the pixels along one axis, float64; they sum to 1."""
    shared = [0, *(before + side - start for before, start in pairwise(starts)), 0]
    shapes = [_rise(side, near) * _rise(side, far).flip(0) for near, far in pairwise(shared)]
    total = torch.zeros(starts[-1] + side, dtype=torch.float64)
    for start, shape in zip(starts, shapes, strict=True):
        total[start : start + side] += shape
    return {
        start: shape / total[start : start + side]
        for start, shape in zip(starts, shapes, strict=True)
    }


def _rise(side: int, shared: int) -> Tensor:
    """From 0 to 1 over the pixels at the start that are shared, then 1; never 0."""
    if shared <= 0:
        return torch.ones(side, dtype=torch.float64)
    progress = ((torch.arange(side, dtype=torch.float64) + 0.5) / shared).clamp(max=1)
    return (progress * math.pi / 2).sin().square()
