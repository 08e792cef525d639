"""Openings in a wall: reveals, frames, glass that mirrors the sky, and the rooms behind it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookdev.demo.arrays import Floats, column, dice, lookup, smoothstep, wrapped
from lookdev.demo.sky import environment

_FRAME = 0.06
_ROOM = 2.2  # metres from glass to the lit back wall


@dataclass(frozen=True)
class Openings:
    """The opening of each of n samples.

    ``numbers`` (5, n) are metres: across from its middle, above its foot, half width, height,
    depth of the reveal. ``rolls`` (4, n) are the opening's own uniform numbers.
    """

    numbers: Floats
    exists: NDArray[np.bool_]
    ground: NDArray[np.bool_]
    door: NDArray[np.bool_]
    rolls: Floats

    def hit(self) -> NDArray[np.bool_]:
        """Which samples fall through the wall's face."""
        across, above, half, tall, _ = self.numbers
        within = (np.abs(across) < half) & (above > 0.0) & (above < tall)
        inside: NDArray[np.bool_] = self.exists & within
        return inside

    def only(self, at: NDArray[np.intp]) -> "Openings":
        """The samples at these indices."""
        flags = (self.exists[at], self.ground[at], self.door[at])
        return Openings(self.numbers.take(at, axis=1), *flags, self.rolls.take(at, axis=1))


def look_in(
    openings: Openings,
    local: Floats,
    axes: tuple[Floats, Floats],
    *,
    lit: Floats,
    masonry: Floats,
    footprint: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Albedo (3, n), radiance (3, n) and occlusion (n,) of samples inside openings.

    ``local`` (3, n) is the ray along the wall, up, and into it; ``axes`` the wall's right in x, z;
    ``footprint`` (n,) a sample's width in metres.
    """
    across, above, half, tall, reveal = openings.numbers
    slide = reveal / local[2]
    a, b = across + local[0] * slide, above + local[1] * slide
    glazed = (np.abs(a) < half) & (b > 0.0) & (b < tall)
    occlusion = np.where(b >= tall, np.float32(0.25), np.where(b <= 0.0, np.float32(0.8), 0.5))
    clear = _clearance(openings, a, b)
    bars = glazed & (clear < 0.0)
    glass = np.flatnonzero(glazed & ~bars)
    albedo = masonry * 0.9
    albedo[:, bars] = np.where(openings.rolls[1, bars] < 0.5, 0.30, 0.06)
    occlusion = np.where(glazed, 0.62, occlusion)
    radiance = np.zeros_like(albedo)
    albedo[:, glass] = 0.008
    where = openings.only(glass)
    # Lamps are far brighter than wood: fade them in over a sample, or their edges turn to steps.
    width = np.minimum(clear, half - np.abs(across))[glass]
    fade = np.clip(width * local[2, glass] / (1.6 * footprint[glass]), 0.0, 1.0)
    inside = _room(where, a[glass], b[glass], local[:, glass], lit[glass]) * fade
    axis = axes[0][glass], axes[1][glass]
    radiance[:, glass] = inside + _mirror(where, local[:, glass], axis)
    return albedo, radiance, occlusion


def _clearance(openings: Openings, a: Floats, b: Floats) -> Floats:
    """Metres of glass between (a, b) and the nearest frame, mullion or transom; below 0 is wood.

    A door is boards up to the light above it.
    """
    _, _, half, tall, _ = openings.numbers
    edge = np.minimum(half - np.abs(a), np.minimum(b, tall - b)) - _FRAME
    pane = np.where(openings.ground, 1.3, 2.0 * half)
    mullion = np.abs(wrapped(a + pane / 2, pane) - pane / 2) - 0.03
    transom = np.abs(b - 0.68 * tall) - 0.03
    boards = np.where(openings.door, b - 2.1, 1.0)
    out: Floats = np.minimum(np.minimum(edge, boards), np.minimum(mullion, transom))
    return out


def _room(openings: Openings, a: Floats, b: Floats, local: Floats, lit: Floats) -> Floats:
    """Light from behind the glass (3, n): dim rooms, and lit ones from 0.4 to about 8."""
    _, _, half, tall, _ = openings.numbers
    lot, level, warmth, blind = openings.rolls
    on = lot < np.where(openings.ground, 0.55, lit)
    strength = np.where(on, 0.22 * np.exp(3.3 * level), 0.004 + 0.02 * level**3)
    strength *= np.where(openings.ground, 0.8, 1.0)
    slide = _ROOM / local[2]
    deep_a, deep_b = a + local[0] * slide, b + local[1] * slide
    lamp = np.exp(-((deep_a - (blind - 0.5)) ** 2) / 0.5 - (deep_b - 0.85 * tall) ** 2 / 0.5)
    shelf = np.where(openings.ground, _goods(deep_a, deep_b, blind), 0.85)
    glow = shelf * (0.35 + 0.45 * np.clip(deep_b / tall, 0.0, 1.2)) + 1.8 * lamp
    drape = smoothstep(0.5, 0.58, np.abs(a) / half - 0.3 * warmth) * ~openings.ground
    folds = 0.42 + 0.16 * np.sin(a * 46.0 + 5.0 * level)
    glow = glow * (1.0 - drape) + folds * drape
    shade = (b > tall * (1.0 - 0.75 * blind)) & (level > 0.35) & ~openings.ground
    glow = np.where(shade, 0.33 + 0.1 * np.clip(b / tall, 0.0, 1.0), glow)
    cosy, cool = column(1.0, 0.50, 0.17), column(0.86, 0.80, 0.70)
    tone = cosy + (cool - cosy) * smoothstep(0.62, 0.95, warmth)
    out: Floats = tone * (glow * strength)
    return out


def _goods(a: Floats, b: Floats, seed: Floats) -> Floats:
    """A shop's back wall (n,): shelves of unequal things, a dark counter below."""
    shelf = np.floor(b / 0.55)
    stock = dice(np.floor(a / 0.31 + 0.6 * shelf), shelf, 997.0 * seed)
    taller = wrapped(b / 0.55, 1.0) < 0.35 + 0.6 * stock[1]
    things = np.where(taller, 0.35 + 0.65 * stock[0], 0.95)
    out: Floats = np.where(b < 0.75, 0.3, things)
    return out


def _mirror(openings: Openings, local: Floats, axes: tuple[Floats, Floats]) -> Floats:
    """Sky and city mirrored in the panes (3, n); old glass tilts each its own way."""
    length = np.sqrt((local * local).sum(axis=0))
    tilt = 0.05 * (openings.rolls[:2] - 0.5)
    right, outward = local[0] / length + tilt[0], -local[2] / length
    up = local[1] / length + tilt[1]
    x = right * axes[0] + outward * axes[1]
    z = right * axes[1] - outward * axes[0]
    fresnel = 0.13 + 0.87 * (1.0 - np.clip(-outward, 0.0, 1.0)) ** 5
    out: Floats = reflected(np.stack([x, up, z])) * fresnel
    return out


def reflected(directions: Floats) -> Floats:
    """The street's small panorama in unit directions (3, n): radiance (3, n)."""
    panorama = environment()
    rows, columns = panorama.shape[:2]
    azimuth = np.arctan2(directions[0], directions[2])
    elevation = np.arcsin(np.clip(directions[1], -1.0, 1.0))
    x = (azimuth / (2.0 * np.pi) + 0.5) * columns - 0.5
    y = (elevation / np.pi + 0.5) * rows - 0.5
    return lookup(panorama, x, y).T
