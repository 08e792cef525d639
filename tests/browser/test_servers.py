"""Both servers, with a notebook of one slider: who gets in, and whether widgets answer."""

import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from browser.driver import DeskTab, LabTab, Tab
from browser.server import Server, Start, start
from playwright.sync_api import Browser

from lookdev.spec.template import init

ECHO = """\
import threading, time
import ipykernel
import ipywidgets as widgets
slider = widgets.IntSlider(value=1, min=0, max=50)
label = widgets.Label("v=1")
work = widgets.Button(description="work")
done = threading.Event()
def busy():
    while not done.is_set():
        sum(i * i for i in range(20_000))
        time.sleep(0.001)
slider.observe(lambda change: setattr(label, "value", f"v={change['new']}"), "value")
work.on_click(lambda _: threading.Thread(target=busy, daemon=True).start())
widgets.VBox([slider, label, work, widgets.Label(f"ipykernel {ipykernel.__version__}")])
"""
HANDLE, LABEL = ".noUi-handle", ".widget-label:text-is('v={}')"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = init(tmp_path_factory.mktemp("servers") / "show").root
    (root / "plates").mkdir()
    (root / "notebooks" / "plate.png").write_bytes(b"not for everyone")
    (root / "plates" / "plate.0001.exr").write_bytes(b"not for everyone")
    for name in ("explore", "wedge", "review"):
        cells = [nbformat.v4.new_code_cell(ECHO, id="echo")]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        nbformat.write(notebook, root / "notebooks" / f"{name}.ipynb")
    return root


@pytest.fixture(scope="module")
def lab(lab_server: Start, show: Path) -> Server:
    return lab_server(show)


@pytest.fixture(scope="module")
def desk(desk_server: Start, show: Path) -> Server:
    return desk_server(show)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def status(url: str, **headers: str) -> tuple[int, str]:
    """Status and where it leads, without following."""
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 our own server
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as reply:
            return reply.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")


def refused(url: str) -> bool:
    code, leads_to = status(url)
    return code == 403 or (code == 302 and urlsplit(leads_to).path == "/login")


def websocket(url: str) -> int:
    asks = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "bm90IGZvciBldmVyeW9uZQ=="}  # fmt: skip
    return status(url, **asks)[0]


def echo_seconds(tab: Tab, value: int) -> float:
    started = time.perf_counter()
    tab.find(HANDLE).first.press("ArrowRight")
    tab.wait(LABEL.format(value), seconds=15)
    return time.perf_counter() - started


def test_lab_refuses_whoever_has_no_token(lab: Server) -> None:
    for path in ("lab", "lab/tree/notebooks/explore.ipynb", "files/params/show.yaml", "api/kernels", "api/contents"):  # fmt: skip
        assert refused(f"{lab.base}/{path}"), path
        assert refused(f"{lab.base}/{path}?token=wrong"), path
    assert status(lab.url("api/contents"))[0] == 200


def test_both_listen_on_this_machine_alone(lab: Server, desk: Server) -> None:
    for one in (lab, desk):
        assert urlsplit(one.base).hostname == "127.0.0.1"
        assert len(one.token) >= 32


def test_lab_echoes_a_slider_while_a_thread_works(chromium: Browser, lab: Server) -> None:
    tab = LabTab(chromium, lab).open("explore")
    tab.run_all()
    tab.wait(LABEL.format(1))
    idle = [echo_seconds(tab, value) for value in range(2, 7)]
    tab.find("button:text-is('work')").click()
    busy = [echo_seconds(tab, value) for value in range(7, 12)]
    print(f"echo: idle {sorted(idle)[2] * 1000:.0f} ms, busy {sorted(busy)[2] * 1000:.0f} ms")
    print(tab.find(".widget-label:has-text('ipykernel')").inner_text())
    tab.screenshot("servers-lab")
    tab.save()
    tab.reload()
    tab.wait(LABEL.format(11))
    tab.restart()
    tab.run_all()
    tab.wait(LABEL.format(1))
    tab.close()


def test_lab_runs_the_python_that_serves(lab: Server) -> None:
    kernels = lab.kernels()
    assert kernels, "the notebook of the test before has one"
    for kernel in kernels:
        assert kernel.cmdline()[0] == lab.process.args[0]


def test_desk_refuses_whoever_has_no_token(desk: Server) -> None:
    kernel = "api/kernels/00000000-0000-0000-0000-000000000000"
    for path in ("voila/render/explore.ipynb", "voila/render/wedge.ipynb", kernel):
        assert refused(f"{desk.base}/{path}"), path
        assert refused(f"{desk.base}/{path}?token=wrong"), path
    assert websocket(f"{desk.base}/{kernel}/channels") == 403
    assert desk.kernels() == [], "a refused page starts nothing"


