"""Walls: brick and plaster, stains and ledges, cut by the openings of ``window``."""

from dataclasses import dataclass

import numpy as np

from lookdev.demo.arrays import Floats, column, dice, noise, smoothstep, wrapped
from lookdev.demo.street import DOOR
from lookdev.demo.window import Openings, look_in

_COURSE, _BRICK = 0.075, 0.235  # metres: a course of brick and a brick's length


@dataclass(frozen=True)
class Surface:
    """What a sample does with light, ACEScg: all (3, n) but ``occlusion`` (n,).

    ``radiance`` is light the sample sends by itself: lamps behind glass, mirrored sky.
    """

    albedo: Floats
    radiance: Floats
    occlusion: Floats


@dataclass(frozen=True)
class _Wall:
    """The facet tables' rows for walls, in ``street``'s order, gathered for n samples."""

    right_x: Floats
    right_z: Floats
    start: Floats
    base: Floats
    bay: Floats
    storey: Floats
    shop: Floats
    bays: Floats
    storeys: Floats
    window_width: Floats
    window_height: Floats
    sill: Floats
    brick: Floats
    lit: Floats
    seed: Floats
    red: Floats
    green: Floats
    blue: Floats
    top: Floats


def shade_wall(table: Floats, points: Floats, rays: Floats, footprint: Floats) -> Surface:
    """Wall samples: table (19, n), points and rays (3, n), sample size on the wall in metres."""
    wall = _Wall(*table)
    u = points[0] * wall.right_x + points[2] * wall.right_z - wall.start
    v = points[1]
    openings = _openings(wall, u, v)
    albedo = _masonry(wall, u, v, footprint)
    occlusion = 1.0 - 0.5 * np.exp(-v / 0.45)
    occlusion *= 1.0 - 0.55 * smoothstep(1.5, 0.1, wall.top - 0.9 - v)
    _dress(openings, albedo, occlusion)
    radiance = np.zeros_like(albedo)
    hole = np.flatnonzero(openings.hit())
    if hole.size:
        along = rays[0] * wall.right_x + rays[2] * wall.right_z
        into = np.maximum(np.abs(rays[0] * wall.right_z - rays[2] * wall.right_x), 0.02)
        local = np.stack([along, rays[1], into])[:, hole]
        axes = wall.right_x[hole], wall.right_z[hole]
        seen = look_in(
            openings.only(hole),
            local,
            axes,
            lit=wall.lit[hole],
            masonry=albedo[:, hole],
            footprint=footprint[hole],
        )
        albedo[:, hole], radiance[:, hole], occlusion[hole] = seen
    return Surface(albedo, radiance, occlusion)


def _openings(wall: _Wall, u: Floats, v: Floats) -> Openings:
    """The window, shopfront or door of every sample's bay."""
    column_ = np.floor(u / wall.bay)
    ground = v < wall.shop
    row = np.where(ground, -1.0, np.floor((v - wall.shop) / wall.storey))
    rolls = dice(column_, row, wall.seed)
    door = ground & ((column_ == np.floor(wall.bays / 2)) | (rolls[3] > 0.82))
    half = np.where(ground, np.where(door, DOOR / 2, wall.bay / 2 - 0.3), wall.window_width / 2)
    step = np.where(door, np.float32(0.0), 0.6)
    foot = np.where(ground, step, wall.shop + row * wall.storey + wall.sill)
    head = np.where(ground, np.where(door, 2.75, wall.shop - 1.15), foot + wall.window_height)
    exists = (row < wall.storeys) & (column_ >= 0) & (column_ < wall.bays)
    across = u - (column_ + 0.5) * wall.bay
    reveal = np.where(ground, np.float32(0.35), 0.24)
    numbers = np.stack([across, v - foot, half, head - foot, reveal])
    return Openings(numbers, exists, ground, door, rolls)


def _masonry(wall: _Wall, u: Floats, v: Floats, footprint: Floats) -> Floats:
    """Reflectance (3, n) of the bare wall: tint, blotches, rain streaks, soot, brick courses."""
    shift = wall.seed * 3.7
    blotch = noise(u + shift, v, metres=13.0)
    grain = noise(u * 1.7 + shift, v * 1.7, metres=5.3)
    streak = noise(u + shift, v * 0.07, metres=6.1)
    tone = 1.0 + 0.13 * blotch[0] + 0.07 * blotch[1] + 0.06 * grain[1]
    fine = np.clip(1.4 - footprint / 0.035, 0.0, 1.0)
    tone += fine * 0.07 * grain[2]
    tone *= 1.0 - 0.20 * np.clip(streak[0] + 0.3 * streak[1], 0.0, 2.0)
    tone *= 1.0 - 0.35 * np.exp(-v / 0.9) * (1.0 + 0.4 * streak[3])
    tint = np.stack([wall.red, wall.green, wall.blue])
    # Plaster yellows where it is damp; brick is fired unevenly.
    warm = column(0.05, 0.0, -0.07) * blotch[3]
    out: Floats = tint * np.clip(tone, 0.15, 2.0) * (1.0 + warm)
    visible = wall.brick * np.clip(1.5 - footprint / (0.45 * _COURSE), 0.0, 1.0)
    at = np.flatnonzero(visible)
    out[:, at] *= 1.0 + visible[at] * (_courses(u[at], v[at], wall.seed[at]) - 1.0)
    return out


def _courses(u: Floats, v: Floats, seed: Floats) -> Floats:
    """Stretcher bond: each brick fired its own shade, pale joints between; about 1 on average."""
    course = np.floor(v / _COURSE)
    along = u / _BRICK + 0.5 * wrapped(course, 2.0)
    joint_v = np.abs(wrapped(v / _COURSE, 1.0) - 0.5) > 0.42
    joint_u = np.abs(wrapped(along, 1.0) - 0.5) > 0.47
    each = dice(np.floor(along), course, seed)[0]
    out: Floats = np.where(joint_u | joint_v, 1.35, 0.7 + 0.5 * each)
    return out


def _dress(openings: Openings, albedo: Floats, occlusion: Floats) -> None:
    """Sills, lintels and surrounds about the openings, changed in place."""
    across, above, half, tall, _ = openings.numbers
    reach = np.abs(across) - half
    upper = openings.exists & ~openings.ground
    sill = upper & (reach < 0.13) & (above < 0.0) & (above > -0.13)
    surround = upper & ~sill & (reach < 0.15) & (above > 0.0) & (above < tall + 0.2)
    fascia = openings.ground & (above > tall + 0.1) & ~openings.door
    gain, lift = np.ones_like(across), np.zeros_like(across)
    gain[sill], lift[sill] = 0.65, 0.13
    gain[surround], lift[surround] = 0.8, 0.045
    gain[fascia], lift[fascia] = 0.25, 0.025
    # Rain runs off the sill's ends, and the sill shades the wall below it.
    below = np.flatnonzero(upper & (reach < 0.17) & (above <= -0.13))
    depth = -0.13 - above[below]
    gain[below] *= np.where(reach[below] > -0.07, 0.86, 1.0)
    occlusion[below] *= 0.62 + 0.38 * np.clip(depth / 0.32, 0.0, 1.0)
    albedo *= gain
    albedo += lift
    signed = np.flatnonzero(fascia & (openings.rolls[0] < 0.4))
    albedo[:, signed] += column(0.10, 0.045, 0.04)
