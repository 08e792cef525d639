"""The panel: one control a field, and nothing said that a person did not do."""

from typing import Any

import pytest
from small_show import SmallShow

from lookdev.desk.exploring.choices import choices_of
from lookdev.desk.exploring.idle import idle_parts
from lookdev.desk.exploring.inspector import Inspector
from lookdev.desk.panel.control import Control
from lookdev.desk.panel.section import Choices, Section
from lookdev.spec import parameter
from lookdev.spec.base import Spec
from lookdev.spec.knobs import Knob, knobs
from lookdev.spec.look import Blend, ElementParams, Layer, Look, Motion, Support
from lookdev.spec.look import Control as ControlSpec
from lookdev.spec.picture import Guides, Patch, Refine

PARTS = (ElementParams, ControlSpec, Motion, Patch, Guides, Refine, Blend, Layer, Support)
CARDS = {"model": ["mini", "big"]}
CHOICES = Choices(
    lambda kind: CARDS.get(kind, [f"a_{kind}"]),
    lambda: ["tower", "car"],
    lambda: [(64, 36), (128, 72)],
)


@pytest.fixture
def look(small_show: SmallShow) -> Look:
    return small_show.look().look


class Told:
    """A section, and what its controls said."""

    def __init__(self, kind: type[Spec], values: dict[str, Any], frame: int = 1002) -> None:
        self.said: list[tuple[str, Any]] = []
        self.section = Section(kind, CHOICES, lambda name, value: self.said.append((name, value)))
        self.section.show(values, frame)

    def __getitem__(self, name: str) -> Any:
        return self.section.controls[name]


def blend(**values: Any) -> dict[str, Any]:
    return {**Blend().model_dump(mode="json"), **values}


def fields_of(kind: type[Spec], path: str = "") -> set[str]:
    """Every field that is no spec itself, by a walk of the types."""
    found: set[str] = set()
    for name, field in kind.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Spec):
            found |= fields_of(inner, f"{path}{name}.")
        else:
            found.add(f"{path}{name}")
    return found


def test_every_field_of_a_look_is_shown_by_exactly_one_control(small_show: SmallShow) -> None:
    inspector = Inspector(
        choices_of(lambda: small_show.shot_file),
        set_value=lambda *_: None,
        set_lock=lambda *_: None,
        idle=lambda _layer: {},
    )
    shown = [
        f"{part}.{field}".lstrip(".")
        for part, section in inspector._sections.items()
        for field in section.controls
    ]
    elsewhere = {"name", "mute"}  # in the stack of layers
    assert sorted(shown) == sorted(fields_of(Layer) - elsewhere)
    of_look = {
        f"{part}.{field}"
        for part, section in inspector._of_look.items()
        for field in section.controls
    }
    measured = "measured"  # once a shot, by no hand
    assert fields_of(Look) - {"format", "created", "layers", measured} == of_look
    print(f"{len(shown) + len(of_look)} fields, each with one control")


@pytest.mark.parametrize("kind", PARTS)
def test_what_is_shown_programmatically_is_not_told(kind: type[Spec], look: Look) -> None:
    layer = look.layers[1]
    parts = {type(part): part for part in (*layer.recipe, layer.blend)}
    spec = {**parts, Layer: layer, Support: look.support}[kind]
    told = Told(kind, spec.model_dump(mode="json"))
    for frame in (1001, 1003):
        told.section.show(spec.model_dump(mode="json"), frame)
    assert told.said == []


