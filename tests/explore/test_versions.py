import pytest
from small_show import LOOK, SmallShow

from lookdev.errors import SpecError
from lookdev.explore.versions import pair, versions


def names(show: SmallShow, look: str | None = None) -> list[str]:
    return [version.name for version in versions(show.shot_file, look)]


def test_versions_come_by_name_then_number(small_show: SmallShow) -> None:
    for name in ("toxic_v010", "toxic_v002", "ash_v001", "notes", "toxic_v1000"):
        small_show.add_look(LOOK, name)
    assert names(small_show) == [
        "ash_v001",
        "toxic_v001",
        "toxic_v002",
        "toxic_v010",
        "toxic_v1000",
    ]
    assert names(small_show, "ash") == ["ash_v001"]


def test_a_version_is_compared_with_the_one_before_it(small_show: SmallShow) -> None:
    small_show.add_look(LOOK, "ash_v001")
    small_show.add_look(LOOK, "toxic_v002")
    a, b = pair(small_show.shot_file, "toxic")
    assert b is not None
    assert (a.name, b.name) == ("toxic_v002", "toxic_v001")
    assert pair(small_show.shot_file, "toxic_v001")[1] is None
    assert pair(small_show.shot_file, None)[0].name == "toxic_v002"  # the newest file
    assert a.open().look.layers[0].name == "snow"


def test_a_version_that_is_not_there_is_refused(small_show: SmallShow) -> None:
    with pytest.raises(SpecError, match="has no look toxic_v009; it has toxic_v001"):
        pair(small_show.shot_file, "toxic_v009")
    small_show.look_path.unlink()
    with pytest.raises(SpecError, match="has no version yet; save one in the explore desk"):
        pair(small_show.shot_file, None)
