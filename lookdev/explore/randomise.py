"""New seeds, and small random steps away from a look; what is locked stays."""

from collections.abc import Collection
from functools import cache
from random import Random
from typing import Any

from pydantic import BaseModel

from lookdev.spec import parameter
from lookdev.spec.look import Layer, Look

SEEDS = 1_000_000
"""New seeds lie below: short enough to be said aloud."""

_SHARE = 0.2
"""A value that has a size of its own moves by at most this share of it."""

_REACH = 0.1
"""One that starts at 0 moves by at most this, times the root of what its bounds span."""

Bounds = tuple[float, float]
"""Lowest and highest."""


def new_seed(random: Random) -> str:
    """A seed as a look holds it."""
    return str(random.randrange(SEEDS))


def new_seeds(look: Look, *, random: Random, locked: Collection[str] = ()) -> Look:
    """The look with another seed for every layer whose seed is not locked.

    Args:
        look: What it starts from.
        random: `random.SystemRandom()` at the desk.
        locked: Names of layers (`snow`), groups (`snow.element`) and parameters
            (`snow.element.seed`) that stay.
    """
    for layer in look.layers:
        name = f"{layer.name}.element.seed"
        if not is_locked(name, locked):
            seed = new_seed(random)
            while seed == layer.element.seed:
                seed = new_seed(random)
            look = parameter.replace(look, name, seed)
    return look


def nudged(
    look: Look,
    *,
    random: Random,
    locked: Collection[str] = (),
    groups: Collection[str] = ("blend",),
) -> Look:
    """The look with every fraction in these groups a small step away, within its field's bounds.

    Curves, words and whole numbers stay. A value whose field starts at something other than 0
    moves by up to a fifth of itself; one that starts at 0 by a step that suits its bounds: 0.6
    stops, 9 px of feather.
    """
    for layer in look.layers:
        for group in groups:
            for field, (default, bounds) in _numbers(group).items():
                name = f"{layer.name}.{group}.{field}"
                value = parameter.get(look, name)
                if not is_locked(name, locked) and not isinstance(value, dict):
                    look = parameter.replace(look, name, _step(value, default, bounds, random))
    return look


def is_locked(name: str, locked: Collection[str]) -> bool:
    """Whether a parameter, its group or its layer is among the locked names."""
    return any(name == lock or name.startswith(f"{lock}.") for lock in locked)


def _step(value: Any, default: Any, bounds: list[Bounds], random: Random) -> Any:
    if isinstance(value, list):
        items = zip(value, default, bounds, strict=True)
        return [_step(v, start, [bound], random) for v, start, bound in items]
    low, high = bounds[0]
    reach = _SHARE * abs(value) if default else _REACH * (high - low) ** 0.5
    return round(min(high, max(low, value + random.uniform(-reach, reach))), 3)


@cache
def _numbers(group: str) -> dict[str, tuple[Any, list[Bounds]]]:
    """The group's fields that are fractions between bounds: their default and bounds."""
    kind = Layer.model_fields[group].annotation
    assert isinstance(kind, type)
    assert issubclass(kind, BaseModel)
    fields = kind.model_json_schema()["properties"]
    found = {name: (field.get("default"), _bounds(field)) for name, field in fields.items()}
    return {name: (start, bounds) for name, (start, bounds) in found.items() if bounds}


def _bounds(field: dict[str, Any]) -> list[Bounds]:
    """Of a number, a curve (its number), or a row of numbers that has a default."""
    if "default" not in field:
        return []
    items = field.get("prefixItems") or [field.get("oneOf", [field])[0]]
    if not all(
        item.get("type") == "number" and {"minimum", "maximum"} <= set(item) for item in items
    ):
        return []
    return [(item["minimum"], item["maximum"]) for item in items]
