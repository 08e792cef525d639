from pathlib import Path
from typing import Any

import pytest

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.draft import MAX_UNDO, Change, DeskState, Mark, Take, utc_now

LOOK = {
    "format": "look/1",
    "support": {"matte": "frame"},
    "layers": [{"name": "snow", "element": {"prompt": "snow", "seed": "7", "size": [96, 54]}}],
}
TAKE = {
    "format": "take/1",
    "id": 3,
    "parent": 1,
    "created": "2026-11-22 18:30:00",
    "by": "anna",
    "origin": "edited by hand",
    "look": LOOK,
}


def test_a_take_reads_back_as_it_was_written(tmp_path: Path) -> None:
    take = strict_yaml.validate(TAKE, Take, source="test")
    path = tmp_path / "0003.yaml"
    path.write_text(strict_yaml.write(take))
    assert strict_yaml.read(path, Take) == take


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"parent": 3}, "take 3 has parent 3; a parent is older"),
        ({"parent": 4}, "take 3 has parent 4; a parent is older"),
        ({"id": 0}, "id is 0"),
        ({"created": "yesterday"}, "created is"),
        ({"origin": "x" * 201}, "origin is"),
        ({"colour": "red"}, "colour is not a known field"),
    ],
)
def test_a_take_that_cannot_be_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        strict_yaml.validate({**TAKE, **wrong}, Take, source="test")


def test_the_desks_state_reads_back_as_it_was_written(tmp_path: Path) -> None:
    state = DeskState(
        format="desk/1",
        current=3,
        marks={3: Mark(starred=True, note='too heavy: "no", 010\nmore\tash')},
        solo="snow",
        locked=("snow.blend",),
        frame=1003,
        opened="toxic_v003",
        seen=4,
        view={
            "wipe": {"x": 0.5, "y": 1e-7},
            "centre": [1, 2.5],
            "safe": True,
            "overlay": "",
            "b": None,
        },
        undo=(Change(current=1), Change(marks={3: Mark()}), Change(solo=None, locked=())),
        redo=(Change(current=2),),
    )
    path = tmp_path / "desk.yaml"
    path.write_text(strict_yaml.write(state))
    again = strict_yaml.read(path, DeskState)
    assert again == state
    fields = [step.model_fields_set for step in again.undo]
    assert fields == [{"current"}, {"marks"}, {"solo", "locked"}], "what is unset is not put back"


def test_a_step_that_the_desk_did_not_write_is_refused() -> None:
    data = {"format": "desk/1", "current": 1, "undo": ['{"current": "one"}']}
    with pytest.raises(SpecError, match="it is no change as the desk writes them; remove it"):
        strict_yaml.validate(data, DeskState, source="test")


def test_more_steps_than_the_desk_remembers_are_refused() -> None:
    data = {"format": "desk/1", "current": 1, "undo": ['{"current":1}'] * (MAX_UNDO + 1)}
    with pytest.raises(SpecError, match="at most 200 items"):
        strict_yaml.validate(data, DeskState, source="test")


def test_now_is_a_time_as_takes_have_it() -> None:
    assert strict_yaml.validate({**TAKE, "created": utc_now()}, Take, source="test")
