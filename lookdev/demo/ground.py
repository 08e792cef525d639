"""Road and pavement: worn tarmac, kerbs, markings, slabs, and how wet they are."""

import numpy as np

from lookdev.demo.arrays import Floats, column, dice, noise, smoothstep, wrapped
from lookdev.demo.street import ROADS

_KERB = 0.16


def shade_ground(points: Floats, footprint: Floats) -> tuple[Floats, Floats, Floats]:
    """Albedo (3, n), wetness (n,) and ripple (2, n) of ground points (3, n).

    ``footprint`` (n,) is a sample's length on the ground in metres: detail finer than it fades.
    """
    x, z = points[0], points[2]
    inside = _road_distance(x, z)
    broad, fine = noise(x, z, metres=21.0), noise(x, z, metres=3.3)
    grit = noise(x, z, metres=0.9)
    near = np.clip(1.3 - footprint / 0.03, 0.0, 1.0)
    middling = np.clip(1.3 - footprint / 0.25, 0.0, 1.0)
    tone = 1.0 + 0.16 * broad[0] + middling * 0.10 * fine[1] + near * 0.16 * grit[2]
    tarmac = column(0.052, 0.051, 0.050) * tone * _wear(x, z, broad, fine, middling)
    paint = _markings(x, z, fine) * (inside > 0)
    tarmac = tarmac + (column(0.36, 0.35, 0.31) - tarmac) * paint
    slabs = _slabs(x, z, footprint) * (1.0 + 0.12 * broad[0] + middling * 0.06 * fine[1])
    on_road = smoothstep(-footprint * 0.25, footprint * 0.25 + 0.01, inside)
    albedo = slabs + (tarmac - slabs) * on_road
    stone = smoothstep(_KERB, _KERB - 0.03, -inside) * (inside <= 0)
    albedo = albedo * (1.0 - stone) + column(0.20, 0.195, 0.185) * tone * stone
    gutter = np.exp(-np.maximum(inside, 0.0) / 0.22) * (inside > 0)
    albedo *= 1.0 - 0.6 * gutter
    pool = broad[3] + 0.35 * fine[0] + 1.1 * gutter * smoothstep(-0.5, 1.0, broad[1])
    wet = (0.22 + 0.78 * smoothstep(0.35, 1.1, pool)) * (0.25 + 0.75 * on_road)
    return albedo * (1.0 - 0.45 * wet), wet, np.stack([fine[1], fine[2]]) * middling


def _road_distance(x: Floats, z: Floats) -> Floats:
    """Metres into the carriageway (n,); negative on the pavement."""
    inside = np.full_like(x, -1e3)
    for x0, x1, z0, z1 in ROADS:
        across = (x1 - x0) / 2 - np.abs(x - (x0 + x1) / 2)
        along = (z1 - z0) / 2 - np.abs(z - (z0 + z1) / 2)
        outside = np.hypot(np.minimum(across, 0.0), np.minimum(along, 0.0))
        here = np.where(outside > 0, -outside, np.minimum(across, along))
        np.maximum(inside, here, out=inside)
    return inside


def _wear(x: Floats, z: Floats, broad: Floats, fine: Floats, middling: Floats) -> Floats:
    """Polished wheel tracks, a trench cut for cables, oil, and tar over cracks."""
    lane = wrapped(x + 6.6, 3.3)
    tracks = np.exp(-(((lane - 0.85) / 0.32) ** 2)) + np.exp(-(((lane - 2.45) / 0.32) ** 2))
    oil = np.exp(-(((lane - 1.65) / 0.3) ** 2)) * np.clip(fine[0], 0.0, 2.0)
    patch = (np.abs(x - 1.9 - 0.1 * broad[0]) < 0.55) & (z < 24.5)
    patch |= (np.abs(z - 21.0) < 1.0) & (np.abs(x + 3.0) < 2.2)
    crack = smoothstep(0.10, 0.02, np.abs(broad[0] + 0.45 * broad[1] - 0.3)) * middling
    out: Floats = (1.0 + 0.13 * tracks) * (1.0 - 0.16 * oil) * (1.0 - 0.5 * crack)
    return out * np.where(patch, np.float32(0.72), 1.0)


def _markings(x: Floats, z: Floats, fine: Floats) -> Floats:
    """Coverage 0..1 of worn paint: a dashed centre line, a stop line and a crossing."""
    dashes = (np.abs(x) < 0.07) & (wrapped(z, 6.0) < 3.0) & (z < 24.0)
    stop = (np.abs(z - 25.8) < 0.2) & (x > 0.2) & (x < 6.2)
    zebra = (np.abs(z - 23.0) < 1.5) & (wrapped(x, 1.1) < 0.55) & (np.abs(x) < 6.0)
    far = (np.abs(x - 9.4) < 0.07) & (wrapped(z, 6.0) < 3.0) & (z > 38.0)
    worn = smoothstep(-1.3, 1.5, fine[1] + 0.6 * fine[0])
    out: Floats = (dashes | stop | zebra | far) * (0.85 * (1.0 - 0.8 * worn))
    return out


def _slabs(x: Floats, z: Floats, footprint: Floats) -> Floats:
    """Concrete paving, each slab its own grey, with dark joints while they can be seen."""
    column_, row = np.floor(x / 0.75), np.floor(z / 0.6)
    each = dice(column_, row, np.full(x.shape, 7))[0]
    sharp = np.clip(1.2 - footprint / 0.5, 0.0, 1.0)
    joint = (wrapped(x / 0.75, 1.0) < 0.025) | (wrapped(z / 0.6, 1.0) < 0.03)
    tone = 1.0 + sharp * (
        0.26 * (each - 0.5) - np.float32(0.45) * joint * np.clip(1.2 - footprint / 0.08, 0, 1)
    )
    out: Floats = column(0.135, 0.13, 0.122) * tone
    return out
