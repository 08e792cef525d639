"""JSON data as YAML that our reader takes back unchanged."""

from typing import Any

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from lookdev.spec.yaml_scalars import AMBIGUOUS, FLOAT, INTEGER


def dump(data: Any) -> str:
    """The data as YAML text, in its own order."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Quotes what `read` would find ambiguous, and keeps short lists on one line."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    doubtful = INTEGER.fullmatch(text) or FLOAT.fullmatch(text) or AMBIGUOUS.fullmatch(text)
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str",
        text,
        style='"' if doubtful or not text.isprintable() or not text else None,
    )


def _represent_float(dumper: yaml.SafeDumper, number: float) -> ScalarNode:
    text = repr(number)
    mantissa, e, exponent = text.partition("e")
    if e and "." not in mantissa:
        text = f"{mantissa}.0e{exponent}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


def _represent_mapping(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> MappingNode:
    keyed = {int(k) if INTEGER.fullmatch(k) else k: v for k, v in mapping.items()}
    return dumper.represent_mapping("tag:yaml.org,2002:map", keyed.items())


def _represent_list(dumper: yaml.SafeDumper, items: list[Any]) -> SequenceNode:
    flat = all(not isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_float)
_Dumper.add_representer(dict, _represent_mapping)
_Dumper.add_representer(list, _represent_list)
