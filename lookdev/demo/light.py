"""Daylight baked once over the whole street: sky light, sun shadow and contact darkening.

Everything casting light or shade here is taller than it is thin, so a height field stands for the
city: for a point p, a neighbour of height h at distance s hides the sky below atan((h - p.y) / s).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from lookdev.demo.arrays import Floats, lookup, smoothstep
from lookdev.demo.sky import SUN, sky_radiance
from lookdev.demo.street import BUILDINGS, CARS, POSTS

_X, _Z = (-58.0, 58.0), (-24.0, 240.0)
_COARSE, _FINE = 0.6, 0.15  # metres a cell
_TOP, _STEPS = 24.0, 4
_LEVELS = _TOP * (np.arange(_STEPS + 1) / _STEPS) ** 2  # closer together near the ground
_NORMALS = np.array([[0, 1, 0], [1, 0, 0], [-1, 0, 0], [0, 0, 1], [0, 0, -1]], np.float32)
_AZIMUTHS = 20
_BOUNCE = np.array([0.060, 0.051, 0.047])
_SOFTNESS = 0.35  # metres of penumbra in height


@dataclass(frozen=True)
class Daylight:
    """Baked maps; look them up through the methods."""

    ambient: Floats
    shadow: Floats
    contact: Floats

    def sky(self, points: Floats, normals: Floats, facing: NDArray[np.intp]) -> Floats:
        """Sky and bounce irradiance over pi, ACEScg (3, n), at points and normals (3, n).

        ``facing`` (n,) is ``nearest_axis`` of the normals.
        """
        x, z = _cells(points + 0.8 * normals, _COARSE)
        rows = self.ambient.shape[0] // (len(_LEVELS) * len(_NORMALS))
        height = np.clip(points[1], 0.0, 0.999 * _TOP)
        level = np.sqrt(height * (_STEPS**2 / _TOP))
        below = np.floor(level)
        part = level - below
        tile = (below * len(_NORMALS) + facing.astype(np.float32)) * rows
        tile += np.clip(z, 0.0, rows - 1.0)
        low = lookup(self.ambient, x, tile).T
        high = lookup(self.ambient, x, tile + rows * len(_NORMALS)).T
        out: Floats = low + (high - low) * part
        return out

    def sun(self, points: Floats) -> Floats:
        """How much of the sun reaches points (3, n), 0..1."""
        x, z = _cells(points, _FINE)
        rise = points[1] - lookup(self.shadow, x, z)
        out: Floats = smoothstep(-_SOFTNESS, _SOFTNESS, rise)
        return out

    def touch(self, points: Floats) -> Floats:
        """Contact darkening 0..1 of ground points (3, n): 1 in the open."""
        x, z = _cells(points, _FINE)
        return lookup(self.contact, x, z)


def nearest_axis(normals: Floats) -> NDArray[np.intp]:
    """Which of the baked directions the normals (3, n) are closest to."""
    nearest: NDArray[np.intp] = np.argmax(_NORMALS @ normals, axis=0)
    return nearest


def _cells(points: Floats, cell: float) -> tuple[Floats, Floats]:
    """Plan coordinates of points (3, n) in texels."""
    return (points[0] - _X[0]) / cell - 0.5, (points[2] - _Z[0]) / cell - 0.5


@lru_cache(maxsize=1)
def daylight() -> Daylight:
    """The street's light, baked once in each process (about half a second)."""
    return Daylight(_ambient(_heights(_COARSE)), _shadow(_heights(_FINE)), _contact())


def _heights(cell: float) -> Floats:
    """Roof height in metres over the ground plan, (z, x)."""
    plan = np.zeros((round((_Z[1] - _Z[0]) / cell), round((_X[1] - _X[0]) / cell)), np.float32)
    for block, _ in sorted(BUILDINGS, key=lambda pair: pair[0].y[1]):
        _fill(plan, block.footprint(), cell, block.y[1])
    return plan


def _fill(plan: Floats, corners: Floats, cell: float, value: float) -> None:
    spots = (corners - np.array([_X[0], _Z[0]])) / cell - 0.5
    fixed = np.rint(spots * 16).astype(np.int32)
    cv2.fillConvexPoly(plan, fixed, value, lineType=cv2.LINE_8, shift=4)


