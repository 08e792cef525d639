"""The stage: what a page asks of the picture, answered; without a page."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from slow_model import PATIENCE, SlowModel, no_rest
from small_show import FIRST, LAST, SmallShow

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.stage import Stage
from lookdev.desk.viewer import Viewer
from lookdev.explore.shown import Source
from lookdev.image.colour import open_colour
from lookdev.spec import parameter
from lookdev.spec.look import Look

ALL = list(range(FIRST, LAST + 1))


class Page:
    """What would be a page: says messages, keeps what it is sent."""

    def __init__(self, stage: Stage, banner: Banner) -> None:
        self.stage, self.banner = stage, banner
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self._changed = threading.Condition()

    def hear(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        with self._changed:
            self.sent.append((json.loads(json.dumps(content)), buffers or []))
            self._changed.notify_all()

    def wait(self, kind: str, **wanted: Any) -> tuple[dict[str, Any], list[bytes]]:
        """The newest message of a kind, once there is one like it."""

        def found() -> list[tuple[dict[str, Any], list[bytes]]]:
            return [
                (said, buffers)
                for said, buffers in self.sent
                if said["type"] == kind and wanted.items() <= said.items()
            ]

        with self._changed:
            assert self._changed.wait_for(found, PATIENCE), self.kinds()
            return found()[-1]

    def until(self, true: Any) -> None:
        """Until something is so that messages bring about."""
        with self._changed:
            assert self._changed.wait_for(true, PATIENCE), self.kinds()

    def kinds(self) -> list[str]:
        return [said["type"] for said, _ in self.sent]

    def say(self, **message: Any) -> None:
        self.stage.viewer._handle_custom_msg(message, [])

    def look_on(self) -> None:
        self.say(type="ready", webgl=True, software=True)
        self.say(type="region", region=[0, 0, 128, 72], size=[128, 72], moving=False)


@pytest.fixture
def look(small_show: SmallShow) -> Look:
    return small_show.look().look


def sources(look: Look) -> list[Source]:
    return [
        Source(what, what, look, what)
        for what in ("comp", "plate", "support", "matte:tower", "element:snow")
    ]


@pytest.fixture
def page(small_show: SmallShow, look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    no_rest(monkeypatch)
    banner = Banner()
    stage = Stage(small_show.shot_file, loop=MainLoop(), banner=banner)
    made = Page(stage, banner)
    monkeypatch.setattr(
        Viewer, "send", lambda _self, content, buffers=None: made.hear(content, buffers)
    )
    stage.viewer.observe(lambda _change: made.hear({"type": "trait"}), ["status", "cached"])
    stage.set_sources(sources(look))
    yield made
    stage.close()
    stage.engine.join(PATIENCE)


def test_the_viewer_knows_the_shot(page: Page) -> None:
    shot = page.stage.viewer.shot
    assert shot["title"] == "street/sh0010"
    assert (shot["first"], shot["last"], shot["width"], shot["height"]) == (FIRST, LAST, 128, 72)
    assert shot["fps"] == pytest.approx(24000 / 1001)
    assert shot["fps_text"] == "23.976"


def test_a_page_that_is_ready_gets_the_view_and_the_pictures(page: Page) -> None:
    page.look_on()
    said, buffers = page.wait("lut")
    colour = open_colour(page.stage.engine.shot_file.folder.ocio_config)
    cube = np.frombuffer(buffers[0], "<f2").reshape(65, 65, 65, 3)
    wanted = colour.baked_view(page.stage.engine.shot_file.folder.viewing, size=65)
    assert said["size"] == 65
    assert np.abs(cube - wanted).max() < 1e-3
    exact, _ = page.wait("picture", slot="a", encoding="half", provisional=False)
    assert (exact["source"], exact["frame"], exact["region"]) == ("comp", FIRST, [0, 0, 128, 72])
    page.wait("picture", slot="b", source="plate")
    numbers = [said["id"] for said, _ in page.sent if said["type"] == "picture"]
    assert numbers == sorted(set(numbers))
    assert page.banner.text == ""
    page.sent.clear()
    page.look_on()
    page.wait("lut")
    page.wait("picture", slot="a", encoding="half")
    page.wait("picture", slot="b", encoding="half")


def test_before_a_page_has_said_what_it_sees_nothing_is_made(page: Page) -> None:
    page.stage.show()
    page.stage.fill()
    page.stage.find_cached()
    page.stage.resume()
    assert page.kinds() == []


def test_sources_frames_and_overlays_follow_the_page(page: Page) -> None:
    page.look_on()
    frames: list[int] = []
    page.stage.on_frame(frames.append)
    page.say(type="source", a="matte:tower", b="plate", overlay="matte:tower")
    said, _ = page.wait("picture", slot="a", source="matte:tower")
    assert said["kind"] == "mono"
    _, buffers = page.wait("overlay", frame=FIRST)
    assert len(buffers[0]) == 128 * 72
    page.say(type="frame", frame=1004, moving=True)
    assert frames == []
    page.say(type="frame", frame=1003, moving=False)
    page.wait("picture", slot="a", frame=1003)
    assert frames == [1003]
    assert page.stage.viewer.frame == 1003
    assert page.stage.viewer.state["overlay"] == "matte:tower"
    assert page.banner.text == ""


def test_a_source_or_overlay_that_is_gone_is_no_error(page: Page, look: Look) -> None:
    page.stage.viewer.state = {"a": "take:9", "b": "plate", "overlay": "matte:gone"}
    page.stage.set_sources(sources(look))
    assert page.stage.viewer.state["a"] == "comp"
    page.look_on()
    page.wait("picture", slot="a", encoding="half", source="comp")
    assert page.banner.text == ""


def test_a_cached_range_is_played_in_order(page: Page) -> None:
    page.look_on()
    page.stage.fill()
    page.until(lambda: page.stage.viewer.cached == ALL)
    page.say(type="play", a="comp", b="plate", size=[64, 36])
    done, _ = page.wait("clipdone")
    clips = [
        (said["slot"], said["frame"], said["last"])
        for said, _ in page.sent
        if said["type"] == "clip"
    ]
    assert done["frames"] == ALL
    assert [frame for slot, frame, _ in clips if slot == "a"] == ALL
    assert [frame for slot, frame, _ in clips if slot == "b"] == ALL
    assert [last for slot, _, last in clips if slot == "a"] == [False] * 5 + [True]


def test_another_look_makes_the_clip_stale(page: Page, look: Look) -> None:
    page.look_on()
    page.stage.fill()
    page.until(lambda: page.stage.viewer.cached == ALL)
    page.sent.clear()
    edited = parameter.replace(look, "snow.element.seed", "8")
    page.stage.set_sources(sources(edited))
    page.stage.show()
    page.wait("clipclear")
    page.until(lambda: page.stage.viewer.cached != ALL)
    page.until(lambda: page.stage.viewer.cached == [FIRST])


def test_the_probe_answers_its_question(page: Page) -> None:
    page.look_on()
    page.wait("picture", slot="a", encoding="half", provisional=False)
    page.say(type="probe", id=7, x=101.5, y=12.5)
    said, _ = page.wait("probe", id=7)
    assert said["values"]["plate"] == [60.0, 60.0, 60.0]
    assert len(said["values"]["element"]) == 4
    page.say(type="probe", id=8, x=-5, y=0)
    said, _ = page.wait("probe", id=8)
    assert said["values"] == {}


def test_cancel_is_said_at_once_and_again_when_it_is_done(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = SlowModel(monkeypatch)
    model.hold()
    page.look_on()
    page.until(lambda: page.stage.viewer.status["busy"])
    model.wait(lambda: len(model.made) == 1)
    page.say(type="cancel")
    assert page.stage.viewer.status["text"].startswith("cancelling")
    model.step()
    page.until(lambda: page.stage.viewer.status["text"] == "cancelled")
    assert not page.stage.viewer.status["busy"]
    model.go()
    page.stage.resume()
    page.wait("picture", slot="a", provisional=False)


def test_a_failure_is_in_the_banner_until_a_whole_picture_comes(page: Page, look: Look) -> None:
    page.look_on()
    page.wait("picture", slot="a", encoding="half", provisional=False)
    count = len(page.sent)
    wrong = parameter.replace(look, "snow.element.alpha", "unmix")
    page.stage.set_sources(sources(wrong))
    page.stage.show()
    page.banner.observe(lambda _change: page.hear({"type": "banner"}), "text")
    page.until(lambda: "this model gives an alpha" in page.banner.text)
    assert "Traceback" in page.banner.details
    assert not [s for s, _ in page.sent[count:] if s["type"] == "picture" and s["slot"] == "a"]
    mended = parameter.replace(look, "snow.element.prompt", "heavy snow")
    page.stage.set_sources(sources(mended))
    page.stage.show()
    page.until(lambda: page.banner.text == "")


def test_what_no_viewer_says_is_told_in_a_sentence(page: Page) -> None:
    page.say(type="nonsense")
    assert "reload the page" in page.banner.text


def test_points_commands_and_painted_times_are_passed_on(page: Page) -> None:
    heard: list[Any] = []
    page.stage.on_point(lambda *args: heard.append(args))
    page.stage.on_command(heard.append)
    page.say(type="point", frame=1002, x=1, y=2.5)
    page.say(type="command", id="undo")
    page.say(type="painted", id=1, ms=4.5)
    page.say(type="played", shown=24, dropped=0, seconds=1)
    assert heard == [(1002, 1.0, 2.5), "undo"]
    assert page.stage.latencies == [4.5]


def test_comparing_with_another_source_turns_on_the_wipe(page: Page) -> None:
    page.look_on()
    page.stage.look_at(b="support")
    assert page.stage.viewer.state["mode"] == "wipe"
    page.wait("picture", slot="b", source="support")
    page.stage.look_at(a="element:snow")
    page.wait("picture", slot="a", source="element:snow")
