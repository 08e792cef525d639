"""A person at a browser: opens a notebook in JupyterLab or through Voila, and uses it."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from browser.server import Server
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

LONG = 60_000
"""Milliseconds that a busy machine may take to open a page."""
PAGES: list["Tab"] = []

NOISE = re.compile(
    r"Could not restore the debugger state: Canceled future"  # JupyterLab, of a restarted kernel
    r"|Canceled future for create_subshell_request"  # the same, of ipykernel 7.3
    r"|404 .*/lsp/status"  # JupyterLab asks for language servers wherever there are none
    r"|^Comm not found for comm id"  # a restarted kernel's last words, on what the page has dropped
    r"|^uncaught: Cannot send$"  # of a widget that is still shown, but whose kernel was restarted
)

_READY = """async (patience) => {
  const ready = async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    return true;
  };
  return Promise.race([ready(), new Promise((done) => setTimeout(() => done(false), patience))]);
}"""
_RUN_ALL = """async ([patience, idle]) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  let ended = false, still = 0;
  window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { ended = true; });
  for (let at = 0; at < patience; at += 500) {
    await new Promise((done) => setTimeout(done, 500));
    if (ended) return 'ended';
    still = kernel.status === 'idle' ? still + 500 : 0;
    if (still >= idle) return 'lost';
  }
  return 'late';
}"""
_RESTART = """async () => {
  const session = window.jupyterapp.shell.currentWidget.sessionContext.session;
  await session.kernel.restart();
  await session.kernel.info;
}"""
_SAVE = "() => window.jupyterapp.shell.currentWidget.context.save()"


class Tab:
    """A browser's tab: its page, the errors on its console, and what it fetched from elsewhere."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.server = server
        self.context = browser.new_context(viewport={"width": 1366, "height": 768})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._failed(f"uncaught: {error}"))
        self.page.on("request", self._asked)
        PAGES.append(self)

    def close(self) -> None:
        """Close the tab; nothing may have been said on its console, nor fetched from elsewhere."""
        PAGES.remove(self)
        self.context.close()
        self.require_quiet()

    def require_quiet(self) -> None:
        assert self.errors == [], "\n".join(self.errors)
        assert self.outside == [], "\n".join(self.outside)

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def wait(self, selector: str, *, seconds: float = 30) -> Locator:
        found = self.page.locator(selector).first
        found.wait_for(timeout=seconds * 1000)
        return found

    def screenshot(self, name: str) -> Path:
        """Into $LOOKDEV_SCREENSHOTS, else beside the server's log."""
        folder = Path(os.environ.get("LOOKDEV_SCREENSHOTS", self.server.log.parent / "screenshots"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self._failed(f"{said.text} ({said.location})")

    def _failed(self, line: str) -> None:
        if not NOISE.search(line):
            self.errors.append(line)

    def _asked(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:", "ws:", "wss:")):
            here = urlsplit(self.server.base).netloc
            if urlsplit(request.url).netloc != here:
                self.outside.append(f"fetched from elsewhere: {request.url}")


class LabTab(Tab):
    """A notebook in JupyterLab."""

    def open(self, notebook: str) -> "LabTab":
        self.page.goto(self.server.url(f"lab/tree/notebooks/{notebook}.ipynb", reset="1"))
        self.ready()
        return self

    def ready(self) -> None:
        """Wait for the notebook and its kernel.

        JupyterLab now and then misses the first answer of a kernel that is just starting, and waits
        for it for ever; a person loads the page anew.
        """
        for _ in range(3):
            self.page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=LONG)
            if self.page.evaluate(_READY, LONG):
                return
            self.page.reload()
        raise AssertionError("the notebook's kernel never answered, on three pages")

    def run_all(self) -> None:
        """Run all cells, to the end of the last.

        JupyterLab now and then loses what it sends to a kernel that has just started: that kernel
        rests, and the cells wait for ever; a person loads the page anew and runs them again.
        """
        for _ in range(3):
            how = self.page.evaluate(_RUN_ALL, [4 * LONG, LONG // 2])
            if how == "ended":
                return
            assert how == "lost", "the cells never ended"
            self.reload()
        raise AssertionError("the cells never reached the kernel, on three pages")

    def restart(self) -> None:
        """A new kernel, in which nothing has run."""
        self.page.evaluate(_RESTART)

    def reload(self) -> None:
        """The page anew; the kernel goes on. What was shown is there again if it was saved."""
        self.page.reload()
        self.ready()

    def save(self) -> None:
        """Save the notebook's file."""
        self.page.evaluate(_SAVE)


class DeskTab(Tab):
    """A notebook through Voila; `query` is the link's (sequence, shot, look)."""

    def open(self, notebook: str, **query: str) -> "DeskTab":
        self.page.goto(self.server.url(f"voila/render/{notebook}.ipynb", **query), timeout=LONG)
        self.page.locator("#rendered_cells").wait_for(timeout=LONG)
        return self
