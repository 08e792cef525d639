"""Where an element is asked for, and which way the wind carries it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import Noise

MAX_WIND = 16.0
"""Pixels a frame, at the element's own resolution, that a control wind of length 1 stands for."""


@dataclass(frozen=True)
class Control:
    """The control of B scenes.

    Attributes:
        envelope: How much of the element is wanted, 0..1, `(B, S, S)`.
        wind: x (right) and y (down) as fractions of `MAX_WIND`, length at most 1, `(B, 2)`.
    """

    envelope: Tensor
    wind: Tensor

    def __getitem__(self, rows: Tensor) -> "Control":
        """Take the scenes at the given indices."""
        return Control(self.envelope[rows], self.wind[rows])

    def map(self) -> Tensor:
        """Return the three-channel map the network reads, `(B, 3, S, S)`."""
        wind = self.wind[:, :, None, None].expand(-1, -1, *self.envelope.shape[1:])
        return torch.cat([self.envelope[:, None], wind], dim=1)


def draw_control(generator: torch.Generator, count: int, size: int) -> Control:
    """Draw controls: even areas, soft fronts and clouds of envelope; calm to strong wind.

    Args:
        generator: Source of all randomness.
        count: Scenes.
        size: Pixels each way.

    Returns:
        The control of `count` scenes.
    """
    style = torch.rand(count, 1, 1, generator=generator)
    level = 0.15 + 0.85 * torch.rand(count, 1, 1, generator=generator)
    shape = torch.where(
        style < 0.6, _front(generator, count, size), _patches(generator, count, size)
    )
    even = style < 0.3
    return Control(level * torch.where(even, torch.ones(()), shape), _winds(generator, count))


def _front(generator: torch.Generator, count: int, size: int) -> Tensor:
    """Ramps from 0 to 1, any way round, 6 to 96 pixels wide."""
    angle, place, log_width = torch.rand(3, count, 1, 1, generator=generator)
    axis = torch.arange(size) - (size - 1) / 2
    turn = 2 * math.pi * angle
    along = axis[None, None, :] * turn.cos() + axis[None, :, None] * turn.sin()
    width = 6 * 16**log_width
    return ((along + size * 0.7 * (place - 0.5)) / width + 0.5).clamp(0, 1)


def _patches(generator: torch.Generator, count: int, size: int) -> Tensor:
    """Soft islands of envelope, a third to two thirds of a scene wide."""
    field = Noise.draw(generator, count, size).smooth(0, size / 9)
    bias = torch.rand(count, 1, 1, generator=generator) - 0.4
    return (0.5 + 1.1 * (field + bias)).clamp(0, 1)


def _winds(generator: torch.Generator, count: int) -> Tensor:
    """Winds `(count, 2)`: any way round, a sixth calm, the others more often slow."""
    angle, speed, calm = torch.rand(3, count, generator=generator)
    turn = 2 * math.pi * angle
    speed = torch.where(calm < 1 / 6, torch.zeros(()), speed**1.5)
    return torch.stack([turn.cos(), turn.sin()], dim=1) * speed[:, None]
