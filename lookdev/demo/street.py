"""The street itself: which buildings, lamps and cars stand where, in metres."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from lookdev.demo.arrays import Floats
from lookdev.demo.builders import building, car, lamp_post
from lookdev.demo.solids import Block, Facet, Material, Style

STONE = Style((0.34, 0.30, 0.25), window=(1.25, 2.0), lit=0.16, seed=3, bay=2.9)
BRICK = Style((0.23, 0.115, 0.075), brick=1.0, lit=0.15, seed=11, bay=2.6, storey=3.2)
DARK_BRICK = Style((0.15, 0.085, 0.065), brick=1.0, lit=0.2, seed=17, bay=3.1, storey=3.3)
PLASTER = Style((0.36, 0.31, 0.23), window=(1.1, 1.75), lit=0.13, seed=23, bay=2.5, storey=3.1)
GREY = Style((0.22, 0.22, 0.22), window=(2.0, 1.7), lit=0.14, seed=31, bay=3.2, storey=3.3)

DOOR = 1.5
"""Width of a street door in metres."""

TINT = slice(15, 18)
"""The columns of ``Street.walls`` that hold a facet's reflectance."""

TOWER_BLOCK = Block((-13.5, 4.0), (0.0, 20.4), (40.0, 58.0))
TOWER_STYLE = replace(STONE, bay=2.5, storey=3.6, shop=4.8, lit=0.2, seed=9)

BUILDINGS: tuple[tuple[Block, Style], ...] = (
    (TOWER_BLOCK, TOWER_STYLE),
    (Block((-30.0, -11.0), (0.0, 17.5), (1.0, 15.0)), PLASTER),
    (Block((-30.0, -11.4), (0.0, 13.6), (15.0, 26.0)), BRICK),
    (Block((-30.0, -16.2), (0.0, 15.2), (41.0, 60.0)), DARK_BRICK),
    (Block((-52.0, -30.0), (0.0, 18.0), (40.4, 60.0)), GREY),
    (Block((11.0, 32.0), (0.0, 18.0), (-4.0, 11.0)), DARK_BRICK),
    (Block((11.3, 32.0), (0.0, 11.8), (11.0, 20.5)), replace(PLASTER, seed=41)),
    (Block((15.0, 34.0), (0.0, 16.4), (41.0, 56.0)), replace(BRICK, seed=43, lit=0.2)),
    (Block((15.4, 34.0), (0.0, 12.0), (56.0, 72.0)), replace(GREY, seed=47)),
    (Block((15.0, 34.0), (0.0, 18.5), (72.0, 92.0)), replace(STONE, seed=53)),
    (Block((-14.0, 2.5), (0.0, 14.0), (64.0, 84.0)), replace(BRICK, seed=59)),
    (Block((-16.0, 1.0), (0.0, 17.0), (88.0, 112.0)), replace(PLASTER, seed=61)),
    (Block((-9.0, 0.0), (0.0, 50.0), (118.0, 132.0), yaw=9.0), replace(GREY, seed=67, lit=0.25)),
    (Block((-46.0, -32.0), (0.0, 47.0), (110.0, 128.0), yaw=-12.0), replace(GREY, seed=71)),
    (Block((32.0, 46.0), (0.0, 44.0), (120.0, 138.0), yaw=14.0), replace(GREY, seed=73)),
    (Block((27.0, 38.0), (0.0, 31.0), (150.0, 166.0), yaw=-6.0), replace(STONE, seed=79)),
    (Block((-2.0, 16.0), (0.0, 9.0), (215.0, 230.0), yaw=4.0), replace(BRICK, seed=83)),
    (Block((16.5, 40.0), (0.0, 13.0), (205.0, 225.0), yaw=-3.0), replace(PLASTER, seed=89)),
    (Block((-26.0, -3.0), (0.0, 15.0), (190.0, 210.0)), replace(DARK_BRICK, seed=97)),
)

ROADS: tuple[tuple[float, float, float, float], ...] = (
    (-6.6, 6.6, -60.0, 37.0),
    (-150.0, 150.0, 27.5, 37.0),
    (6.2, 12.6, 30.0, 600.0),
)
"""Carriageways as x0, x1, z0, z1; the rest of the ground is pavement."""

POSTS: tuple[tuple[float, float, float], ...] = (
    (7.4, 14.5, -1.0),
    (-7.4, 22.0, 1.0),
    (-1.2, 38.4, -1.0),
    (13.4, 45.0, -1.0),
    (5.4, 60.0, 1.0),
    (13.4, 76.0, -1.0),
)
"""Lamp posts as x, z and the side (along x) their arm reaches to."""

CARS: tuple[tuple[float, float, float, tuple[float, float, float]], ...] = (
    (5.5, 18.2, 90.0, (0.022, 0.026, 0.034)),
    (-10.4, 36.0, 0.0, (0.10, 0.022, 0.018)),
    (-5.6, 18.9, 90.0, (0.030, 0.022, 0.020)),
    (7.2, 48.0, 90.0, (0.05, 0.06, 0.08)),
)
"""Parked cars as x, z of the rear bumper's middle, heading in degrees (0 = +x), and paint."""


@dataclass(frozen=True)
class Street:
    """All facets, and the per-facet tables the shaders gather from (row 0 sky, row 1 ground).

    Rows are facets: gathering whole rows is four times faster than gathering columns.
    """

    facets: tuple[Facet, ...]
    material: Floats
    tower: Floats
    walls: Floats
    normal: Floats


@lru_cache(maxsize=1)
def street() -> Street:
    """The street, built once in each process."""
    facets = tuple(_facets())
    normal = np.stack([np.zeros(3), np.array([0.0, 1.0, 0.0]), *(f.normal for f in facets)])
    blank = [0.0] * len(_wall_row(facets[0]))
    return Street(
        facets,
        np.array([Material.SKY, Material.GROUND, *(f.material for f in facets)], np.uint8),
        np.array([False, False, *(f.tower for f in facets)]),
        np.array([blank, blank, *(_wall_row(f) for f in facets)], np.float32),
        normal.astype(np.float32),
    )


def tower_foot() -> Floats:
    """The tracked feature (1, 3): where the left jamb of the tower's door meets the pavement."""
    left, right = TOWER_BLOCK.x
    bays = round((right - left) / TOWER_STYLE.bay)
    bay = (right - left) / bays
    return np.array([[left + (bays // 2 + 0.5) * bay - DOOR / 2, 0.0, TOWER_BLOCK.z[0]]])


def _wall_row(facet: Facet) -> list[float]:
    """One facet's shading numbers: see ``facade`` for the order they are unpacked in."""
    style, first = facet.style, facet.corners[0]
    right = np.array([-facet.normal[2], 0.0, facet.normal[0]])
    spans = facet.corners @ right
    width = float(np.ptp(spans))
    bays = max(1, round(width / style.bay))
    top = float(facet.corners[:, 1].max())
    storeys = max(1, round((top - 1.0 - style.shop) / style.storey))
    storey = max(0.1, (top - 1.0 - style.shop) / storeys)
    geometry = [right[0], right[2], float(spans.min()), float(first[1])]
    rhythm = [width / bays, storey, style.shop, bays, storeys, *style.window, style.sill]
    return [*geometry, *rhythm, style.brick, style.lit, style.seed, *style.tint, top]


def _facets() -> Iterator[Facet]:
    for block, style in BUILDINGS:
        yield from building(block, style, tower=block is TOWER_BLOCK)
    for post in POSTS:
        yield from lamp_post(*post)
    for parked in CARS:
        yield from car(*parked)
