"""YAML text as plain JSON data, with the line of each value; whatever is doubtful is refused."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lookdev.errors import SpecError
from lookdev.spec.yaml_scalars import AMBIGUOUS, FLOAT, INTEGER

Lines = dict[tuple[str, ...], int]
"""Line by place: `("layers", "0", "name")`."""

_MAX_DEPTH = 32
_SAFE_INTEGER = 2**53

_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
)


def parse(text: str, path: Path) -> tuple[Any, Lines]:
    """Read YAML text; `path` names it in messages.

    Raises:
        SpecError: The text is not strict YAML; names file, line and mend.
    """
    try:
        _refuse_anchors(text, path)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{path}:{line}: is not valid YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecError(
            f"{path}:{line}: holds the character U+{error.character:04X}, which YAML does not "
            "allow; remove it"
        ) from error
    if root is None:
        raise SpecError(f"{path}: is empty")
    reader = _Reader(path, _layer_names(root))
    return reader.plain(root, ()), reader.lines


def _refuse_anchors(text: str, path: Path) -> None:
    """Before composing, so that a bomb of nested aliases is never built."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SpecError(f"{path}:{line}: the anchor or alias {anchor} is refused; write it out")


def _layer_names(root: Node) -> dict[str, list[dict[str, str]]]:
    """The names of a look's layers, so that any error can name its parameter."""
    if not isinstance(root, MappingNode):
        return {}
    layers = [v.value for k, v in root.value if k.value == "layers" and isinstance(v, SequenceNode)]
    pairs = [layer.value if isinstance(layer, MappingNode) else [] for layer in chain(*layers)]
    return {"layers": [{k.value: v.value for k, v in pair if k.value == "name"} for pair in pairs]}


class _Reader:
    """Turns YAML nodes into JSON data, and remembers on which line each value stands."""

    def __init__(self, path: Path, names: dict[str, list[dict[str, str]]]) -> None:
        self.lines: Lines = {}
        self._path = path
        self._names = names

    def plain(self, node: Node, at: tuple[str, ...]) -> Any:
        self.lines[at] = node.start_mark.line + 1
        if len(at) > _MAX_DEPTH:
            raise self._refusal(node, f"is nested deeper than {_MAX_DEPTH} levels")
        if node.tag not in _PLAIN_TAGS:
            raise self._refusal(node, f"the tag {node.tag} is refused; write plain YAML")
        if isinstance(node, ScalarNode):
            return self._scalar(node, at)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*at, str(i))) for i, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._mapping(node, at)

    def _mapping(self, node: MappingNode, at: tuple[str, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self._refusal(key_node, "a key must be a word or a number")
            key = key_node.value
            ambiguous = not INTEGER.fullmatch(key) and AMBIGUOUS.fullmatch(key)
            if key_node.style is None and ambiguous:
                raise self._refusal(key_node, f'the key {key} is ambiguous in YAML; write "{key}"')
            if key in result:
                raise self._refusal(key_node, f"the key {key} stands twice; keep one")
            result[key] = self.plain(value_node, (*at, key))
        return result

    def _scalar(self, node: ScalarNode, at: tuple[str, ...]) -> Any:
        text: str = node.value
        if node.style is not None:
            return text
        if text in ("true", "false"):
            return text == "true"
        if text in ("", "null"):
            return None
        name = parameter_name(self._names, at)
        if INTEGER.fullmatch(text):
            if abs(int(text)) > _SAFE_INTEGER:
                raise self._refusal(node, f'{name} is {text}, above 2^53; write "{text}"')
            return int(text)
        if FLOAT.fullmatch(text):
            return float(text)
        if AMBIGUOUS.fullmatch(text):
            mend = f'write "{text}" for text, or a plain decimal number'
            raise self._refusal(node, f"{name} is {text}, which is ambiguous in YAML; {mend}")
        return text

    def _refusal(self, node: Node, sentence: str) -> SpecError:
        return SpecError(f"{self._path}:{node.start_mark.line + 1}: {sentence}")


def parameter_name(data: Any, at: Sequence[str]) -> str:
    """A place in a look as its parameter's name: `layers.0.blend` is `snow.blend`."""
    if len(at) >= 2 and at[0] == "layers":
        try:
            layer = data["layers"][int(at[1])]["name"]
        except (LookupError, TypeError):
            layer = f"layers.{at[1]}"
        return ".".join([str(layer), *at[2:]])
    return ".".join(at) or "the file"
