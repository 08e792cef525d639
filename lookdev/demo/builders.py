"""What stands in the street, facet by facet: buildings, lamp posts and cars."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lookdev.demo.arrays import Floats
from lookdev.demo.solids import Block, Facet, Material, Style, extrusion

_IRON = Style((0.03, 0.03, 0.032))


def building(block: Block, style: Style, *, tower: bool) -> Iterator[Facet]:
    """Walls, a projecting cornice, a string course over the shops and things on the roof."""
    yield from block.facets(Material.WALL, style, tower=tower)
    top = block.y[1]
    trim = replace(style, tint=_lighter(style.tint))
    for low, high, out in ((top - 0.75, top - 0.3, 0.45), (top - 1.0, top - 0.75, 0.22)):
        yield from _band(block, low, high, out).facets(Material.PLAIN, trim, tower=tower)
    shop = _band(block, style.shop - 0.28, style.shop, 0.18)
    yield from shop.facets(Material.PLAIN, trim, tower=tower)
    if tower:
        yield from _ornament(block, trim)
    rng = np.random.default_rng(style.seed)
    for _ in range(4):
        x = rng.uniform(block.x[0] + 1.0, block.x[1] - 2.5)
        z = rng.uniform(block.z[0] + 0.8, min(block.z[0] + 9.0, block.z[1] - 2.5))
        wide, tall = rng.uniform(0.7, 2.0), rng.uniform(1.0, 2.6)
        stack = Block((x, x + wide), (top - 0.2, top + tall), (z, z + 0.9))
        yield from stack.facets(Material.PLAIN, style, tower=tower)


def _ornament(block: Block, trim: Style) -> Iterator[Facet]:
    """The tower's ledges under every storey's sills, and piers at its street corners."""
    top = block.y[1] - 1.0
    storeys = round((top - trim.shop) / trim.storey)
    rise = (top - trim.shop) / storeys
    for storey in range(1, storeys):
        level = trim.shop + storey * rise
        ledge = _band(block, level + 0.32, level + 0.5, 0.14)
        yield from ledge.facets(Material.PLAIN, trim, tower=True)
    front = block.z[0]
    for x in block.x:
        pier = Block((x - 0.12, x + 0.12), (0.0, top), (front - 0.12, front + 0.5))
        inset = replace(pier, x=(x - 0.12, x + 0.45) if x == block.x[0] else (x - 0.45, x + 0.12))
        yield from inset.facets(Material.PLAIN, trim, tower=True)


def _band(block: Block, low: float, high: float, out: float) -> Block:
    return Block(
        (block.x[0] - out, block.x[1] + out),
        (low, high),
        (block.z[0] - out, block.z[1] + out),
        block.yaw,
    )


def _lighter(tint: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = (0.75 * value + 0.10 for value in tint)
    return red, green, blue


def lamp_post(x: float, z: float, side: float) -> Iterator[Facet]:
    """A post at x, z in metres whose arm reaches to ``side`` (-1 or 1) along x."""
    reach = sorted((x, x + 1.6 * side))
    head = sorted((x + 1.1 * side, x + 1.9 * side))
    for block, material in (
        (Block((x - 0.11, x + 0.11), (0.0, 1.2), (z - 0.11, z + 0.11), 45.0), Material.PLAIN),
        (Block((x - 0.06, x + 0.06), (1.2, 7.2), (z - 0.06, z + 0.06), 45.0), Material.PLAIN),
        (Block((reach[0], reach[1]), (7.1, 7.2), (z - 0.05, z + 0.05)), Material.PLAIN),
        (Block((head[0], head[1]), (7.06, 7.24), (z - 0.16, z + 0.16)), Material.PLAIN),
        (Block((head[0] + 0.1, head[1] - 0.1), (7.0, 7.06), (z - 0.11, z + 0.11)), Material.LAMP),
    ):
        yield from block.facets(material, _IRON)


_LENS = ((-0.02, 0.66), (-0.02, 0.82), (0.12, 0.82), (0.12, 0.66))
_PLATE = ((-0.015, 0.5), (-0.015, 0.61), (0.1, 0.61), (0.1, 0.5))
_BUMPER = ((-0.06, 0.3), (-0.06, 0.47), (0.2, 0.47), (0.2, 0.3))


def _rear(origin: Floats, along: Floats, across: Floats) -> Iterator[Facet]:
    """Tail lamps, number plate and bumper: without them a parked car is a bar of soap."""
    red, white, black = (Style(tint) for tint in ((0.30, 0.012, 0.01), (0.5,) * 3, (0.02,) * 3))
    fittings = [(_LENS, side * 0.66, 0.32, red) for side in (-1.0, 1.0)]
    fittings += [(_PLATE, 0.0, 0.52, white), (_BUMPER, 0.0, 1.7, black)]
    for profile, aside, width, style in fittings:
        place = origin + aside * across
        for corners, normal in extrusion(profile, origin=place, along=along, width=width):
            yield Facet(corners, normal, Material.PLAIN, style)


_BODY = ((0.0, 0.34), (0.02, 0.66), (0.14, 0.9), (1.0, 0.98), (3.1, 0.98), (4.1, 0.82), (4.3, 0.5))
_CABIN = ((0.42, 0.95), (0.95, 1.38), (1.35, 1.45), (2.25, 1.44), (3.15, 0.97))


def car(x: float, z: float, heading: float, tint: tuple[float, float, float]) -> Iterator[Facet]:
    """A saloon: rear bumper's middle at x, z in metres, heading in degrees from +x, paint."""
    turn = math.radians(heading)
    along = np.array([math.cos(turn), 0.0, math.sin(turn)])
    origin = np.array([x, 0.0, z])
    body, glass, tyre = Style(tint), Style((0.012, 0.013, 0.015)), Style((0.012, 0.012, 0.012))
    floor = (*_BODY, (4.28, 0.26), (0.1, 0.24))
    angles = np.linspace(0.0, math.tau, 14, endpoint=False)
    wheel = [(0.32 * math.cos(a), 0.32 + 0.32 * math.sin(a)) for a in angles]
    parts = [(floor, 0.0, 1.72, body), (_CABIN, 0.0, 1.42, glass)]
    parts += [(tuple(wheel), at, 1.76, tyre) for at in (0.82, 3.45)]
    # The roof is a thin painted lid over the glasshouse.
    parts += [(((0.93, 1.36), (1.32, 1.475), (2.28, 1.465), (2.4, 1.38)), 0.0, 1.44, body)]
    across = np.array([along[2], 0.0, -along[0]])
    yield from _rear(origin, along, across)
    for profile, shift, width, style in parts:
        material = Material.PLAIN if style is tyre else Material.PAINT
        solid = extrusion(profile, origin=origin + along * shift, along=along, width=width)
        for corners, normal in solid:
            yield Facet(corners, normal, material, style)
