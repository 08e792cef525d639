"""The explore desk as a person finds it on a page, in JupyterLab or through Voila."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from browser.driver import Tab
from playwright.sync_api import Locator, expect

from lookdev.explore.takes import same
from lookdev.spec import strict_yaml
from lookdev.spec.draft import DeskState, Take
from lookdev.spec.look import Look

_EDIT = """async ({selector, key}) => {
  const root = document.querySelector('.ldv');
  const handle = document.querySelector(selector);
  const before = root.dataset.painted;
  const begun = performance.now();
  handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
  while (root.dataset.painted === before) {
    if (performance.now() - begun > 20000) return null;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - begun;
}"""

_PICTURE = """async () => {
  const root = document.querySelector('.ldv');
  const before = root.dataset.painted;
  const begun = performance.now();
  const button = document.querySelector('[data-measured]');
  button.click();
  while (root.dataset.painted === before) {
    if (performance.now() - begun > 240000) return null;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - begun;
}"""

_CANCEL = """async (text) => {
  const root = document.querySelector('.ldv');
  const patience = performance.now() + 60000;
  while (!root.querySelector('.ldv-status-text').textContent.includes(text)) {
    if (performance.now() > patience) return null;
    await new Promise(requestAnimationFrame);
  }
  const begun = performance.now();
  root.querySelector('.ldv-cancel').click();
  while (!/Cancelling|cancelled/.test(root.querySelector('.ldv-status-text').textContent))
    await new Promise(requestAnimationFrame);
  const shown = performance.now() - begun;
  while (root.querySelector('.ldv-status').dataset.busy === 'true')
    await new Promise(requestAnimationFrame);
  return {shown, free: performance.now() - begun};
}"""

_WATCH = """() => {
  window.stagesShown = new Set();
  const look = () => {
    for (const one of document.querySelectorAll('.ldv .ldv-stage, .ldv .ldv-badge'))
      if (one.offsetParent && one.textContent) window.stagesShown.add(one.textContent);
    requestAnimationFrame(look);
  };
  look();
}"""

_CODE = """([x, y]) => {
  const view = document.querySelector('.ldv').viewer;
  const {width, height} = view.shot;
  const pixel = view.readPixels(
    Math.round(x / width * view.canvas.width), Math.round(y / height * view.canvas.height), 1, 1);
  return pixel.slice(0, 3);
}"""


def eventually(true: Callable[[], Any], *, seconds: float = 60, what: str = "") -> Any:
    """Wait for something outside the page, such as a file."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what or true}")


class ExplorePage:
    """One tab with the desk open."""

    def __init__(self, tab: Tab, shot_folder: Path, draft: str = "toxic") -> None:
        self.tab, self.page = tab, tab.page
        self.shot_folder, self.draft = shot_folder, draft

    # --- what is on disk

    def look(self) -> Look:
        return strict_yaml.read(self.shot_folder / "drafts" / f"{self.draft}.yaml", Look)

    def state(self) -> DeskState:
        return strict_yaml.read(self.shot_folder / "drafts" / self.draft / "desk.yaml", DeskState)

    def takes(self) -> list[Take]:
        folder = self.shot_folder / "drafts" / self.draft / "takes"
        return [strict_yaml.read(path, Take) for path in sorted(folder.glob("*.yaml"))]

    def layer(self, name: str) -> Any:
        return next(layer for layer in self.look().layers if layer.name == name)

    def wait_until_kept(self, *, quiet: float = 3) -> None:
        """Until the look is a take, and the files have been still for longer than a desk waits.

        A desk looks around once a second: one that has just lost the draft, or got it back, may
        still write what it has.
        """
        before, since = None, time.monotonic()

        def still() -> bool:
            nonlocal before, since
            look, state, takes = self.look(), self.state(), self.takes()
            is_take = any(take.id == state.current and same(take.look, look) for take in takes)
            if not is_take or (look, state, takes) != before:
                before, since = (look, state, takes), time.monotonic()
            return time.monotonic() - since > quiet

        eventually(still, what="the draft's files are still")

    # --- what is on the page

    def wait_for_picture(self, *, seconds: float = 240) -> None:
        """Until the look itself is painted: nothing provisional, nothing busy."""
        self.page.wait_for_function(
            """() => {
              const root = document.querySelector('.ldv');
              const status = root?.querySelector('.ldv-status');
              const badges = [...(root?.querySelectorAll('.ldv-stage, .ldv-badge') ?? [])];
              return root?.dataset.painted && status?.dataset.busy === 'false'
                && !badges.some(b => b.offsetParent && /draft|step|waiting/.test(b.textContent));
            }""",
            timeout=seconds * 1000,
        )

    def wait_for_rest(self) -> None:
        """Until the picture is there and the model stays idle: a take may want its thumbnail."""
        self.wait_for_picture()
        self.page.evaluate("window.idleSince = performance.now()")
        self.page.wait_for_function(
            """() => {
              if (document.querySelector('.ldv-status').dataset.busy !== 'false')
                window.idleSince = performance.now();
              return performance.now() - window.idleSince > 2000;
            }""",
            timeout=240_000,
        )

    def watch_stages(self) -> None:
        """From now on remember every stage that the picture shows, however briefly."""
        self.page.evaluate(_WATCH)

    def stages(self) -> list[str]:
        """The stages that were shown since `watch_stages`."""
        return [str(stage) for stage in self.page.evaluate("[...window.stagesShown]")]

    def go_to(self, frame: int) -> None:
        field = self.page.get_by_role("spinbutton", name="Frame", exact=True)
        field.fill(str(frame))
        field.press("Enter")
        eventually(lambda: self.state().frame == frame)

    def select(self, layer: str) -> None:
        """Select a layer, and wait until the panel shows it."""
        button = self.page.get_by_title(f"Work on {layer}", exact=True)
        button.click()
        expect(button).to_have_class(re.compile("ld-selected"))
        self.page.wait_for_timeout(400)  # the panel's values follow the button's mark

    def open_tab(self, title: str) -> None:
        self.page.locator(f".ld-inspector .lm-TabBar-tab:has-text('{title}')").click()

    def control(self, label: str) -> Locator:
        """The visible control of that label."""
        return self.page.locator(f".ld-control:visible:has(.widget-label:text-is('{label}'))").first

    def text(self, label: str) -> Locator:
        return self.control(label).locator("input[type=text]").first

    def number(self, label: str) -> Locator:
        return self.control(label).locator("input[type=number]").first

    def handle(self, label: str) -> Locator:
        return self.control(label).locator(".noUi-handle")

    def type_in(self, field: Locator, text: str) -> None:
        field.fill(text)
        field.press("Enter")

    def button(self, tooltip: str) -> Locator:
        return self.page.locator(f".ld-desk button[title^='{tooltip}']:visible").first

    def refusal(self) -> Locator:
        return self.page.locator(".ld-refusal:visible").first

    def focus_picture(self) -> None:
        self.page.locator(".ldv-viewport").first.focus()

    def code_at(self, x: float, y: float) -> tuple[int, ...]:
        """The displayed 8-bit code values of a point of the plate, with the whole frame shown."""
        self.page.wait_for_timeout(100)
        return tuple(self.page.evaluate(_CODE, [x, y]))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the plate is on the page, with the whole frame shown."""
        box = self.page.locator(".ldv-viewport").first.bounding_box()
        width, height = self.page.evaluate(
            "() => { const s = document.querySelector('.ldv').viewer.shot; return [s.width, s.height]; }"
        )
        assert box is not None
        return box["x"] + x / width * box["width"], box["y"] + y / height * box["height"]

    # --- what is measured, in milliseconds

    def edit(self, label: str, key: str) -> float:
        """Press a key on a slider; until the next picture is painted."""
        handle = self.handle(label)
        handle.evaluate(
            "h => { document.querySelector('[data-edited]')?.removeAttribute('data-edited'); h.dataset.edited = ''; }"
        )
        taken = self.page.evaluate(_EDIT, {"selector": "[data-edited]", "key": key})
        assert taken is not None, "no picture came"
        return float(taken)

    def click_to_picture(self, button: Locator) -> float:
        button.evaluate(
            "b => { document.querySelector('[data-measured]')?.removeAttribute('data-measured'); b.dataset.measured = ''; }"
        )
        taken = self.page.evaluate(_PICTURE)
        assert taken is not None, "no picture came"
        return float(taken)

    def cancel(self, text: str = "") -> tuple[float, float]:
        """Cancel once the status holds a text; until that is shown, and the worker is free."""
        found = self.page.evaluate(_CANCEL, text)
        assert found is not None, f"the status never said {text!r}"
        return found["shown"], found["free"]
