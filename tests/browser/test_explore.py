"""A supervisor at the explore desk, in JupyterLab: what a person does, and what is on disk then."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.driver import LabTab
from browser.explore_page import ExplorePage, eventually
from browser.report import measured, spread
from browser.server import Server, Start
from playwright.sync_api import Browser, expect

from lookdev.demo.run import demo
from lookdev.image import exr
from lookdev.spec import strict_yaml
from lookdev.spec.files import write_text
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.spec.look import Look

WITH_DUST = 1004
"""A frame in which the demo's dust is."""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explore") / "show"
    demo(
        out=root,
        frames=4,
        width=960,
        height=540,
        final=False,
        say=lambda _line: None,
        count=lambda *_: None,
    )
    _in_two_steps(root / "params" / "shots" / "street" / "sh0010" / "looks" / "toxic_v001.yaml")
    return root


def _in_two_steps(path: Path) -> None:
    """The demo's look takes one: there is nothing to see on the way, nor to cancel."""
    look = strict_yaml.read(path, Look)
    layers = tuple(
        layer.model_copy(update={"element": layer.element.model_copy(update={"steps": 2})})
        for layer in look.layers
    )
    write_text(path, strict_yaml.write(look.model_copy(update={"layers": layers})))


@pytest.fixture(scope="module")
def sun(street: Path) -> tuple[float, float]:
    """Where the plate is brightest, in plate pixels."""
    path = street / "plates" / "street" / "sh0010" / "plate" / f"street.{WITH_DUST}.exr"
    plate = exr.read(path, ("R", "G", "B"), colourspace="ACEScg", number=WITH_DUST).pixels
    row, column = np.unravel_index(cv2.blur(plate.sum(-1), (5, 5)).argmax(), plate.shape[:2])
    return float(column) + 0.5, float(row) + 0.5


@pytest.fixture(scope="module")
def lab(lab_server: Start, street: Path) -> Server:
    return lab_server(street)


@pytest.fixture(scope="module")
def desk(chromium: Browser, lab: Server, street: Path) -> Iterator[ExplorePage]:
    tab = LabTab(chromium, lab).open("explore")
    tab.run_all()
    shot_folder = street / "params" / "shots" / "street" / "sh0010"
    page = ExplorePage(tab, shot_folder)
    page.wait_for_picture()
    page.go_to(WITH_DUST)
    page.wait_for_picture()
    yield page
    tab.close()


def test_a_look_over_the_plate_opens(desk: ExplorePage, sun: tuple[float, float]) -> None:
    desk.tab.screenshot("explore-opened")
    assert [take.origin for take in desk.takes()] == ["opened toxic_v001"]
    assert desk.look().layers == desk.takes()[0].look.layers
    assert max(desk.code_at(*sun)) > 150


def test_a_prompt_is_typed_and_drafted_first(desk: ExplorePage) -> None:
    desk.select("dust")
    desk.open_tab("Element")
    desk.watch_stages()
    desk.type_in(desk.text("prompt"), "glowing embers")
    typed = time.perf_counter()
    eventually(lambda: desk.layer("dust").element.prompt == "glowing embers")
    saved = (time.perf_counter() - typed) * 1000
    measured("a change is in the draft's file", f"{saved:.0f} ms", "1000 ms")
    eventually(lambda: any("dust draft" in stage for stage in desk.stages()))
    eventually(lambda: any("dust step" in stage for stage in desk.stages()))
    desk.wait_for_picture()
    eventually(lambda: len(desk.takes()) == 2)
    desk.type_in(desk.text("prompt"), "rolling dust and smoke")
    eventually(lambda: desk.layer("dust").element.prompt == "rolling dust and smoke")
    desk.wait_for_picture()


@pytest.mark.parametrize("text", ["", "x" * 5000])
def test_an_impossible_prompt_is_refused_in_a_sentence(desk: ExplorePage, text: str) -> None:
    desk.type_in(desk.text("prompt"), text)
    expect(desk.refusal()).to_contain_text("it must")
    assert desk.layer("dust").element.prompt == "rolling dust and smoke"
    desk.type_in(desk.text("prompt"), "rolling dust and smoke")
    expect(desk.page.locator(".ld-refusal:visible")).to_have_count(0)


