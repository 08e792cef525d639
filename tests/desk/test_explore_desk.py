"""The explore desk without a page: what a person does, what is shown, and what is on disk then."""

import asyncio
import errno
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from another_desk import AnotherDesk
from slow_model import PATIENCE
from small_show import SmallShow

from lookdev.desk.exploring import watch
from lookdev.desk.exploring.bench import ExploreDesk
from lookdev.desk.gallery.widget import Action
from lookdev.desk.viewer import Viewer
from lookdev.explore.draft import Draft
from lookdev.explore.picture_worker import PictureWorker
from lookdev.generate.check import check
from lookdev.image.media import verify
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

OPACITY = "snow.blend.opacity"


@contextmanager
def opened(show: SmallShow, look: str | None = None) -> Iterator[ExploreDesk]:
    """A desk as it is without a running loop: whoever wants time to pass says so."""
    shot_file = ShotFile.open(show.folder, "street", "sh0010")
    desk = ExploreDesk(shot_file, Draft.open(shot_file, look, by="anna"))
    try:
        yield desk
    finally:
        desk.watch.close()
        desk.stage.close()
        desk.stage.engine.join(PATIENCE)


@pytest.fixture
def desk(small_show: SmallShow) -> Iterator[ExploreDesk]:
    with opened(small_show) as made:
        yield made


def control(desk: ExploreDesk, name: str) -> Any:
    _, part, field = name.split(".")
    return desk.inspector._sections[part].controls[field]


def refusal(desk: ExploreDesk, name: str) -> str:
    made = control(desk, name)._refusal
    return "" if made is None or made.layout.display == "none" else made.value


def shown(desk: ExploreDesk) -> dict[str, Any]:
    """All that the desk shows of its draft."""
    values = {
        f"{part}.{field}": _value(one)
        for part, section in desk.inspector._sections.items()
        for field, one in section.controls.items()
    }
    return {
        "values": values,
        "layer": desk._layer,
        "rows": desk.layers._names,
        "frame": desk.stage.viewer.frame,
        "state": desk.stage.viewer.state,
        "takes": desk.takes.widget.items,
        "sources": desk.stage.viewer.sources,
        "said": desk.toolbar._said.value,
    }


def _value(one: Any) -> Any:
    for name in ("_field", "_text", "_menu", "_box", "_list"):
        if hasattr(one, name):
            return getattr(one, name).value
    return [part.value for part in one._parts]


def answer(desk: ExploreDesk, words: str) -> None:
    """Click a notice's button."""
    buttons = [b for row in desk.notice.widget.children for b in row.children[1:]]
    next(button for button in buttons if button.description == words).click()


def look_on_disk(desk: ExploreDesk) -> Look:
    return strict_yaml.read(desk.draft.path, Look)


def say(desk: ExploreDesk, **message: Any) -> None:
    """A message from the page."""
    desk.stage.viewer._handle_custom_msg(message, [])


def test_an_edit_that_is_left_alone_is_a_take_and_on_disk(desk: ExploreDesk) -> None:
    desk.layers._do.select("snow")
    control(desk, OPACITY)._slider.value = 0.5
    assert desk.draft.look.layers[0].blend.opacity == 0.5
    assert "changed" in desk.toolbar._said.value
    desk.watch.save()
    assert look_on_disk(desk).layers[0].blend.opacity == 0.5
    desk.watch.settle()
    items = desk.takes.widget.items
    assert [item["id"] for item in items] == ["1", "2"]
    assert "opacity" in items[1]["lines"][0]
    assert items[1]["current"]
    assert "changed" not in desk.toolbar._said.value
    assert desk.banner.text == ""


