import json
import os
import subprocess
import sys

import pytest
from another_desk import AnotherDesk
from small_show import SmallShow

from lookdev.errors import LookdevError
from lookdev.explore.draft import Draft
from lookdev.explore.events import Added, TakenOver
from lookdev.spec import parameter


def seeds(draft: Draft) -> list[str]:
    return [take.look.layers[0].element.seed for take in draft.takes.order]


def turn(draft: Draft, name: str, value: object) -> None:
    draft.edit(parameter.replace(draft.look, name, value), name)


def test_the_second_desk_is_told_who_works_and_may_only_look(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as first:
        first.do("edit", "snow.element.seed", '"12"')
        first.do("save")
        second = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
        assert second.held_by is not None
        assert second.held_by.by == "anna"
        assert second.look.layers[0].element.seed == "12", "it sees what has not come to rest"
        for refused in (
            lambda: turn(second, "snow.element.seed", "13"),
            lambda: second.go(1),
            lambda: second.star(1),
            second.undo,
            second.save_version,
            lambda: second.resolve("desk"),
        ):
            with pytest.raises(LookdevError, match=r"anna on .* works on it since"):
                refused()
        before = {path: path.read_bytes() for path in second.path.parent.rglob("*.yaml")}
        second.view({"a": "plate"})
        second.settle()
        second.save()
        assert {path: path.read_bytes() for path in second.path.parent.rglob("*.yaml")} == before
        first.do("settle")
        assert isinstance(second.poll()[0], Added)


def test_take_over_loses_nothing_of_either_desk(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as first:
        first.do("edit", "snow.element.seed", '"12"')
        first.do("settle")
        first.do("star", "1")
        first.do("save")
        second = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
        first.do("star", "2")
        first.do("edit", "snow.element.seed", '"13"')
        second.take_over()
        turn(second, "snow.element.seed", "14")
        second.settle()
        second.save()
        told = first.do("poll")
        assert "TakenOver" in told["events"]
        assert told["held_by"] == "bo"
        assert "bo on" in first.do("edit", "snow.element.seed", '"15"')["error"]
        events = second.poll()
        assert isinstance(events[0], Added)
        assert sorted(seeds(second)) == ["12", "13", "14", "7"]
        assert [id_ for id_, mark in second.state.marks.items() if mark.starred] == [1, 2]
        assert second.look.layers[0].element.seed == "14"
        assert second.poll() == []
        assert not list(second.path.parent.rglob("left-*"))


def test_the_first_desk_takes_it_back(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as first:
        second = Draft.open(small_show.shot_file, "toxic_v001", by="bo", take_over=True)
        turn(second, "snow.element.seed", "14")
        second.save()
        first.do("poll")
        assert first.do("take_over")["held_by"] is None
        (event,) = [event for event in second.poll() if isinstance(event, TakenOver)]
        assert event.by == "anna"
        assert second.held_by is not None
        assert seeds(second) == ["7", "14"], "what was in the file is a take, once"


def test_after_kill_9_the_next_desk_holds_the_draft(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as first:
        first.do("edit", "snow.element.seed", '"12"')
        first.do("settle")
        first.do("star", "2")
        first.do("save")
        first.kill()
        second = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
        assert second.held_by is None
        assert second.state.marks[2].starred
        second.undo()
        second.undo()
        assert second.look.layers[0].element.seed == "7"


def test_a_desk_that_is_opened_again_in_the_same_process_writes(small_show: SmallShow) -> None:
    """A notebook's cell is run again: its first desk gives way."""
    first = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    turn(first, "snow.element.seed", "12")
    second = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    assert second.held_by is None
    assert isinstance(first.poll()[0], TakenOver)
    second.poll()
    assert seeds(second) == ["7", "12"]
    with pytest.raises(LookdevError):
        first.star(1)


def test_takes_of_three_processes_have_ids_of_their_own(small_show: SmallShow) -> None:
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    offers = """
import sys
from pathlib import Path
from lookdev.explore.draft import Draft
from lookdev.spec.folder import ShotFile, ShowFolder
shot_file = ShotFile.open(ShowFolder(Path(sys.argv[1])), "street", "sh0010")
from lookdev.explore.opening import new_look
for n in range(20):
    Draft.offer(shot_file, "toxic", new_look(shot_file), sys.argv[2] + str(n), by="wedge")
"""
    root = str(small_show.folder.root)
    others = [subprocess.Popen([sys.executable, "-c", offers, root, name]) for name in "ab"]
    for n in range(20):
        turn(draft, "snow.element.seed", str(100 + n))
        draft.settle()
    assert [other.wait() for other in others] == [0, 0]
    draft.poll()
    assert sorted(draft.takes.by_id) == list(range(1, 62))
    origins = [take.origin for take in draft.takes.order if take.ask]
    assert sorted(origins) == sorted(f"{name}{n}" for name in "ab" for n in range(20))


def test_a_holder_that_was_removed_by_hand_is_written_again(small_show: SmallShow) -> None:
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    holder = draft.path.with_suffix("") / "holder.json"
    holder.unlink()
    assert draft.poll() == []
    assert json.loads(holder.read_text())["pid"] == os.getpid()


def test_a_take_over_that_cannot_read_the_draft_leaves_it_to_the_first(
    small_show: SmallShow,
) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as first:
        second = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
        desk = second.path.with_suffix("") / "desk.yaml"
        desk.write_text("oops")
        with pytest.raises(LookdevError, match=r"desk\.yaml"):
            second.take_over()
        with pytest.raises(LookdevError, match="is closed"):
            second.star(1)
        second.save()
        assert desk.read_text() == "oops"
        first.do("star", "1")
        assert first.do("save")["held_by"] is None
        assert "starred" in desk.read_text()


def test_a_damaged_holder_is_told_with_its_mend(small_show: SmallShow) -> None:
    Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    holder = small_show.shot_file.path.parent / "drafts" / "toxic" / "holder.json"
    holder.write_text("{}")
    with pytest.raises(LookdevError, match=r"holder\.json: .* remove the file"):
        Draft.open(small_show.shot_file, "toxic_v001", by="bo")
    Draft.open(small_show.shot_file, "toxic_v001", by="bo", take_over=True)
