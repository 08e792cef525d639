"""`lookdev lab` and `lookdev desk` as processes of their own, with a private home."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS = 60
RUNNING: list["Server"] = []
Start = Callable[..., "Server"]
"""Of a show's folder, and of another `python` than this one where it is given."""


@dataclass
class Server:
    """A running server; `url` gives a page's full address."""

    process: subprocess.Popen[bytes]
    log: Path
    base: str
    token: str

    def url(self, page: str, **query: str) -> str:
        words = [f"{name}={value}" for name, value in query.items()]
        return f"{self.base}/{page}?{'&'.join([*words, f'token={self.token}'])}"

    def kernels(self) -> list[psutil.Process]:
        below = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in below if any("ipykernel_launcher" in w for w in one.cmdline())]

    def said(self, *, characters: int = 6000) -> str:
        return self.log.read_text(errors="replace")[-characters:]

    def stop(self) -> None:
        """As a person does (SIGTERM); whatever is left after ten seconds is killed, and told."""
        if self in RUNNING:
            RUNNING.remove(self)
        family = [psutil.Process(self.process.pid)] if self.process.poll() is None else []
        family += [child for one in family for child in one.children(recursive=True)]
        self.process.terminate()
        _, left = psutil.wait_procs(family, timeout=20)
        for one in left:
            one.kill()
        self.process.wait(10)
        assert not left, f"left behind after SIGTERM: {[one.cmdline() for one in left]}"

    def kill(self) -> None:
        """As a power cut does: the server and its kernels at once."""
        RUNNING.remove(self)
        family = psutil.Process(self.process.pid).children(recursive=True)
        for one in [psutil.Process(self.process.pid), *family]:
            one.kill()
        self.process.wait(10)


def start(command: str, show: Path, home: Path, *, python: str = sys.executable) -> Server:
    """Start `lookdev COMMAND` in a show and wait until it answers."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / f"{command}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", "lookdev", command, "--no-browser"],
            cwd=show,
            env=_environment(home),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = re.compile(r"explore +(http://[^/]+)/\S+\?token=(\S+)")
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        found = address.search(log.read_text())
        if found and _answers(found[1]):
            server = Server(process, log, found[1], found[2])
            RUNNING.append(server)
            return server
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise AssertionError(f"`lookdev {command}` did not start:\n{log.read_text()}")


def _environment(home: Path) -> dict[str, str]:
    """Of a person who has no settings yet; matplotlib's list of fonts is taken along."""
    config = home / "config"
    config.mkdir(exist_ok=True)
    # JupyterLab's own object, through which the driver speaks to it
    exposed = {"LabApp": {"expose_app_in_browser": True}}
    (config / "jupyter_lab_config.json").write_text(json.dumps(exposed))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    fonts = os.environ.get("MPLCONFIGDIR", str(Path.home() / ".config" / "matplotlib"))
    return kept | {
        "HOME": str(home),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter"),  # the widgets' scripts
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": fonts,
        "PYTHONUNBUFFERED": "1",
    }


def _answers(base: str) -> bool:
    try:
        urllib.request.urlopen(f"{base}/login", timeout=2).close()  # noqa: S310 our own server
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
