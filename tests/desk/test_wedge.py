"""The wedge desk without a browser: values are set, buttons clicked, traits read."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest
from small_show import SmallShow

from lookdev.desk.gallery.widget import Gallery
from lookdev.desk.wedging.bench import WedgeDesk
from lookdev.errors import SpecError
from lookdev.explore.background import Run
from lookdev.explore.draft import Draft
from lookdev.explore.versions import pair
from lookdev.explore.wedge_plan import about
from lookdev.image.sheet import read_png
from lookdev.spec import strict_yaml
from lookdev.spec.wedge_state import WedgeAxis, WedgeState

OPACITY = WedgeAxis(name="dust.blend.opacity", values="0.5, 1.0")
PATIENCE = 180.0
"""Seconds: a run is a polite process that loads torch first, and a machine may be slow."""


@pytest.fixture
def desk(small_show: SmallShow) -> WedgeDesk:
    desk = WedgeDesk(small_show.shot_file, None)
    row = desk.controls.axes.rows[0]
    row.name.value, row.values.value = "snow.element.seed", "1..2"
    return desk


def done(desk: WedgeDesk) -> None:
    end = time.monotonic() + PATIENCE
    while desk.work.run.is_alive:
        assert time.monotonic() < end, desk.controls.said.value
        time.sleep(0.1)
        desk.poll()


def state_of(desk: WedgeDesk) -> WedgeState:
    return strict_yaml.read(desk.work.path, WedgeState)


def act(gallery: Gallery, kind: str, index: int, **more: Any) -> None:
    gallery._received(None, {"type": kind, "id": gallery.items[index]["id"], **more}, [])


def test_it_opens_on_the_newest_version_with_seeds_to_begin_with(small_show: SmallShow) -> None:
    small_show.add_look(small_show.look_path.read_text(), "toxic_v002")
    desk = WedgeDesk(small_show.shot_file, None)
    assert desk.controls.look.value == "toxic_v002"
    assert desk.controls.axes.axes == (WedgeAxis(name="dust.element.seed", values="1..6"),)
    assert "6 cells: 14 evaluations, time not measured yet" in desk.controls.count.value
    assert len(desk.gallery.items) == 6
    assert desk.gallery.items[0]["lines"] == ["not rendered yet"]
    assert not desk.work.path.exists(), "opening a wedge is no change"
    with pytest.raises(SpecError, match="has no look fog"):
        WedgeDesk(small_show.shot_file, "fog")


def test_count_and_minutes_are_shown_before_anything_runs(desk: WedgeDesk) -> None:
    desk.work.estimates.learn("mini", (1000, 1000), 1, 60_000)
    desk.work.estimates.learn("wedge cell", (128, 72), 1, 0.1)
    desk.controls.axes.rows[0].values.value = "1..4"
    desk.controls.axes.add.click()
    row = desk.controls.axes.rows[1]
    row.name.value, row.values.value = OPACITY.name, OPACITY.values
    # four kinds of snow and one dust, two steps of 60 ms a pixel each, at 64x36
    assert desk.controls.count.value == "8 cells: 10 evaluations, about 23 min"
    assert state_of(desk).axes == (WedgeAxis(name="snow.element.seed", values="1..4"), OPACITY)
    assert not desk.work.home.folder.exists()


def test_help_bounds_and_the_value_now_stand_beside_an_axis(desk: WedgeDesk) -> None:
    row = desk.controls.axes.rows[0]
    assert "dust.element.prompt" in row.name.options
    assert "dust.blend.tint" not in row.name.options
    row.name.value = "dust.blend.opacity"
    assert row.help.value == ("0 is gone, 1 is full. 0 to 1. Now a curve, 0 at this frame.")
    row.name.value = "dust.blend.transfer"
    assert row.values.placeholder == "over, plus, screen, multiply, max"


def test_a_wrong_axis_is_one_sentence_and_nothing_can_be_run(desk: WedgeDesk) -> None:
    controls = desk.controls
    before = desk.gallery.items
    controls.axes.rows[0].values.value = "8..1"
    assert "a range runs upwards" in controls.count.value
    assert "is-refused" in controls.count._dom_classes
    assert controls.run.disabled
    assert desk.banner.text == ""
    assert desk.gallery.items == before, "the cells that are there are not taken away"
    controls.axes.rows[0].values.value = "1.." + "9" * 9000
    assert "at most 8000 characters" in desk.banner.text
    controls.axes.rows[0].values.value = "1..3"
    assert "is-refused" not in controls.count._dom_classes
    assert not controls.run.disabled
    assert desk.banner.text == ""


def test_it_runs_in_the_background_and_is_there_when_opened_again(
    desk: WedgeDesk, small_show: SmallShow
) -> None:
    desk.controls.frame.value = 1004
    desk.controls.run.click()
    assert desk.banner.text == ""
    assert desk.work.run.is_alive
    assert desk.controls.run.disabled
    again = WedgeDesk(small_show.shot_file, None)  # as after a restart of the kernel
    assert again.work.run.is_alive
    assert again.controls.frame.value == 1004
    assert again.controls.axes.axes == desk.controls.axes.axes
    done(again)
    assert again.controls.said.value == "finished"
    apart = [item["sort"]["diversity"] for item in again.gallery.items]
    assert [item["lines"] for item in again.gallery.items] == [
        [f"diversity {one:.2f}"] for one in apart
    ]
    assert apart[0] == apart[1] > 0, "of two, each is the other's nearest"
    assert [item["evaluations"] for item in again.gallery.items] == [4, 2]
    jpeg = again._thumbnail(again.gallery.items[0]["id"])
    assert jpeg is not None
    assert jpeg[:2] == b"\xff\xd8"
    assert again.controls.count.value == "2 cells, all finished"
    assert again.controls.run.disabled

    again.controls.cost.value = True
    assert again.cost.plot.layout.display == ""
    assert 'alt="Seconds and evaluations of 2 cells"' in again.cost.plot.value
    assert "data:image/png;base64,iVBOR" in again.cost.plot.value
    again.controls.sheet.click()
    assert "sheet.png" in again.exports.said.value
    assert read_png(again.work.home.folder / "sheet.png").shape[1] > 900


def test_stop_keeps_what_is_finished_and_run_goes_on(desk: WedgeDesk) -> None:
    desk.controls.axes.rows[0].values.value = "1..60"
    desk.controls.run.click()
    end = time.monotonic() + PATIENCE
    while not desk.work.finished:
        assert time.monotonic() < end
        time.sleep(0.1)
        desk.poll()
    desk.controls.stop.click()
    done(desk)
    assert "stopped after" in desk.controls.said.value
    kept = len(desk.work.finished)
    assert 0 < kept < 60
    desk.controls.axes.rows[0].values.value = f"1..{kept + 1}"
    desk.controls.run.click()
    done(desk)
    assert len(desk.work.finished) == kept + 1


def test_a_run_that_dies_is_said_with_its_log(desk: WedgeDesk) -> None:
    desk.controls.axes.rows[0].values.value = "1..60"
    desk.controls.run.click()
    while "cell" not in desk.work.log:
        time.sleep(0.1)
    run = json.loads((desk.work.home.folder / "run.json").read_text())
    os.kill(run["pid"], signal.SIGKILL)
    done(desk)
    assert desk.banner.text.startswith("The run failed: ")
    assert "60 cells" in desk.banner.details
    assert not desk.controls.run.disabled


def test_stars_notes_and_order_are_kept_by_cell(desk: WedgeDesk, small_show: SmallShow) -> None:
    act(desk.gallery, "star", 1)
    act(desk.gallery, "note", 1, text=" thicker ")
    act(desk.gallery, "reject", 0)
    desk.gallery.sort = {"key": "seconds", "descending": True, "starred_first": True}
    assert desk.gallery.items[1]["starred"]
    text = desk.work.path.read_text()
    assert desk.work.path.relative_to(small_show.folder.root).as_posix() == (
        "params/shots/street/sh0010/wedges/toxic_v001.yaml"
    )
    again = WedgeDesk(small_show.shot_file, None)
    assert [item["starred"] for item in again.gallery.items] == [False, True]
    assert [item["rejected"] for item in again.gallery.items] == [True, False]
    assert again.gallery.items[1]["note"] == "thicker"
    assert again.gallery.sort == desk.gallery.sort
    again.controls.axes.rows[0].values.value = "2..3"
    assert [item["starred"] for item in again.gallery.items] == [True, False]
    act(again.gallery, "star", 0)
    assert "starred: true" in text
    assert "starred: true" not in again.work.path.read_text()
    act(again.gallery, "note", 0, text="x" * 3000)
    assert "note" in again.banner.text


def test_a_cell_is_offered_to_explore_as_a_take(desk: WedgeDesk, small_show: SmallShow) -> None:
    act(desk.gallery, "open", 1)
    assert "snow.element.seed=2: is not rendered yet; run the wedge first" in desk.banner.text
    assert desk.exports.said.value == ""
    desk.controls.run.click()
    done(desk)
    act(desk.gallery, "open", 1)
    assert desk.banner.text == ""
    act(desk.gallery, "open", 1)
    assert "is take 1 of toxic now" in desk.exports.said.value, "the same take was added again"
    assert "explore.ipynb?sequence=street&amp;shot=sh0010&amp;look=toxic" in desk.exports.said.value
    (asked,) = small_show.folder.root.glob(".lookdev/desks/*/open.json")
    assert '"look":"toxic"' in asked.read_text()
    draft = Draft.open(small_show.shot_file, "toxic", by="tester")
    assert draft.look.layers[0].element.seed == "2"
    assert "from the wedge: snow.element.seed=2" in draft.take.origin
    draft.close()


def test_a_draft_that_changes_meanwhile_is_said_and_taken_again(small_show: SmallShow) -> None:
    path = small_show.shot_file.path.parent / "drafts" / "toxic.yaml"
    path.parent.mkdir()
    path.write_text(small_show.look_path.read_text())
    desk = WedgeDesk(small_show.shot_file, "toxic")
    ids = [item["id"] for item in desk.gallery.items]
    path.write_text(path.read_text().replace("rolling dust", "heavy dust"))
    desk.poll()
    assert desk.controls.outdated.layout.display == ""
    assert [item["id"] for item in desk.gallery.items] == ids
    desk.controls.again.click()
    assert desk.controls.outdated.layout.display == "none"
    assert state_of(desk).look.layers[1].element.prompt == "heavy dust"
    assert [item["id"] for item in desk.gallery.items] != ids


def test_an_edit_by_hand_is_taken_in_and_neither_side_is_lost(desk: WedgeDesk) -> None:
    path = desk.work.path
    mine = path.read_text()
    path.write_text(mine.replace("1..2", "1..5"))
    desk.poll()
    assert desk.controls.axes.rows[0].values.value == "1..5"
    assert len(desk.gallery.items) == 5
    path.write_text("format: wedge/1\nframe: soon\n")
    desk.poll()
    assert desk.banner.text.endswith("look is missing")
    desk.poll()
    assert desk.banner.text.endswith("look is missing"), "the next look around took it back"
    desk.controls.axes.rows[0].values.value = "1..4"
    assert "theirs is kept as" in desk.banner.text
    kept = next(path.parent.glob("*.kept"))
    assert "soon" in kept.read_text()
    assert state_of(desk).axes[0].values == "1..4"


def test_a_full_disk_is_said_and_saved_as_soon_as_there_is_room(
    desk: WedgeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: Any) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        desk.controls.axes.rows[0].values.value = "1..3"
        assert "No space left on device" in desk.banner.text
        assert state_of(desk).axes[0].values == "1..2"
    desk.poll()
    assert state_of(desk).axes[0].values == "1..3"


def test_looks_can_be_changed_and_each_has_its_own_wedge(
    desk: WedgeDesk, small_show: SmallShow
) -> None:
    small_show.add_look(small_show.look_path.read_text(), "other_v001")
    desk.poll()
    desk.controls.look.value = "other_v001"
    assert desk.controls.axes.rows[0].values.value == "1..6"
    desk.controls.axes.rows[0].values.value = "1..3"
    desk.controls.look.value = "toxic_v001"
    assert desk.controls.axes.rows[0].values.value == "1..2"
    assert WedgeDesk(small_show.shot_file, "other_v001").work.state.axes[0].values == "1..3"


def test_the_newest_file_comes_first_and_what_has_no_name_is_left_out(
    small_show: SmallShow,
) -> None:
    looks = small_show.look_path.parent
    for name in ("ash_v001", "toxic_v002", f"{'x' * 64}_v001", "notes"):
        small_show.add_look(small_show.look_path.read_text(), name)
    drafts = looks.with_name("drafts")
    drafts.mkdir()
    (drafts / "no name.yaml").write_text(small_show.look_path.read_text())
    for second, name in enumerate(("toxic_v002", "toxic_v001", "ash_v001")):
        os.utime(looks / f"{name}.yaml", (second, second))
    desk = WedgeDesk(small_show.shot_file, None)
    assert [name for _, name in desk.controls.look.options] == [
        "ash_v001",
        "toxic_v001",
        "toxic_v002",
    ]
    long = looks / f"{'x' * 64}_v001.yaml"
    long.unlink()
    assert pair(small_show.shot_file, None)[0].name == desk.controls.look.value == "ash_v001"


def test_what_is_left_of_a_run_is_what_was_measured(
    desk: WedgeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.work.estimates.learn("mini", (1000, 1000), 1, 60_000)
    desk.work.estimates.learn("wedge cell", (128, 72), 1, 0.1)
    plan = desk.work.plan
    assert plan is not None
    half = Run("running", done=1, total=2, label="snow", seconds=1.0)
    monkeypatch.setattr("lookdev.explore.background.state", lambda _out: half)
    desk.poll()
    left = plan.seconds(desk.work.estimates)
    assert left is not None
    assert f"1 of 2 cells, {about(left)} left" in desk.controls.said.value


def test_its_file_is_in_order_for_lookdev_check(desk: WedgeDesk) -> None:
    from lookdev.generate.check import check

    act(desk.gallery, "star", 0)
    checked, problems = check([desk.work.path])
    assert problems == []
    assert checked == [desk.work.path]


def test_no_picture_is_in_a_trait(desk: WedgeDesk) -> None:
    state = json.dumps(desk.gallery.get_state(["items", "sort", "sort_keys"]))
    assert len(state) < 2000
    assert isinstance(desk.widget, widgets.VBox)
