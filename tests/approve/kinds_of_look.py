"""Kinds of change to an approved look: every parameter, and the layers themselves."""

import re
from copy import deepcopy
from typing import Any

from approve.spoil import Spoil, kind
from hypothesis import strategies as st

from lookdev.spec.base import Spec
from lookdev.spec.knobs import Knob, knobs
from lookdev.spec.look import Blend, Control, ElementParams, Motion, Support

WORDS = st.text("abcdefghij klmnopq", min_size=1, max_size=40)
MATTES = ("frame", "tower")


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """Any valid value of a parameter, as JSON data."""
    least, most = knob.least, knob.most
    match knob.kind:
        case "whole":
            return st.integers(int(least or 0), int(most or 2000))
        case "number":
            number = st.floats(least, most, allow_nan=False)
            curve = st.dictionaries(st.sampled_from(["1001", "1003", "1006"]), number, min_size=1)
            return number | curve if knob.is_curve else number
        case "choice":
            return st.sampled_from(knob.choices)
        case "seed":
            return st.integers(0, 2**64 - 1).map(str)
        case "colour":
            return st.lists(st.floats(0, 1000, allow_nan=False), min_size=3, max_size=3)
        case "size":
            return st.lists(st.integers(16, 8192), min_size=2, max_size=2)
        case "matte":
            return st.sampled_from(MATTES)
        case "text":
            return WORDS
    raise AssertionError(f"{knob.name} is of a kind that has no values here: {knob.kind}")


def another(spoil: Spoil, place: dict[str, Any], knob: Knob) -> None:
    """Give one parameter another value than it has."""
    now = place.get(knob.name, knob.default)
    place[knob.name] = spoil.other(values(knob), now, place.get(knob.name))


def parameter(spoil: Spoil, section: str, spec: type[Spec]) -> str:
    named = [knob for knob in knobs(spec) if knob.kind != "model"]
    layer, knob = spoil.pick([0, 1]), spoil.pick(named)

    def change(look: Any) -> None:
        another(spoil, look["layers"][layer].setdefault(section, {}), knob)

    spoil.yaml(spoil.look, change)
    name = ("snow", "dust")[layer]
    whole = rf" was not there, is .*{knob.name}"
    return rf"look: {name}\.{section}(\.{knob.name}\b|{whole})"


@kind(examples=24)
def a_parameter_of_an_element(spoil: Spoil) -> str:
    return parameter(spoil, "element", ElementParams)


@kind(examples=12)
def a_parameter_of_a_control(spoil: Spoil) -> str:
    return parameter(spoil, "control", Control)


@kind(examples=12)
def a_parameter_of_a_motion(spoil: Spoil) -> str:
    return parameter(spoil, "motion", Motion)


@kind(examples=12)
def a_parameter_of_a_blend(spoil: Spoil) -> str:
    return parameter(spoil, "blend", Blend)


@kind(examples=6)
def a_parameter_of_the_support(spoil: Spoil) -> str:
    knob = spoil.pick(list(knobs(Support)))
    spoil.yaml(spoil.look, lambda look: another(spoil, look["support"], knob))
    return rf"look: support\.{knob.name}"


@kind()
def the_model_that_a_layer_names(spoil: Spoil) -> str:
    card = (spoil.params / "models" / "mini.yaml").read_text().replace("id: mini", "id: other")
    spoil.write(spoil.params / "models" / "other.yaml", card)
    spoil.yaml(spoil.look, lambda look: look["layers"][0]["element"].update(model="other"))
    return r"look: snow\.element\.model was not there, is \"other\".*card other: "


@kind()
def the_matte_of_a_layer(spoil: Spoil) -> str:
    spoil.yaml(spoil.look, lambda look: look["layers"][0].update(matte="tower"))
    return r"look: snow\.matte"


@kind(examples=3)
def the_holdouts_of_a_layer(spoil: Spoil) -> str:
    wanted = spoil.pick([[], ["frame"], ["tower", "frame"]])
    spoil.yaml(spoil.look, lambda look: look["layers"][1].update(holdouts=wanted))
    return r"look: dust\.holdouts"


@kind(examples=2)
def a_layer_muted(spoil: Spoil) -> str:
    layer = spoil.pick([0, 1])
    spoil.yaml(spoil.look, lambda look: look["layers"][layer].update(mute=True))
    return rf"look: {('snow', 'dust')[layer]}\.mute"


@kind()
def the_order_of_layers(spoil: Spoil) -> str:
    spoil.yaml(spoil.look, lambda look: look["layers"].reverse())
    return r"look: order of layers was \[\"snow\", \"dust\"\], is \[\"dust\", \"snow\"\]"


@kind(examples=4)
def a_layer_added(spoil: Spoil) -> str:
    at, mute = spoil.pick([0, 1, 2]), spoil.pick([True, False])

    def change(look: Any) -> None:
        new = {**deepcopy(look["layers"][0]), "name": "fog", "mute": mute}
        look["layers"].insert(at, new)

    spoil.yaml(spoil.look, change)
    return r"look: fog was not there"


@kind(examples=2)
def a_layer_removed(spoil: Spoil) -> str:
    layer = spoil.pick([0, 1])
    spoil.yaml(spoil.look, lambda look: look["layers"].pop(layer))
    return rf"look: {('snow', 'dust')[layer]} was .* is not there"


@kind(examples=2)
def a_layer_renamed(spoil: Spoil) -> str:
    layer = spoil.pick([0, 1])
    spoil.yaml(spoil.look, lambda look: look["layers"][layer].update(name="ash"))
    return rf"look: {('snow', 'dust')[layer]} was .* is not there.*look: ash was not there"


@kind(examples=3)
def when_the_look_was_written(spoil: Spoil) -> str:
    day = spoil.pick(st.integers(2, 28))
    when = f"2026-03-{day:02d} 09:30:00"
    spoil.yaml(spoil.look, lambda look: look.update(created=when))
    return rf"look: created was .* is {re.escape(repr(when)).replace(chr(39), chr(34))}"


@kind()
def the_look_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.look)
    return r"looks/toxic_v001\.yaml: there is no such look"


@kind()
def the_look_damaged(spoil: Spoil) -> str:
    spoil.write(spoil.look, spoil.look.read_text().replace("layers:", "layer:"))
    return r"looks/toxic_v001\.yaml.*layer"
