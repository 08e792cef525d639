"""What the servers refuse before they start; tests/browser has them running."""

import json
import logging
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lookdev.desk import serve
from lookdev.desk.serving.kernels import ThisPython
from lookdev.errors import LookdevError, SpecError
from lookdev.spec.folder import ShowFolder
from lookdev.spec.template import init


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    folder = init(tmp_path / "a show")
    for name in serve.NOTEBOOKS:
        (folder.root / "notebooks" / f"{name}.ipynb").write_text("{}")
    return folder


def started(show: ShowFolder, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", *words, "--no-browser"],
        cwd=show.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["lab", "desk"])
def test_a_show_older_than_its_desk_is_told_what_to_copy(show: ShowFolder, command: str) -> None:
    (show.root / "notebooks" / "explore.ipynb").unlink()
    done = started(show, command)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "lacks explore.ipynb" in done.stderr
    (mend,) = re.findall(r"copy them: (.*)", done.stderr)
    assert mend.endswith(f"'{show.root}/notebooks'")


@pytest.mark.parametrize("command", ["lab", "desk"])
def test_a_port_that_is_taken_is_refused(show: ShowFolder, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = started(show, command, "--port", port)
    assert done.returncode == 2
    assert f"127.0.0.1, port {port}: cannot be listened at" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_outside_of_a_show_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="lies in no show"):
        serve.lab(tmp_path, say=print)


@pytest.mark.parametrize(("host", "port"), [("no such host.invalid", None), ("192.0.2.1", None)])
def test_an_address_of_no_use_is_refused(show: ShowFolder, host: str, port: int | None) -> None:
    with pytest.raises(LookdevError, match="choose another --host or --port"):
        serve.desk(show.root, say=print, host=host, port=port, browser=False)


def test_every_start_has_another_token_and_hides_it() -> None:
    one, two = serve.Address("127.0.0.1", 1), serve.Address("127.0.0.1", 1)
    assert one.token != two.token
    assert len(one.token) >= 40
    assert one.token not in repr(one)
    assert one.url("lab") == f"http://127.0.0.1:1/lab?token={one.token}"
    assert serve.Address("::1", 1).url("lab").startswith("http://[::1]:1/lab")


def test_only_a_loopback_address_is_this_machine_s_alone() -> None:
    assert serve.is_loopback("127.0.0.1")
    assert serve.is_loopback("localhost")
    assert serve.is_loopback("::1")
    for host in ("", "0.0.0.0", "::", "192.0.2.1"):  # noqa: S104 it is compared
        assert not serve.is_loopback(host), host


def test_the_token_is_kept_out_of_every_record(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    try:
        serve._keep_out_of_logs("s3cret")
        logging.getLogger("tornado.general").warning("%s of %s", "GET /?token=s3cret", "127.0.0.1")
        logging.getLogger("other").error("100%% of %d", 3)
    finally:
        logging.setLogRecordFactory(before)
    assert caplog.messages == ["GET /?token=[token] of 127.0.0.1", "100% of 3"]


def test_the_only_kernel_is_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/elsewhere/python"], "display_name": "other", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    specs = ThisPython().get_all_specs()
    assert list(specs) == ["python3"]
    assert specs["python3"]["spec"]["argv"][0] == sys.executable
