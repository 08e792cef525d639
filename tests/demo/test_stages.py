"""The table behind the sheet of the blend: every pair can be rendered, and differs."""

import pytest

from lookdev.demo.planted import FAULTS
from lookdev.demo.stages import FITTED, Stage, layers, stages
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.base import Spec
from lookdev.spec.blending import Blend
from lookdev.spec.look import Look

NOT_SHOWN = {"opacity", "exposure", "tint", "glow"}
"""Fields of `Blend` that the look of an element is made with, and no stage of the blend."""


def look() -> Look:
    data = {"format": "look/1", "support": {"matte": "frame"}, "layers": layers()}
    return strict_yaml.validate(data, Look, source="test")


@pytest.mark.parametrize("stage", stages(), ids=lambda stage: stage.title)
def test_a_stage_changes_parameters_that_there_are(stage: Stage) -> None:
    base = look()
    assert set(stage.shows) <= {layer.name for layer in base.layers}
    both = {**stage.given, **stage.on}
    fitted = {name for name, value in both.items() if value is FITTED}
    on = base
    for name, value in both.items():
        was = parameter.get(on, name)
        on = parameter.replace(on, name, was if value is FITTED else value)
    off = {name: stage.off.get(name, parameter.get(base, name)) for name in stage.on}
    assert any(name in fitted or off[name] != stage.on[name] for name in stage.on)
    assert not set(stage.off) - set(stage.on), "the first picture names what the second changes"


def test_crops_lie_in_the_plate() -> None:
    for stage in stages():
        x, y = stage.at
        assert stage.wide in (120, 240, 480, 640), stage.title
        assert x + stage.wide <= 1920, stage.title
        assert y + stage.wide * 9 // 16 <= 1080, stage.title


def test_every_group_of_the_blend_is_shown() -> None:
    shown = {tuple(name.split(".")[2:]) for stage in stages() for name in stage.on}
    for name, field in Blend.model_fields.items():
        kind = field.annotation
        if name in NOT_SHOWN:
            continue
        parts = {path[1] for path in shown if len(path) > 1 and path[0] == name}
        print(name, sorted(parts))
        is_group = isinstance(kind, type) and issubclass(kind, Spec)
        assert parts if is_group else (name,) in shown


def test_the_sheet_says_what_is_wrong_with_its_patch() -> None:
    assert "0.5 stops" in FAULTS
