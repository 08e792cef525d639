"""YAML without surprises: what a person reads is what the program gets.

Plain scalars that YAML 1.1 and 1.2 read differently (`no`, `010`, `1e-3`, `12:30`, `.nan`),
duplicate keys, anchors, tags and several documents are refused, each with its line and the mend.
The rest is plain JSON data, which pydantic then validates strictly, as JSON.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lookdev.errors import SpecError
from lookdev.spec import yaml_writer
from lookdev.spec.base import IN_WORDS, Spec
from lookdev.spec.files import is_text
from lookdev.spec.yaml_reader import parameter_name, parse

S = TypeVar("S", bound=Spec)

MAX_BYTES = 4_000_000


def read(path: Path, kind: type[S]) -> S:
    """Read one YAML file as a spec.

    Raises:
        SpecError: The file is missing, is not strict YAML, or is not a valid `kind`; one sentence
            with file, line, field, value and mend.
    """
    data, lines = parse(_text_of(path), path)
    return _validate(data, kind, str(path), lines)


def validate(data: Any, kind: type[S], *, source: str) -> S:
    """Make a spec from JSON data; `source` names the origin in the error's sentence."""
    return _validate(data, kind, source, {})


def write(spec: Spec) -> str:
    """The spec's written fields as YAML that `read` takes back unchanged."""
    data = spec.model_dump(mode="json", exclude_unset=True)
    return yaml_writer.dump(data)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"{path}: larger than {MAX_BYTES} bytes; this is no parameters file")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{path}: is not UTF-8 text at byte {error.start}; save it as UTF-8"
        ) from error


def _validate(data: Any, kind: type[S], source: str, lines: Mapping[tuple[str, ...], int]) -> S:
    try:
        return kind.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = _place(data, first)
        line = next((lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in lines), None)
        where = source if line is None else f"{source}:{line}"
        raise SpecError(f"{where}: {_sentence(data, at, first)}") from error


def _place(data: Any, error: ErrorDetails) -> tuple[str, ...]:
    if error["type"] == "json_invalid":
        return _half_character(data, ()) or ()
    missing = error["type"] in ("missing", "extra_forbidden")
    return _walk(data, error["loc"], missing=missing)


def _half_character(data: Any, at: tuple[str, ...]) -> tuple[str, ...] | None:
    """Where a lone surrogate stands, which is no text; JSON makes a pair of them one character."""
    if isinstance(data, str):
        return None if is_text(json.loads(json.dumps(data))) else at
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
    inside = (_half_character(value, (*at, str(key))) for key, value in items)
    return next((place for place in inside if place is not None), None)


def _walk(data: Any, loc: Sequence[int | str], *, missing: bool) -> tuple[str, ...]:
    """The part of pydantic's location that is in the file: its union tags are dropped."""
    at: list[str] = []
    for n, part in enumerate(loc):
        if isinstance(data, list) and isinstance(part, int):
            data = data[part] if part < len(data) else None
        elif isinstance(data, dict) and str(part) in data:
            data = data[str(part)]
        elif not (missing and n == len(loc) - 1):
            continue
        at.append(str(part))
    return tuple(at)


def _sentence(data: Any, at: tuple[str, ...], error: ErrorDetails) -> str:
    name = parameter_name(data, at)
    value = json.dumps(error["input"], default=str)
    value = value if len(value) <= 60 else f"{value[:57]}..."
    match error["type"]:
        case "missing":
            return f"{name} is missing"
        case "extra_forbidden":
            return f"{name} is not a known field; remove it or mend its spelling"
        case "value_error" if not at:
            return str(error["ctx"]["error"])
        case "value_error":
            return f"{name} is {value}: {error['ctx']['error']}"
        case "string_type" if isinstance(error["input"], int | float):
            return f'{name} is {value}; it must be text: write "{value}"'
        case "string_pattern_mismatch":
            pattern = error["ctx"]["pattern"]
            wanted = IN_WORDS.get(pattern)
            return f"{name} is {value}; it must {f'be {wanted}' if wanted else f'match {pattern}'}"
        case "json_invalid":
            return f"{name} holds half a character (a lone surrogate); type the text anew"
        case _:
            return f"{name} is {value}; {_mend(error['msg'])}"


def _mend(message: str) -> str:
    """Of `Tuple should have at most 64 items after validation, not 65`, what a person can use."""
    _, should, rest = message.partition(" should ")
    if not should:
        return message[:1].lower() + message[1:]
    return f"it must {rest.replace(' after validation', '')}"