def _shift(plan: Floats, x: float, z: float) -> Floats:
    """The plan as seen from cells that look (x, z) cells away."""
    move = np.array([[1.0, 0.0, x], [0.0, 1.0, z]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(plan, move, plan.shape[::-1], flags=flags))


def _shadow(heights: Floats) -> Floats:
    """The height the sun's shadow reaches at each cell: max over s of h(s) - s tan(elevation).

    Doubling covers 2^k cells in k steps: the maximum over twice the way is the maximum of two.
    """
    flat = math.hypot(float(SUN[0]), float(SUN[2]))
    step = (float(SUN[0]) / flat, float(SUN[2]) / flat)
    drop = _FINE * float(SUN[1]) / flat
    out = _shift(heights, *step) - drop
    reach = 1
    while reach * drop < float(heights.max()):
        far = _shift(out, step[0] * reach, step[1] * reach) - drop * reach
        np.maximum(out, far, out=out)
        reach *= 2
    return out


def _ambient(heights: Floats) -> Floats:
    """Irradiance atlas, rows (level, normal, z), columns x, 3 channels."""
    rows, columns = heights.shape
    total = np.zeros((len(_LEVELS), len(_NORMALS), 3, rows, columns), np.float32)
    edges = np.sin(np.linspace(0.0, math.pi / 2, 5))
    for turn in (np.arange(_AZIMUTHS) + 0.5) / _AZIMUTHS * math.tau:
        way = (math.sin(turn), math.cos(turn))
        patches = [_patch(way, low, high) for low, high in pairwise(edges)]
        seen_from = _roofs(heights, way)
        for level, y in enumerate(_LEVELS):
            horizon = _horizon(seen_from, np.float32(y))
            for patch in patches:
                patch.gather(total[level], horizon)
    return np.ascontiguousarray(np.moveaxis(total, 2, -1)).reshape(-1, columns, 3)


def _roofs(heights: Floats, way: tuple[float, float]) -> list[tuple[Floats, np.float32]]:
    """The roofs that every cell sees looking ``way`` in x, z, and how many metres away."""
    return [
        (_shift(heights, way[0] * metres / _COARSE, way[1] * metres / _COARSE), np.float32(metres))
        for metres in np.geomspace(0.9, 95.0, 13)
    ]


def _horizon(roofs: list[tuple[Floats, np.float32]], eye: np.float32) -> Floats:
    """Sine of the skyline's elevation from so many metres above every cell."""
    slope = np.zeros_like(roofs[0][0])
    for far, metres in roofs:
        np.maximum(slope, (far - eye) / metres, out=slope)
    out: Floats = slope / np.sqrt(1.0 + slope * slope)
    return out


@dataclass(frozen=True)
class _Patch:
    """A patch of sky between two sines of elevation.

    ``open`` and ``closed`` (normals, 3) are what it adds to the irradiance of each normal where it
    is seen, and where roofs stand before it.
    """

    low: float
    high: float
    open: Floats
    closed: Floats

    def gather(self, total: Floats, horizon: Floats) -> None:
        """Add it to ``total`` (normals, 3, z, x)."""
        seen = np.clip((self.high - horizon) / (self.high - self.low), 0.0, 1.0)
        for planes, sky, roofs in zip(total, self.open, self.closed, strict=True):
            for plane, bright, dark in zip(planes, sky, roofs, strict=True):
                if bright or dark:
                    np.add(plane, seen * (bright - dark) + dark, out=plane)


def _patch(way: tuple[float, float], low: float, high: float) -> _Patch:
    """The sky from one of the azimuths."""
    middle = (low + high) / 2
    flat = math.sqrt(1.0 - middle * middle)
    direction = np.array([way[0] * flat, middle, way[1] * flat], np.float32)
    colour = sky_radiance(direction[:, None])[:, 0]
    # Solid angle of the patch over pi; walls also see as much ground below, counted as bounce.
    angle = (high - low) * math.tau / _AZIMUTHS / math.pi
    weight = angle * np.maximum(_NORMALS @ direction, 0.0)[:, None]
    ground = np.where(_NORMALS[:, 1:2] > 0, 0.0, 1.0) * _BOUNCE
    sky, roofs = weight * (colour + ground), weight * (_BOUNCE + ground)
    return _Patch(float(low), float(high), sky.astype(np.float32), roofs.astype(np.float32))


def _contact() -> Floats:
    """Darkening of the ground near what stands on it, from distance to the footprints."""
    plan = (_heights(_FINE) > 0).astype(np.float32)
    cars = np.zeros_like(plan)
    for x, z, heading, _ in CARS:
        turn = math.radians(heading)
        along, across = (
            np.array([math.cos(turn), math.sin(turn)]),
            np.array([math.sin(turn), -math.cos(turn)]),
        )
        ends = [np.array([x, z]) + along * s + across * w for s, w in _CAR_PLAN]
        _fill(cars, np.array(ends), _FINE, 1.0)
    for x, z, _ in POSTS:
        _fill(plan, np.array([[x, z], [x + 0.1, z], [x + 0.1, z + 0.1]]), _FINE, 1.0)
    near = _FINE * cv2.distanceTransform((plan < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    under = np.asarray(cv2.GaussianBlur(cars, (0, 0), 0.28 / _FINE))
    out: Floats = (1.0 - 0.55 * np.exp(-near / 0.7)) * (1.0 - 0.93 * under)
    return out.astype(np.float32)


_CAR_PLAN = ((0.1, -0.8), (4.2, -0.8), (4.2, 0.8), (0.1, 0.8))
