"""Knobs: all that a widget needs, read from the spec's own fields."""

import pytest

from lookdev.spec.blending import Blend, Camera, Depth, Edge, KeyLight, Light, Match, Protect
from lookdev.spec.knobs import Knob, knobs
from lookdev.spec.look import Control, ElementParams, Layer, Motion, Support
from lookdev.spec.picture import Guides, Patch, Refine

PARTS = (ElementParams, Control, Motion, Patch, Guides, Refine, Blend, Layer, Support)
GROUPS = (Edge, Match, Light, Camera, Depth, Protect, KeyLight)


def knob(kind: type, name: str) -> Knob:
    return next(one for one in knobs(kind) if one.name == name)


def test_bounds_units_steps_and_curves_are_the_fields_own() -> None:
    feather = knob(Blend, "feather")
    assert (feather.kind, feather.least, feather.most) == ("number", 0, 8192)
    assert (feather.slider, feather.step, feather.unit) == ((0, 500), 0.5, "px")
    assert feather.is_curve
    assert feather.default == 0.0
    assert feather.help.startswith("Softens that edge")
    steps = knob(ElementParams, "steps")
    assert (steps.kind, steps.least, steps.most, steps.is_curve) == ("whole", 1, 200, False)
    assert knob(ElementParams, "negative_prompt").label == "negative prompt"


@pytest.mark.parametrize(
    ("kind", "name", "wanted"),
    [
        (ElementParams, "prompt", "text"),
        (ElementParams, "seed", "seed"),
        (ElementParams, "variation_seed", "seed"),
        (ElementParams, "model", "model"),
        (ElementParams, "size", "size"),
        (ElementParams, "kind", "choice"),
        (Motion, "key_every", "whole"),
        (Patch, "differential", "flag"),
        (Guides, "lora", "lora"),
        (Guides, "edges", "controlnet"),
        (Guides, "depth", "controlnet"),
        (Guides, "adapter", "ipadapter"),
        (Guides, "reference", "reference"),
        (Refine, "scale", "number"),
        (Motion, "noise", "choice"),
        (Motion, "anchor", "whole"),
        (Blend, "tint", "colour"),
        (Control, "matte", "matte"),
        (Layer, "holdouts", "mattes"),
        (Layer, "mute", "flag"),
        (Layer, "name", "text"),
    ],
)
def test_the_kind_says_what_the_value_stands_for(kind: type, name: str, wanted: str) -> None:
    assert knob(kind, name).kind == wanted


def test_a_colour_has_the_bounds_of_its_parts() -> None:
    tint = knob(Blend, "tint")
    assert (tint.least, tint.most) == (0, 1000)


def test_a_value_that_must_be_above_another_has_a_slider_from_there() -> None:
    strength = knob(Refine, "strength")
    assert (strength.least, strength.most, strength.slider) == (0, 1, (0, 1))


def test_a_range_that_no_hand_can_aim_in_has_no_slider() -> None:
    assert knob(Motion, "anchor").slider is None
    assert knob(ElementParams, "seed").slider is None


def test_choices_are_the_literals_in_their_order() -> None:
    assert knob(Blend, "transfer").choices == ("over", "plus", "screen", "multiply", "max")
    assert knob(Motion, "noise").choices == ("held", "fresh", "advected")


def test_specs_within_are_left_out_and_every_value_is_there_with_its_help() -> None:
    assert [one.name for one in knobs(Layer)] == ["name", "matte", "holdouts", "mute"]
    for kind in (*PARTS, *GROUPS):
        for one in knobs(kind):
            assert one.help, f"{kind.__name__}.{one.name} has no docstring"