def test_a_prompt_that_the_model_does_not_know_is_said(desk: ExplorePage) -> None:
    desk.type_in(desk.text("prompt"), "quiet elephants")
    notice = desk.page.locator(".ld-notice")
    expect(notice).to_contain_text("names no kind of element", timeout=10_000)
    desk.tab.screenshot("explore-doubted")
    desk.type_in(desk.text("prompt"), "rolling dust and smoke")
    desk.wait_for_picture()
    expect(notice).to_be_hidden()


def test_a_seed_is_picked_and_one_of_letters_refused(desk: ExplorePage) -> None:
    desk.type_in(desk.text("seed"), "seven")
    expect(desk.refusal()).to_contain_text("seven")
    desk.type_in(desk.text("seed"), "42")
    eventually(lambda: desk.layer("dust").element.seed == "42")
    desk.wait_for_picture()


def test_the_first_picture_of_a_new_seed(desk: ExplorePage) -> None:
    times = []
    for _ in range(3):
        times.append(desk.click_to_picture(desk.button("Another seed")))
        desk.wait_for_picture()
    measured("first picture of a new seed", spread(times), "1000 ms")


def test_a_blend_slider_is_dragged_without_the_model(desk: ExplorePage) -> None:
    desk.open_tab("Blend")
    desk.wait_for_rest()
    before = desk.layer("dust").blend.exposure
    times = []
    for n in range(20):
        if n == 15:
            desk.wait_for_rest()  # back to a look that was just sent: it is sent again after this
        times.append(desk.edit("exposure", "ArrowRight" if n < 15 else "ArrowLeft"))
        assert desk.page.locator(".ldv-status").first.get_attribute("data-busy") == "false"
        desk.page.wait_for_timeout(450)
    measured("blend slider to paint, 960x540, 3 layers, idle", spread(times), "100 / 200 ms")
    after = pytest.approx(before + 10 * 0.05, abs=1e-6)
    eventually(lambda: desk.layer("dust").blend.exposure == after)


def test_a_curve_is_edited_as_keys(desk: ExplorePage) -> None:
    desk.select("near_snow")
    desk.button("Let opacity change over frames").click()
    keys = desk.control("opacity").locator(".ld-keys")
    expect(keys).to_be_visible()
    expect(keys.locator("input[type=number]").first).to_have_value(str(WITH_DUST))
    eventually(lambda: desk.layer("near_snow").blend.opacity == {WITH_DUST: 0.9})
    desk.button("Let opacity change over frames").click()
    eventually(lambda: desk.layer("near_snow").blend.opacity == pytest.approx(0.9))


def test_wipe_and_exposure_never_ask_the_kernel(
    desk: ExplorePage, sun: tuple[float, float]
) -> None:
    desk.wait_for_picture()
    desk.page.wait_for_timeout(1200)
    desk.focus_picture()
    painted = desk.page.locator(".ldv").first.get_attribute("data-painted")
    plain = desk.code_at(*sun)
    desk.page.keyboard.press("w")
    desk.page.evaluate(
        "document.querySelector('.ldv').viewer.set({wipe: {x: 0.3, y: 0.5, angle: 25}})"
    )
    desk.tab.screenshot("explore-wipe")
    for _ in range(8):
        desk.page.keyboard.press("[")
    stopped = desk.code_at(*sun)
    for _ in range(4):
        desk.page.keyboard.press("[")
    darker = desk.code_at(*sun)
    desk.tab.screenshot("explore-stopped-down")
    print(f"sun: {plain} at 0, {stopped} at -4, {darker} at -6 stops")
    assert sum(darker) < sum(stopped) < sum(plain)
    assert min(darker) > 0, "the highlight above 1 is still there six stops down"
    assert desk.page.locator(".ldv").first.get_attribute("data-painted") == painted
    desk.page.keyboard.press("r")
    desk.page.keyboard.press("1")


