"""Where an element is asked for, which way the wind carries it, how near it is, its character."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import Noise, uniform

MAX_WIND = 16.0
"""Pixels a frame, at the element's own resolution, that a control wind of length 1 stands for."""

CHANNELS = 4
"""Envelope, wind x, wind y, nearness."""

STANDARD = 0.5
"""The nearness at which a part has its usual size; it doubles towards 1, and halves towards 0."""


@dataclass(frozen=True)
class Control:
    """The control of B scenes.

    Attributes:
        envelope: How much of the element is wanted, 0..1, `(B, S, S)`.
        wind: x (right) and y (down) as fractions of `MAX_WIND`, length at most 1, `(B, 2)`.
        near: How near, 0..1, `(B,)`: see `STANDARD`.
        turbulence: -1 calm .. 1 torn, 0 is usual, `(B,)`.
        softness: -1 hard and crisp .. 1 soft, 0 is usual, `(B,)`.
    """

    envelope: Tensor
    wind: Tensor
    near: Tensor
    turbulence: Tensor
    softness: Tensor

    @classmethod
    def of(
        cls,
        envelope: Tensor,
        wind: Tensor,
        *,
        near: float = STANDARD,
        turbulence: float = 0.0,
        softness: float = 0.0,
    ) -> "Control":
        """The same nearness and character for all scenes."""
        even = envelope.new_ones(len(envelope))
        return cls(envelope, wind, near * even, turbulence * even, softness * even)

    @property
    def size(self) -> Tensor:
        """Factor of all lengths, 0.5..2, `(B,)`."""
        return torch.exp2(2 * self.near - 1)

    @property
    def character(self) -> Tensor:
        """Turbulence and softness as the network takes them, `(B, 2)`."""
        return torch.stack([self.turbulence, self.softness], dim=1)

    def __getitem__(self, rows: Tensor | slice) -> "Control":
        """Take the scenes at the given indices."""
        return Control(
            self.envelope[rows],
            self.wind[rows],
            self.near[rows],
            self.turbulence[rows],
            self.softness[rows],
        )

    def map(self) -> Tensor:
        """Return the four-channel map the network reads, `(B, 4, S, S)`."""
        even = torch.cat([self.wind, self.near[:, None]], dim=1)
        even = even[:, :, None, None].expand(-1, -1, *self.envelope.shape[1:])
        return torch.cat([self.envelope[:, None], even], dim=1)


def draw_control(generator: torch.Generator, count: int, size: int) -> Control:
    """Draw controls: even areas, soft fronts and clouds of envelope; calm to strong wind.

    Args:
        generator: Source of all randomness.
        count: Scenes.
        size: Pixels each way.

    Returns:
        The control of `count` scenes.
    """
    style, level = uniform(generator, 2, count, 1, 1)
    level = 0.15 + 0.85 * level
    shape = torch.where(
        style < 0.6, _front(generator, count, size), _patches(generator, count, size)
    )
    even = style < 0.3
    envelope = level * torch.where(even, 1.0, shape)
    wind = _winds(generator, count)
    near = uniform(generator, count)
    turbulence, softness = (_character(generator, count) for _ in range(2))
    return Control(envelope, wind, near, turbulence, softness)


def _character(generator: torch.Generator, count: int) -> Tensor:
    """Half of them usual, the others anything from -1 to 1, `(count,)`."""
    value, usual = uniform(generator, 2, count)
    return torch.where(usual < 0.5, 0.0, 2 * value - 1)


def _front(generator: torch.Generator, count: int, size: int) -> Tensor:
    """Ramps from 0 to 1, any way round, 6 to 96 pixels wide."""
    angle, place, log_width = uniform(generator, 3, count, 1, 1)
    axis = torch.arange(size, device=angle.device) - (size - 1) / 2
    turn = 2 * math.pi * angle
    along = axis[None, None, :] * turn.cos() + axis[None, :, None] * turn.sin()
    width = 6 * 16**log_width
    return ((along + size * 0.7 * (place - 0.5)) / width + 0.5).clamp(0, 1)


def _patches(generator: torch.Generator, count: int, size: int) -> Tensor:
    """Soft islands of envelope, a third to two thirds of a scene wide."""
    field = Noise.draw(generator, count, size).smooth(0, size / 9)
    bias = uniform(generator, count, 1, 1) - 0.4
    return (0.5 + 1.1 * (field + bias)).clamp(0, 1)


def _winds(generator: torch.Generator, count: int) -> Tensor:
    """Winds `(count, 2)`: any way round, a sixth calm, the others more often slow."""
    angle, speed, calm = uniform(generator, 3, count)
    turn = 2 * math.pi * angle
    speed = torch.where(calm < 1 / 6, 0.0, speed**1.5)
    return torch.stack([turn.cos(), turn.sin()], dim=1) * speed[:, None]
