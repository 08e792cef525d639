"""JSON from outside: one object, read without guessing."""

import json
from typing import Any

from lookdev.errors import TrustError


def read_object(data: bytes, *, source: str) -> dict[str, Any]:
    """The JSON object in `data`.

    Raises:
        TrustError: It is no UTF-8, no JSON, no object, or a key stands twice in an object (readers
            differ on which one counts).
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        why = error if type(error) is ValueError else "it is no JSON"
        raise TrustError(f"{source}: is damaged: {why}") from error
    if not isinstance(value, dict):
        raise TrustError(f"{source}: is damaged: it is no JSON object")
    return value


def require_fields(found: dict[str, Any], wanted: dict[str, type], *, source: str) -> None:
    """Raise a TrustError unless exactly the wanted fields are there, each of its type."""
    unknown, missing = sorted(set(found) - set(wanted)), sorted(set(wanted) - set(found))
    if unknown:
        raise TrustError(f"{source}: is damaged: {short(unknown[0])} is not a known field")
    if missing:
        raise TrustError(f"{source}: is damaged: {missing[0]} is missing")
    for name, kind in wanted.items():
        if type(found[name]) is not kind:
            raise TrustError(f"{source}: is damaged: {name} is {short(found[name])}")


def short(value: object) -> str:
    """A value as it can stand in a sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{short(name)} stands twice")
        found[name] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