def test_a_garbage_matte_is_painted_and_named_in_the_look(desk: ExplorePage, street: Path) -> None:
    desk.focus_picture()
    desk.page.keyboard.press("p")
    desk.page.keyboard.press("x")
    start, end = desk.point(100, 100), desk.point(300, 200)
    desk.page.mouse.move(*start)
    desk.page.mouse.down()
    desk.page.mouse.move(*end, steps=5)
    desk.page.mouse.up()
    tools = desk.page.get_by_role("toolbar", name="Garbage matte")
    tools.get_by_role("textbox").fill("window_box")
    desk.tab.screenshot("explore-matte")
    tools.get_by_role("button", name="Save").click()
    eventually(lambda: "window_box" in desk.layer("near_snow").holdouts)
    shot = ShotFile.open(ShowFolder(street), "street", "sh0010").shot
    assert shot.mattes["window_box"].pattern == "mattes/street/sh0010/window_box.exr"
    assert (street / shot.mattes["window_box"].pattern).is_file()
    desk.focus_picture()
    desk.page.keyboard.press("p")


def test_takes_are_starred_noted_and_branched_from(desk: ExplorePage) -> None:
    desk.wait_until_kept()
    takes = desk.takes()
    strip = desk.page.get_by_role("list", name="Takes")
    first = strip.locator(".ld-card").first
    first.locator("button[aria-label^='Star']").click()
    eventually(lambda: desk.state().marks.get(1) and desk.state().marks[1].starred)
    first.locator("[aria-label*='take 1']").first.click()
    eventually(lambda: desk.state().current == 1)
    desk.select("dust")
    desk.open_tab("Blend")
    desk.edit("feather", "ArrowRight")
    branched = eventually(lambda: desk.takes()[len(takes) :])
    assert branched[-1].parent == 1
    assert desk.takes()[: len(takes)] == takes, "a branch loses nothing"
    eventually(lambda: desk.state().current == branched[-1].id)
    desk.tab.screenshot("explore-branched")


def test_undo_and_redo_by_keys(desk: ExplorePage) -> None:
    desk.focus_picture()
    now, look = desk.takes()[-1].id, desk.look()
    assert now > 1, "the branch that was made last"
    eventually(lambda: desk.state().current == now)
    desk.page.keyboard.press("Control+z")
    eventually(lambda: desk.state().current == 1)
    desk.page.keyboard.press("Control+Shift+z")
    eventually(lambda: desk.state().current == now)
    assert desk.look() == look


def test_cancel_is_shown_at_once_and_leaves_the_look(desk: ExplorePage) -> None:
    shown, free = [], []
    desk.open_tab("Element")
    for _ in range(3):
        desk.button("Another seed").click()
        one, other = desk.cancel("dust: step")
        shown.append(one)
        free.append(other)
    measured("cancel is shown", spread(shown), "200 ms")
    measured("worker free after cancel", spread(free), "the step in flight")
    desk.button("Make what was cancelled").click()
    desk.wait_for_picture()


def test_a_slider_while_a_model_job_runs(desk: ExplorePage) -> None:
    desk.open_tab("Blend")
    desk.button("Make every frame").click()
    expect(desk.page.locator(".ldv-status").first).to_have_attribute("data-busy", "true")
    status, times = desk.page.locator(".ldv-status").first, []
    for _ in range(8):  # one way: a look that was sent last is not sent again
        times.append(desk.edit("exposure", "ArrowRight"))
        desk.page.wait_for_timeout(100)
    busy = status.get_attribute("data-busy")
    measured("blend slider to paint, a model job running", spread(times), "300 ms")
    assert busy == "true", "the job must have run all the while"
    desk.cancel()


def test_an_edit_by_hand_is_a_conflict_and_neither_side_is_lost(desk: ExplorePage) -> None:
    desk.wait_until_kept()
    ours = desk.look()
    path = desk.shot_folder / "drafts" / "toxic.yaml"
    mine = ours.model_copy(update={"layers": ours.layers[:2]})
    write_text(path, strict_yaml.write(mine))
    notice = desk.page.locator(".ld-notice")
    expect(notice).to_be_visible(timeout=30_000)
    desk.tab.screenshot("explore-conflict")
    notice.get_by_role("button", name="use the file").click()
    eventually(lambda: desk.takes()[-1].origin == "edited by hand")
    assert desk.look().layers == ours.layers[:2]
    assert any(take.look.layers == ours.layers for take in desk.takes())
    desk.page.get_by_title("Undo").first.click()
    eventually(lambda: len(desk.look().layers) == 3)


