import pytest
from another_desk import AnotherDesk
from small_show import SmallShow

from lookdev.errors import LookdevError, SpecError
from lookdev.explore.draft import Draft
from lookdev.explore.edits import add_layer, remove_layer, rename_layer
from lookdev.explore.events import Added, Offered, Unreadable
from lookdev.explore.opening import drafts, is_untouched, new_look
from lookdev.explore.takes import same
from lookdev.generate.check import check
from lookdev.spec import parameter
from lookdev.spec.folder import LookFile


def turn(draft: Draft, name: str, value: object) -> None:
    draft.edit(parameter.replace(draft.look, name, value), name)


@pytest.fixture
def draft(small_show: SmallShow) -> Draft:
    return Draft.open(small_show.shot_file, "toxic_v001", by="anna")


def test_opening_a_version_makes_a_draft_whose_file_is_that_look(
    draft: Draft, small_show: SmallShow
) -> None:
    assert draft.name == "toxic"
    assert draft.take.origin == "opened toxic_v001"
    assert draft.take.by == "anna"
    opened = LookFile.open(str(draft.path))
    assert opened.look == small_show.look().look
    assert opened.shot.shot == "sh0010"


def test_a_slider_that_is_dragged_is_one_take_when_it_rests(draft: Draft) -> None:
    for n in range(50):
        turn(draft, "snow.blend.opacity", n / 100)
    assert len(draft.takes) == 1
    assert draft.look.layers[0].blend.opacity == 0.49
    take = draft.settle()
    assert take is not None
    assert take.parent == 1
    assert len(draft.takes) == 2
    assert draft.settle() is None


def test_another_parameter_lets_the_first_one_rest(draft: Draft) -> None:
    turn(draft, "snow.blend.opacity", 0.5)
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    assert [take.origin for take in draft.takes.path(3)] == [
        "opened toxic_v001",
        "snow.blend.opacity",
        "snow.element.seed",
    ]


def test_a_slider_that_comes_back_leaves_no_take(draft: Draft) -> None:
    turn(draft, "snow.blend.opacity", 0.5)
    turn(draft, "snow.blend.opacity", 1.0)
    assert draft.settle() is None
    assert len(draft.takes) == 1


def test_a_new_layer_is_a_take_at_once(draft: Draft) -> None:
    draft.edit(add_layer(draft.look, name="embers"), "add layer")
    assert draft.take.look.layers[-1].name == "embers"


def test_branching_off_after_undo_loses_nothing(draft: Draft) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    draft.undo()
    turn(draft, "snow.element.seed", "13")
    draft.settle()
    draft.redo()
    assert draft.look.layers[0].element.seed == "13"
    assert [take.id for take in draft.takes.children(1)] == [2, 3]
    draft.go(2)
    assert draft.look.layers[0].element.seed == "12"


def test_going_to_a_take_keeps_what_was_on_the_desk(draft: Draft) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    turn(draft, "snow.element.seed", "13")
    draft.go(1)
    assert draft.look.layers[0].element.seed == "7"
    assert draft.takes[3].look.layers[0].element.seed == "13"
    draft.undo()
    assert draft.look.layers[0].element.seed == "13"


def test_undo_of_an_edit_that_did_not_rest_keeps_it_as_a_take(draft: Draft) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.undo()
    assert draft.look.layers[0].element.seed == "7"
    draft.redo()
    assert draft.look.layers[0].element.seed == "12"


def test_marks_solo_and_locks_are_undone_too(draft: Draft) -> None:
    draft.star(1)
    draft.note(1, "more ash")
    draft.solo("dust")
    draft.lock("snow.blend", True)
    after = draft.state
    assert (after.marks[1].starred, after.marks[1].note, after.solo) == (True, "more ash", "dust")
    for _ in range(4):
        draft.undo()
    assert (draft.state.marks, draft.state.solo, draft.state.locked) == ({}, None, ())
    for _ in range(4):
        draft.redo()
    assert draft.state.model_copy(update={"undo": ()}) == after.model_copy(update={"undo": ()})


def test_rejecting_takes_the_star_away_and_twice_is_not_at_all(draft: Draft) -> None:
    draft.star(1)
    draft.reject(1)
    assert (draft.state.marks[1].starred, draft.state.marks[1].rejected) == (False, True)
    draft.reject(1)
    assert draft.state.marks == {}


def test_solo_and_locks_follow_a_renamed_layer_and_solo_ends_with_its_layer(draft: Draft) -> None:
    draft.solo("dust")
    draft.lock("dust.blend.opacity", True)
    draft.edit(rename_layer(draft.look, "dust", "ash"), "rename")
    assert (draft.state.solo, draft.state.locked) == ("ash", ("ash.blend.opacity",))
    draft.edit(remove_layer(draft.look, "ash"), "remove")
    assert draft.state.solo is None
    draft.undo()
    assert draft.state.solo == "ash"


