"""YAML without surprises: what a person reads is what the program gets.

Plain scalars that YAML 1.1 and 1.2 read differently (`no`, `010`, `1e-3`, `12:30`, `.nan`),
duplicate keys, anchors, tags and several documents are refused, each with its line and the mend.
The rest is plain JSON data, which pydantic then validates strictly, as JSON.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lookdev.errors import SpecError
from lookdev.spec.base import Spec

S = TypeVar("S", bound=Spec)

MAX_BYTES = 4_000_000
_MAX_DEPTH = 32
_SAFE_INTEGER = 2**53

_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
)

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?")
_AMBIGUOUS = re.compile(
    r"""~|y|n|yes|no|on|off|true|false|null|=|<<  # words that some YAML converts
    |[-+]?\.(inf|nan)|[-+]?\.[0-9].*|[-+]?[0-9][0-9_.,]*([eE][-+]?[0-9]*)?  # odd numbers
    |[-+]?0[xob][0-9a-f_]+|[-+]?[0-9][0-9_]*(:[0-9.]+)+     # other bases, base 60
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\ ].*)?              # dates
    """,
    re.IGNORECASE | re.VERBOSE,
)


def read(path: Path, kind: type[S]) -> S:
    """Read one YAML file as a spec.

    Raises:
        SpecError: The file is missing, is not strict YAML, or is not a valid `kind`; one sentence
            with file, line, field, value and mend.
    """
    data, lines = _parse(_text_of(path), path)
    return _validate(data, kind, str(path), lines)


def validate(data: Any, kind: type[S], *, source: str) -> S:
    """Make a spec from JSON data; `source` names the origin in the error's sentence."""
    return _validate(data, kind, source, {})


def write(spec: Spec) -> str:
    """The spec's written fields as YAML that `read` takes back unchanged."""
    data = spec.model_dump(mode="json", exclude_unset=True)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"{path}: larger than {MAX_BYTES} bytes; this is no parameters file")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{path}: is not UTF-8 text at byte {error.start}; save it as UTF-8"
        ) from error


def _parse(text: str, path: Path) -> tuple[Any, dict[tuple[str, ...], int]]:
    try:
        _refuse_anchors(text, path)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{path}:{line}: is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise SpecError(f"{path}: is not valid YAML: {error}") from error
    if root is None:
        raise SpecError(f"{path}: is empty")
    lines: dict[tuple[str, ...], int] = {}
    return _plain(root, (), path, lines), lines


def _refuse_anchors(text: str, path: Path) -> None:
    """Before composing, so that a bomb of nested aliases is never built."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SpecError(f"{path}:{line}: the anchor or alias {anchor} is refused; write it out")


def _plain(node: Node, at: tuple[str, ...], path: Path, lines: dict[tuple[str, ...], int]) -> Any:
    line = node.start_mark.line + 1
    lines[at] = line
    where = f"{path}:{line}"
    if len(at) > _MAX_DEPTH:
        raise SpecError(f"{where}: nested deeper than {_MAX_DEPTH} levels")
    if isinstance(node, ScalarNode):
        return _scalar(node, where, at)
    if node.tag not in _PLAIN_TAGS:
        raise SpecError(f"{where}: the tag {node.tag} is refused; write plain YAML")
    if isinstance(node, SequenceNode):
        return [_plain(item, (*at, str(i)), path, lines) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else None
        where = f"{path}:{key_node.start_mark.line + 1}"
        if key is None:
            raise SpecError(f"{where}: a key must be a word or a number")
        if key_node.style is None and not _INTEGER.fullmatch(key) and _AMBIGUOUS.fullmatch(key):
            raise SpecError(f'{where}: the key {key} is ambiguous in YAML; write "{key}"')
        if key in result:
            raise SpecError(f"{where}: the key {key} stands twice; keep one")
        result[key] = _plain(value_node, (*at, key), path, lines)
    return result


def _scalar(node: ScalarNode, where: str, at: tuple[str, ...]) -> Any:
    text: str = node.value
    if node.style is not None:
        return text
    if node.tag not in _PLAIN_TAGS:
        raise SpecError(f"{where}: the tag {node.tag} is refused; write plain YAML")
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null"):
        return None
    if _INTEGER.fullmatch(text):
        if abs(int(text)) > _SAFE_INTEGER:
            raise SpecError(f'{where}: {".".join(at)} is {text}, above 2^53; write "{text}"')
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _AMBIGUOUS.fullmatch(text):
        raise SpecError(
            f"{where}: {'.'.join(at)} is {text}, which is ambiguous in YAML; "
            f'write "{text}" for text, or a plain decimal number'
        )
    return text


def _validate(data: Any, kind: type[S], source: str, lines: Mapping[tuple[str, ...], int]) -> S:
    try:
        return kind.model_validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        at = _walk(data, first["loc"], missing=first["type"] in ("missing", "extra_forbidden"))
        line = next((lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in lines), None)
        where = source if line is None else f"{source}:{line}"
        raise SpecError(f"{where}: {_sentence(data, at, first)}") from error


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
            return f"{name} is {value}; it must match {error['ctx']['pattern']}"
        case _:
            message = error["msg"].removeprefix("Input should ").removeprefix("be ")
            return f"{name} is {value}; it must be {message}"


def parameter_name(data: Any, at: Sequence[str]) -> str:
    """A place in a look as its parameter's name: `layers.0.blend` is `snow.blend`."""
    if len(at) >= 2 and at[0] == "layers":
        try:
            layer = data["layers"][int(at[1])]["name"]
        except (LookupError, TypeError):
            layer = f"layers.{at[1]}"
        return ".".join([str(layer), *at[2:]])
    return ".".join(at) or "the file"


class _Dumper(yaml.SafeDumper):
    """Quotes what `read` would find ambiguous, and keeps short lists on one line."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    doubtful = _INTEGER.fullmatch(text) or _FLOAT.fullmatch(text) or _AMBIGUOUS.fullmatch(text)
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if doubtful or not text else None
    )


def _represent_float(dumper: yaml.SafeDumper, number: float) -> ScalarNode:
    text = repr(number)
    mantissa, e, exponent = text.partition("e")
    if e and "." not in mantissa:
        text = f"{mantissa}.0e{exponent}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


def _represent_mapping(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> MappingNode:
    keyed = {int(k) if _INTEGER.fullmatch(k) else k: v for k, v in mapping.items()}
    return dumper.represent_mapping("tag:yaml.org,2002:map", keyed.items())


def _represent_list(dumper: yaml.SafeDumper, items: list[Any]) -> SequenceNode:
    flat = all(not isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_float)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)