def test_every_tab_is_in_sight_and_a_part_without_effect_says_so(desk: ExplorePage) -> None:
    desk.select("far_snow")
    bar = desk.page.locator(".ld-inspector .lm-TabBar").first
    tabs = bar.locator(".lm-TabBar-tab")
    expect(tabs).to_have_count(9)
    outer = bar.bounding_box()
    assert outer is not None
    for n in range(9):
        inner = tabs.nth(n).bounding_box()
        assert inner is not None
        assert outer["x"] - 1 <= inner["x"]
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
        assert inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    for title, said in (("Patch", "is an element"), ("Guides", "no guides"), ("Refine", "Off")):
        desk.open_tab(title)
        expect(desk.page.locator(".ld-idle-said:visible").first).to_contain_text(said)
        desk.tab.screenshot(f"tab-{title.lower()}")


def test_finer_detail_is_made_when_it_is_asked_for(desk: ExplorePage) -> None:
    desk.wait_for_rest()
    desk.select("far_snow")
    desk.open_tab("Refine")
    seen, whole = desk.button("Only the tiles in sight"), desk.button("Every tile of the layer")
    expect(seen).to_be_disabled()
    desk.watch_stages()
    desk.type_in(desk.number("scale"), "2")
    expect(seen).to_be_enabled()
    stage = desk.page.locator(".ldv .ldv-stage:visible, .ldv .ldv-badge:visible").first
    expect(stage).to_contain_text("far_snow at working size", timeout=120_000)
    desk.tab.screenshot("working-size")
    desk.page.evaluate("document.querySelector('.ldv').viewer.transform.zoomTo(2)")
    seen.click()
    expect(stage).to_contain_text("far_snow refined in part", timeout=240_000)
    desk.tab.screenshot("refined-in-part")
    desk.page.evaluate("document.querySelector('.ldv').viewer.transform.fit()")
    whole.click()
    desk.page.wait_for_function(
        "() => ![...document.querySelectorAll('.ldv .ldv-stage, .ldv .ldv-badge')]"
        ".some(b => b.offsetParent && /size|part/.test(b.textContent))",
        timeout=240_000,
    )
    desk.type_in(desk.number("scale"), "1")
    eventually(lambda: desk.layer("far_snow").refine.scale == 1)
    desk.wait_for_rest()


def test_a_version_is_saved(desk: ExplorePage) -> None:
    desk.button("Write the next version").click()
    path = eventually(lambda: list((desk.shot_folder / "looks").glob("toxic_v002.yaml")))[0]
    saved = strict_yaml.read(path, type(desk.look()))
    assert saved.layers == desk.look().layers


def test_the_desk_passes_axe(desk: ExplorePage) -> None:
    found = Axe().run(desk.page, context=".ld-desk").response["violations"]
    said = [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:3]}" for v in found]
    assert not [v for v in found if v["impact"] in ("serious", "critical")], "\n".join(said)


def test_letters_typed_on_the_desk_never_reach_the_notebook(desk: ExplorePage) -> None:
    """In JupyterLab `x` cuts a cell, `b` inserts one, `d d` deletes one, `m` makes it text."""
    desk.select("far_snow")
    desk.open_tab("Blend")
    notebook = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(c => c.model.type)"
    cells = desk.page.evaluate(notebook)
    places = {
        "a layer": desk.page.get_by_title("Work on far_snow", exact=True),
        "a slider": desk.handle("exposure"),
        "a tab": desk.page.locator(".ld-inspector .lm-TabBar-tab[tabindex='0']").first,
        "a take": desk.page.get_by_role("list", name="Takes").locator(".ld-card [tabindex]").first,
    }
    for name, place in places.items():
        place.focus()
        for key in "xbddmx":  # x twice: it rejects a take, and takes that back
            desk.page.keyboard.press(key)
        assert place.evaluate("e => e.contains(document.activeElement)"), name
        desk.page.wait_for_timeout(300)
        assert desk.page.evaluate(notebook) == cells, name
        expect(desk.page.locator(".ld-desk")).to_have_count(1)


def test_keys_of_sliders_and_fields_still_work(desk: ExplorePage) -> None:
    desk.select("far_snow")
    desk.open_tab("Blend")
    before = desk.layer("far_snow").blend.exposure
    desk.handle("exposure").press("ArrowRight")
    eventually(lambda: desk.layer("far_snow").blend.exposure > before)
    desk.type_in(desk.number("exposure"), "0.5")
    eventually(lambda: desk.layer("far_snow").blend.exposure == 0.5)
    desk.type_in(desk.number("exposure"), "55")
    expect(desk.refusal()).to_contain_text("55")
    expect(desk.number("exposure")).to_have_value("0.5")
    desk.type_in(desk.number("exposure"), str(before))
    eventually(lambda: desk.layer("far_snow").blend.exposure == before)
    expect(desk.page.locator(".ld-refusal:visible")).to_have_count(0)


