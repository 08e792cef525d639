"""Sparks: small bodies that glow, with a hot core, a halo and a trail."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import ease
from lookdev.mini.scenes.peaks import Peaks, Weather, find_peaks
from lookdev.mini.scenes.splat import Canvas, Patch, Stamp, way

_HALO = 2.6  # radii
_REACH = 4.5  # radii: what the halo is nothing beyond
_ALBEDO = 0.1  # of what has burnt


@dataclass(frozen=True)
class Sparks:
    """A layer of sparks; lengths are pixels at the usual size.

    Attributes:
        channel: Of the noise.
        apart: Smoothing of the noise: sparks keep about this distance.
        crowd: Sparks a square of `apart` pixels at an envelope of 1.
        radius: Of the least and of the greatest core.
        glow: Scene-linear radiance of the coolest and the hottest core.
        body: Opacity.
    """

    channel: int
    apart: float
    crowd: float
    radius: tuple[float, float]
    glow: tuple[float, float]
    body: float

    def lay(self, canvas: Canvas, weather: Weather) -> None:
        """Draw the layer."""
        peaks = find_peaks(weather, channel=self.channel, sd=self.apart, crowd=self.crowd, others=1)
        core, heat = self._core(peaks)
        length = 2.2 * peaks.travel.square().sum(1).sqrt()

        def paint(patch: Patch) -> Stamp:
            rows = patch.rows
            r, power, trail = (each[rows, None, None] for each in (core, heat, length))
            there = peaks.presence[rows, None, None]
            square = (patch.dx.square() + patch.dy.square()) / r.square()
            window = ease(2 * (1 - square.sqrt() / _REACH))
            hot = torch.exp(-0.5 * square) + 0.05 * window * torch.exp(-0.5 * square / _HALO**2)
            behind, width = _behind(patch, peaks.travel[rows], r, trail)
            emission = power * there * torch.maximum(hot, 0.6 * behind * width)
            alpha = self.body * there * ease(1.6 - square.sqrt() / 1.6)
            return Stamp(alpha, (torch.full_like(r, _ALBEDO),) * 4, emission)

        canvas.stamp(peaks, torch.maximum(_REACH * core, length + core) + 0.5, paint)

    def _core(self, peaks: Peaks) -> tuple[Tensor, Tensor]:
        """Radius of each core and its radiance, `(N,)`: focus spreads what there is of it."""
        least, greatest = self.radius
        bare = peaks.size * (least + (greatest - least) * peaks.rank.square())
        spread = 0.45 * torch.exp2(1.2 * peaks.softness) * peaks.size.sqrt()
        radius = (bare.square() + spread.square()).sqrt()
        cool, hot = self.glow
        shares = 0.5 * peaks.rank + 0.5 * torch.sigmoid(1.6 * peaks.traits[0, 0])
        return radius, (cool + (hot - cool) * shares) * (1.4 * bare / radius).clamp(max=1)


def _behind(patch: Patch, travel: Tensor, radius: Tensor, trail: Tensor) -> tuple[Tensor, Tensor]:
    """How bright the trail is at each pixel, 0 at its end, and across it."""
    _, (x, y) = way(travel)
    back = -(patch.dx * x + patch.dy * y)
    across = patch.dy * x - patch.dx * y
    along = ease(0.5 + back) * (1 - back / trail.clamp_min(0.5)).clamp(0, 1).square()
    thin = radius * (0.45 + 0.35 * along)
    return along * ease(trail / 2), torch.exp(-across.square() / (math.sqrt(2) * thin.square()))