PART_NAMES = {
    ElementParams: "element",
    Motion: "motion",
    Patch: "patch",
    Guides: "guides",
    Refine: "refine",
}
CHANGES: dict[str, tuple[type[Spec], str, Any, Any]] = {
    "text": (ElementParams, "prompt", "_text", "heavy snow"),
    "seed": (ElementParams, "seed", "_text", "123"),
    "model": (ElementParams, "model", "_menu", "big"),
    "whole": (ElementParams, "steps", "_slider", 9),
    "number": (ElementParams, "guidance", "_slider", 2.5),
    "size": (ElementParams, "size", "_menu", (128, 72)),
    "choice": (Motion, "noise", "_menu", "held"),
    "matte": (Layer, "matte", "_menu", "car"),
    "mattes": (Layer, "holdouts", "_list", ("car",)),
    "flag": (Patch, "differential", "_box", True),
    "lora": (Guides, "lora", "_menu", "a_lora"),
    "controlnet": (Guides, "depth", "_menu", "a_controlnet"),
    "ipadapter": (Guides, "adapter", "_menu", "a_ipadapter"),
    "reference": (Guides, "reference", "_menu", "a_reference"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_json_data_that_makes_that_look(name: str, look: Look) -> None:
    kind, field, widget, value = CHANGES[name]
    layer = look.layers[1]
    part = "" if kind is Layer else PART_NAMES[kind]
    data = layer.model_dump(mode="json")
    told = Told(kind, data[part] if part else data)
    getattr(told[field], widget).value = value
    ((said, new),) = told.said
    assert said == field
    path = ".".join(piece for piece in ("dust", part, field) if piece)
    changed = parameter.replace(look, path, new)
    assert parameter.get(changed, path) == new
    told.section.show(
        (changed.layers[1].model_dump(mode="json")[part])
        if part
        else changed.layers[1].model_dump(mode="json"),
        1002,
    )
    assert len(told.said) == 1


def test_every_kind_of_knob_is_tried() -> None:
    kinds = {knob.kind for kind in PARTS for knob in knobs(kind)}
    assert kinds - set(CHANGES) == {"colour"}, "the tint below"


def test_a_colour_is_three_numbers() -> None:
    told = Told(Blend, blend(tint=[1.0, 0.5, 0.25]))
    parts = told["tint"]._parts
    assert [part.value for part in parts] == [1.0, 0.5, 0.25]
    parts[1].value = 0.75
    assert told.said == [("tint", [1.0, 0.75, 0.25])]


def test_a_number_beyond_the_sliders_range_can_be_typed() -> None:
    told = Told(Blend, blend())
    feather = told["feather"]
    assert (feather._slider.min, feather._slider.max) == (0, 500)
    feather._field.value = 1200.0
    assert told.said == [("feather", 1200.0)]
    told.section.show(blend(feather=1200.0), 1002)
    assert feather._slider.value == 500
    assert feather._field.value == 1200.0
    assert told.said == [("feather", 1200.0)]


def test_steps_of_a_slider_leave_no_binary_dust() -> None:
    told = Told(Blend, blend())
    told["opacity"]._slider.value = 0.1 + 0.2
    assert told.said == [("opacity", 0.3)]


def test_what_a_slider_makes_of_a_number_between_its_steps_is_no_change() -> None:
    told = Told(Blend, blend(opacity=0.3337))
    assert told["opacity"]._field.value == 0.3337
    told["opacity"]._slider.value = 0.33  # as the page draws it
    assert told.said == []


def test_a_number_becomes_a_curve_and_back_at_the_frame_that_is_seen() -> None:
    told = Told(Blend, blend(opacity=0.5), frame=1004)
    opacity = told["opacity"]
    opacity._curve.value = True
    assert told.said.pop() == ("opacity", {"1004": 0.5})
    told.section.show(blend(opacity={"1001": 0.0, "1003": 1.0}), 1002)
    assert told.said == []
    assert opacity._field.value == 0.5
    assert opacity._field.disabled
    opacity._curve.value = False
    assert told.said == [("opacity", 0.5)]


def test_keys_are_set_moved_smoothed_and_removed() -> None:
    told = Told(Blend, blend(opacity={"1001": 0.0, "1005": 1.0}), frame=1002)
    table = told["opacity"]._keys
    add, smooth = table._head.children
    add.click()
    assert told.said.pop() == ("opacity", {"1001": 0.0, "1005": 1.0, "1002": 0.25}), "nothing jumps"
    at, number, gone = table._list.children[1].children
    number.value = 0.75
    assert told.said.pop() == ("opacity", {"1001": 0.0, "1005": 0.75})
    at.value = 1006
    assert told.said.pop() == ("opacity", {"1001": 0.0, "1006": 0.75})
    gone.click()
    assert told.said.pop() == ("opacity", {"1001": 0.0})
    smooth.value = True
    name, curve = told.said.pop()
    assert curve == {"smooth": {"1001": 0.0, "1006": 0.75}}
    told.section.show(blend(opacity={"smooth": {"1001": 0.0, "1006": 0.75}}), 1002)
    assert told.said == []
    assert name == "opacity"


def test_the_only_key_cannot_be_removed() -> None:
    told = Told(Blend, blend(opacity={"1001": 0.5}))
    (row,) = told["opacity"]._keys._list.children
    assert row.children[2].disabled


def refusal(control: Control) -> str:
    made = control._refusal
    return "" if made is None or made.layout.display == "none" else made.value


def test_a_refusal_is_shown_as_text_until_another_value_is_shown() -> None:
    told = Told(Blend, blend())
    control = told["opacity"]
    control.refuse("opacity is <b>1.4</b>; it must lie in 0..1")
    assert "&lt;b&gt;1.4" in refusal(control)
    told.section.show(blend(), 1003)
    assert refusal(control), "the same value again: what was typed can still be mended"
    told.section.show(blend(opacity=0.5), 1003)
    assert refusal(control) == ""


def test_a_refused_number_is_told_as_typed_and_shown_as_it_was() -> None:
    told = Told(Blend, blend(opacity=0.5, tint=[1.0, 0.5, 0.25]))
    for name, part, typed in (
        ("opacity", told["opacity"]._field, 7.0),
        ("tint", told["tint"]._parts[1], -1.0),
    ):
        before = part.value
        part.value = typed
        assert told.said.pop() == (name, 7.0 if name == "opacity" else [1.0, -1.0, 0.25])
        told[name].refuse("it must lie in 0..1")
        assert part.value == before
        assert refusal(told[name]) == "it must lie in 0..1"
    assert told["opacity"]._slider.value == 0.5
    told.section.show(blend(opacity=0.5, tint=[1.0, 0.5, 0.25]), 1003)
    assert refusal(told["opacity"]), "it is there to be read while other things are shown"
    assert told.said == []


def test_a_whole_number_is_told_as_one_and_any_other_as_typed(look: Look) -> None:
    told = Told(ElementParams, look.layers[0].element.model_dump(mode="json"))
    told["steps"]._field.value = 9.0
    name, steps = told.said.pop()
    assert (name, steps, type(steps)) == ("steps", 9, int)
    told["steps"]._field.value = 7.5
    assert told.said.pop() == ("steps", 7.5)


def test_a_key_on_another_keys_frame_is_refused_and_both_stay() -> None:
    curve = {"1001": 0.0, "1005": 1.0}
    told = Told(Blend, blend(opacity=curve))
    first, second = told["opacity"]._keys._list.children
    second.children[0].value = 1001
    assert told.said == []
    assert "has a key at frame 1001 already" in refusal(told["opacity"])
    assert [row.children[0].value for row in (first, second)] == [1001, 1005]
    second.children[0].value = 1003.5
    assert told.said.pop() == ("opacity", {"1001": 0.0, "1003.5": 1.0}), "the spec refuses it"
    second.children[1].value = 7.0
    assert told.said.pop() == ("opacity", {"1001": 0.0, "1003.5": 7.0})
    told["opacity"].refuse("it must be less than or equal to 1")
    assert [part.value for part in second.children[:2]] == [1005, 1.0]


def test_rows_of_keys_stay_while_they_are_edited() -> None:
    told = Told(Blend, blend(opacity={"1001": 0.0, "1005": 1.0}))
    rows = told["opacity"]._keys._list.children
    told.section.show(blend(opacity={"1001": 0.5, "1005": 1.0}), 1002)
    assert told["opacity"]._keys._list.children == rows
    told.section.show(blend(opacity={"1001": 0.5}), 1002)
    assert told["opacity"]._keys._list.children == rows[:1]
    assert rows[1].comm is None, "what is gone is gone from the page too"


def test_locks_are_told_by_name_and_shown_quietly(small_show: SmallShow, look: Look) -> None:
    locks: list[tuple[str, bool]] = []
    inspector = Inspector(
        choices_of(lambda: small_show.shot_file),
        set_value=lambda *_: None,
        set_lock=lambda name, locked: locks.append((name, locked)),
        idle=lambda _layer: {},
    )
    inspector.show(look, "snow", 1002, ["snow.element.seed", "dust"])
    assert locks == []
    assert inspector._sections["element"].controls["seed"].lock.value
    inspector._sections["blend"].controls["opacity"].lock.value = True
    assert locks == [("snow.blend.opacity", True)]
    inspector.show(look, "dust", 1002, ["dust"])
    assert inspector._sections["blend"].controls["tint"].lock.value
    assert len(locks) == 1


def test_a_choice_that_is_gone_is_still_shown_as_it_is() -> None:
    data = {**Support(matte="tower").model_dump(mode="json"), "matte": "gone"}
    told = Told(Support, data)
    assert told["matte"]._menu.value == "gone"
    assert told.said == []


def test_a_die_gives_another_seed(look: Look) -> None:
    told = Told(ElementParams, look.layers[0].element.model_dump(mode="json"))
    die = told["seed"].row.children[1]
    die.click()
    ((name, seed),) = told.said
    assert name == "seed"
    assert seed.isdecimal()


def test_every_number_has_bounds_for_its_field() -> None:
    numbers: list[Knob] = [
        k for kind in PARTS for k in knobs(kind) if k.kind in ("whole", "number")
    ]
    assert numbers
    for knob in numbers:
        assert knob.least is not None, knob.name
        assert knob.most is not None, knob.name
        assert knob.help, knob.name
        if knob.slider is not None:
            assert knob.least <= knob.slider[0] < knob.slider[1] <= knob.most, knob.name


def test_a_slider_is_not_set_back_by_the_dust_of_its_own_steps() -> None:
    """A message to the page would undo the key that was pressed meanwhile."""
    told = Told(Blend, blend(exposure=-1.0))
    control = told["exposure"]
    control._slider.value = -0.8500000000000001
    assert told.said == [("exposure", -0.85)]
    sent: list[Any] = []
    control._slider.observe(lambda change: sent.append(change["new"]), "value")
    told.section.show(blend(exposure=-0.85), 1002)
    assert sent == []
    assert control._field.value == -0.85


CARD = """\
format: card/1
id: {id}
title: One
kind: {kind}
weights: models/{id}
licence: Apache-2.0
training_data: Nothing.
"""


def add_card(show: SmallShow, name: str, kind: str) -> None:
    path = show.folder.root / "params" / "models" / f"{name}.yaml"
    path.write_text(CARD.format(id=name, kind=kind) if kind else "format: [")


def test_a_menu_offers_the_cards_of_its_kind_and_none(small_show: SmallShow) -> None:
    add_card(small_show, "drips", "lora")
    add_card(small_show, "lines", "controlnet")
    inspector = inspector_of(small_show)
    inspector.show(small_show.look().look, "snow", 1001, ())
    guides = inspector._sections["guides"].controls
    assert guides["lora"]._menu.options == (("none", ""), ("drips", "drips"))
    assert guides["edges"]._menu.options == (("none", ""), ("lines", "lines"))
    assert guides["adapter"]._menu.options == (("none", ""),)
    models = inspector._sections["element"].controls["model"]._menu.options
    assert models == (("mini", "mini"),)


def test_a_card_that_cannot_be_read_is_offered_so_that_it_can_be_told(
    small_show: SmallShow,
) -> None:
    add_card(small_show, "torn", "")
    inspector = inspector_of(small_show)
    inspector.show(small_show.look().look, "snow", 1001, ())
    menu = inspector._sections["guides"].controls["lora"]._menu
    assert [value for _, value in menu.options] == ["", "torn"]


def test_a_part_without_effect_says_why(small_show: SmallShow) -> None:
    inspector, look = inspector_of(small_show), small_show.look().look
    inspector.show(look, "snow", 1001, ())
    sections = inspector._sections
    assert sections["patch"]._said.value == "No effect: snow is an element, no patch."
    assert sections["refine"]._said.value == "Off: scale is 1."
    assert sections["guides"]._said.value == "mini takes no guides: it follows its control."
    assert "ld-idle" in sections["patch"].widget._dom_classes
    changed = parameter.replace(look, "snow.element.kind", "patch")
    inspector.show(parameter.replace(changed, "snow.refine.scale", 2.0), "snow", 1001, ())
    for part in ("patch", "refine"):
        assert sections[part]._said.layout.display == "none"
        assert "ld-idle" not in sections[part].widget._dom_classes
    assert sections["blend"]._said.value == ""


def inspector_of(show: SmallShow) -> Inspector:
    return Inspector(
        choices_of(lambda: show.shot_file),
        set_value=lambda *_: None,
        set_lock=lambda *_: None,
        idle=lambda layer: idle_parts(layer, show.folder),
    )
