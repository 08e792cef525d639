"""The wedge notebook in JupyterLab, as a person uses it."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.driver import LabTab
from browser.server import Start
from playwright.sync_api import Browser
from small_show import SmallShow, make_small_show

CELLS = ".ld-wedge .ld-card"
COUNT = ".ld-wedge-count"
RUN = ".ld-wedge button[title^='Render what is missing']"
STOP = ".ld-wedge button[title^='Stop the run']"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> SmallShow:
    return make_small_show(tmp_path_factory.mktemp("wedge") / "show")


@pytest.fixture
def tab(show: SmallShow, lab_server: Start, chromium: Browser) -> Iterator[LabTab]:
    tab = LabTab(chromium, lab_server(show.folder.root))
    tab.open("wedge")
    yield tab
    tab.close()


def opened(tab: LabTab) -> None:
    tab.run_all()
    tab.wait(CELLS, seconds=60)
    tab.page.add_style_tag(content=".jp-Notebook { scroll-behavior: auto !important }")


def until_shown(tab: LabTab, count: int) -> None:
    """Every picture is there once it was scrolled to."""
    pictures = tab.page.locator(f"{CELLS} .ld-card-image")
    for n in range(count):
        tab.page.locator(CELLS).nth(n).scroll_into_view_if_needed()
        pictures.nth(n).wait_for(state="visible", timeout=90_000)
    assert tab.page.locator(CELLS).count() == count


def axe(tab: LabTab) -> str:
    found = Axe().run(tab.page, context=".ld-wedge")
    return str(found.generate_report()) if found.violations_count else ""


def set_axes(tab: LabTab) -> None:
    page = tab.page
    values = page.locator(".ld-wedge input[placeholder]").first
    values.fill("8..1")
    tab.wait(f"{COUNT}.is-refused")
    values.fill("1..4")
    tab.wait(f"{COUNT}:not(.is-refused) :text('4 cells')")
    page.get_by_role("button", name="axis").click()
    row = page.locator(".ld-wedge .widget-dropdown select").nth(2)
    row.select_option("dust.blend.opacity")
    page.locator(".ld-wedge input[placeholder]").nth(1).fill("0.3, 1.0")
    tab.wait(f"{COUNT} :text('8 cells')")
    frame = page.locator(".ld-wedge input[type=number]").first
    frame.fill("1004")
    frame.press("Enter")
    tab.wait(f"{COUNT} :text('8 cells')")
    tab.screenshot("wedge_planned")
    assert axe(tab) == ""


def mark_cells(tab: LabTab) -> None:
    page = tab.page
    tab.wait(".ld-wedge :text('finished')")
    picture = page.locator(".ld-card-picture").nth(5)
    picture.focus()
    page.keyboard.press("s")
    tab.wait(f"{CELLS}.is-starred")
    page.keyboard.press("n")
    page.keyboard.type("dust is right here")
    page.keyboard.press("Enter")
    tab.wait(".ld-card-note:text('dust is right here')")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("x")
    tab.wait(f"{CELLS}.is-rejected")


def look_at_the_cost(tab: LabTab) -> None:
    page = tab.page
    page.get_by_role("button", name="cost").click()
    tab.wait(".ld-wedge img[alt^='Seconds and evaluations']")
    page.get_by_role("button", name="sheet (PNG)").click()
    tab.wait(".ld-wedge :text('The sheet is')")
    page.wait_for_timeout(600)
    page.locator(".ld-gallery").scroll_into_view_if_needed()
    tab.screenshot("wedge_finished")
    assert axe(tab) == ""


def test_a_wedge_from_its_axes_to_a_star_and_back_after_a_restart(
    tab: LabTab, show: SmallShow
) -> None:
    page = tab.page
    opened(tab)
    set_axes(tab)
    page.locator(RUN).click()
    tab.wait(".ld-wedge :text('running')")
    until_shown(tab, 8)
    mark_cells(tab)
    look_at_the_cost(tab)
    assert page.locator(".jp-Cell").count() == 3, "a key of the gallery reached the notebook"

    tab.restart()
    opened(tab)
    until_shown(tab, 8)
    assert page.locator(f"{CELLS}.is-starred").count() == 1
    assert page.locator(f"{CELLS}.is-rejected").count() == 1
    assert page.locator(".ld-wedge input[placeholder]").nth(1).input_value() == "0.3, 1.0"
    page.get_by_label("starred first").check()
    page.wait_for_function(
        "(what) => document.querySelector(what).classList.contains('is-starred')", arg=CELLS
    )
    page.locator(".ld-card-picture").first.click()
    link = tab.wait(".ld-wedge a:text('open it in explore')")
    assert "look=toxic" in (link.get_attribute("href") or "")
    tab.save()
    size = (show.folder.root / "notebooks" / "wedge.ipynb").stat().st_size
    assert size < 100_000, f"the notebook has {size} bytes"


def test_a_run_survives_the_kernel(tab: LabTab, show: SmallShow) -> None:
    page = tab.page
    opened(tab)
    for n in reversed(range(1, page.locator(".ld-wedge input[placeholder]").count())):
        page.locator(".ld-wedge button[title='Remove this axis']").nth(n).click()
    page.locator(".ld-wedge input[placeholder]").first.fill("101..400")
    tab.wait(f"{COUNT} :text('300 cells')")
    page.locator(RUN).click()
    page.locator(".ld-wedge").get_by_text(re.compile(r"running: [1-9]\d* of 300")).wait_for()
    tab.restart()
    opened(tab)
    tab.wait(".ld-wedge :text('running')")
    page.locator(STOP).click()
    tab.wait(".ld-wedge :text('stopped after')", seconds=60)
    cells = show.folder.root / "wedges/street/sh0010/toxic_v001/cells"
    run = json.loads((cells.parent / "run.json").read_text())
    assert "stopped" in run
    assert len(list(cells.glob("*.json"))) > 1