def test_reopened_the_desk_is_as_it_was(draft: Draft, small_show: SmallShow) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    draft.star(2)
    draft.lock("dust", True)
    draft.view({"a": "comp", "b": "take:2", "wipe": {"x": 0.25, "y": 0.5}, "centre": [1, 2.5]})
    draft.at(1003)
    draft.undo()
    draft.save()
    again = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    assert again.state == draft.state
    assert again.takes == draft.takes
    again.redo()
    assert again.state.locked == ("dust",)


def test_a_look_that_did_not_rest_is_there_after_kill_9(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="anna") as desk:
        desk.do("edit", "snow.blend.opacity", "0.37")
        desk.do("save")
        desk.kill()
        again = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
        assert again.held_by is None
        assert again.look.layers[0].blend.opacity == 0.37
        assert again.take.origin == "left on the desk"


def test_saving_again_writes_nothing(draft: Draft) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.save()
    files = [draft.path, draft.path.with_suffix("") / "desk.yaml"]
    before = [path.stat().st_mtime_ns for path in files]
    draft.save()
    draft.save()
    assert [path.stat().st_mtime_ns for path in files] == before


def test_versions_are_written_once_and_counted_on(draft: Draft, small_show: SmallShow) -> None:
    turn(draft, "snow.element.seed", "12")
    path = draft.save_version()
    assert path.name == "toxic_v002.yaml"
    saved = LookFile.open(str(path)).look
    assert saved.layers[0].element.seed == "12"
    assert saved.created is not None
    assert saved.created > "2026-03-01 09:30:00"
    assert draft.save_version().name == "toxic_v003.yaml"
    draft.close()
    again = Draft.open(small_show.shot_file, "toxic_v003", by="anna")
    assert len(again.takes) == 2, "the version is the take that is on the desk"


def test_another_version_comes_onto_the_desk_and_undo_goes_back(
    draft: Draft, small_show: SmallShow
) -> None:
    text = small_show.look_path.read_text().replace('"7"', '"99"')
    small_show.add_look(text, "toxic_v002")
    draft.close()
    again = Draft.open(small_show.shot_file, "toxic_v002", by="anna")
    assert again.look.layers[0].element.seed == "99"
    again.undo()
    assert again.look.layers[0].element.seed == "7"
    again.close()
    resumed = Draft.open(small_show.shot_file, "toxic_v002", by="anna")
    assert resumed.look.layers[0].element.seed == "7", "it was the last one asked for"


def test_without_a_name_the_draft_used_last_is_opened(small_show: SmallShow) -> None:
    small_show.add_look(small_show.look_path.read_text(), "other_v001")
    Draft.open(small_show.shot_file, "toxic_v001", by="anna").close()
    Draft.open(small_show.shot_file, "other_v001", by="anna").close()
    assert Draft.open(small_show.shot_file, by="anna").name == "other"
    Draft.open(small_show.shot_file, "toxic", by="anna").close()
    assert Draft.open(small_show.shot_file, by="anna").name == "toxic"


def test_a_shot_without_a_look_says_how_to_begin(small_show: SmallShow) -> None:
    assert not is_untouched(small_show.shot_file)
    small_show.look_path.unlink()
    assert is_untouched(small_show.shot_file)
    with pytest.raises(SpecError, match=r"looks: this shot has no look yet; begin a new one"):
        Draft.open(small_show.shot_file, by="anna")
    draft = Draft.begin(small_show.shot_file, by="anna")
    assert same(draft.look, new_look(small_show.shot_file))
    assert draft.look.layers[0].element.size == (128, 72)
    assert draft.save_version().name == "look_v001.yaml"


@pytest.mark.parametrize("name", ["toxic_v009", "nothing", "../x", "a b"])
def test_a_name_that_is_not_there_is_refused(small_show: SmallShow, name: str) -> None:
    with pytest.raises(SpecError, match=r"toxic_v001|is no name"):
        Draft.open(small_show.shot_file, name, by="anna")
    assert drafts(small_show.shot_file) == []
    assert not (small_show.shot_file.path.parent / "drafts").exists()


def test_what_a_draft_that_never_opened_left_is_no_draft(small_show: SmallShow) -> None:
    folder = small_show.shot_file.path.parent / "drafts"
    (folder / "empty" / "takes").mkdir(parents=True)
    (folder / ".toxic.abc.yaml").write_text("a file that a killed process left")
    assert drafts(small_show.shot_file) == []
    assert Draft.open(small_show.shot_file, by="anna").name == "toxic"
    assert drafts(small_show.shot_file) == ["toxic"]


def test_a_take_that_another_process_adds_is_told_once(draft: Draft, small_show: SmallShow) -> None:
    look = parameter.replace(draft.look, "snow.element.seed", "31")
    offered = Draft.offer(small_show.shot_file, "toxic", look, "from the wedge", by="bo")
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    assert offered.id == 2
    assert draft.state.current == 3, "no two takes have one id"
    assert draft.poll() == [Offered(offered)]
    assert draft.poll() == []
    draft.go(2)
    assert draft.look.layers[0].element.seed == "31"


