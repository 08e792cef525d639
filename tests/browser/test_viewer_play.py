"""The viewer's clock: frames, scrubbing, and playback of a clip."""

from collections.abc import Iterator

import numpy as np
import pytest
from browser.viewer_page.bench import HEIGHT, WIDTH, Bench, coded, jpeg, street
from playwright.sync_api import Browser, expect

FRAMES = list(range(1001, 1025))


@pytest.fixture
def bench(chromium: Browser) -> Iterator[Bench]:
    made = Bench(chromium, cached=FRAMES)
    made.lut()
    made.page.locator(".ldv-viewport").focus()
    yield made
    made.close()


def send_clip(bench: Bench, frames: list[int], *, slots: str = "a") -> None:
    """A street that moves, each frame another picture."""
    for frame in frames:
        for slot in slots:
            message = {"type": "clip", "frame": frame, "slot": slot, "width": WIDTH}
            more = {"height": HEIGHT, "last": frame == frames[-1]}
            bench.say({**message, **more}, jpeg(coded(street(shift=8 * (frame - 1001)))))
    bench.say({"type": "clipdone", "frames": frames})


def playing(bench: Bench) -> bool:
    return bool(bench.page.evaluate("view.player.playing"))


def test_arrows_step_and_the_frame_is_told(bench: Bench) -> None:
    bench.page.keyboard.press("ArrowRight")
    bench.page.keyboard.press("Shift+ArrowRight")
    bench.page.keyboard.press("ArrowLeft")
    frames = [(m["frame"], m["moving"]) for m in bench.sent("frame")]
    assert frames == [(1002, False), (1012, False), (1011, False)]
    assert bench.page.evaluate("traits.frame") == 1011
    number = bench.page.get_by_label("Frame", exact=True)
    number.fill("2000")
    number.press("Enter")
    expect(number).to_have_value("1048")  # the last there is


def test_a_scrub_sends_moving_frames_seldom_and_the_last_at_rest(bench: Bench) -> None:
    bar = bench.page.get_by_role("slider", name="Frames")
    box = bar.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    bench.page.mouse.move(box["x"] + 5, y)
    bench.page.mouse.down()
    bench.page.mouse.move(box["x"] + box["width"] * 0.75, y, steps=60)
    bench.page.mouse.up()
    sent = bench.sent("frame")
    assert sent[-1] == {"frame": 1037, "moving": False}
    assert all(m["moving"] for m in sent[:-1])
    times = bench.page.evaluate("sent.filter((m) => m.type === 'frame').map((m) => m.at)")
    assert len(times) < 3 or min(np.diff(times[:-1])) >= 45
    bar.focus()
    bench.page.keyboard.press("Home")
    assert bench.sent("frame")[-1] == {"frame": 1001, "moving": False}


def test_play_asks_for_the_clip_at_the_size_it_is_shown(bench: Bench) -> None:
    bench.page.keyboard.press("l")
    (asked,) = bench.sent("play")
    assert (asked["a"], asked["b"]) == ("comp", "plate")
    assert asked["size"] == bench.sent("region")[-1]["size"]
    expect(bench.page.locator(".ldv-play")).to_have_text("Caching 0/24")
    bench.say({"type": "refused", "text": "Nothing is cached yet."})
    expect(bench.page.locator(".ldv-play")).to_have_text("Play")


def test_24_frames_are_played_and_counted(bench: Bench) -> None:
    """Counts are exact; the rate is printed, and no verdict where the renderer is software."""
    bench.page.keyboard.press("l")
    send_clip(bench, FRAMES)
    bench.page.wait_for_function("view.player.playing")
    bench.page.wait_for_function("view.player.rounds >= 2", timeout=20_000)
    bench.page.keyboard.press("l")
    assert not playing(bench)
    played = bench.sent("played")[-1]
    clocked = round(played["seconds"] * 24)
    share = played["dropped"] / (played["shown"] + played["dropped"])
    print(
        f"shown {played['shown']}, dropped {played['dropped']} ({share:.1%}) "
        f"in {played['seconds']:.2f} s: {played['shown'] / played['seconds']:.1f} fps"
    )
    assert played["shown"] + played["dropped"] == pytest.approx(clocked, abs=3)
    assert len(bench.sent("played")) == 3  # two rounds and the stop
    assert f"{played['dropped']} dropped" in bench.page.locator(".ldv-rates").inner_text()
    stopped = bench.page.evaluate("view.frame")
    assert bench.sent("frame")[-1] == {"frame": stopped, "moving": False}


