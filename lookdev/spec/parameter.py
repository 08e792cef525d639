"""One parameter of a look by its name: `snow.element.seed`, `support.ramp`.

The same name is used in YAML messages, a wedge's axes and widgets.
"""

from collections.abc import Iterator
from typing import Any

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.base import Spec
from lookdev.spec.blending import KeyLight
from lookdev.spec.knobs import Knob, knobs
from lookdev.spec.look import Layer, Look, Support

OF_LOOK: dict[str, type[Spec]] = {"support": Support, "light": KeyLight}
"""Parts that are the look's own, and no layer's."""


def get(look: Look, name: str) -> Any:
    """The parameter's value as JSON data, defaults included.

    Raises:
        SpecError: The look has no such parameter.
    """
    place, key = _place(look.model_dump(mode="json"), name)
    return place[key]


def names(look: Look) -> dict[str, Knob]:
    """Every parameter of the look by its name, in the order of the spec, layer by layer."""
    found = {n: knob for part, kind in OF_LOOK.items() for n, knob in _below(kind, part)}
    for layer in look.layers:
        found |= dict(_below(Layer, layer.name))
        del found[f"{layer.name}.name"]
    return found


def replace(look: Look, name: str, value: Any) -> Look:
    """A new validated look with one parameter changed; only written fields stay written.

    Raises:
        SpecError: The look has no such parameter, or the value is not allowed.
    """
    get(look, name)
    data = look.model_dump(mode="json", exclude_unset=True)
    place, key = _place(data, name, make=True)
    place[key] = value
    return strict_yaml.validate(data, Look, source=_short(f"{name}={value}"))


def _place(data: Any, name: str, *, make: bool = False) -> tuple[Any, str]:
    head, *rest = name.split(".")
    layers = {layer["name"]: layer for layer in data["layers"]}
    if make and head in OF_LOOK:
        data.setdefault(head, {})
    place = data[head] if head in OF_LOOK else layers.get(head)
    if place is None or not rest:
        known = ", ".join([*OF_LOOK, *layers])
        raise SpecError(f"{name}: names no parameter; it must start with one of {known}")
    for part in rest[:-1]:
        inner = place.setdefault(part, {}) if make else place.get(part)
        if not isinstance(inner, dict):
            raise SpecError(f"{name}: {part} has no such field")
        place = inner
    if not make and rest[-1] not in place:
        raise SpecError(f"{name}: no such field; {head} has {', '.join(place)}")
    return place, rest[-1]


def _below(kind: type[Spec], path: str) -> Iterator[tuple[str, Knob]]:
    for name, field in kind.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Spec):
            yield from _below(field.annotation, f"{path}.{name}")
    yield from ((f"{path}.{knob.name}", knob) for knob in knobs(kind))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
