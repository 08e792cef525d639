import json
from pathlib import Path

import pytest

from lookdev.errors import SpecError
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.digest import digest
from lookdev.spec.look import Look
from lookdev.spec.schemas import KINDS, write_schemas

DATA = {
    "format": "look/1",
    "support": {"matte": "frame"},
    "layers": [{"name": "snow", "element": {"prompt": "snow", "seed": "7", "size": [96, 54]}}],
}


def look(**changes: object) -> Look:
    return strict_yaml.validate({**DATA, **changes}, Look, source="test")


def test_digest_is_of_the_written_fields() -> None:
    before = look()
    default = parameter.get(before, "snow.blend.opacity")
    written = parameter.replace(before, "snow.blend.opacity", default)
    assert default == 1.0
    assert written.layers[0].blend.opacity == before.layers[0].blend.opacity
    assert digest(written) != digest(before)
    assert digest(look()) == digest(before)
    assert digest(before) == "2d90ce538ef22316e67c19546050f5f4e7aefd1fd897bd5ffbab52e2a778d0fa"


def test_layer_order_is_part_of_the_digest() -> None:
    two = [
        DATA["layers"][0],
        {"name": "dust", "element": {"prompt": "dust", "seed": "1", "size": [96, 54]}},
    ]
    assert digest(look(layers=two)) != digest(look(layers=two[::-1]))


def test_one_name_for_one_parameter() -> None:
    made = parameter.replace(look(), "snow.element.seed", "8")
    assert parameter.get(made, "snow.element.seed") == "8"
    assert made.layers[0].element.seed == "8"
    assert parameter.get(made, "support.ramp") == 16.0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("rain.element.seed", "1", "it must start with one of support, light, snow"),
        ("snow.element.sed", "1", "no such field"),
        ("snow.blend.opacity", 1.5, "snow.blend.opacity is 1.5"),
        ("snow.element.seed", 8, 'write "8"'),
        ("snow", "1", "names no parameter"),
        ("snow.blend.opacity.x", 1.0, "no such field"),
    ],
)
def test_a_wrong_name_or_value_is_refused(name: str, value: object, sentence: str) -> None:
    with pytest.raises(SpecError) as refusal:
        parameter.replace(look(), name, value)
    assert sentence in str(refusal.value)


def test_schemas_describe_every_field(tmp_path: Path) -> None:
    written = write_schemas(tmp_path)
    assert {p.stem for p in written} == set(KINDS)
    schema = json.loads((tmp_path / "look.json").read_text())
    for name in ("ElementParams", "Control", "Motion", "Blend", "Support"):
        for field, described in schema["$defs"][name]["properties"].items():
            assert described.get("description"), f"{name}.{field} has no help"