def test_without_loop_playback_ends_at_the_last_frame(bench: Bench) -> None:
    bench.page.get_by_role("button", name="Loop").click()
    bench.page.get_by_role("button", name="Play").click()
    send_clip(bench, FRAMES[:6])
    bench.page.wait_for_function("sent.some((m) => m.type === 'played')")
    assert not playing(bench)
    (played,) = bench.sent("played")
    assert played["shown"] + played["dropped"] <= 6


def test_a_cached_frame_is_scrubbed_to_without_waiting(bench: Bench) -> None:
    bench.picture("a", coded(street()))
    send_clip(bench, FRAMES)
    bench.set(exposure=-4)  # only the sun remains
    bench.page.evaluate("view.setFrame(1021, { moving: true })")
    bench.page.wait_for_function("view.pictures.slots.a.clip?.frame === 1021")
    assert bench.code_at(660 + 160, 190)[0] > 100
    assert bench.code_at(660, 190)[0] < 60
    bench.picture("a", coded(street(shift=20)), frame=1021)  # the exact one replaces it
    assert bench.page.evaluate("view.pictures.slots.a.clip") is None
    assert bench.code_at(680, 190)[0] > 100


def test_a_and_b_play_in_step(bench: Bench) -> None:
    bench.set(mode="wipe")
    bench.page.keyboard.press("l")
    send_clip(bench, FRAMES[:8], slots="ab")
    bench.page.wait_for_function("view.player.shown > 4")
    script = "['a', 'b'].map((slot) => view.pictures.slots[slot].clip.frame)"
    for _ in range(5):
        one, other = bench.page.evaluate(script)
        assert one == other
    bench.page.keyboard.press("k")


def test_a_changed_look_drops_the_clip(bench: Bench) -> None:
    bench.page.keyboard.press("l")
    send_clip(bench, FRAMES[:4])
    bench.page.wait_for_function("view.player.shown > 1")
    bench.say({"type": "clipclear"})
    assert not playing(bench)
    assert bench.page.evaluate("view.clip.frames.length") == 0
    bench.page.keyboard.press("l")
    assert len(bench.sent("play")) == 2


def played_once(bench: Bench, frames: list[int]) -> None:
    bench.change("cached", frames)
    bench.page.keyboard.press("l")
    send_clip(bench, frames)
    bench.page.wait_for_function("view.player.shown > 1")
    bench.page.keyboard.press("l")
    assert len(bench.sent("play")) == 1


def test_a_clip_that_is_still_right_is_played_again_without_asking(bench: Bench) -> None:
    played_once(bench, FRAMES[:4])
    bench.set(zoom=2, exposure=1)
    bench.page.keyboard.press("l")
    bench.page.wait_for_function("view.player.playing")
    assert len(bench.sent("play")) == 1


def test_frames_cached_since_are_asked_for_and_played(bench: Bench) -> None:
    played_once(bench, FRAMES[:4])
    bench.change("cached", FRAMES[:8])
    bench.page.keyboard.press("l")
    assert len(bench.sent("play")) == 2
    assert not playing(bench)
    expect(bench.page.locator(".ldv-play")).to_have_text("Caching 0/8")
    send_clip(bench, FRAMES[:8])
    bench.page.wait_for_function("view.player.playing")
    assert bench.page.evaluate("view.clip.frames") == FRAMES[:8]


def test_a_clip_of_another_size_or_source_is_asked_for_anew(bench: Bench) -> None:
    played_once(bench, FRAMES[:4])
    bench.page.evaluate("document.querySelector('#lab').style.maxWidth = '600px'")
    bench.wait_sent("region", 2)
    bench.page.keyboard.press("l")
    asked = bench.sent("play")
    assert asked[1]["size"] == bench.sent("region")[-1]["size"]
    assert asked[1]["size"][0] < asked[0]["size"][0]
    send_clip(bench, FRAMES[:4])
    bench.page.wait_for_function("view.player.playing")
    bench.page.keyboard.press("l")
    bench.change("state", {**bench.state(), "a": "plate"})
    bench.page.keyboard.press("l")
    assert bench.sent("play")[2]["a"] == "plate"


def test_another_frames_picture_says_which_frame_it_is(bench: Bench) -> None:
    bench.picture("a", coded(street()))
    label = bench.page.locator(".ldv-label")
    expect(label).to_have_text("A comp")
    bench.page.keyboard.press("ArrowRight")
    expect(label).to_have_text("A comp frame 1001")
    bench.picture("a", coded(street()), frame=1002)
    expect(label).to_have_text("A comp")
