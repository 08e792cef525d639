"""The tops of a smooth field, to a fraction of a pixel, and its values between pixels."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

_SLACK = 0.3  # standard deviations by which a top may rise over its middle pixel

Place = tuple[Tensor, Tensor, Tensor]
"""Scene, and x and y between its pixels, `(N,)` each."""


@dataclass(frozen=True)
class Tops:
    """Tops of a field, to a fraction of a pixel.

    Attributes:
        place: Scene, row and column of the highest pixel, `(M,)` each.
        dx: From its middle to the top, pixels, `(M,)`.
        dy: The same, downwards.
        height: Of the top.
        lean: How it is drawn out, as cosine and sine of twice the angle, length 0..1, `(2, M)`.
    """

    place: tuple[Tensor, Tensor, Tensor]
    dx: Tensor
    dy: Tensor
    height: Tensor
    lean: Tensor


def find_tops(field: Tensor, least: float) -> Tops:
    """Find the tops that may be higher than `least`, by Newton's method on a fitted quartic."""
    scene, row, column = (field > least - _SLACK).nonzero(as_tuple=True)
    highest = field[scene, row, column] >= _square(field, scene, row, column, 1).amax((1, 2))
    scene, row, column = scene[highest], row[highest], column[highest]
    near = _square(field, scene, row, column, 2)
    dx, dy = torch.zeros(2, len(scene), device=field.device)
    for _ in range(2):
        _, gx, gy, xx, yy, xy = _quartic(near, dx, dy)
        determinant = xx * yy - xy.square()
        dx = dx + ((xy * gy - yy * gx) / determinant).clamp(-0.6, 0.6)
        dy = dy + ((xy * gx - xx * gy) / determinant).clamp(-0.6, 0.6)
    height, _, _, xx, yy, xy = _quartic(near, dx, dy)
    lean = torch.stack([xx - yy, 2 * xy]) / -(xx + yy)
    return Tops((scene, row, column), dx, dy, height, lean)


def sample(field: Tensor, place: Place) -> Tensor:
    """Read `(B, S, S)` at N places between its pixels, bilinearly, round the torus, `(N,)`."""
    scene, x, y = place
    size = field.shape[-1]
    left, upper = x.floor(), y.floor()
    u, v = x - left, y - upper
    x0, y0 = left.long() % size, upper.long() % size
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    above = (1 - u) * field[scene, y0, x0] + u * field[scene, y0, x1]
    below = (1 - u) * field[scene, y1, x0] + u * field[scene, y1, x1]
    return (1 - v) * above + v * below


def round_about(field: Tensor, place: Place, radius: Tensor) -> Tensor:
    """Highest value on a circle round each of N places, `(N,)`, at eight points of it.

    A peak that is born on the flank of another, or a pixel that is one by chance, is no higher.
    """
    scene, x, y = place
    turn = torch.arange(8, device=field.device)[:, None] * (math.pi / 4)
    ring = (scene.expand(8, -1), x + radius * turn.cos(), y + radius * turn.sin())
    return sample(field, ring).amax(0)


def _square(field: Tensor, scene: Tensor, row: Tensor, column: Tensor, reach: int) -> Tensor:
    """The pixels round M others, `(M, 2 reach + 1, 2 reach + 1)`."""
    size = field.shape[-1]
    near = torch.arange(-reach, reach + 1, device=field.device)
    rows = (row[:, None, None] + near[None, :, None]) % size
    columns = (column[:, None, None] + near[None, None, :]) % size
    return field[scene[:, None, None], rows, columns]


def _quartic(near: Tensor, dx: Tensor, dy: Tensor) -> tuple[Tensor, ...]:
    """Value, slopes and bends xx, yy, xy of the quartic through 5 x 5 pixels, off their middle."""
    nodes = torch.arange(-2.0, 3.0, device=near.device)
    through = torch.linalg.inv(torch.vander(nodes, increasing=True))
    down, across = _powers(dy) @ through, _powers(dx) @ through
    all_bends = (down @ near @ across.transpose(1, 2)).flatten(1)
    value, gx, xx, gy, xy, _, yy, _, _ = all_bends.unbind(1)
    xx, yy = xx.clamp(max=-1e-4), yy.clamp(max=-1e-4)
    limit = 0.95 * (xx * yy).sqrt()  # keeps it a top where noise makes the pixels a saddle
    return value, gx, gy, xx, yy, torch.minimum(torch.maximum(xy, -limit), limit)


def _powers(x: Tensor) -> Tensor:
    """Powers 0 to 4 of x, and their first and second derivatives, `(M, 3, 5)`."""
    one, none, square = torch.ones_like(x), torch.zeros_like(x), x * x
    value = [one, x, square, square * x, square * square]
    slope = [none, one, 2 * x, 3 * square, 4 * square * x]
    bend = [none, none, 2 * one, 6 * x, 12 * square]
    return torch.stack([*value, *slope, *bend], dim=1).unflatten(1, (3, 5))
