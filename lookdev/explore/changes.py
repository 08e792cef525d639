"""What changed between two looks, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lookdev.explore.values import shift
from lookdev.spec.look import Layer, Look

MAX_PHRASES = 3

_GROUPS = ("element", "control", "motion", "patch", "guides", "refine", "blend")


def words(before: Look, after: Look) -> str:
    """What changed, for people: "snow seed 7 → 12, dust opacity 0.50 → 0.65 and 4 more"."""
    phrases = list(_phrases(before, after))
    if not phrases:
        return "nothing changed"
    shown, more = phrases[:MAX_PHRASES], len(phrases) - MAX_PHRASES
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def renamed(before: Look, after: Look) -> dict[str, str]:
    """Layers that only have another name now: old name to new."""
    old = {layer.name: layer for layer in before.layers}
    new = {layer.name: layer for layer in after.layers}
    found: dict[str, str] = {}
    for name in (name for name in old if name not in new):
        alike = old[name].model_copy
        match = (
            other
            for other in new
            if other not in old
            and other not in found.values()
            and alike(update={"name": other}) == new[other]
        )
        if (other := next(match, None)) is not None:
            found[name] = other
    return found


def _phrases(before: Look, after: Look) -> Iterator[str]:
    names = renamed(before, after)
    old = {names.get(layer.name, layer.name): layer for layer in before.layers}
    new = {layer.name: layer for layer in after.layers}
    yield from (f"{was} renamed {name}" for was, name in names.items())
    yield from (f"layer {name} added" for name in new if name not in old)
    yield from (f"{name} removed" for name in old if name not in new)
    if [n for n in new if n in old] != [n for n in old if n in new]:
        yield f"layers reordered: {', '.join(new)}"
    for name in (name for name in new if name in old):
        yield from _differences(name, _fields(old[name]), _fields(new[name]))
    yield from _differences("support", before.support.model_dump(), after.support.model_dump())


def _fields(layer: Layer) -> dict[str, Any]:
    """The layer's parameters by the shortest name that tells them apart: `opacity`.

    `steps` are the element's; those of its refinement are `refine steps`.
    """
    data = layer.model_dump(exclude={"name"})
    inner = [(group, key, value) for group in _GROUPS for key, value in data.pop(group).items()]
    count = Counter([*data, *(key for _, key, _ in inner)])
    named = {
        key if count[key] == 1 or group == "element" else f"{group} {key}": value
        for group, key, value in inner
    }
    return {**named, **data}


def _differences(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for field, value in new.items():
        if old[field] != value:
            name = f"{what} {field.replace('_', ' ')}"
            yield f"{name} {shift(old[field], value, prose=field.endswith('prompt'))}"