def test_a_layer_that_is_moved_by_keyboard_keeps_the_focus(desk: ExplorePage) -> None:
    order = [layer.name for layer in desk.look().layers]
    for way in ("towards the back", "towards the front"):
        title = f"Move {order[-1]} {way}"
        before = desk.look().layers
        desk.page.get_by_title(title, exact=True).press("Enter")
        eventually(lambda before=before: desk.look().layers != before)
        desk.page.wait_for_function(
            "title => document.activeElement.getAttribute('title') === title", arg=title
        )
    assert [layer.name for layer in desk.look().layers] == order


def test_a_restarted_kernel_is_where_it_was(desk: ExplorePage) -> None:
    tab = desk.tab
    assert isinstance(tab, LabTab)
    desk.select("far_snow")
    desk.page.evaluate("document.querySelector('.ldv').viewer.set({gamma: 1.3})")
    desk.wait_until_kept()
    before, look = desk.state(), desk.look()
    tab.restart()
    tab.run_all()
    desk.wait_for_picture()
    assert desk.look() == look
    assert desk.state().current == before.current
    assert desk.state().undo == before.undo
    viewer = desk.page.evaluate("document.querySelector('.ldv').viewer.state")
    assert viewer["gamma"] == 1.3
    assert "ld-selected" in (
        desk.page.get_by_title("Work on far_snow").get_attribute("class") or ""
    )
    desk.page.evaluate("document.querySelector('.ldv').viewer.set({gamma: 1})")


def test_a_reloaded_page_shows_the_desk_again(desk: ExplorePage, street: Path) -> None:
    tab = desk.tab
    assert isinstance(tab, LabTab)
    tab.save()
    kilobytes = (street / "notebooks" / "explore.ipynb").stat().st_size / 1000
    measured("notebook file after this session", f"{kilobytes:.0f} kB", "2000 kB")
    assert kilobytes < 2000
    look = desk.look()
    tab.reload()
    desk.wait_for_picture()
    desk.select("near_snow")
    desk.open_tab("Blend")
    desk.edit("exposure", "ArrowRight")
    eventually(lambda: desk.look() != look)


def test_the_desk_answers_on_another_ipykernel(
    desk: ExplorePage, lab_server: Start, street: Path, chromium: Browser
) -> None:
    python = os.environ.get("LOOKDEV_KERNEL_PYTHON")
    if not python:
        pytest.skip("LOOKDEV_KERNEL_PYTHON names no second Python (with ipykernel 7.3)")
    tab = LabTab(chromium, lab_server(street, python)).open("explore")
    tab.run_all()
    page = ExplorePage(tab, desk.shot_folder)
    notice = page.page.locator(".ld-notice")
    notice.get_by_role("button", name="take over").click()
    page.wait_for_picture()
    page.select("near_snow")
    page.open_tab("Blend")
    before = page.layer("near_snow").blend.exposure
    page.edit("exposure", "ArrowRight")
    eventually(lambda: page.layer("near_snow").blend.exposure > before)
    page.wait_until_kept()
    tab.close()
    back = desk.page.locator(".ld-notice").get_by_role("button", name="take it back")
    back.click()
    expect(back).to_be_hidden()
    desk.wait_for_picture()


def test_a_killed_server_loses_nothing(
    desk: ExplorePage, lab: Server, lab_server: Start, street: Path, chromium: Browser
) -> None:
    desk.wait_until_kept()
    look, state = desk.look(), desk.state()
    lab.kill()
    again = lab_server(street)
    tab = LabTab(chromium, again).open("explore")
    tab.run_all()
    page = ExplorePage(tab, desk.shot_folder)
    page.wait_for_picture()
    assert page.look() == look
    assert page.state().current == state.current
    page.tab.screenshot("explore-after-kill")
    tab.close()
    desk.tab.errors.clear()  # the first tab rightly complained that its server was gone
