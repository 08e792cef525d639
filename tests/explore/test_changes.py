from typing import Any

import pytest

from lookdev.explore.changes import renamed, words
from lookdev.explore.edits import add_layer, move_layer, remove_layer, rename_layer
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.look import Look


def layer(name: str, **parts: Any) -> dict[str, Any]:
    element = {"prompt": f"light {name}, at night", "seed": "7", "size": [96, 54]}
    return {"name": name, "element": element, **parts}


LOOK = strict_yaml.validate(
    {
        "format": "look/1",
        "support": {"matte": "frame"},
        "layers": [
            layer("snow", holdouts=["tower"], blend={"opacity": 0.5}),
            layer("dust", blend={"exposure": {1001: 0.0, 1034: 1.0}}),
        ],
    },
    Look,
    source="test",
)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("snow.element.seed", "12", "snow seed 7 → 12"),
        ("snow.blend.opacity", 0.65, "snow opacity 0.50 → 0.65"),
        ("snow.blend.opacity", 0.501, "snow opacity 0.500 → 0.501"),
        ("snow.blend.opacity", 0.50000001, "snow opacity 0.5 → 0.50000001"),
        ("snow.control.rise", 240.0, "snow rise 200 → 240"),
        ("snow.control.rise", 1, "snow rise 200 → 1"),
        ("snow.motion.velocity_x", -1.5, "snow velocity x 0.00 → -1.50"),
        ("snow.element.steps", 12, "snow steps 1 → 12"),
        ("snow.element.size", [960, 540], "snow size 96, 54 → 960, 540"),
        ("snow.element.negative_prompt", "rain", "snow negative prompt nothing → “rain”"),
        ("snow.element.prompt", "heavy snow, at night", "snow prompt “light” → “heavy”"),
        ("snow.element.prompt", "light snow, at dawn", "snow prompt “night” → “dawn”"),
        ("snow.element.prompt", "light snow, late at night", "snow prompt nothing → “late”"),
        ("snow.element.prompt", "light  snow, at night", "snow prompt spaced otherwise"),
        ("snow.element.prompt", "x" * 90, f"snow prompt “light snow, at night” → “{'x' * 27}…”"),
        ("snow.blend.transfer", "plus", "snow transfer over → plus"),
        ("snow.mute", True, "snow mute on"),
        ("snow.matte", "tower", "snow matte frame → tower"),
        ("snow.control.matte", "tower", "snow control matte frame → tower"),
        ("snow.holdouts", [], "snow holdouts tower → none"),
        ("snow.holdouts", ["tower", "roof"], "snow holdouts tower → tower, roof"),
        ("snow.blend.tint", [1.0, 0.9, 0.8], "snow tint 1.00, 1.00, 1.00 → 1.00, 0.90, 0.80"),
        ("snow.blend.opacity", {1: 0.0, 2: 1.0, 9: 0.5}, "snow opacity now a curve of 3 keys"),
        ("snow.blend.opacity", {"smooth": {1: 0.0}}, "snow opacity now a curve of 1 key"),
        ("dust.blend.exposure", 0.25, "dust exposure now 0.25"),
        ("dust.blend.exposure", {1001: 0.0, 1034: 1.5}, "dust exposure at 1034 1.00 → 1.50"),
        ("dust.blend.exposure", {1001: 0.0, 1040: 1.0}, "dust exposure curve changed, 2 keys"),
        (
            "dust.blend.exposure",
            {"smooth": {1001: 0.0, 1034: 1.0}},
            "dust exposure curve now smooth",
        ),
        ("support.matte", "tower", "support matte frame → tower"),
        ("support.ramp", 20.0, "support ramp 16 → 20"),
    ],
)
def test_a_change_is_said_as_people_say_it(name: str, value: Any, said: str) -> None:
    assert words(LOOK, parameter.replace(LOOK, name, value)) == said


def test_the_other_way_round_a_curve_is_linear_again() -> None:
    smooth = parameter.replace(LOOK, "dust.blend.exposure", {"smooth": {1001: 0.0, 1034: 1.0}})
    assert words(smooth, LOOK) == "dust exposure curve now linear"


def test_layers_come_go_move_and_are_renamed() -> None:
    assert words(LOOK, add_layer(LOOK, name="embers")) == "layer embers added"
    assert words(LOOK, remove_layer(LOOK, "dust")) == "dust removed"
    assert words(LOOK, move_layer(LOOK, "snow", 1)) == "layers reordered: dust, snow"
    assert words(LOOK, rename_layer(LOOK, "snow", "blizzard")) == "snow renamed blizzard"
    assert renamed(LOOK, rename_layer(LOOK, "snow", "blizzard")) == {"snow": "blizzard"}


def test_a_layer_that_is_new_in_more_than_its_name_is_another_one() -> None:
    other = parameter.replace(rename_layer(LOOK, "snow", "rain"), "rain.element.seed", "8")
    assert renamed(LOOK, other) == {}
    assert words(LOOK, other) == "layer rain added, snow removed"


def test_of_many_changes_three_are_said() -> None:
    look = LOOK
    for n, field in enumerate(("erode", "feather", "opacity", "exposure")):
        look = parameter.replace(look, f"snow.blend.{field}", 0.1 * (n + 1))
    look = parameter.replace(look, "snow.element.seed", "12")
    said = words(LOOK, look)
    assert (
        said == "snow seed 7 → 12, snow opacity 0.50 → 0.30, snow exposure 0.00 → 0.40 and 2 more"
    )


def test_what_makes_no_difference_is_said_so() -> None:
    stamped = LOOK.model_copy(update={"created": "2026-11-22 18:30:00"})
    assert words(LOOK, stamped) == "nothing changed"
    assert words(LOOK, parameter.replace(LOOK, "snow.blend.erode", 0.0)) == "nothing changed"
