"""Chunks: opaque stones and shards with flat faces, and the powder they trail."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import ease
from lookdev.mini.scenes.peaks import Peaks, Weather, find_peaks
from lookdev.mini.scenes.splat import Canvas, Patch, Stamp, swept, way

_SIDES = 6
_EDGE = 0.6  # pixels, half
_AMBIENT = 0.05
_LIGHTS = ((-0.94, 0.0, 0.34), (0.94, 0.0, 0.34), (0.0, -0.94, 0.34))
"""Unit vectors to the left, the right and above, all a little towards the camera."""


@dataclass(frozen=True)
class Chunks:
    """A layer of chunks; lengths are pixels at the usual size.

    Attributes:
        channel: Of the noise.
        apart: Smoothing of the noise: chunks keep about this distance.
        crowd: Chunks a square of `apart` pixels at an envelope of 1.
        radius: Of the least and of the greatest.
        albedo: Fraction of a light returned by a face that looks at it.
    """

    channel: int
    apart: float
    crowd: float
    radius: tuple[float, float]
    albedo: tuple[float, float]

    def lay(self, canvas: Canvas, weather: Weather) -> None:
        """Draw the layer."""
        peaks = find_peaks(weather, channel=self.channel, sd=self.apart, crowd=self.crowd)
        least, greatest = self.radius
        grown = least + (greatest - least) * peaks.rank**1.5
        radius = peaks.size * grown * (0.3 + 0.7 * peaks.presence)
        grain = weather.noise.smooth(self.channel, 0.9).flatten()
        _powder(canvas, peaks, radius, weather.noise.smooth((self.channel + 1) % 3, 2.0).flatten())
        stones = _Stones.cut(peaks, radius)

        def paint(patch: Patch) -> Stamp:
            tone = torch.sigmoid(1.2 * peaks.traits[0, 0, patch.rows, None, None])
            albedo = self.albedo[0] + (self.albedo[1] - self.albedo[0]) * tone
            alpha, light = stones.draw(patch, peaks.travel[patch.rows])
            albedo = albedo * (1 + 0.1 * grain[patch.pixel])
            there = ease(peaks.rank / 0.4)[patch.rows, None, None]
            return Stamp(alpha * there, tuple(albedo * each for each in light))

        canvas.stamp(peaks, stones.reach(peaks), paint)


@dataclass(frozen=True)
class _Stones:
    """Convex bodies as the planes they lie beneath: z = depth + slope_x x + slope_y y.

    The first `_SIDES` are the sides, the others the faces one looks at.

    Attributes:
        depth: Of each plane over the particle's middle, pixels, `(K, N)`.
        slope: `(2, K, N)`.
        extent: From the middle to the farthest corner, pixels, `(N,)`.
        crisp: Pixels over which two faces blend, `(N,)`.
    """

    depth: Tensor
    slope: Tensor
    extent: Tensor
    crisp: Tensor

    @classmethod
    def cut(cls, peaks: Peaks, radius: Tensor) -> "_Stones":
        """Cut a stone of each particle: turned, drawn out and chipped as its traits say."""
        cos, sin = peaks.facing
        chip = torch.tanh(0.7 * peaks.traits.flatten(0, 1))
        long = 1 + 1.5 * peaks.drawn * torch.sigmoid(3 * (peaks.traits[1, 0] - 0.7))
        depths, slopes = [], []
        for k in range(_SIDES):
            angle = 2 * math.pi * k / _SIDES + 0.25 * chip[(k + 2) % 6]
            u, v = angle.cos() / long, angle.sin() * long
            steep = 1.6 + 0.9 * chip[(2 * k + 1) % 6]
            depths.append(steep * radius * (0.86 + 0.22 * chip[k]))
            slopes.append(-steep * torch.stack([cos * u - sin * v, sin * u + cos * v]))
        for sign in (1, -1):
            u, v = 0.35 * chip[2] + 0.4 * sign, 0.45 * chip[4] - 0.25 * sign
            depths.append(radius * (0.62 + 0.15 * sign * chip[0]))
            slopes.append(torch.stack([cos * u - sin * v, sin * u + cos * v]))
        spin = (peaks.turbulence + 1).square() / 4
        crisp = 0.3 + 0.2 * spin * radius * (0.3 + chip[3].abs())
        return cls(torch.stack(depths), torch.stack(slopes, dim=1), 1.5 * long * radius, crisp)

    def reach(self, peaks: Peaks) -> Tensor:
        """Pixels from the middle to the farthest touched, `(N,)`."""
        return self.extent + 1.5 + peaks.travel.square().sum(1).sqrt() / 2

    def draw(self, patch: Patch, travel: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Coverage while the stones move, and the light their faces return, `(n, P, P)` each.

        A pixel sees a stone from when its path enters the last of the sides until it leaves the
        first (Cyrus and Beck, 1978); the faces are those of the middle of that time.
        """
        length, (x, y) = way(travel)
        whole = (length.square() + (2 * _EDGE) ** 2).sqrt()
        x, y = x * whole, y * whole
        enter, leave = torch.full_like(patch.dx, -0.5), torch.full_like(patch.dx, 0.5)
        beside = torch.full_like(patch.dx, 1e3)
        for inside, gain in self._crossed(patch, x, y):
            crossing = -inside / gain
            enter = torch.where(gain > 0, torch.maximum(enter, crossing), enter)
            leave = torch.where(gain < 0, torch.minimum(leave, crossing), leave)
            beside = torch.minimum(beside, inside + gain.abs() / 2)
        alpha = (leave - enter).clamp(0, 1) * ease(0.5 + (beside - _EDGE) / (2 * _EDGE))
        middle = ((enter + leave) / 2).clamp(-0.5, 0.5)
        return alpha, self._faces(patch.rows, patch.dx - middle * x, patch.dy - middle * y)

    def _crossed(self, patch: Patch, x: Tensor, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """How far pixels lie inside each side, and how much farther they will on a path (x, y)."""
        for k in range(_SIDES):
            depth = self.depth[k, patch.rows, None, None]
            slope = self.slope[:, k, patch.rows, None, None]
            even = torch.rsqrt(slope.square().sum(0))
            gain = -(slope[0] * x + slope[1] * y) * even
            gain = torch.where(gain.abs() < 1e-3, torch.full_like(gain, 1e-3), gain)
            yield (depth + slope[0] * patch.dx + slope[1] * patch.dy) * even, gain

    def _faces(self, rows: Tensor, dx: Tensor, dy: Tensor) -> tuple[Tensor, ...]:
        """Light returned from the left, right, above and behind by the face seen at each pixel."""
        depth, slope = self.depth[:, rows, None, None], self.slope[:, :, rows, None, None]
        height = depth + slope[0] * dx + slope[1] * dy
        shares = torch.softmax(-height / self.crisp[rows, None, None], dim=0)
        facing = torch.rsqrt(1 + slope.square().sum(0))
        lit = []
        for x, y, z in _LIGHTS:
            face = ((z - x * slope[0] - y * slope[1]) * facing).clamp_min(0)
            lit.append((shares * (_AMBIENT + (1 - _AMBIENT) * face)).sum(0))
        rim = (shares * (0.02 + 0.3 * (1 - facing).square())).sum(0)
        return (*lit, rim)


def _powder(canvas: Canvas, peaks: Peaks, radius: Tensor, cloud: Tensor) -> None:
    """Lay dust round and behind each particle: the more, the softer."""
    amount = 0.07 * (1 + peaks.softness).square() * (0.4 + 0.6 * torch.sigmoid(peaks.traits[1, 0]))
    amount = (amount * peaks.presence).clamp(max=0.5)
    wide = 1.5 * radius
    trail = 2.6 * peaks.travel
    reach = 2 * wide + 0.5 + trail.square().sum(1).sqrt()

    def paint(patch: Patch) -> Stamp:
        rows = patch.rows
        back = trail[rows]
        x, y = patch.dx + back[:, 0, None, None] / 2, patch.dy + back[:, 1, None, None] / 2
        r = wide[rows, None, None]
        puff = swept(x, y, r, 0.95 * r, back)
        uneven = (0.9 + 0.6 * cloud[patch.pixel]).clamp(0, 2)
        light = 0.42 * torch.ones_like(r)
        return Stamp(
            amount[rows, None, None] * puff * uneven,
            (light, light, 1.15 * light, 0.8 * light),
        )

    canvas.stamp(peaks, reach, paint)