def test_undo_and_redo_go_over_everything(desk: ExploreDesk) -> None:
    act, take = desk.toolbar._act, desk.takes
    states = [desk.draft.state]
    steps: list[Callable[[], object]] = [
        lambda: act("star"),
        lambda: desk.layers._do.solo("snow"),
        lambda: desk.layers._do.solo(None),
        lambda: setattr(control(desk, "dust.element.seed").lock, "value", True),
        desk.layers._do.add,
        lambda: desk.layers._do.rename("dust2", "ash"),
        lambda: desk.layers._do.move("ash", -2),
        lambda: desk.layers._do.remove("ash"),
        lambda: act("seeds"),
        lambda: act("nudge"),
    ]
    looks = [desk.draft.look]
    for step in steps:
        step()
        looks.append(desk.draft.look)
        states.append(desk.draft.state)
    assert desk.banner.text == ""
    assert looks[6].layers[-1].name == "ash"
    assert looks[7].layers[0].name == "ash"
    assert len(looks[8].layers) == 2
    assert states[1].marks[1].starred
    for wanted, state in zip(looks[-2::-1], states[-2::-1], strict=True):
        act("undo")
        assert desk.draft.look == wanted
        assert desk.draft.state.marks == state.marks
        assert desk.draft.state.solo == state.solo
        assert desk.draft.state.locked == state.locked
        names = tuple(layer.name for layer in reversed(wanted.layers))
        assert desk.layers._names == names
    assert desk.toolbar.undo.disabled
    for wanted in looks[1:]:
        act("redo")
        assert desk.draft.look == wanted
    assert desk.toolbar.redo.disabled
    assert not take.widget.items[0]["rejected"]


def test_the_star_goes_to_what_is_on_the_desk(desk: ExploreDesk) -> None:
    desk.set_value(OPACITY, 0.25)
    desk.toolbar._act("star")
    assert desk.draft.state.marks.keys() == {2}
    assert desk.draft.takes[2].look.layers[0].blend.opacity == 0.25


def test_takes_are_opened_rejected_noted_and_compared(desk: ExploreDesk) -> None:
    desk.set_value(OPACITY, 0.25)
    desk.watch.settle()
    hear = desk.takes.widget._on_action
    hear(Action("reject", "1"))
    hear(Action("note", "1", "too <thin>"))
    hear(Action("b", "1"))
    hear(Action("open", "1"))
    first = desk.takes.widget.items[0]
    assert (first["rejected"], first["note"], first["current"]) == (True, "too <thin>", True)
    assert desk.stage.viewer.state["b"] == "take:1"
    assert desk.stage.viewer.state["mode"] == "wipe"
    desk.set_value("snow.element.seed", "9")
    desk.watch.settle()
    assert desk.takes.widget.items[2]["parent"] == "1", "a branch; take 2 is still there"


def test_a_version_is_saved_and_passes_every_check(desk: ExploreDesk) -> None:
    desk.set_value(OPACITY, 0.25)
    desk.toolbar._act("save")
    assert "Saved as toxic_v002" in desk.notice.text
    path = desk.draft.path.parent.parent / "looks" / "toxic_v002.yaml"
    assert LookFile.open(str(path)).look.layers[0].blend.opacity == 0.25
    assert check([path]) == ([path], [])
    desk.notice.widget.children[0].children[1].click()
    assert desk.notice.text == ""


@pytest.mark.parametrize(
    ("target", "name"),
    [("holdout", "snow.holdouts"), ("matte", "snow.matte"), ("control", "snow.control.matte"), ("support", "support.matte")],
)  # fmt: skip
def test_a_drawn_matte_is_in_the_shot_its_sums_and_the_look(
    desk: ExploreDesk, target: str, name: str
) -> None:
    desk.layers._do.select("snow")
    desk.toolbar.target.value = target
    box = {"kind": "box", "x0": 0, "y0": 0, "x1": 64, "y1": 72}
    say(desk, type="matte", name="fix", shapes=[box])
    assert desk.banner.text == ""
    found = parameter.get(desk.draft.look, name)
    assert found in ("fix", ["fix"])
    again = ShotFile.open(desk._shot_file.folder, "street", "sh0010")
    assert "fix" in again.shot.mattes
    verify(again, [1001, 1006])
    assert {"id": "matte:fix", "label": "matte fix"} in desk.stage.viewer.sources
    assert ("fix", "fix") in control(desk, "snow.control.matte")._menu.options
    desk.toolbar._act("save")
    assert "Saved as toxic_v002" in desk.notice.text
    rested = threading.Event()
    desk.stage.on_rested(lambda *_: rested.set())
    say(desk, type="region", region=[0, 0, 128, 72], size=[128, 72], moving=False)
    assert rested.wait(PATIENCE), desk.banner.text
    assert desk.banner.text == ""
    desk.toolbar._act("undo")
    assert parameter.get(desk.draft.look, name) != found


