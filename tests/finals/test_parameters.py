from pathlib import Path

import pytest
import yaml
from small_show import SmallShow

from lookdev.errors import LookdevError, SpecError
from lookdev.finals.parameters import of, planned, write_parameters
from lookdev.finals.plan import make_plan


def given(show: SmallShow, tmp_path: Path, **changes: object) -> dict[str, object]:
    names = {"look": str(show.look_path), "frames": "1001-1002", "out_dir": str(tmp_path / "d")}
    return {**names, "In": [], "_i1": "x", "planned": planned, **changes}


def test_the_three_parameters_make_the_plan(small_show: SmallShow, tmp_path: Path) -> None:
    plan = planned(given(small_show, tmp_path))
    assert plan.frames == (1001, 1002)
    assert plan.folder == tmp_path / "d"
    assert planned(given(small_show, tmp_path, frames=1001)).frames == (1001,)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lok": "x"}, "lok is no parameter; it takes look, frames, out_dir"),
        ({"seed": 5}, "seed is no parameter"),
        ({"_frames": "1002"}, "_frames is no parameter"),
        ({"open": 3}, "open is no parameter"),
        ({"frames": ""}, "frames is ''"),
        ({"look": None}, "look is missing"),
        ({"frames": None}, "frames is missing"),
        ({"out_dir": None}, "out_dir is missing"),
        ({"out_dir": 7}, "out_dir is 7, no text; give it with -r"),
        ({"frames": True}, "frames is True, no text"),
        ({"frames": "1001-x"}, "write it as 1001-1024"),
        ({"frames": "1001-1009"}, "1007-1009 are outside the shot's 1001-1006"),
    ],
)
def test_anything_else_is_refused(
    small_show: SmallShow, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LookdevError) as refusal:
        planned(given(small_show, tmp_path, **changes))
    assert sentence in str(refusal.value)


def test_the_parameters_file_brings_back_the_same_plan_in_the_show_and_names_no_place_outside(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(str(small_show.look_path), frames="1001,1003", folder=tmp_path / "d v#1")
    plan.folder.mkdir()
    read = yaml.safe_load(write_parameters(plan).read_text())
    assert read == of(plan)
    assert str(tmp_path) not in str(read)
    monkeypatch.chdir(small_show.folder.root)
    assert planned(read) == plan


def test_a_look_outside_any_shot_is_refused(small_show: SmallShow, tmp_path: Path) -> None:
    stray = tmp_path / "stray_v001.yaml"
    stray.write_text(small_show.look_path.read_text())
    with pytest.raises(SpecError, match="lies in no shot"):
        planned(given(small_show, tmp_path, look=str(stray)))
