"""The explore desk without code, through Voila: two browsers on one shot, and playback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.driver import DeskTab
from browser.explore_page import ExplorePage, eventually
from browser.report import measured
from browser.server import Server, Start
from playwright.sync_api import Browser, expect

from lookdev.demo.run import demo
from lookdev.spec import strict_yaml
from lookdev.spec.files import write_text
from lookdev.spec.look import Look

FRAMES = 24


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show whose look costs next to nothing a frame: playback needs all of them."""
    root = tmp_path_factory.mktemp("voila") / "show"
    demo(
        out=root,
        frames=FRAMES,
        width=960,
        height=540,
        final=False,
        say=lambda _line: None,
        count=lambda *_: None,
    )
    path = root / "params" / "shots" / "street" / "sh0010" / "looks" / "toxic_v001.yaml"
    look = strict_yaml.read(path, Look)
    cheap = {"size": (240, 135), "steps": 1}
    layers = tuple(
        layer.model_copy(update={"element": layer.element.model_copy(update=cheap)})
        for layer in look.layers
    )
    write_text(
        path.with_name("quick_v001.yaml"),
        strict_yaml.write(look.model_copy(update={"layers": layers})),
    )
    return root


@pytest.fixture(scope="module")
def desk_of_show(desk_server: Start, street: Path) -> Server:
    return desk_server(street)


@pytest.fixture(scope="module")
def first(chromium: Browser, desk_of_show: Server, street: Path) -> Iterator[ExplorePage]:
    tab = DeskTab(chromium, desk_of_show).open("explore", look="quick_v001")
    shot_folder = street / "params" / "shots" / "street" / "sh0010"
    page = ExplorePage(tab, shot_folder, draft="quick")
    page.wait_for_picture()
    yield page
    tab.close()


def test_a_link_opens_a_look_and_no_code_is_shown(first: ExplorePage) -> None:
    first.tab.screenshot("voila-explore")
    assert first.takes()[0].origin == "opened quick_v001"
    assert "import" not in first.page.locator("body").inner_text()


def test_twenty_four_frames_are_cached_and_played(first: ExplorePage) -> None:
    first.button("Make every frame").click()
    first.page.wait_for_function(
        f"() => document.querySelector('.ldv').viewer.model.get('cached').length === {FRAMES}",
        timeout=120_000,
    )
    viewer = "document.querySelector('.ldv').viewer"
    first.focus_picture()
    first.page.keyboard.press("l")
    first.page.wait_for_function(
        f"() => {viewer}.player.playing && {viewer}.player.shown > 60", timeout=60_000
    )
    shown, dropped = first.page.evaluate(f"[{viewer}.player.shown, {viewer}.player.dropped]")
    first.tab.screenshot("voila-playing")
    first.page.keyboard.press("k")
    share = 100 * dropped / (shown + dropped)
    measured(f"playback of {FRAMES} cached frames, 960x540", f"{share:.1f}% dropped", "2%")
    assert shown > 60


def test_frames_are_scrubbed(first: ExplorePage) -> None:
    first.focus_picture()
    first.page.keyboard.press("ArrowRight")
    first.page.keyboard.press("ArrowRight")
    root = first.page.locator(".ldv").first
    eventually(lambda: str(first.state().frame) == root.get_attribute("data-frame"))


def test_a_second_browser_is_told_and_can_take_over(
    first: ExplorePage, chromium: Browser, desk_of_show: Server
) -> None:
    first.select("dust")
    first.open_tab("Blend")
    first.edit("feather", "ArrowRight")
    tab = DeskTab(chromium, desk_of_show).open("explore", look="quick")
    second = ExplorePage(tab, first.shot_folder, draft="quick")
    notice = second.page.locator(".ld-notice")
    expect(notice).to_contain_text("has this draft open", timeout=30_000)
    tab.screenshot("voila-second")
    notice.get_by_role("button", name="take over").click()
    expect(first.page.locator(".ld-notice")).to_be_visible(timeout=10_000)
    second.wait_for_picture()
    feather = first.takes()[-1].look.layers[1].blend.feather
    assert feather == 0.5, "what the first desk did last is a take"
    second.select("dust")
    second.open_tab("Blend")
    second.edit("feather", "ArrowRight")
    eventually(lambda: second.layer("dust").blend.feather == feather + 0.5)
    tab.close()