def test_desk_serves_three_notebooks_and_no_file(desk: Server) -> None:
    for path in ("voila/render/final.ipynb", "voila/render/../params/show.yaml", "voila/render/..%2fparams%2fshow.yaml", "voila/tree", "voila/tree/notebooks", "voila/api/contents", "voila/files/plate.png", "voila/files/explore.ipynb", "voila/files/..%2fplates%2fplate.0001.exr", "voila/static/../../plates/plate.0001.exr", "files/plate.png", "notebooks/explore.ipynb", "api/contents", "api/kernels"):  # fmt: skip
        assert status(desk.url(path))[0] in (403, 404), path
    assert desk.kernels() == []


def test_desk_shows_widgets_and_no_code(chromium: Browser, desk: Server) -> None:
    tab = DeskTab(chromium, desk).open("review", sequence="street")
    tab.wait(LABEL.format(1), seconds=60)
    print(f"echo: {echo_seconds(tab, 2) * 1000:.0f} ms")
    assert "ipywidgets" not in tab.page.inner_text("body")
    assert tab.find(".jp-InputArea-editor").count() == 0
    (kernel,) = desk.kernels()
    assert "sequence=street" in kernel.environ()["QUERY_STRING"]
    assert websocket(f"{desk.base}/api/kernels/{kernel_id(tab)}/channels") == 403
    assert refused(f"{desk.base}/api/kernels/{kernel_id(tab)}")
    assert status(desk.url(f"api/kernels/{kernel_id(tab)}"))[0] == 200
    tab.screenshot("servers-desk")
    tab.close()


def test_a_page_that_is_left_or_reloaded_ends_its_kernel(chromium: Browser, desk: Server) -> None:
    others = {kernel.pid for kernel in desk.kernels()}
    tab = DeskTab(chromium, desk).open("wedge")
    tab.wait(LABEL.format(1), seconds=60)
    (left,) = (kernel for kernel in desk.kernels() if kernel.pid not in others)
    tab.page.reload()
    tab.wait(LABEL.format(1), seconds=60)
    left.wait(10)
    (kernel,) = (kernel for kernel in desk.kernels() if kernel.pid not in others)
    assert kernel.pid != left.pid
    tab.page.goto("about:blank")
    kernel.wait(10)
    assert "_xsrf" not in desk.said()
    tab.close()


def test_a_kernel_that_no_page_ever_reached_is_ended(desk: Server) -> None:
    urllib.request.urlopen(desk.url("voila/render/wedge.ipynb"), timeout=60).close()  # noqa: S310 our own server
    kernels = desk.kernels()
    assert kernels
    for kernel in kernels:
        kernel.wait(90)


def kernel_id(tab: Tab) -> str:
    return tab.page.evaluate(
        "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    )


def test_both_refuse_a_page_that_was_led_here_under_another_name(lab: Server, desk: Server) -> None:
    kernel = "api/kernels/00000000-0000-0000-0000-000000000000"
    for one, path in ((lab, "lab"), (desk, "voila/render/explore.ipynb"), (desk, kernel)):
        assert status(one.url(path), Host="elsewhere.example")[0] == 403, path
    for one, here in ((lab, "localhost"), (desk, "localhost"), (desk, "[::1]:80")):
        assert status(one.url(kernel), Host=here)[0] == 404, here


def test_lab_offers_no_terminal(lab: Server) -> None:
    assert status(lab.url("api/terminals"))[0] == 404


def test_a_login_does_not_outlive_its_server(lab_server: Start, show: Path) -> None:
    first = lab_server(show)
    with urllib.request.urlopen(first.url("api/contents"), timeout=20) as reply:  # noqa: S310 our own server
        cookies = [cookie.split(";")[0] for cookie in reply.headers.get_all("Set-Cookie")]
    held = {"Cookie": "; ".join(cookies), "Host": urlsplit(first.base).netloc}
    assert status(f"{first.base}/api/contents", **held)[0] == 200
    first.stop()
    later = start("lab", show, first.log.parent)
    code, _ = status(f"{later.base}/api/contents", **held)
    later.stop()
    assert code == 403


def test_a_server_that_is_stopped_leaves_no_kernel(chromium: Browser, lab: Server) -> None:
    tab = LabTab(chromium, lab).open("wedge")
    kernels = lab.kernels()
    assert kernels
    tab.close()
    lab.stop()
    assert not any(kernel.is_running() for kernel in kernels)


def test_another_ipykernel_echoes_too(chromium: Browser, lab_server: Start, show: Path) -> None:
    python = os.environ.get("LOOKDEV_KERNEL_PYTHON")
    if not python:
        pytest.skip("LOOKDEV_KERNEL_PYTHON names no second Python (with ipykernel 7.3)")
    test_lab_echoes_a_slider_while_a_thread_works(chromium, lab_server(show, python))


def test_nothing_that_was_logged_holds_a_token(lab: Server, desk: Server) -> None:
    """The last of the module: whatever the tests before asked for is in the logs."""
    for one in (lab, desk):
        lines = one.said(characters=10**9).splitlines()
        assert [line for line in lines[3:] if one.token in line] == []
        assert sum(one.token in line for line in lines) == 3
    assert "[secret]" in desk.said()
