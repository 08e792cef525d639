"""The review desk without a browser: every control does what it says, and files have it."""

import time
from collections.abc import Callable, Iterator

import ipywidgets as widgets
import pytest
from posted import keep_posts, until
from small_show import LOOK, SmallShow

from lookdev.desk.review import review
from lookdev.desk.reviewing.desk import ReviewDesk
from lookdev.errors import SpecError
from lookdev.explore.review import ReviewFile
from lookdev.explore.review_movie import Shown
from lookdev.spec.folder import LookFile

Open = Callable[..., ReviewDesk]


@pytest.fixture
def show(small_show: SmallShow) -> SmallShow:
    small_show.add_look(
        LOOK.replace("opacity: {1001: 0.0, 1003: 1.0}", "opacity: 0.3"), "toxic_v002"
    )
    return small_show


@pytest.fixture
def opened(show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    keep_posts(monkeypatch)
    desks: list[ReviewDesk] = []

    def make(look: str | None = None) -> ReviewDesk:
        desks.append(ReviewDesk(show.shot_file, look))
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()
        desk.stage.engine.join()


@pytest.fixture
def desk(opened: Open) -> ReviewDesk:
    return opened()


def file_of(show: SmallShow, name: str) -> ReviewFile:
    return ReviewFile.open(LookFile.open(str(show.look_path.with_name(f"{name}.yaml"))))


def names(chooser: widgets.Dropdown) -> list[str]:
    return [value for _label, value in chooser.options]


def test_the_newest_version_is_beside_the_one_before_it(desk: ReviewDesk) -> None:
    assert (desk.choosers.a.value, desk.choosers.b.value) == ("toxic_v002", "toxic_v001")
    state = desk.stage.viewer.state
    assert (state["a"], state["b"], state["mode"]) == ("toxic_v002", "toxic_v001", "side")
    assert [source["id"] for source in desk.stage.viewer.sources] == [
        "toxic_v001",
        "toxic_v002",
        "plate",
    ]
    titles = [item["title"] for item in desk.strip.widget.items]
    assert titles == ["toxic_v001  B", "toxic_v002  A"]
    assert desk.strip.widget.items[0]["lines"] == ["draft", "0 open notes"]


def test_choosing_a_version_moves_picture_notes_and_status(
    desk: ReviewDesk, show: SmallShow
) -> None:
    file_of(show, "toxic_v001").add_note(author="Ada", frame=1002, text="hello", point=(3, 4))
    desk.choosers.a.value = "toxic_v001"
    desk.choosers.b.value = "plate"
    state = desk.stage.viewer.state
    assert (state["a"], state["b"]) == ("toxic_v001", "plate")
    assert desk.stage.viewer.notes == [
        {"id": "1", "frame": 1002, "x": 3.0, "y": 4.0, "text": "hello", "author": "Ada"}
    ]
    assert "toxic_v001" in desk.status._said.value
    desk.strip._act(_action("a", "toxic_v002"))
    assert desk.choosers.a.value == "toxic_v002"
    assert desk.stage.viewer.notes == []
    desk.stage.viewer.state = {
        **state,
        "a": "toxic_v001",
        "b": "toxic_v002",
    }  # the viewer's own lists
    assert (desk.choosers.a.value, desk.choosers.b.value) == ("toxic_v001", "toxic_v002")
    assert desk.banner.text == ""


def _action(kind: str, name: str) -> "object":
    from lookdev.desk.gallery.widget import Action

    return Action(kind, name)


def test_a_note_is_written_at_frame_and_point(desk: ReviewDesk, show: SmallShow) -> None:
    desk.status.author.value = "Ada"
    desk.stage.show(1004)
    assert desk.notes.add.description == "add note at frame 1004"
    desk.stage._on_point(1004, 20.25, 30.0)
    assert desk.stage.viewer.notes[-1]["text"] == "the next note"
    desk.notes.text.value = "<b>less</b> snow"
    desk.notes.add.click()
    (note,) = file_of(show, "toxic_v002").read().notes
    assert (note.author, note.frame, note.point, note.text) == (
        "Ada",
        1004,
        (20.2, 30.0),
        "<b>less</b> snow",
    )
    assert desk.notes.text.value == ""
    assert desk.point is None
    row = desk.notes._list.children[0]
    assert "&lt;b&gt;less" in row.children[1].value
    assert desk.strip.widget.items[1]["lines"] == ["draft", "1 open note"]
    desk.stage.show(1001)
    row.children[0].click()
    assert desk.stage.viewer.frame == 1004
    row.children[2].value = True
    assert file_of(show, "toxic_v002").read().notes[0].done
    assert desk.stage.viewer.notes == []
    assert desk.banner.text == ""


def test_a_note_without_name_or_words_is_refused_and_nothing_is_lost(
    desk: ReviewDesk, show: SmallShow
) -> None:
    desk.status.author.value = ""
    desk.notes.text.value = "do not lose me"
    desk.notes.add.click()
    assert "no name is given; say who you are" in desk.banner.text
    assert desk.notes.text.value == "do not lose me"
    desk.status.author.value = "Ada"
    desk.notes.text.value = "  "
    desk.notes.add.click()
    assert "the note is empty" in desk.banner.text
    desk.notes.text.value = "now"
    desk.notes.add.click()
    assert desk.banner.text == ""
    assert len(file_of(show, "toxic_v002").read().notes) == 1


def test_status_is_set_with_a_name(desk: ReviewDesk, show: SmallShow) -> None:
    desk.status.author.value = "Grace"
    desk.status.buttons["approved"].click()
    found = file_of(show, "toxic_v002").read()
    assert (found.status, found.history[-1].by) == ("approved", "Grace")
    assert desk.status.buttons["approved"].icon == "check"
    assert desk.status.buttons["draft"].icon == ""
    assert "approved, Grace" in desk.status._said.value
    assert desk.strip.widget.items[1]["lines"][0] == "approved"


def test_what_others_do_meanwhile_appears(desk: ReviewDesk, show: SmallShow) -> None:
    file_of(show, "toxic_v002").add_note(author="Mary", frame=1001, text="seen")
    show.add_look(LOOK, "toxic_v003")
    desk.refresh()
    assert "Mary" in desk.notes._list.children[0].children[1].value
    assert names(desk.choosers.a) == ["toxic_v001", "toxic_v002", "toxic_v003"]
    assert len(desk.strip.widget.items) == 3
    desk.choosers.a.value = "toxic_v003"
    assert desk.stage.viewer.state["a"] == "toxic_v003"


def test_the_desk_opens_where_it_was_left(opened: Open) -> None:
    one = opened()
    one.choosers.a.value, one.choosers.b.value = "toxic_v001", "plate"
    one.status.author.value, one.notes.text.value = "Ada", "half a sent"
    one.stage.show(1003)
    one.stage.viewer.state = {**one.stage.viewer.state, "exposure": -2.0, "mode": "wipe"}
    one.refresh()  # a second later; then the kernel is killed
    two = opened()
    assert (two.choosers.a.value, two.choosers.b.value) == ("toxic_v001", "plate")
    assert (two.status.author.value, two.notes.text.value) == ("Ada", "half a sent")
    assert two.stage.viewer.frame == 1003
    assert (two.stage.viewer.state["exposure"], two.stage.viewer.state["mode"]) == (-2.0, "wipe")
    three = opened("toxic_v002")  # a link is stronger
    assert (three.choosers.a.value, three.choosers.b.value) == ("toxic_v002", "toxic_v001")
    assert three.status.author.value == "Ada"


def test_a_damaged_memory_is_said_and_the_desk_opens(opened: Open) -> None:
    one = opened()
    one.refresh()
    one._memory.path.write_text("format: [")
    two = opened()
    assert two._memory.path.name in two.banner.text
    assert two.choosers.a.value == "toxic_v002"


def test_a_version_that_cannot_be_read_is_said(opened: Open, show: SmallShow) -> None:
    show.add_look("format: look/1\nnonsense: 1\n", "toxic_v003")
    desk = opened("toxic_v002")
    assert "toxic_v003" in desk.banner.text
    assert names(desk.choosers.a) == ["toxic_v001", "toxic_v002"]
    assert [item["lines"][0] for item in desk.strip.widget.items] == [
        "draft",
        "draft",
        "cannot be read",
    ]
    with pytest.raises(SpecError, match="support is missing"):
        opened("toxic_v003")


def test_a_movie_is_exported_by_the_engine(desk: ReviewDesk, show: SmallShow) -> None:
    desk.export.beside.value = True
    started = time.perf_counter()
    desk.export.start.click()
    print(f"click: {(time.perf_counter() - started) * 1000:.1f} ms")
    assert desk.export.start.disabled
    until(lambda: not desk.export.start.disabled)
    path = (
        show.folder.root / "reviews" / "street" / "sh0010" / "toxic_v002_vs_toxic_v001_review.mp4"
    )
    assert path.is_file()
    assert "reviews/street/sh0010/toxic_v002_vs_toxic_v001_review.mp4" in desk.export.said.value
    assert desk.export.bar.value == 1
    assert desk.banner.text == ""


def test_a_cancelled_export_says_so_at_once_and_leaves_no_file(
    desk: ReviewDesk, show: SmallShow
) -> None:
    desk.export.start.click()
    until(lambda: desk.export.bar.value > 0)
    started = time.perf_counter()
    desk.export.cancel.click()
    waited = (time.perf_counter() - started) * 1000
    print(f"cancel: {waited:.1f} ms (bar 200)")
    assert "cancelled" in desk.export.said.value
    desk.export.start.click()  # the worker is free again
    until(lambda: not desk.export.start.disabled)
    folder = show.folder.root / "reviews" / "street" / "sh0010"
    assert [path.name for path in folder.iterdir()] == ["toxic_v002_review.mp4"]


def test_an_export_that_fails_is_told(desk: ReviewDesk, show: SmallShow) -> None:
    (show.folder.root / "plates" / "plate.1004.exr").unlink()
    desk.export.start.click()
    until(lambda: desk.banner.text)
    assert "1004" in desk.banner.text
    until(lambda: not desk.export.start.disabled)
    assert "not made" in desk.export.said.value


def test_the_plot_is_drawn_of_frames_that_are_cached(desk: ReviewDesk) -> None:
    desk.levels.measure()
    assert desk.levels.widget.value == ""
    done: list[object] = []
    desk.fill()
    until(lambda: _frames(desk, done) == 6)
    desk.levels.measure()
    until(lambda: desk.levels.widget.value)
    assert '<img alt="Brightness of toxic_v002 and toxic_v001' in desk.levels.widget.value
    until(lambda: all(len(known) == 6 for known in desk.levels._known.values()))
    assert set(desk.levels._known) == {"toxic_v001", "toxic_v002"}


def _frames(desk: ReviewDesk, found: list[object]) -> int:
    found.clear()
    desk.stage.engine.find_cached(desk.library.looks["toxic_v001"], found.append)
    until(lambda: found)
    return len(found[0])  # type: ignore[arg-type]


def test_pictures_of_versions_are_made_when_asked_for(desk: ReviewDesk) -> None:
    assert desk.strip._thumbnail("toxic_v001") is None
    until(lambda: desk.strip._pictures.get("toxic_v001"))
    assert desk.strip._thumbnail("toxic_v001")[:2] == b"\xff\xd8"  # type: ignore[index]


def test_review_returns_a_widget_at_once(show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(show.folder.root)
    started = time.perf_counter()
    made = review(look="toxic_v001")
    print(f"opened in {time.perf_counter() - started:.2f} s")
    assert isinstance(made, widgets.VBox)
    with pytest.raises(SpecError, match="has no look sleet_v001"):
        review(look="sleet_v001")


def test_what_is_shown_in_a_movie_has_its_status(desk: ReviewDesk) -> None:
    desk.status.author.value = "Ada"
    desk.status.buttons["changes"].click()
    assert desk._in_movie() == [Shown(desk.library.version("toxic_v002"), "changes")]
    desk.choosers.b.value = "plate"
    desk.export.beside.value = True
    assert len(desk._in_movie()) == 1


def test_a_damaged_review_is_told_until_it_reads_again(desk: ReviewDesk, show: SmallShow) -> None:
    file = file_of(show, "toxic_v002")
    file.add_note(author="Ada", frame=1001, text="hello", point=(3, 4))
    file.set_status("approved", by="Ada")
    desk.refresh()
    assert desk.status.buttons["approved"].icon == "check"
    whole = file.path.read_text()
    file.path.write_text("nonsense: [")
    for _tick in range(3):
        desk.refresh()
        assert "toxic_v002.yaml" in desk.banner.text
        assert "toxic_v002.yaml" in desk.status._said.value
        assert desk.status.buttons["approved"].icon == ""
        assert "cannot be read" in desk.notes._list.children[0].value
        assert desk.stage.viewer.notes == []
    file.path.write_text(whole)
    desk.refresh()
    assert desk.banner.text == ""
    assert "approved, Ada" in desk.status._said.value
    assert "hello" in desk.notes._list.children[0].children[1].value


def test_a_version_that_is_taken_away_is_told_and_cannot_be_approved(
    desk: ReviewDesk, show: SmallShow
) -> None:
    desk.status.author.value = "Ada"
    show.look_path.with_name("toxic_v002.yaml").unlink()
    desk.status.buttons["approved"].click()  # before the desk has looked around
    assert "toxic_v002.yaml: is not there any more" in desk.banner.text
    assert not (show.look_path.parents[1] / "reviews").exists()
    desk.refresh()
    assert desk.banner.text == "toxic_v002: its file was taken away meanwhile"
    assert (desk.a, desk.b) == ("toxic_v001", "plate")
    assert (desk.stage.viewer.state["a"], desk.stage.viewer.state["b"]) == ("toxic_v001", "plate")
    assert names(desk.choosers.a) == ["toxic_v001"]
    assert [item["id"] for item in desk.strip.widget.items] == ["toxic_v001"]
    with pytest.raises(SpecError, match="toxic_v002: this shot has no such version any more"):
        desk.library.version("toxic_v002")
    show.look_path.unlink()
    desk.refresh()
    assert "toxic_v001: this shot has no such version any more; it has none" in desk.banner.text
    show.add_look(LOOK, "toxic_v001")
    desk.refresh()
    assert desk.banner.text == ""
    assert desk.status._said.value.count("draft") == 1


def test_a_version_that_is_edited_is_read_again(desk: ReviewDesk, show: SmallShow) -> None:
    before = desk.library.looks["toxic_v001"]
    show.add_look(LOOK.replace("opacity: {1001: 0.0, 1003: 1.0}", "opacity: 0.7"), "toxic_v001")
    desk.refresh()
    assert desk.library.looks["toxic_v001"] != before
    assert list(desk.library.looks) == ["toxic_v001", "toxic_v002"]
    assert desk.stage._sources["toxic_v001"].look == desk.library.looks["toxic_v001"]


def test_a_note_outside_the_shot_leaves_the_desk_where_it_is(
    desk: ReviewDesk, show: SmallShow
) -> None:
    file = file_of(show, "toxic_v002")
    file.add_note(author="Ada", frame=1004, text="late")
    file.path.write_text(file.path.read_text().replace("frame: 1004", "frame: 4711"))
    desk.refresh()
    desk.notes._list.children[0].children[0].click()
    assert desk.stage.viewer.frame == 1001
    assert "note 1: frame 4711 is outside the shot's 1001-1006" in desk.banner.text


def test_nobody_is_taken_for_the_login_and_a_given_name_is_remembered(opened: Open) -> None:
    one = opened()
    assert one.status.author.value == ""
    one.status.buttons["approved"].click()
    assert "no name is given; say who you are to set a status" in one.banner.text
    one.status.author.value = "Ada"
    one.status.buttons["approved"].click()
    assert opened().status.author.value == "Ada"
