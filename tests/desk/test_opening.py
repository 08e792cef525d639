import pytest
from small_show import SmallShow

from lookdev.desk.opening import asked_for, opened
from lookdev.errors import SpecError


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