def test_a_take_offered_to_a_closed_draft_is_on_the_desk_when_it_opens(
    draft: Draft, small_show: SmallShow
) -> None:
    draft.close()
    look = parameter.replace(draft.look, "snow.element.seed", "31")
    Draft.offer(small_show.shot_file, "toxic", look, "from the wedge")
    again = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    assert (again.take.origin, again.take.parent) == ("from the wedge", 1)
    again.undo()
    assert again.state.current == 1
    again.close()
    assert Draft.open(small_show.shot_file, "toxic", by="anna").state.current == 1, "seen already"


def test_an_offer_that_was_not_told_before_the_kernel_died_is_on_the_desk_next(
    draft: Draft, small_show: SmallShow
) -> None:
    look = parameter.replace(draft.look, "snow.element.seed", "31")
    Draft.offer(small_show.shot_file, "toxic", look, "from the wedge")
    turn(draft, "snow.element.seed", "12")
    draft.settle()
    draft.save()
    again = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    assert again.look.layers[0].element.seed == "31"


def test_a_take_that_is_no_offer_is_told_as_added(draft: Draft) -> None:
    draft._files.add_take(draft.look, by="bo", origin="from a script", parent=1)
    (event,) = draft.poll()
    assert isinstance(event, Added)
    assert [take.by for take in event.takes] == ["bo"]


def test_a_damaged_take_is_told_once_and_the_rest_opens(
    draft: Draft, small_show: SmallShow
) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.close()
    path = draft._files.take_path(1)
    whole = path.read_text()
    path.write_text(whole.replace('"7"', "seven!"))
    again = Draft.open(small_show.shot_file, "toxic", by="anna")
    (event,) = again.poll()
    assert isinstance(event, Unreadable)
    assert "0001.yaml" in event.sentence
    assert "element.seed" in event.sentence
    assert again.poll() == []
    path.write_text(whole)
    assert isinstance(again.poll()[0], Added), "mended"


def test_where_the_take_on_the_desk_is_gone_its_look_is_still_in_the_file(
    draft: Draft, small_show: SmallShow
) -> None:
    turn(draft, "snow.element.seed", "12")
    draft.close()
    draft._files.take_path(2).unlink()
    again = Draft.open(small_show.shot_file, "toxic", by="anna")
    assert again.look.layers[0].element.seed == "12"
    for _ in range(5):
        again.undo()


def test_a_damaged_state_is_a_sentence_and_the_seat_is_free(
    draft: Draft, small_show: SmallShow
) -> None:
    draft.close()
    desk = draft.path.with_suffix("") / "desk.yaml"
    whole = desk.read_text()
    desk.write_text(whole.replace("current: 1", "current: one"))
    with pytest.raises(SpecError, match=r"desk\.yaml:2: current is \"one\""):
        Draft.open(small_show.shot_file, "toxic", by="anna")
    assert "one" in desk.read_text(), "as the person left it"
    assert not desk.with_name("holder.json").exists()
    desk.write_text(whole)
    assert Draft.open(small_show.shot_file, "toxic", by="anna").state == draft.state


def test_a_take_knows_the_frame_that_was_looked_at(draft: Draft) -> None:
    draft.at(0)
    turn(draft, "snow.element.seed", "12")
    take = draft.settle()
    assert take is not None
    assert take.frame == 0


def test_what_a_person_cannot_mean_is_refused_in_a_sentence(draft: Draft) -> None:
    for refused in (
        lambda: draft.go(7),
        lambda: draft.star(7),
        lambda: draft.solo("rain"),
        lambda: draft.lock("snow.blend.opaqueness", True),
        lambda: draft.note(1, "x" * 2001),
        lambda: draft.note(1, "half \ud800"),
        lambda: draft.at(99_999_999),
        lambda: draft.view({"zoom": float("nan")}),
        lambda: draft.view({"zoom": object()}),
        lambda: draft.view({"big": "x" * 30_000}),
    ):
        before = draft.state
        with pytest.raises(LookdevError):
            refused()
        assert draft.state == before


def test_lookdev_check_knows_every_file_of_a_draft(draft: Draft, small_show: SmallShow) -> None:
    draft.star(1)
    draft.path.write_text("layers: [")
    draft.save()
    draft.resolve("desk")
    checked, problems = check([small_show.folder.root], plates=False)
    assert problems == []
    names = {path.name for path in checked}
    assert {"toxic.yaml", "desk.yaml", "0001.yaml"} <= names
    assert any(name.startswith("conflict-") for name in names)


def test_a_closed_draft_refuses_and_leaves_no_holder(draft: Draft) -> None:
    draft.close()
    with pytest.raises(LookdevError, match="is closed"):
        draft.star(1)
    folder = draft.path.with_suffix("")
    assert not (folder / "holder.json").exists()
    assert list(folder.rglob(".*")) == [], "no temporary files"
