"""Flat facets and the simple solids a street is made of."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from lookdev.demo.arrays import Floats


class Material(IntEnum):
    """How a sample is shaded."""

    SKY = 0
    GROUND = 1
    WALL = 2
    PLAIN = 3
    LAMP = 4
    PAINT = 5


@dataclass(frozen=True)
class Style:
    """How a wall is built; lengths in metres, colour is linear ACEScg reflectance."""

    tint: tuple[float, float, float]
    bay: float = 3.0
    storey: float = 3.4
    shop: float = 4.4
    window: tuple[float, float] = (1.3, 1.9)
    sill: float = 0.8
    brick: float = 0.0
    lit: float = 0.12
    seed: int = 0


@dataclass(frozen=True)
class Facet:
    """A flat convex polygon: corners (n, 3), outward unit normal, and what it is made of."""

    corners: Floats
    normal: Floats
    material: Material
    style: Style
    tower: bool = False


@dataclass(frozen=True)
class Block:
    """An upright box in metres, turned by ``yaw`` degrees about its own centre."""

    x: tuple[float, float]
    y: tuple[float, float]
    z: tuple[float, float]
    yaw: float = 0.0

    def footprint(self, grow: float = 0.0) -> Floats:
        """The four ground corners (4, 2) as x, z, grown outwards by ``grow`` metres."""
        centre = np.array([sum(self.x) / 2, sum(self.z) / 2])
        half = np.array([self.x[1] - self.x[0], self.z[1] - self.z[0]]) / 2 + grow
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        turn = math.radians(self.yaw)
        spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        out: Floats = corners @ spin.T + centre
        return out

    def facets(self, side: Material, style: Style, *, tower: bool = False) -> Iterator[Facet]:
        """Four sides of material ``side``, a plain lid and a plain underside."""
        plain = side if side is not Material.WALL else Material.PLAIN
        yield from prism(self.footprint(), self.y, side, style, tower=tower, caps=plain)


def prism(
    base: Floats,
    y: tuple[float, float],
    side: Material,
    style: Style,
    *,
    tower: bool = False,
    caps: Material = Material.PLAIN,
) -> Iterator[Facet]:
    """A convex ground polygon (n, 2), counter-clockwise in x and z, raised from y[0] to y[1]."""
    low, high = (np.insert(base, 1, level, axis=1) for level in y)
    count = len(base)
    for here in range(count):
        after = (here + 1) % count
        edge = base[after] - base[here]
        normal = np.array([edge[1], 0.0, -edge[0]]) / np.hypot(*edge)
        corners = np.stack([low[here], low[after], high[after], high[here]])
        yield Facet(corners, normal, side, style, tower=tower)
    yield Facet(high, np.array([0.0, 1.0, 0.0]), caps, style, tower=tower)
    yield Facet(low, np.array([0.0, -1.0, 0.0]), caps, style, tower=tower)


def extrusion(
    profile: Sequence[tuple[float, float]], *, origin: Floats, along: Floats, width: float
) -> Iterator[tuple[Floats, Floats]]:
    """A convex side profile (length, height) swept sideways by ``width``: corners and normals.

    ``origin`` is the profile's zero on the solid's centre line and ``along`` its unit direction.
    """
    across = np.array([along[2], 0.0, -along[0]])
    shape = np.array(profile)
    spine = origin + shape[:, :1] * along + shape[:, 1:] * np.array([0.0, 1.0, 0.0])
    near, far = spine - across * width / 2, spine + across * width / 2
    yield near, -across
    yield far, across
    middle = spine.mean(axis=0)
    for here in range(len(shape)):
        after = (here + 1) % len(shape)
        edge = spine[after] - spine[here]
        normal = np.cross(edge, across)
        normal /= np.linalg.norm(normal)
        outward = float(normal @ (spine[here] - middle)) > 0
        corners = np.stack([near[here], near[after], far[after], far[here]])
        yield corners, normal if outward else -normal
