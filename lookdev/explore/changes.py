"""What changed between two looks, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lookdev.explore.values import shift
from lookdev.spec.base import Spec
from lookdev.spec.look import Layer, Look

MAX_PHRASES = 3


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
    yield from _differences("key light", before.light.model_dump(), after.light.model_dump())
    if after.measured != before.measured:
        yield "plate measured" if after.measured else "what was measured of the plate forgotten"


def _fields(layer: Layer) -> dict[str, Any]:
    """The layer's parameters by the shortest name that tells them apart: `opacity`.

    `steps` are the element's; those of its refinement are `refine steps`. What lies deeper is named
    with its group: `light wrap`.
    """
    fields = [(path, key, value) for path, key, value in _inside(layer, ()) if key != "name"]
    count = Counter(key for path, key, _ in fields if len(path) < 2)

    def name(path: tuple[str, ...], key: str) -> str:
        is_short = not path or (len(path) == 1 and (count[key] == 1 or path == ("element",)))
        return key if is_short else f"{path[-1]} {key}"

    return {name(path, key): value for path, key, value in fields}


def _inside(part: Spec, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Every value of a part and of the parts in it: the way to it, its name, itself."""
    values: list[tuple[tuple[str, ...], str, Any]] = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Spec):
            yield from _inside(value, (*path, name))
        else:
            values.append((path, name, value))
    yield from values


def _differences(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for field, value in new.items():
        if old[field] != value:
            name = f"{what} {field.replace('_', ' ')}"
            yield f"{name} {shift(old[field], value, prose=field.endswith('prompt'))}"
