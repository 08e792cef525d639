"""Seed neighbours of a layer: looks whose noise lies between two seeds, or near one."""

from collections.abc import Sequence
from dataclasses import dataclass

from lookdev.spec import parameter
from lookdev.spec.look import Look

COUNT = 7
"""Of a strip from A to B, both ends included."""

NEAR = 0.3
"""How far a near neighbour lies on the way to another seed."""


@dataclass(frozen=True)
class Neighbour:
    """One of them."""

    label: str
    look: Look


def between(look: Look, layer: str, *, other: str) -> list[Neighbour]:
    """A strip from the layer's seed (A) to its variation seed (B), spherically interpolated.

    Args:
        look: What it starts from.
        layer: The layer's name.
        other: The seed that is B where the layer has none yet ("0").
    """
    now = parameter.get(look, f"{layer}.element.variation_seed")
    end = other if now == "0" else now
    towards = parameter.replace(look, f"{layer}.element.variation_seed", end)
    start = parameter.get(look, f"{layer}.element.seed")
    found = []
    for n in range(COUNT):
        share = round(n / (COUNT - 1), 3)
        name = f"A {start}" if n == 0 else f"B {end}" if n == COUNT - 1 else f"{share:g}"
        found.append(Neighbour(name, _turned(towards, layer, share)))
    return found


def around(look: Look, layer: str, others: Sequence[str]) -> list[Neighbour]:
    """Near neighbours: the layer's seed, turned a little way towards each of the others."""
    found = []
    for other in others:
        towards = parameter.replace(look, f"{layer}.element.variation_seed", other)
        found.append(Neighbour(f"{NEAR:g} to {other}", _turned(towards, layer, NEAR)))
    return found


def _turned(look: Look, layer: str, share: float) -> Look:
    return parameter.replace(look, f"{layer}.element.variation", share)