def test_a_matte_that_is_taken_is_refused_beside_the_brush(
    desk: ExploreDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(Viewer, "send", lambda _self, content, _buffers=None: sent.append(content))
    before = desk.draft.look
    box = {"kind": "box", "x0": 0, "y0": 0, "x1": 64, "y1": 72}
    say(desk, type="matte", name="tower", shapes=[box])
    say(desk, type="matte", name="../x", shapes=[box])
    say(desk, type="matte", name="none", shapes=[])
    refused = [content["text"] for content in sent if content["type"] == "refused"]
    assert "tower is there already; choose another name" in refused[0]
    assert "'../x' is no name" in refused[1]
    assert "matte none: is empty; draw inside the picture" in refused[2]
    assert desk.draft.look == before


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("snow.element.prompt", "snow " * 1000, "2000"),
        ("snow.element.prompt", "", "at least 1 character"),
        ("snow.element.seed", "letters", "letters"),
        ("snow.element.seed", str(2**64), "below 2^64"),
        ("snow.blend.opacity", {"1001": 3.0}, "3.0"),
    ],
)
def test_what_is_not_allowed_is_said_beside_its_control(
    desk: ExploreDesk, name: str, value: object, sentence: str
) -> None:
    desk.layers._do.select("snow")
    before = desk.draft.look
    if isinstance(value, str):
        control(desk, name)._text.value = value
        if value == "":
            desk.set_value(name, value)
    else:
        desk.set_value(name, value)
    said = refusal(desk, name)
    print(said)
    assert sentence in said
    assert len(said) < 500
    assert desk.draft.look is before
    assert desk.banner.text == ""
    desk.set_value("dust.blend.exposure", 0.5)
    desk.watch.settle()
    assert sentence in refusal(desk, name), "what was typed can still be mended"
    desk.set_value(name, parameter.get(before, name))
    assert refusal(desk, name) == "", "a good value clears it, even the one before"
    desk.set_value(name, value)
    desk.layers._do.select("dust")
    assert refusal(desk, name) == "", "another layer"
    assert (
        _value(control(desk, name)) == parameter.get(before, name.replace("snow", "dust"))
        or "opacity" in name
    )


@pytest.mark.parametrize(
    ("name", "typed"), [(OPACITY, 7.0), ("snow.blend.exposure", 55.0), ("snow.element.steps", 900)]
)
def test_a_number_out_of_range_is_refused_and_never_another_one(
    desk: ExploreDesk, name: str, typed: float
) -> None:
    desk.layers._do.select("snow")
    before = desk.draft.look
    field = control(desk, name)._field
    shown_before = field.value
    field.value = typed
    assert "must be less than or equal to" in refusal(desk, name)
    assert desk.draft.look is before
    assert field.value == shown_before
    field.value = 5.0 if name.endswith("steps") else 0.5
    assert parameter.get(desk.draft.look, name) == field.value
    assert refusal(desk, name) == ""


def test_a_key_out_of_range_is_refused_beside_its_table(desk: ExploreDesk) -> None:
    desk.layers._do.select("snow")
    desk.set_value(OPACITY, {"1001": 0.0, "1004": 0.8})
    before = desk.draft.look
    second = control(desk, OPACITY)._keys._list.children[1]
    for part, typed, sentence in (
        (1, 7.0, "less than or equal to 1"),
        (0, 1001.0, "already"),
        (0, 1002.5, "valid integer"),
    ):
        second.children[part].value = typed
        assert sentence in refusal(desk, OPACITY)
        assert [field.value for field in second.children[:2]] == [1004, 0.8]
    assert desk.draft.look is before


def test_a_prompt_of_no_known_kind_is_said_once_and_taken_back_when_mended(
    desk: ExploreDesk,
) -> None:
    desk.set_value("snow.element.prompt", "a happy dog")
    assert "this look: snow.element.prompt is 'a happy dog', which names no kind" in (
        desk.notice.text
    )
    assert desk.draft.look.layers[0].element.prompt == "a happy dog", "it is no refusal"
    desk.notice.withdraw("doubt")
    desk.set_value(OPACITY, 0.5)
    assert desk.notice.text == "", "what was read is not said again"
    desk.set_value("snow.element.prompt", "a happy cat")
    assert "'a happy cat'" in desk.notice.text
    desk.set_value("snow.element.prompt", "ash")
    assert desk.notice.text == ""


def test_layers_that_change_places_keep_their_rows(desk: ExploreDesk) -> None:
    rows = dict(desk.layers._rows)
    desk.layers._do.move("snow", 1)
    assert desk.layers._names == ("snow", "dust")
    assert {name: desk.layers._rows[name] for name in rows} == rows
    assert desk.layers._list.children == (rows["snow"].widget, rows["dust"].widget)
    desk.layers._do.remove("dust")
    assert rows["dust"].widget.comm is None


