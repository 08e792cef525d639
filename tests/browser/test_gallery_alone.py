"""The gallery in a real browser, with a stand-in for the kernel."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from lookdev.desk.gallery.widget import Gallery

PAGE = Path(__file__).parent / "gallery_page" / "page.html"
FILES = {
    "/": ("text/html", PAGE.read_text()),
    "/gallery.js": ("text/javascript", Gallery._esm),
    "/gallery.css": ("text/css", Gallery._css),
}
ALL = ["open", "star", "reject", "note", "a", "b"]


def item(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"t{number}",
        "title": f"take {number}",
        "lines": [f"snow.element.seed {number * 7}"],
        "starred": False,
        "rejected": False,
        "current": False,
        "note": "",
        "depth": 0,
        "parent": "",
        "seconds": 0.5 + number / 10,
        "evaluations": number % 4 + 1,
        "sort": {"seed": number * 7},
        **more,
    }


def jpeg(number: int) -> list[int]:
    """A picture that can be told from the others."""
    y, x = np.mgrid[0:180, 0:320] / 320
    hue = (number * 37 % 100) / 100
    rgb = np.stack([x * hue, y + 0.2 * hue, 0.3 + 0.5 * (1 - hue) * x], -1)
    file = io.BytesIO()
    Image.fromarray(np.uint8(np.clip(rgb, 0, 1) * 255)).save(file, "JPEG", quality=88)
    return list(file.getvalue())


def traits(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "arrangement": "grid",
        "items": items,
        "columns": 4,
        "sort_keys": [
            {"id": "seed", "label": "snow.element.seed"},
            {"id": "seconds", "label": "seconds"},
        ],
        "sort": {},
        "can": ALL,
        "label": "Cells of the wedge",
        "empty": "Nothing here yet.",
        **more,
    }


class Bench:
    """The page with one gallery on it."""

    def __init__(self, page: Page, start: dict[str, Any]) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("http://gallery.test/**", self._serve)
        page.goto("http://gallery.test/")
        page.wait_for_function("window.ready")
        page.evaluate("(traits) => window.start(traits)", start)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        every: list[dict[str, Any]] = self.page.evaluate("window.model.sent")
        return [content for content in every if content["type"] == kind]

    def set(self, name: str, value: Any) -> None:
        self.page.evaluate("([name, value]) => window.model.set(name, value)", [name, value])

    def thumb(self, number: int) -> None:
        self.page.evaluate("([id, data]) => window.thumb(id, data)", [f"t{number}", jpeg(number)])

    def picture(self, number: int) -> Any:
        return self.page.locator(f'[data-id="t{number}"] .ld-card-picture')

    def focused(self) -> str:
        label: str = self.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
        return label.split(",", maxsplit=1)[0]

    def titles(self) -> list[str]:
        return self.page.locator(".ld-card-title").all_text_contents()

    def shot(self, name: str) -> None:
        folder = os.environ.get("LOOKDEV_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    @staticmethod
    def _serve(route: Route) -> None:
        path = "/" + route.request.url.partition("gallery.test/")[2]
        if path not in FILES:
            route.fulfill(status=204)
            return
        kind, body = FILES[path]
        route.fulfill(content_type=kind, body=body)


@pytest.fixture
def bench(chromium: Browser) -> Iterator[Callable[..., Bench]]:
    context = chromium.new_context(viewport={"width": 1000, "height": 760})
    made: list[Bench] = []

    def start(items: list[dict[str, Any]], **more: Any) -> Bench:
        made.append(Bench(context.new_page(), traits(items, **more)))
        return made[-1]

    yield start
    context.close()
    assert [error for one in made for error in one.errors] == []


def test_arrows_move_by_card_and_by_row_and_letters_act(bench: Callable[..., Bench]) -> None:
    b = bench([item(n) for n in range(10)])
    keys = b.page.keyboard
    b.picture(0).focus()
    for key, place in [
        ("ArrowRight", "take 1"),
        ("ArrowDown", "take 5"),
        ("ArrowDown", "take 9"),
        ("ArrowUp", "take 5"),
        ("ArrowLeft", "take 4"),
        ("End", "take 9"),
        ("ArrowRight", "take 9"),
        ("Home", "take 0"),
    ]:
        keys.press(key)
        assert b.focused() == place, key
    keys.press("ArrowRight")
    for key in ("s", "x", "a", "b", "Enter"):
        keys.press(key)
    for kind in ("star", "reject", "a", "b", "open"):
        assert b.sent(kind) == [{"type": kind, "id": "t1"}], kind
    assert b.page.evaluate("window.outside") == [], "the notebook around it saw a key"
    keys.press("q")
    assert b.page.evaluate("window.outside") == ["q"]


def test_only_one_card_is_in_the_tab_order(bench: Callable[..., Bench]) -> None:
    b = bench([item(n, current=n == 3) for n in range(6)])
    reachable = b.page.locator('.ld-card-picture[tabindex="0"]')
    assert reachable.count() == 1
    assert (reachable.get_attribute("aria-label") or "").startswith("take 3, current")
    reachable.focus()
    b.page.keyboard.press("Tab")
    assert b.focused() == "Star (s): take 3"
    for _ in range(4):
        b.page.keyboard.press("Tab")
    assert b.focused() == "Show as B (b): take 3"
    b.page.keyboard.press("Tab")
    assert "take" not in b.focused()


def test_a_star_is_shown_when_the_kernel_says_so_and_the_focus_stays(
    bench: Callable[..., Bench],
) -> None:
    items = [item(n) for n in range(6)]
    b = bench(items, sort={"key": "", "descending": False, "starred_first": True})
    b.picture(4).focus()
    b.page.keyboard.press("s")
    assert b.titles()[0] == "take 0"
    items[4]["starred"] = True
    b.set("items", items)
    assert b.titles()[0] == "take 4"
    assert b.focused() == "take 4"
    pressed = b.page.locator('[data-id="t4"] .ld-do-star').get_attribute("aria-pressed")
    assert pressed == "true"
    assert b.page.get_by_role("status").text_content() == "take 4: starred"


def test_a_note_is_kept_with_enter_and_left_with_escape(bench: Callable[..., Bench]) -> None:
    b = bench([item(0), item(1, note="too thick")])
    keys = b.page.keyboard
    b.picture(1).focus()
    keys.press("n")
    area = b.page.get_by_label("Note on take 1")
    assert area.input_value() == "too thick"
    area.fill("thinner at the door")
    keys.press("ArrowLeft")
    keys.press("Escape")
    assert b.sent("note") == []
    assert b.focused() == "take 1"
    keys.press("n")
    keys.type(" s x")
    keys.press("Enter")
    assert b.sent("note") == [{"type": "note", "id": "t1", "text": "too thick s x"}]
    assert b.sent("star") == []
    assert b.focused() == "take 1"


def test_pictures_are_asked_for_when_they_come_into_view(bench: Callable[..., Bench]) -> None:
    b = bench([item(n) for n in range(64)])
    b.page.wait_for_function("window.model.sent.length > 0")
    first = {i for need in b.sent("need") for i in need["ids"]}
    assert {"t0", "t1", "t7"} <= first
    assert len(first) < 32, f"{len(first)} of 64 were asked for at once"
    b.picture(63).scroll_into_view_if_needed()
    b.page.wait_for_function("window.model.sent.some((m) => m.ids?.includes('t63'))")
    b.thumb(63)
    b.page.wait_for_function(
        "document.querySelector('[data-id=t63] img').naturalWidth === 320", timeout=5000
    )
    every = [i for need in b.sent("need") for i in need["ids"]]
    assert len(every) == len(set(every)), "a picture was asked for twice"


def test_a_picture_that_changes_is_asked_for_again_and_one_that_is_not_there_is_not(
    bench: Callable[..., Bench],
) -> None:
    items = [item(0, picture="x"), item(1, picture="")]
    b = bench(items)
    b.page.wait_for_function("window.model.sent.length > 0")
    assert b.sent("need") == [{"type": "need", "ids": ["t0"]}]
    b.thumb(0)
    assert b.page.locator("[data-id=t0] img").is_visible()
    items[0]["picture"], items[1]["picture"] = "y", "z"
    b.set("items", items)
    assert not b.page.locator("[data-id=t0] img").is_visible()
    b.page.wait_for_function("window.model.sent.length > 1")
    assert b.sent("need")[1] == {"type": "need", "ids": ["t0", "t1"]}
    items[0]["picture"] = ""
    b.set("items", items)
    b.page.wait_for_timeout(200)
    assert len(b.sent("need")) == 2


def test_hover_and_focus_enlarge_a_picture_inside_the_window(bench: Callable[..., Bench]) -> None:
    b = bench([item(n) for n in range(12)])
    for n in range(12):
        b.thumb(n)
    large = b.page.locator(".ld-enlarged")
    for n in (0, 3, 8, 11):
        b.picture(n).hover()
        large.wait_for(state="visible", timeout=5000)
        b.page.wait_for_timeout(120)
        box, card = large.bounding_box(), b.picture(n).bounding_box()
        assert box is not None
        assert card is not None
        assert box["width"] >= 1.5 * card["width"]
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= 1000
        assert large.locator(".ld-enlarged-text").text_content() == f"take {n}"
        if n == 0:
            b.shot("gallery_enlarged")
        b.page.mouse.move(999, 5)
        large.wait_for(state="hidden", timeout=5000)
    b.picture(5).focus()
    b.page.keyboard.press("ArrowRight")
    large.wait_for(state="visible", timeout=5000)
    b.page.keyboard.press("Escape")
    large.wait_for(state="hidden", timeout=5000)


def test_sorting_by_a_key_both_ways_without_value_last(bench: Callable[..., Bench]) -> None:
    items = [item(n) for n in (2, 0, 3, 1)]
    items[1] |= {"seconds": None}
    b = bench(items)
    assert b.titles() == ["take 2", "take 0", "take 3", "take 1"]
    b.page.get_by_label("Sort by").select_option(label="snow.element.seed")
    assert b.titles() == ["take 0", "take 1", "take 2", "take 3"]
    b.page.get_by_label("descending").check()
    assert b.titles() == ["take 3", "take 2", "take 1", "take 0"]
    b.page.get_by_label("Sort by").select_option(label="seconds")
    assert b.titles() == ["take 3", "take 2", "take 1", "take 0"]
    b.page.get_by_label("descending").uncheck()
    assert b.titles() == ["take 1", "take 2", "take 3", "take 0"]
    assert b.page.evaluate("[window.model.saved, window.model.traits.sort.key]") == [4, "seconds"]


def test_what_may_not_be_done_is_not_offered(bench: Callable[..., Bench]) -> None:
    b = bench([item(0)], can=["star"])
    b.picture(0).focus()
    for key in ("x", "n", "a", "Enter", "s"):
        b.page.keyboard.press(key)
    sent = [content["type"] for content in b.page.evaluate("window.model.sent")]
    assert [kind for kind in sent if kind != "need"] == ["star"]
    assert b.page.locator(".ld-card-button").count() == 1


def test_text_is_never_markup_and_nothing_says_so(bench: Callable[..., Bench]) -> None:
    b = bench([item(0, title="<b>x</b>", lines=["<img src=x>"], note="<script>1</script>")])
    assert b.titles() == ["<b>x</b>"]
    assert b.page.locator(".ld-card img").count() == 1
    b.set("items", [])
    assert b.page.get_by_text("Nothing here yet.").is_visible()


@pytest.mark.parametrize("arrangement", ["grid", "strip", "tree"])
def test_axe_finds_nothing_to_mend(bench: Callable[..., Bench], arrangement: str) -> None:
    marks: list[dict[str, Any]] = [
        {"current": True},
        {"starred": True},
        {"rejected": True},
        {"starred": True, "current": True, "note": "the one the director liked, thinner snow"},
        {},
        {"starred": True, "rejected": True},
        {},
        {},
        {},
    ]
    items = [item(n, depth=min(n, 3), **more) for n, more in enumerate(marks)]
    b = bench(items, arrangement=arrangement)
    for n in range(len(marks) - 1):
        b.thumb(n)
    b.page.wait_for_timeout(300)
    b.shot(f"gallery_{arrangement}")
    found = Axe().run(b.page)
    assert found.violations_count == 0, found.generate_report()
    if arrangement == "grid":
        b.picture(4).focus()
        b.page.keyboard.press("n")
        assert Axe().run(b.page).violations_count == 0
