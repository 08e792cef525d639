from random import Random

import pytest

from lookdev.errors import SpecError
from lookdev.explore.edits import add_layer, free_name, move_layer, remove_layer, rename_layer
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look

ELEMENT = {"prompt": "snow", "seed": "7", "size": [96, 54], "steps": 3}
LOOK = strict_yaml.validate(
    {
        "format": "look/1",
        "support": {"matte": "frame"},
        "layers": [{"name": name, "element": ELEMENT} for name in ("far", "snow", "near")],
    },
    Look,
    source="test",
)


def names(look: Look) -> list[str]:
    return [layer.name for layer in look.layers]


def test_a_new_layer_stands_in_front_and_has_the_front_ones_size_and_model() -> None:
    made = add_layer(LOOK, prompt="embers", random=Random(1))  # noqa: S311 no secret
    assert names(made) == ["far", "snow", "near", "near2"]
    element = made.layers[-1].element
    assert (element.size, element.steps, element.prompt) == ((96, 54), 3, "embers")
    assert element.seed != "7"
    assert names(add_layer(made)) == ["far", "snow", "near", "near2", "near3"]
    assert made.layers[:3] == LOOK.layers


def test_a_free_name_is_a_name() -> None:
    assert free_name(LOOK, "snow") == "snow2"
    assert free_name(add_layer(LOOK, name="snow2"), "snow2") == "snow3"
    assert len(free_name(LOOK, "a" * 63)) <= 63
    assert add_layer(rename_layer(LOOK, "near", "a" * 63)).layers[-1].name == "a" * 60 + "2"


def test_the_only_layer_is_not_removed() -> None:
    look = remove_layer(remove_layer(LOOK, "far"), "near")
    assert names(look) == ["snow"]
    with pytest.raises(SpecError, match="snow is the look's only layer; mute it"):
        remove_layer(look, "snow")


@pytest.mark.parametrize(
    ("by", "after"),
    [
        (1, ["snow", "far", "near"]),
        (2, ["snow", "near", "far"]),
        (99, ["snow", "near", "far"]),
        (0, ["far", "snow", "near"]),
        (-5, ["far", "snow", "near"]),
    ],
)
def test_a_layer_moves_as_far_as_it_goes(by: int, after: list[str]) -> None:
    assert names(move_layer(LOOK, "far", by)) == after


def test_a_name_that_is_taken_or_is_none_is_refused() -> None:
    assert names(rename_layer(LOOK, "snow", "ash")) == ["far", "ash", "near"]
    for new in ("far", "", "a b", "support", "9", "x" * 64):
        with pytest.raises(SpecError, match="rename snow: "):
            rename_layer(LOOK, "snow", new)
    with pytest.raises(SpecError, match="rain: there is no such layer; this look has far, snow"):
        rename_layer(LOOK, "rain", "ash")


def test_a_look_of_64_layers_takes_no_more() -> None:
    look = LOOK
    for _ in range(61):
        look = add_layer(look)
    with pytest.raises(SpecError, match=r"add layer: .*64"):
        add_layer(look)


def test_only_written_fields_stay_written() -> None:
    assert "blend" not in strict_yaml.write(move_layer(LOOK, "far", 1))
