"""Where particles are: the peaks of a smooth field, how many to expect, and how each one differs.

Everything about a particle is read continuously from the noise round it, so that nothing pops when
the noise moves by a fraction of a pixel, and so that a small network can read it too: a particle
begins at nothing where its peak touches the threshold, and grows with the peak.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.control import MAX_WIND, Control
from lookdev.mini.scenes.fields import Noise, ease
from lookdev.mini.scenes.tops import Place, find_tops, round_about, sample

_SHUTTER = 0.5  # of a frame: a film camera's 180 degrees
_LEAST_SD = 0.9  # pixels: below it, a peak between two pixels is lost
_EDDY = 9.0  # pixels at the usual size
_FULL = 0.75  # of the ranks: above it a particle is wholly there
_RING = 1.2  # standard deviations of the filter, round a peak, in which it must be the highest
_CLEAR = 0.35  # standard deviations of the field by which it must be, to be wholly there


@dataclass(frozen=True)
class Peaks:
    """N particles of a batch of scenes.

    Attributes:
        scene: Index of each particle's scene, `(N,)` integers.
        x: Position, pixels, to a fraction, `(N,)`.
        y: The same, downwards.
        rank: Height of the peak, spread evenly over 0 (at the threshold) to 1, less where it is but
            the shoulder of a higher one, `(N,)`.
        lean: How the peak is drawn out, as cosine and sine of twice the angle, length 0..1,
            `(2, N)`.
        traits: Standard normals read from the other channels of the noise there: the value
            and its slopes to the right and down, `(1 or 2, 3, N)`.
        travel: Path while the shutter is open, pixels (x, y), `(N, 2)`.
        size: The scene's factor of all lengths, `(N,)`.
        softness: The scene's, `(N,)`.
        turbulence: The scene's, `(N,)`.
    """

    scene: Tensor
    x: Tensor
    y: Tensor
    rank: Tensor
    lean: Tensor
    traits: Tensor
    travel: Tensor
    size: Tensor
    softness: Tensor
    turbulence: Tensor

    @property
    def presence(self) -> Tensor:
        """0 at the threshold, 1 for the highest, `(N,)`."""
        return ease(self.rank / _FULL)

    @property
    def facing(self) -> tuple[Tensor, Tensor]:
        """A direction of each particle, as a unit vector: any way round, `(N,)` each."""
        x, y = self.traits[1, 1], self.traits[1, 2]
        length = (x.square() + y.square() + 1e-6).sqrt()
        return x / length, y / length

    @property
    def drawn(self) -> Tensor:
        """How far each may be drawn out along `facing`, 0..1: not where that turns at a touch."""
        square = self.traits[1, 1:].square().sum(0)
        return square / (square + 0.7)


@dataclass(frozen=True)
class Weather:
    """What all layers of some scenes share.

    Attributes:
        noise: B scenes of white noise.
        control: Their control.
        stream: Along whose contours the eddies turn, `(B, S, S)`.
    """

    noise: Noise
    control: Control
    stream: Tensor

    @classmethod
    def of(cls, noise: Noise, control: Control) -> "Weather":
        """Read the eddies from the noise."""
        return cls(noise, control, noise.smooth(0, _EDDY * control.size))


def find_peaks(
    weather: Weather, *, channel: int, sd: float, crowd: float, pace: float = 1.0, others: int = 2
) -> Peaks:
    """Find a layer of particles in the noise.

    Args:
        weather: The scenes. The envelope thins the particles out in proportion; nearness spaces
            them; the wind moves them, turbulence turns their ways apart.
        channel: Of the noise.
        sd: Of the Gaussian that smooths it, pixels at the usual size: no two particles are much
            closer than this.
        crowd: Particles a square of `sd` pixels where the envelope is 1.
        pace: Factor of the wind.
        others: How many of the other channels to read traits from, 1 or 2.

    Returns:
        The layer's particles.
    """
    noise, control = weather.noise, weather.control
    width = (sd * control.size).clamp_min(_LEAST_SD)
    field = noise.smooth(channel, width)
    tops = find_tops(field, _height_for(torch.tensor(crowd)).item())
    scene, row, column = tops.place
    least = _height_for(crowd * control.envelope[scene, row, column])
    kept = tops.height > least
    scene, x, y = scene[kept], (column + tops.dx)[kept], (row + tops.dy)[kept]
    place, top = (scene, x, y), tops.height[kept]
    traits = torch.stack(
        [_trait(noise, (channel + 1 + k) % 3, 1.4 * width, place) for k in range(others)]
    )
    clear = top - round_about(field, place, _RING * width[scene])
    return Peaks(
        scene=scene,
        x=x,
        y=y,
        rank=(1 - _tail(top) / _tail(least[kept])) * ease(clear / _CLEAR),
        lean=tops.lean[:, kept],
        traits=traits,
        travel=_travel(weather, place, traits[0, 1:], pace),
        size=control.size[scene],
        softness=control.softness[scene],
        turbulence=control.turbulence[scene],
    )


def _trait(noise: Noise, channel: int, sd: Tensor, place: Place) -> Tensor:
    """A smoothed channel and its slopes at N places, each of unit variance, `(3, N)`."""
    field, step = noise.smooth(channel, sd), sd[place[0]] / 2
    dx, dy = _rise(field, place, step)
    # The difference of a unit Gaussian field over one sd has variance 2 (1 - exp(-1/4)).
    even = 1 / math.sqrt(2 * (1 - math.exp(-0.25)))
    return torch.stack([sample(field, place), even * dx, even * dy])


def _travel(weather: Weather, place: Place, own: Tensor, pace: float) -> Tensor:
    """Paths while the shutter is open, `(N, 2)`: wind, eddies in it, and a will of their own."""
    control, scene = weather.control, place[0]
    straight = control.wind[scene] * (pace * MAX_WIND * _SHUTTER)
    dx, dy = _rise(weather.stream, place, torch.ones_like(place[1]))
    eddy = torch.stack([dy, -dx]) * (_EDDY * control.size[scene] / math.sqrt(2))
    strength = 0.11 * (1 + control.turbulence[scene]).square()
    speed = straight.square().sum(1).sqrt() + 1.5 * pace
    return straight + (strength * speed * (0.8 * eddy + 0.6 * own)).T


def _rise(field: Tensor, place: Place, step: Tensor) -> tuple[Tensor, Tensor]:
    """How much a field rises from a step before N places to one beyond, to the right and down."""
    scene, x, y = place
    dx = sample(field, (scene, x + step, y)) - sample(field, (scene, x - step, y))
    dy = sample(field, (scene, x, y + step)) - sample(field, (scene, x, y - step))
    return dx, dy


def _tail(height: Tensor) -> Tensor:
    """What the number of maxima above a height is in proportion to (Adler's formula, below)."""
    return height * torch.exp(-height.square() / 2)


def _height_for(crowd: Tensor) -> Tensor:
    """Height above which a unit field of correlation length sd has `crowd` maxima a square sd.

    The tail of Adler's formula (The Geometry of Random Fields, 1981) for a field smoothed by a
    Gaussian, whose second spectral moment is 1 / (2 sd^2); inverted on a table.
    """
    height = torch.arange(6.0, 1.0, -0.002, device=crowd.device)
    maxima = _tail(height) / (2 * (2 * math.pi) ** 1.5)
    place = torch.searchsorted(maxima, crowd.clamp_min(1e-12).contiguous())
    return height[place.clamp(max=len(height) - 1)]
