import json
import shutil

import pytest
from small_show import SmallShow

from lookdev.desk import opening
from lookdev.desk.explore import explore
from lookdev.desk.opening import ask_to_open, asked_for, opened, taken_up
from lookdev.errors import SpecError
from lookdev.explore.draft import Draft
from lookdev.spec.folder import ShotFile


@pytest.fixture
def here(small_show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> SmallShow:
    monkeypatch.chdir(small_show.folder.root / "notebooks")
    monkeypatch.delenv("QUERY_STRING", raising=False)
    return small_show


def test_the_only_shot_is_opened_unless_another_is_named(here: SmallShow) -> None:
    assert opened().path == here.shot_file.path
    assert opened("street", "sh0010").path == here.shot_file.path
    with pytest.raises(SpecError, match="there is no such shot"):
        opened("street", "sh0020")
    with pytest.raises(SpecError, match=r"has no shot park/\*; it has street/sh0010"):
        opened("park")


def test_a_link_names_shot_and_look(here: SmallShow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUERY_STRING", "sequence=street&shot=sh0010&look=toxic_v001")
    assert opened().path == here.shot_file.path
    assert asked_for("look", None) == "toxic_v001"
    assert asked_for("look", "snow_v002") == "snow_v002"
    monkeypatch.setenv("QUERY_STRING", "shot=..%2F..")
    with pytest.raises(SpecError, match="has no shot"):
        opened()


def test_a_shot_that_stands_in_two_sequences_is_asked_back(here: SmallShow) -> None:
    other = here.folder.root / "params" / "shots" / "park" / "sh0010"
    other.mkdir(parents=True)
    (other / "shot.yaml").write_text(
        here.shot_file.path.read_text().replace("sequence: street", "sequence: park")
    )
    assert opened().shot.sequence == "park"
    assert opened("street").shot.sequence == "street"
    with pytest.raises(SpecError, match="stands for park/sh0010, street/sh0010"):
        opened(None, "sh0010")


def test_a_show_without_a_shot_says_how_to_make_one(here: SmallShow) -> None:
    here.shot_file.path.unlink()
    with pytest.raises(SpecError, match="take one in with `lookdev ingest`"):
        opened()


@pytest.fixture
def second(here: SmallShow) -> ShotFile:
    """Another shot of the show, which is not the first."""
    first = here.shot_file.path.parent
    shutil.copytree(first, first.parent / "sh0020")
    path = first.parent / "sh0020" / "shot.yaml"
    path.write_text(path.read_text().replace("shot: sh0010", "shot: sh0020"))
    return ShotFile.open(here.folder, "street", "sh0020")


NOTHING = (None, None, None)


def test_a_desk_may_ask_for_a_shot_and_it_is_heeded_once(second: ShotFile) -> None:
    ask_to_open(second, "toxic")
    asked = taken_up(*NOTHING)
    assert asked == ("street", "sh0020", "toxic")
    assert opened(*asked[:2]).path == second.path
    assert taken_up(*NOTHING) == NOTHING
    assert opened().shot.shot == "sh0010"


def test_parameters_and_links_go_before_what_was_asked(
    second: ShotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_to_open(second, "toxic")
    assert taken_up("street", "sh0010", None) == ("street", "sh0010", None)
    assert taken_up(*NOTHING) == NOTHING, "it is forgotten"
    ask_to_open(second, "toxic")
    monkeypatch.setenv("QUERY_STRING", "shot=sh0010")
    assert taken_up(*NOTHING) == NOTHING


def test_what_was_asked_long_ago_is_forgotten(second: ShotFile) -> None:
    ask_to_open(second, "toxic")
    (path,) = second.folder.root.glob(".lookdev/desks/*/open.json")
    asked = json.loads(path.read_text())
    path.write_text(json.dumps(asked | {"at": asked["at"] - opening.REQUEST_SECONDS}))
    assert taken_up(*NOTHING) == NOTHING
    assert not path.exists()


def test_a_request_that_cannot_be_read_is_refused_once(second: ShotFile) -> None:
    ask_to_open(second, "toxic")
    (path,) = second.folder.root.glob(".lookdev/desks/*/open.json")
    path.write_text("{}")
    with pytest.raises(SpecError, match=r"open.json: was no request of a desk and is removed"):
        taken_up(*NOTHING)
    assert taken_up(*NOTHING) == NOTHING


def test_the_explore_desk_opens_what_was_asked(second: ShotFile) -> None:
    ask_to_open(second, "toxic_v001")
    with pytest.MonkeyPatch.context() as patch:
        found: list[tuple[str, str | None]] = []

        def stop(shot_file: ShotFile, look: str | None, *, by: str) -> None:
            found.append((shot_file.shot.shot, look))
            raise SpecError(f"{by}: far enough")

        patch.setattr(Draft, "open", stop)
        with pytest.raises(SpecError, match="far enough"):
            explore()
    assert found == [("sh0020", "toxic_v001")]
