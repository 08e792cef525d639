"""Snow, embers and debris: particles at the peaks of the noise."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.control import Control
from lookdev.mini.scenes.fields import Noise, ease
from lookdev.mini.scenes.light import KEY
from lookdev.mini.scenes.peaks import Peaks, find_peaks
from lookdev.mini.scenes.splat import Canvas, Shape, Stamp

_Maps = tuple[Tensor, Tensor, Tensor]
_Range = tuple[float, float]


@dataclass(frozen=True)
class _Layer:
    """Particles of one size: each range is spread by one of a particle's chances.

    Attributes:
        channel: Of the noise.
        apart: Smoothing of the noise, pixels: particles keep about this distance.
        rate: Particles a pixel at an envelope of 1.
        radius: Pixels.
        edge: Half the width of the soft edge, pixels.
        opacity: 0..1.
        light: Fraction of the key reflected.
        glow: Scene-linear emission; what glows draws a tail.
    """

    channel: int
    apart: float
    rate: float
    radius: _Range
    edge: float = 0.8
    opacity: _Range = (1.0, 1.0)
    light: _Range = (0.0, 0.0)
    glow: _Range = (0.0, 0.0)

    def find(self, noise: Noise, control: Control) -> Peaks:
        """Find the layer's particles in the noise."""
        return find_peaks(noise, control, channel=self.channel, sd=self.apart, rate=self.rate)

    @property
    def reach(self) -> int:
        """Pixels from a particle's middle to the farthest it can touch, half a streak included."""
        return math.ceil(self.radius[1] + self.edge) + 4


_SNOW = (  # fine and far, crisp, near and out of focus
    _Layer(0, 1.1, 1.2e-2, (0.55, 1.1), 0.7, (0.45, 0.8), (0.6, 0.8)),
    _Layer(1, 2.2, 2.2e-3, (1.2, 2.4), 0.8, (0.8, 1.0), (0.75, 0.95)),
    _Layer(2, 5.0, 2.2e-4, (4.0, 8.0), 2.2, (0.3, 0.6), (0.85, 1.0)),
)
_EMBERS = (
    _Layer(1, 1.3, 3e-3, (0.6, 1.2), 0.7, (0.6, 0.9), (0.1, 0.2), glow=(1.0, 4.0)),
    _Layer(2, 2.8, 6e-4, (1.2, 2.6), 0.9, (0.8, 1.0), (0.1, 0.2), glow=(2.0, 7.0)),
)
_GRIT = _Layer(0, 1.2, 4e-3, (0.5, 1.2), 0.6, (0.8, 1.0), (0.2, 0.6))
_CHUNKS = (_Layer(1, 3.0, 2e-3, (2.2, 4.5)), _Layer(2, 6.5, 3.2e-4, (6.0, 12.0)))


def snow(noise: Noise, control: Control) -> _Maps:
    """Draw falling snow at three depths.

    Args:
        noise: B scenes of white noise.
        control: Where, and which way the flakes streak.

    Returns:
        Density, light and emission, each `(B, S, S)`.
    """
    return _discs(noise, control, _SNOW).maps(rest=0.8)


def embers(noise: Noise, control: Control) -> _Maps:
    """Draw glowing sparks with short trails over their small, dark cores.

    Args:
        noise: B scenes of white noise.
        control: Where, and which way the trails lie.

    Returns:
        Density, light and emission, each `(B, S, S)`.
    """
    return _discs(noise, control, _EMBERS).maps(rest=0.15)


def debris(noise: Noise, control: Control) -> _Maps:
    """Draw opaque, faceted chunks of two sizes and the grit between them.

    Args:
        noise: B scenes of white noise.
        control: Where, and which way the chunks smear.

    Returns:
        Density, light and emission, each `(B, S, S)`.
    """
    canvas = _discs(noise, control, (_GRIT,))
    for layer in _CHUNKS:
        peaks = layer.find(noise, control)
        canvas.stamp(peaks, _chunk(peaks, layer), layer.reach)
    return canvas.maps(rest=0.4)


def _discs(noise: Noise, control: Control, layers: tuple[_Layer, ...]) -> Canvas:
    canvas = Canvas(*control.envelope.shape[:2])
    for layer in layers:
        peaks = layer.find(noise, control)
        canvas.stamp(peaks, _disc(peaks, layer), layer.reach)
    return canvas


def _disc(peaks: Peaks, layer: _Layer) -> Shape:
    size, tone, power = (each[:, None, None] for each in peaks.chances)
    radius = _spread(layer.radius, size)
    # Half of what a streak thins a particle, in stops: a fully thinned one would vanish in a gale.
    length = peaks.streak.square().sum(1).sqrt()[:, None, None]
    fading = 0.9 * (length / 4).clamp(max=1) * any(layer.glow)
    opacity = _spread(layer.opacity, tone) * torch.rsqrt(1 + 2 * length / (math.pi * radius))

    def shape(dx: Tensor, dy: Tensor, along: Tensor) -> Stamp:
        distance = (dx.square() + dy.square()).sqrt()
        inside = radius * (1 - fading * (1 - along)) - distance
        alpha = opacity * ease(0.5 + inside / (2 * layer.edge))
        even = torch.ones_like(alpha)
        return Stamp(alpha, even * _spread(layer.light, tone), even * _spread(layer.glow, power))

    return shape


def _chunk(peaks: Peaks, layer: _Layer) -> Shape:
    """Draw convex, five-sided stones whose sides rise to a point in the middle, lit by the key."""
    turn, cut, size = (each[:, None, None] for each in peaks.chances)
    radius = _spread(layer.radius, size)

    def shape(dx: Tensor, dy: Tensor, _along: Tensor) -> Stamp:
        sides, tones = [], []
        for k in range(5):
            angle = 2 * math.pi * (turn + k / 5) + 0.5 * torch.sin(6 * cut + 2.4 * k)
            reach = radius * (0.8 + 0.2 * torch.sin(9 * cut + 1.9 * k))
            sides.append(dx * angle.cos() + dy * angle.sin() - reach)
            facing = 0.75 * (angle.cos() * KEY[0] + angle.sin() * KEY[1]) + 0.66 * KEY[2]
            tones.append((0.08 + 0.9 * facing.clamp_min(0)).expand_as(dx))
        distance, side = torch.stack(sides).max(dim=0)
        light = torch.stack(tones).gather(0, side[None])[0]
        return Stamp(ease(0.5 - distance / (2 * layer.edge)), light, torch.zeros_like(dx))

    return shape


def _spread(bounds: _Range, chance: Tensor) -> Tensor:
    return bounds[0] + (bounds[1] - bounds[0]) * chance
