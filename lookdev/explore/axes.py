"""A wedge's axes: which parameter takes which values."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from lookdev.errors import SpecError
from lookdev.explore.alternatives import expanded
from lookdev.spec import parameter
from lookdev.spec.look import Look

MAX_CELLS = 4096

_NUMBER = r"-?[0-9]{1,20}(\.[0-9]{1,20})?"
_RANGE = re.compile(rf"(?P<first>{_NUMBER})\.\.(?P<last>{_NUMBER})(:(?P<step>{_NUMBER}))?")
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|(?:\{[^{}"]*\}|[^,"])++)\s*(?:,|$)')


@dataclass(frozen=True)
class Axis:
    """One parameter and its values, as JSON data."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Variant:
    """One cell of a wedge: a look, and what is different about it."""

    look: Look
    settings: tuple[tuple[str, Any], ...]

    @property
    def label(self) -> tuple[str, ...]:
        """`("snow.element.seed=3", "dust.blend.opacity=0.5")`."""
        return tuple(f"{name}={value}" for name, value in self.settings)


def parse_axis(text: str, look: Look) -> Axis:
    r"""`snow.element.seed=1..8:2`, `dust.blend.opacity=0.5,1.0`, `snow.element.prompt="ash",snow`.

    A range takes in its last value where the step meets it. Text values that hold a comma or that
    look like a range stand in double quotes. Of text, `{light|heavy} snow` is two values, and
    several groups multiply; a brace or a bar itself is written `\{`, `\|`, `\}` in double quotes.

    Raises:
        SpecError: The text is no axis, or the look has no such parameter.
    """
    name, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise SpecError(f"axis {text!r}: write it as NAME=VALUES, e.g. snow.element.seed=1..8")
    now = parameter.get(look, name)
    items = _items(values, text)
    if isinstance(now, bool):
        found: tuple[Any, ...] = tuple(_flag(item, text) for item in items)
    else:
        as_text = isinstance(now, str)
        found = tuple(v for item in items for v in _values(item, text, as_text=as_text))
    if len({repr(_normal(value)) for value in found}) != len(found):
        raise SpecError(f"axis {_short(text)!r}: names a value twice; keep one")
    return Axis(name, found)


def variants(look: Look, axes: list[Axis]) -> list[list[Variant]]:
    """Every combination, as rows of the sheet: the last axis runs across.

    Raises:
        SpecError: A value is not allowed for its parameter, two axes set the same parameter, or
            there are more than `MAX_CELLS` cells.
    """
    names = [axis.name for axis in axes]
    if len(set(names)) != len(names):
        raise SpecError(f"axes: a parameter stands twice among {', '.join(names)}")
    count = 1
    for axis in axes:
        count *= len(axis.values)
    if count > MAX_CELLS:
        raise SpecError(f"axes: make {count} cells, above {MAX_CELLS}; take fewer values")
    rows = []
    for outer in product(*(axis.values for axis in axes[:-1])):
        row = [(*outer, last) for last in axes[-1].values]
        rows.append([_variant(look, tuple(zip(names, values, strict=True))) for values in row])
    return rows


def _variant(look: Look, settings: tuple[tuple[str, Any], ...]) -> Variant:
    for name, value in settings:
        look = parameter.replace(look, name, value)
    return Variant(look, settings)


def _items(values: str, text: str) -> list[str]:
    items, at = [], 0
    while at < len(values):
        match = _ITEM.match(values, at)
        if match is None:
            raise SpecError(f"axis {_short(text)!r}: its values cannot be read at {values[at:]!r}")
        items.append(match[1].strip())
        at = match.end()
    return items


def _values(item: str, text: str, *, as_text: bool) -> list[Any]:
    quoted = item.startswith('"')
    span = None if quoted else _RANGE.fullmatch(item)
    if span:
        numbers = _steps(Decimal(span["first"]), Decimal(span["last"]), span["step"], text)
        return [str(n) if as_text else _number(n) for n in numbers]
    if as_text:
        return _texts(item[1:-1] if quoted else item, text, quoted=quoted)
    if quoted:
        return [re.sub(r"\\(.)", r"\1", item[1:-1])]
    return [_number(Decimal(item))] if re.fullmatch(_NUMBER, item) else [item]


def _flag(item: str, text: str) -> bool:
    if item not in ("true", "false"):
        raise SpecError(f"axis {text!r}: {item} is neither true nor false")
    return item == "true"


def _texts(item: str, text: str, *, quoted: bool) -> list[Any]:
    try:
        found = expanded(item, most=MAX_CELLS, escapes=quoted)
    except ValueError as error:
        raise SpecError(f"axis {_short(text)!r}: {error}") from error
    return [" ".join(value.split()) if value != item else value for value in found]


def _steps(first: Decimal, last: Decimal, step: str | None, text: str) -> list[Decimal]:
    """Decimal, so that 0.1 steps end where they should."""
    size = Decimal(step or 1)
    if size <= 0 or last < first:
        raise SpecError(f"axis {text!r}: a range runs upwards, as 1..8 or 0.2..1.0:0.2")
    count = int((last - first) / size) + 1
    if count > MAX_CELLS:
        raise SpecError(f"axis {text!r}: has {count} values, above {MAX_CELLS}; take a larger step")
    return [first + size * n for n in range(count)]


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."


def _normal(value: Any) -> Any:
    """The value as a look's digest has it: 0.0 and 0 make the same look."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: Decimal) -> int | float:
    return (
        int(value) if value == value.to_integral_value() and "." not in str(value) else float(value)
    )
