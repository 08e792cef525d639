"""What a widget needs to know of every field of a spec: read from the spec, listed nowhere else."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from lookdev.spec.base import Spec

Kind = Literal[
    "text",
    "seed",
    "choice",
    "whole",
    "number",
    "flag",
    "colour",
    "size",
    "matte",
    "mattes",
    "model",
    "lora",
    "controlnet",
    "ipadapter",
    "reference",
    "fitted",
]
"""The five before the last name a card of that kind (`lookdev.spec.card.CardKind`);
`fitted` numbers are measured, and are no hand's."""

_REFERS: frozenset[str] = frozenset(
    (
        "seed",
        "colour",
        "size",
        "matte",
        "model",
        "lora",
        "controlnet",
        "ipadapter",
        "reference",
        "fitted",
    )
)
_AIMABLE = 10_000
"""The widest range that a slider is of use for."""


@dataclass(frozen=True)
class Knob:
    """One field, as a person meets it."""

    name: str
    kind: Kind
    help: str
    """The field's own docstring."""
    default: Any = None
    """JSON data; None where the field must be written."""
    is_curve: bool = False
    """Whether it may change over frames."""
    least: float | None = None
    """The lowest value, or what it must be above."""
    most: float | None = None
    slider: tuple[float, float] | None = None
    """The usual range, within the bounds; None where no hand could aim at a value."""
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`negative prompt`."""
        return self.name.replace("_", " ")


@lru_cache(maxsize=32)
def knobs(kind: type[Spec]) -> tuple[Knob, ...]:
    """The fields of a spec that are values, in the order of the spec; nested specs are left out."""
    properties = kind.model_json_schema()["properties"]
    return tuple(_knob(name, field) for name, field in properties.items() if not _is_nested(field))


def _is_nested(field: dict[str, Any]) -> bool:
    inside = field.get("items", {})
    return any("$ref" in place for place in (field, inside, *field.get("anyOf", [])))


def _knob(name: str, field: dict[str, Any]) -> Knob:
    forms = field.get("oneOf")
    value = forms[0] if forms else field
    bounds = value.get("prefixItems", [value])[0]  # of each part, where there are several
    least = bounds.get("minimum", bounds.get("exclusiveMinimum"))
    most = bounds.get("maximum")
    usual = value.get("x-slider")
    return Knob(
        name=name,
        kind=_kind(value),
        help=field.get("description", ""),
        default=field.get("default"),
        is_curve=forms is not None,
        least=least,
        most=most,
        slider=_slider(least, most, usual),
        step=value.get("x-step"),
        unit=value.get("x-unit", ""),
        choices=tuple(value.get("enum", ())),
    )


def _slider(
    least: float | None, most: float | None, usual: list[float] | None
) -> tuple[float, float] | None:
    if usual is not None:
        return usual[0], usual[1]
    if least is None or most is None or most - least > _AIMABLE:
        return None
    return least, most


def _kind(value: dict[str, Any]) -> Kind:
    refers = value.get("x-refers")
    if refers in _REFERS:
        kind: Kind = refers
        return kind
    if value.get("type") == "array":
        return "mattes"
    if "enum" in value:
        return "choice"
    plain: dict[str, Kind] = {"integer": "whole", "number": "number", "boolean": "flag"}
    return plain.get(value.get("type", ""), "text")
