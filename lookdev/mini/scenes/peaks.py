"""Where particles are: the peaks of a smooth field, and how many of them to expect."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.scenes.control import MAX_WIND, Control
from lookdev.mini.scenes.fields import Noise, ease

_SHUTTER = 0.5  # of a frame: a film camera's 180 degrees
_FADE = 0.25  # standard deviations above the threshold at which a particle is fully there


@dataclass(frozen=True)
class Peaks:
    """N particles of a batch of scenes.

    Attributes:
        scene: Index of each particle's scene, `(N,)` integers.
        x: Position, pixels, to a fraction, `(N,)`.
        y: The same, downwards.
        presence: 0..1: particles fade in, so that nothing pops as the noise moves.
        chances: Three numbers a particle, evenly spread over 0..1, read from the noise, `(3, N)`.
        streak: Travel while the shutter is open, pixels (x, y), `(N, 2)`.
    """

    scene: Tensor
    x: Tensor
    y: Tensor
    presence: Tensor
    chances: Tensor
    streak: Tensor


def find_peaks(noise: Noise, control: Control, *, channel: int, sd: float, rate: float) -> Peaks:
    """Find a layer of particles in the noise.

    Args:
        noise: B scenes of white noise.
        control: The envelope thins the particles out in proportion; the wind streaks them.
        channel: Of the noise.
        sd: Of the Gaussian that smooths it, pixels: no two particles are much closer than this.
        rate: Particles a pixel where the envelope is 1.

    Returns:
        The layer's particles.
    """
    field = noise.smooth(channel, sd)
    wrapped = F.pad(field[:, None], (1, 1, 1, 1), mode="circular")
    least = _height_for(rate * control.envelope, sd)
    found = (field >= F.max_pool2d(wrapped, 3, 1)[:, 0]) & (field > least)
    scene, y, x = found.nonzero(as_tuple=True)
    others = [noise.smooth((channel + k) % 3, 1.3 * sd)[scene, y, x] for k in (1, 2)]
    height = field[scene, y, x] - least[scene, y, x]
    chances = [0.5 + 0.5 * torch.erf(z / math.sqrt(2)) for z in others]
    return Peaks(
        scene=scene,
        x=x + _vertex(field.roll(1, 2), field, field.roll(-1, 2))[scene, y, x],
        y=y + _vertex(field.roll(1, 1), field, field.roll(-1, 1))[scene, y, x],
        presence=ease(height / _FADE),
        chances=torch.stack([*chances, 1 - torch.exp(-2.2 * height)]),
        streak=control.wind[scene] * (MAX_WIND * _SHUTTER),
    )


def _height_for(rate: Tensor, sd: float) -> Tensor:
    """Height above which a unit field of correlation length `sd` has `rate` maxima a pixel.

    The tail of Adler's formula (The Geometry of Random Fields, 1981) for a field smoothed by a
    Gaussian, whose second spectral moment is 1 / (2 sd^2); inverted on a table.
    """
    height = torch.arange(5.5, 1.0, -0.01)
    maxima = height * torch.exp(-height.square() / 2) / (2 * sd**2 * (2 * math.pi) ** 1.5)
    place = torch.searchsorted(maxima, rate.clamp_min(1e-12).contiguous())
    return height[place.clamp(max=len(height) - 1)]


def _vertex(before: Tensor, middle: Tensor, after: Tensor) -> Tensor:
    """Offset, -0.5..0.5 pixels, of the top of the parabola through three neighbours."""
    bend = before - 2 * middle + after
    return ((before - after) / (2 * bend.clamp(max=-1e-4))).clamp(-0.5, 0.5)
