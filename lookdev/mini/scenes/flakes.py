"""Flakes: what is thin, light and drawn by the wind, in focus or not."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.scenes.fields import ease
from lookdev.mini.scenes.peaks import Peaks, Weather, find_peaks
from lookdev.mini.scenes.splat import Canvas, Paint, Patch, Stamp, swept, way

_LEAST_EDGE = 0.55  # pixels, half: antialiased
_LEAN = 0.55  # how far a flake is drawn out as its peak is


@dataclass(frozen=True)
class Flakes:
    """A layer of flakes; lengths are pixels at the usual size.

    Attributes:
        channel: Of the noise.
        apart: Smoothing of the noise: flakes keep about this distance.
        crowd: Flakes a square of `apart` pixels at an envelope of 1.
        radius: Of the least and of the greatest.
        blur: How far they are out of focus: half the width of their edge.
        opacity: 0..1.
        albedo: Fraction of a light returned, of the darkest and of the brightest.
        through: Fraction of the albedo that a light from behind is returned with.
        ragged: How uneven the outline is, as a fraction of the radius.
        curl: 0 round; 1 drawn out, up to thrice their width, and bent.
        rim: How much brighter a disc of light is at its edge.
        pace: Factor of the wind.
    """

    channel: int
    apart: float
    crowd: float
    radius: tuple[float, float]
    blur: float
    opacity: float
    albedo: tuple[float, float]
    through: float
    ragged: float = 0.0
    curl: float = 0.0
    rim: float = 0.0
    pace: float = 1.0

    def lay(self, canvas: Canvas, weather: Weather) -> None:
        """Draw the layer."""
        peaks = find_peaks(
            weather,
            channel=self.channel,
            sd=self.apart,
            crowd=self.crowd,
            pace=self.pace,
            others=2 if self.curl else 1,
        )
        radius, edge, opacity = self._body(peaks)
        rough = None
        if self.ragged:
            width = (0.42 * self.apart * weather.control.size).clamp_min(0.8)
            rough = weather.noise.smooth(self.channel, width).flatten()
        reach = self._long(peaks) * (radius * (1 + 1.3 * self.ragged) + edge)
        reach = reach + 0.5 + peaks.travel.square().sum(1).sqrt() / 2
        canvas.stamp(peaks, reach, self._paint(peaks, radius, edge, opacity, rough))

    def _body(self, peaks: Peaks) -> tuple[Tensor, Tensor, Tensor]:
        """Radius, half the edge and opacity of each flake, `(N,)`: focus spreads what is there."""
        least, greatest = self.radius
        grown = 0.3 + 0.7 * peaks.rank.square()
        bare = peaks.size * (least + (greatest - least) * grown) * (0.4 + 0.6 * peaks.presence)
        focus = self.blur * peaks.size * torch.exp2(1.4 * peaks.softness)
        edge = (focus.square() + _LEAST_EDGE**2).sqrt()
        radius = (bare.square() + (0.7 * edge).square()).sqrt()
        spread = (bare / radius).square() * 1.25
        return radius, edge, self.opacity * peaks.presence * spread.clamp(max=1)

    def _long(self, peaks: Peaks) -> Tensor:
        """How many times as far from its middle as a disc each flake reaches, `(N,)`."""
        if self.curl:
            return (1 + 2.2 * self.curl * peaks.drawn).sqrt()
        return 1 / (1 - _LEAN * peaks.lean.square().sum(0).sqrt() * (self.ragged > 0))

    def _paint(
        self, peaks: Peaks, radius: Tensor, edge: Tensor, opacity: Tensor, rough: Tensor | None
    ) -> Paint:
        tone = torch.sigmoid(1.4 * peaks.traits[0, 0])
        albedo = self.albedo[0] + (self.albedo[1] - self.albedo[0]) * tone
        tilt = torch.tanh(0.8 * peaks.traits[0, 1:])

        def paint(patch: Patch) -> Stamp:
            rows = patch.rows
            r, e, o, a = (each[rows, None, None] for each in (radius, edge, opacity, albedo))
            x, y, travel, finer = self._bent(patch, peaks, r)
            still = r / (r + way(travel)[0])  # a streak wipes out what is within the outline
            around = r
            if rough is not None:
                around = r * (1 + self.ragged * still * rough[patch.pixel].clamp(-2.5, 2.5))
            alpha = o * swept(x, y, around.clamp_min(0.3), e * finer, travel)
            if self.rim:
                out = ((patch.dx.square() + patch.dy.square()) / r.square()).clamp(max=1)
                alpha = alpha * (1 - self.rim * still * (1 - out.square()))
            return Stamp(alpha, self._lit(patch, a, r, tilt[:, rows, None, None], y))

        return paint

    def _bent(
        self, patch: Patch, peaks: Peaks, radius: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Offsets and paths where a flake is a disc, and how fine the pixels are there."""
        rows, travel = patch.rows, peaks.travel[patch.rows]
        if not self.curl:
            lean = _LEAN * peaks.lean[:, rows, None, None] * (self.ragged > 0)
            xx, xy, yy = 1 - lean[0], -lean[1], 1 + lean[0]
            x, y = xx * patch.dx + xy * patch.dy, xy * patch.dx + yy * patch.dy
            way_x = xx[:, 0, 0] * travel[:, 0] + xy[:, 0, 0] * travel[:, 1]
            way_y = xy[:, 0, 0] * travel[:, 0] + yy[:, 0, 0] * travel[:, 1]
            return x, y, torch.stack([way_x, way_y], dim=1), torch.ones_like(radius)
        cos, sin = (each[rows, None, None] for each in peaks.facing)
        drawn, long = (each[rows, None, None] for each in (peaks.drawn, self._long(peaks)))
        x, y = cos * patch.dx + sin * patch.dy, cos * patch.dy - sin * patch.dx
        bend = 0.28 * drawn * torch.tanh(peaks.traits[0, 1, rows, None, None])
        bowed = y - bend * (x.square() / radius - 0.5 * radius).clamp(max=3 * radius)
        c, s = cos[:, 0, 0], sin[:, 0, 0]
        way_x = (c * travel[:, 0] + s * travel[:, 1]) / long[:, 0, 0]
        way_y = (c * travel[:, 1] - s * travel[:, 0]) * long[:, 0, 0]
        return x / long, bowed * long, torch.stack([way_x, way_y], dim=1), long

    def _lit(
        self, patch: Patch, albedo: Tensor, radius: Tensor, tilt: Tensor, bowed: Tensor
    ) -> tuple[Tensor, ...]:
        """Light from the left, right, above and behind: the larger a flake, the more its sides."""
        plain = albedo * (0.94 - 0.06 * self.curl)
        seen = ease((radius - 1.0) / 3.0)
        round_x = (patch.dx / radius).clamp(-1, 1)
        round_y = (patch.dy / radius).clamp(-1, 1)
        if self.curl:
            hollow = 2.5 * (bowed / radius).clamp(-1, 1) * tilt[0]
            round_x, round_y = round_x + hollow, round_y + hollow
        side = seen * (0.12 * round_x + 0.14 * tilt[0])
        up = seen * (0.12 * round_y + 0.14 * tilt[1])
        return (
            plain * (1 - side),
            plain * (1 + side),
            plain * (1 - up),
            albedo * self.through * (1 - 0.25 * seen * tilt[1].abs()),
        )
