"""Real servers and a real browser; skipped, visibly, where there is no Chromium."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import driver, report, server
from browser.server import Server, Start
from playwright.sync_api import Browser, Error, sync_playwright

ARGUMENTS = [
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Beside a failure: what the servers said, and what the tabs show."""
    report = yield
    if report.failed and Path(__file__).parent in item.path.parents:
        for one in server.RUNNING:
            report.sections.append((f"{one.log.name}", one.said()))
        for number, tab in enumerate(driver.PAGES):
            shown = _shown(tab, f"failed-{item.name}-{number}")
            report.sections.append((f"tab {number}", "\n".join([shown, *tab.errors])))
    return report


def _shown(tab: driver.Tab, name: str) -> str:
    try:
        return str(tab.screenshot(name))
    except Error as error:  # a tab that is gone shows nothing; the test's own failure is told
        return f"no screenshot: {error}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, one a module: Playwright's loop must not run in other tests."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "there is no Chromium: apt-get install chromium, or set CHROMIUM to its path"
        if os.environ.get("LOOKDEV_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts `lookdev lab` in a show; it is stopped after the module, its kernels too."""
    yield from _servers("lab", tmp_path_factory)


@pytest.fixture(scope="module")
def desk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts `lookdev desk`, as `lab_server` does."""
    yield from _servers("desk", tmp_path_factory)


def _servers(command: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    started: list[Server] = []

    def start(show: Path, python: str = sys.executable) -> Server:
        home = tmp_path_factory.mktemp(f"{command}-home")
        started.append(server.start(command, show, home, python=python))
        return started[-1]

    yield start
    for one in started:
        if one in server.RUNNING:
            one.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was measured against the bars; times gate nothing."""
    if not report.ROWS:
        return
    terminalreporter.section("measured in the browser (software rendering where there is no GPU)")
    for what, value, bar in report.ROWS:
        terminalreporter.write_line(f"{what}: {value}; bar {bar}")