def test_a_parameter_of_no_layer_is_said_in_the_banner(desk: ExploreDesk) -> None:
    desk.set_value("sleet.mute", value=True)
    assert "sleet.mute: names no parameter" in desk.banner.text
    assert "Traceback" in desk.banner.details


def test_an_error_in_any_callback_is_shown_with_its_details(
    desk: ExploreDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise ZeroDivisionError("a bug")

    calls: dict[str, Callable[[], object]] = {
        "undo": lambda: desk.toolbar._act("star"),
        "take": lambda: desk.takes.widget._on_action(Action("star", "1")),
        "solo": lambda: desk.layers._do.solo("snow"),
        "lock": lambda: setattr(control(desk, OPACITY).lock, "value", True),
        "page": lambda: say(desk, type="command", id="star"),
        "frame": lambda: say(desk, type="frame", frame=1004, moving=False),
        "state": lambda: setattr(desk.stage.viewer, "state", {"exposure": -2.0}),
        "thumbnail": lambda: desk.takes.widget._received(None, {"type": "need", "ids": ["1"]}, []),
    }
    for method in ("star", "solo", "lock", "at", "view"):
        monkeypatch.setattr(desk.draft, method, broken)
    monkeypatch.setattr(desk.takes._thumbnails, "get", broken)
    for name, call in calls.items():
        desk.banner.clear()
        call()
        assert "ZeroDivisionError: a bug" in desk.banner.text, name
        assert "in broken" in desk.banner.details, name


def test_another_desk_is_told_takes_over_and_nothing_is_lost(
    desk: ExploreDesk, small_show: SmallShow
) -> None:
    desk.set_value("snow.element.seed", "12")
    with AnotherDesk(small_show.folder, "toxic", by="ben", take_over=True) as other:
        desk.watch.poll()
        assert "ben" in desk.notice.text
        assert desk.draft.held_by is not None
        desk.set_value("snow.element.seed", "13")
        assert "take it over first" in desk.banner.text
        assert desk.draft.look.layers[0].element.seed == "12"
        assert other.do("poll")["takes"] == 2, "what was not saved is a take there"
        answer(desk, "take it back")
        assert desk.notice.text == ""
        other.do("save")
        assert "TakenOver" in other.do("poll")["events"]
    desk.set_value("snow.element.seed", "14")
    desk.watch.save()
    assert look_on_disk(desk).layers[0].element.seed == "14"


def test_a_second_desk_is_told_at_once_and_can_look(small_show: SmallShow) -> None:
    with AnotherDesk(small_show.folder, "toxic_v001", by="ben"), opened(small_show) as desk:
        assert "ben has this draft open" in desk.notice.text
        say(desk, type="frame", frame=1004, moving=False)
        assert desk.banner.text == ""
        answer(desk, "take over")
        assert desk.draft.held_by is None
        desk.set_value("snow.element.seed", "12")
        assert desk.banner.text == ""


@pytest.mark.parametrize(("words", "kept"), [("use the file", "40"), ("keep the desk's", "12")])
def test_an_edit_by_hand_is_asked_about_and_neither_side_is_lost(
    desk: ExploreDesk, words: str, kept: str
) -> None:
    desk.watch.save()
    theirs = desk.draft.path.read_text().replace('seed: "7"', 'seed: "40"')
    desk.set_value("snow.element.seed", "12")
    desk.draft.path.write_text(theirs)
    desk.watch.poll()
    assert "was edited by hand" in desk.notice.text
    desk.toolbar._act("save")
    assert "was edited by hand" in desk.notice.text, "another sentence hides no question"
    answer(desk, words)
    assert "was edited by hand" not in desk.notice.text
    assert desk.draft.look.layers[0].element.seed == kept
    assert look_on_disk(desk).layers[0].element.seed == kept
    seeds = {take.look.layers[0].element.seed for take in desk.draft.takes.order}
    assert seeds == {"7", "12", "40"}


def test_a_take_that_is_offered_arrives_and_undo_brings_back(
    desk: ExploreDesk, small_show: SmallShow
) -> None:
    offered = parameter.replace(desk.draft.look, "snow.element.seed", "77")
    Draft.offer(small_show.shot_file, "toxic", offered, "from a wedge")
    desk.watch.poll()
    assert desk.draft.look == offered
    assert "arrived from a wedge" in desk.notice.text
    assert len(desk.takes.widget.items) == 2
    desk.toolbar._act("undo")
    assert desk.draft.look.layers[0].element.seed == "7"


def test_what_cannot_be_told_is_told_later_and_the_rest_at_once(
    desk: ExploreDesk, small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in ("77", "78"):
        offered = parameter.replace(desk.draft.look, "snow.element.seed", seed)
        Draft.offer(small_show.shot_file, "toxic", offered, "from a wedge")
    go, asked = desk.draft.go, list[int]()

    def fails_once(take: int) -> None:
        asked.append(take)
        if len(asked) == 1:
            raise ZeroDivisionError("a bug")
        go(take)

    monkeypatch.setattr(desk.draft, "go", fails_once)
    desk.watch._poll()
    assert "a bug" in desk.banner.text
    assert asked == [2, 3], "the second one was told nevertheless"
    desk.watch._poll()
    assert asked == [2, 3, 2]
    assert desk.banner.text == ""
    desk.watch._poll()
    assert asked == [2, 3, 2], "nothing is told twice"


def test_every_frame_is_made_of_the_look_on_the_desk(
    desk: ExploreDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Look] = []
    monkeypatch.setattr(desk.stage.engine, "fill", made.append)
    say(desk, type="region", region=[0, 0, 128, 72], size=[128, 72], moving=False)
    desk.set_value("snow.element.seed", "12")
    desk.layers._do.solo("dust")
    desk.stage.look_at(a="take:1")
    desk.toolbar._act("cache")
    assert made == [desk.draft.look]


def test_finer_detail_is_asked_for_by_a_person_and_only_where_there_is_any(
    desk: ExploreDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[tuple[float, ...], str, bool]] = []
    monkeypatch.setattr(
        desk.stage.engine,
        "refine",
        lambda view, layer, *, whole: asked.append((view.region, layer.name, whole)),
    )
    say(desk, type="region", region=[8, 8, 40, 40], size=[128, 128], moving=False)
    desk.layers._do.select("snow")
    seen, frame = desk.refining.seen, desk.refining.frame
    assert (seen.disabled, frame.disabled) == (True, True)
    control(desk, "snow.refine.scale")._slider.value = 2.0
    assert (seen.disabled, frame.disabled) == (False, False)
    seen.click()
    frame.click()
    say(desk, type="command", id="refine")
    part = ((8.0, 8.0, 40.0, 40.0), "snow", False)
    assert asked == [part, (part[0], "snow", True), part]
    desk.stage.look_at(a="take:1")
    seen.click()
    assert len(asked) == 3
    assert desk.banner.text.startswith("snow.refine.scale is 1 in what A shows")
    desk.layers._do.select("dust")
    assert seen.disabled


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_named: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkstemp", full)


@asynccontextmanager
async def running(show: SmallShow) -> AsyncIterator[ExploreDesk]:
    with opened(show) as desk:
        yield desk


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 what it waits for comes from other threads
            await asyncio.sleep(0.01)


def test_a_full_disk_is_one_sentence_and_saved_when_there_is_room(
    small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a loop that runs, as in a kernel; nobody presses anything."""
    for name in ("SAVE", "SETTLE", "POLL"):
        monkeypatch.setattr(watch, name, 0.02)

    async def work() -> None:
        async with running(small_show) as desk:
            with monkeypatch.context() as disk:
                full_disk(disk)
                desk.set_value("snow.element.seed", "12")
                await until(lambda: desk.banner.text)
                assert "No space left on device" in desk.banner.text
                assert "\n" not in desk.banner.text
                assert desk.draft.look.layers[0].element.seed == "12"
            await until(lambda: look_on_disk(desk).layers[0].element.seed == "12")
            await until(lambda: len(desk.draft.takes) == 2)
            await until(lambda: desk.banner.text == "")

    asyncio.run(work())


def test_the_last_of_many_changes_is_soon_on_disk(small_show: SmallShow) -> None:
    async def work() -> float:
        async with running(small_show) as desk:
            loop = asyncio.get_running_loop()
            started = loop.time()
            for n in range(50):
                desk.set_value(OPACITY, n / 100)
            edits = loop.time() - started
            await until(lambda: look_on_disk(desk).layers[0].blend.opacity == 0.49)
            print(f"50 edits took {edits * 1000:.0f} ms of the main loop")
            return loop.time() - started - edits

    seconds = asyncio.run(work())
    print(f"on disk {seconds:.2f} s after the last edit (bar 1 s)")


def test_a_desk_that_is_opened_again_shows_the_same(small_show: SmallShow) -> None:
    with opened(small_show, "toxic_v001") as desk:
        desk.layers._do.add()
        desk.layers._do.select("snow")
        desk.set_value(OPACITY, {"1001": 0.0, "1004": 0.8})
        desk.layers._do.solo("snow")
        say(desk, type="frame", frame=1003, moving=False)
        desk.stage.viewer.state = {**desk.stage.viewer.state, "exposure": -3.0, "mode": "wipe"}
        desk.toolbar._act("star")
        desk.watch.save()
        before = shown(desk)
    with opened(small_show) as again:
        assert shown(again) == before
        again.watch.save()
    with opened(small_show) as third:
        assert shown(third) == before, "opening alone changes nothing"
        assert before["layer"] == "snow"
        assert before["frame"] == 1003


def test_a_viewer_state_of_another_version_is_said_and_left(small_show: SmallShow) -> None:
    with opened(small_show) as desk:
        desk.draft.view({"viewer": {"exposition": 1}, "layer": "gone"})
        desk.watch.save()
    with opened(small_show) as again:
        assert "state has no exposition" in again.notice.text
        assert again._layer == "dust"
        assert again.stage.viewer.state["exposure"] == 0.0


def test_a_renaming_that_is_refused_keeps_the_selection(desk: ExploreDesk) -> None:
    desk.layers._do.select("snow")
    desk.layers._new_name.value = "dust"
    assert "two layers are named dust" in desk.banner.text
    assert desk._layer == "snow"
    desk.layers._new_name.value = "sleet"
    assert desk._layer == "sleet"
    assert desk.layers._new_name.value == ""


def test_neighbours_of_a_seed_are_drafted_and_chosen(desk: ExploreDesk) -> None:
    desk.layers._do.select("snow")
    desk.set_value("snow.element.variation_seed", "9")
    drawn = threading.Event()
    count = iter(range(7))
    put = desk.seeds.put

    def counted(name: str, jpeg: bytes) -> None:
        put(name, jpeg)
        if next(count) == 6:
            drawn.set()

    desk.seeds.put = counted
    desk.seeds._start()
    items = desk.seeds._gallery.items
    assert [item["title"] for item in items][::6] == ["A 7", "B 9"]
    assert drawn.wait(PATIENCE), desk.banner.text
    desk.seeds._gallery._on_action(Action("open", items[3]["id"]))
    assert desk.draft.look.layers[0].element.variation == 0.5


def test_plots_are_drawn_where_they_are_open(desk: ExploreDesk) -> None:
    drawn = threading.Event()
    put = desk.plots._put
    desk.plots._put = lambda *args: (put(*args), drawn.set())
    desk.plots._open.value = True
    assert drawn.wait(PATIENCE), desk.banner.text
    assert "Curves of dust over frames" in desk.plots._curves.value
    assert "data:image/png" in desk.plots._exposure.value


def test_no_widget_is_touched_by_another_thread(
    small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a loop that runs, all that is sent is sent by its own thread."""
    threads: set[str] = set()

    def send(_self: Viewer, _content: object, _buffers: object = None) -> None:
        threads.add(threading.current_thread().name)

    monkeypatch.setattr(Viewer, "send", send)

    async def work() -> None:
        async with running(small_show) as desk:
            rested: list[int] = []
            desk.stage.on_rested(lambda _look, frame, _jpeg: rested.append(frame))
            desk.stage.viewer.observe(
                lambda _change: threads.add(threading.current_thread().name), "status"
            )
            say(desk, type="ready", webgl=True, software=True)
            say(desk, type="region", region=[0, 0, 128, 72], size=[128, 72], moving=False)
            await until(lambda: rested)
            assert desk.banner.text == ""

    asyncio.run(work())
    assert threads == {threading.current_thread().name}


def test_a_desk_that_was_closed_leaves_no_thread(small_show: SmallShow) -> None:
    with opened(small_show) as desk:
        workers = [desk.stage.engine._models._thread, desk.stage.engine._pictures._thread]
        desk.close()
        desk.stage.engine.join(PATIENCE)
        assert not any(thread.is_alive() for thread in workers)
        assert isinstance(desk.stage.engine._pictures, PictureWorker)
