"""The two servers: JupyterLab on a show's notebooks, and Voila, which shows them without code.

Both listen on this machine alone unless told otherwise, demand a random token, run this very
Python, and fetch nothing from anywhere.
"""

import logging
import secrets
import shlex
import socket
import sys
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lookdev.errors import LookdevError, SpecError
from lookdev.spec.folder import ShowFolder
from lookdev.spec.template import template_folder

LOOPBACK = "127.0.0.1"
NOTEBOOKS = ("explore", "wedge", "review")
"""What a supervisor opens; the other notebooks of a show are headless."""

Say = Callable[[str], None]

_OWN_FILES = Path(__file__).parent / "serving"
_KERNELS = "lookdev.desk.serving.kernels.ThisPython"
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: ws: wss:; frame-ancestors 'self'"
)
"""The browser itself refuses whatever a page would fetch from elsewhere."""
_HEADERS = f"{{'headers': {{'Content-Security-Policy': {POLICY!r}}}}}"
_UNLIMITED = "--ZMQChannelsWebsocketConnection.limit_rate=False"
"""Pictures are more bytes a second than printing cells are allowed."""
_CULLED = (
    "--MappingKernelManager.cull_idle_timeout=60",
    "--MappingKernelManager.cull_interval=10",
    "--MappingKernelManager.cull_connected=False",
)
"""A kernel whose page is gone without a word (a crash, a lost network) ends a minute later."""


@dataclass(frozen=True)
class Address:
    """Where a server is, and what it asks for."""

    host: str
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def url(self, page: str) -> str:
        """A page's full address, token included: whoever has it may run code as this person."""
        host = socket.gethostname() if self.host in ("", "0.0.0.0", "::") else self.host  # noqa: S104 it is compared
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/{page}?token={self.token}"


def lab(
    start: Path, *, say: Say, host: str = LOOPBACK, port: int | None = None, browser: bool = True
) -> None:
    """Serve the show around `start` in JupyterLab, until it is stopped.

    Args:
        start: A folder in the show.
        say: Called with each address.
        host: Where to listen.
        port: A free one if None.
        browser: Whether to open the person's browser.

    Raises:
        LookdevError: No show, no notebooks, or a port that is taken.
    """
    folder = _served(start)
    address = _address(host, port)
    page = "lab/tree/notebooks/{}.ipynb"
    _announce(address, page, say=say, browser=browser)
    _keep_out_of_logs(address.token)
    from jupyterlab.labapp import LabApp

    warnings.simplefilter("ignore", DeprecationWarning)  # between Jupyter's own packages
    LabApp.launch_instance(
        argv=[
            f"--ServerApp.ip={host}",
            f"--ServerApp.port={address.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={folder.root}",
            "--ServerApp.open_browser=False",
            "--ServerApp.allow_root=True",
            "--ServerApp.answer_yes=True",
            "--ServerApp.log_level=ERROR",
            "--LabApp.log_level=ERROR",
            f"--ServerApp.kernel_spec_manager_class={_KERNELS}",
            f"--ServerApp.tornado_settings={_HEADERS}",
            f"--ServerApp.cookie_secret={secrets.token_hex(32)}",  # no login outlives its token
            "--ServerApp.terminals_enabled=False",
            f"--IdentityProvider.token={address.token}",
            f"--ServerApp.token={address.token}",  # the same: Jupyter warns if it looks it up
            f"--LabApp.default_url=/{page.format(NOTEBOOKS[0])}",
            f"--LabApp.app_settings_dir={_OWN_FILES / 'lab'}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            _UNLIMITED,
        ]
    )


def desk(
    start: Path, *, say: Say, host: str = LOOPBACK, port: int | None = None, browser: bool = True
) -> None:
    """Serve the show's notebooks without code through Voila, until it is stopped.

    Only `NOTEBOOKS` are served, and no file of the show. Takes and raises what `lab` does.
    """
    folder = _served(start)
    address = _address(host, port)
    _announce(address, "voila/render/{}.ipynb", say=say, browser=browser)
    _keep_out_of_logs(address.token)
    from lookdev.desk.serving.voila import DeskServer

    DeskServer.launch_instance(
        argv=[
            f"--Voila.ip={host}",
            f"--Voila.port={address.port}",
            "--Voila.port_retries=0",
            f"--Voila.root_dir={folder.root / 'notebooks'}",
            f"--Voila.token={address.token}",
            "--Voila.open_browser=False",
            *("--Voila.config_file_paths", str(_OWN_FILES)),  # nobody's own settings
            "--Voila.log_level=ERROR",
            "--VoilaConfiguration.theme=dark",
            "--VoilaConfiguration.strip_sources=True",
            "--VoilaConfiguration.allow_template_override=NO",
            "--VoilaConfiguration.allow_theme_override=NO",
            f"--VoilaConfiguration.kernel_spec_manager_class={_KERNELS}",
            "--VoilaExecutor.cell_error_instruction=`lookdev lab` shows what it says.",
            *_CULLED,
            _UNLIMITED,
        ]
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at `host`; an empty one is everywhere."""
    found = socket.getaddrinfo(host or "0.0.0.0", None, type=socket.SOCK_STREAM)  # noqa: S104 it is asked about
    return all(ip_address(str(place[0]).split("%")[0]).is_loopback for *_, place in found)


def _served(start: Path) -> ShowFolder:
    """The show around `start`, whose notebooks are all there."""
    folder = ShowFolder.find(start)
    notebooks = folder.root / "notebooks"
    missing = [f"{n}.ipynb" for n in NOTEBOOKS if not (notebooks / f"{n}.ipynb").is_file()]
    if missing:
        copies = " ".join(shlex.quote(str(template_folder() / "notebooks" / n)) for n in missing)
        raise SpecError(
            f"{notebooks}: lacks {', '.join(missing)} (the show is older than they are); "
            f"copy them: mkdir -p {shlex.quote(str(notebooks))} && "
            f"cp {copies} {shlex.quote(str(notebooks))}"
        )
    return folder


def _address(host: str, port: int | None) -> Address:
    """An address that nobody listens at."""
    try:
        family, kind, *_, place = socket.getaddrinfo(host, port or 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            return Address(host, probe.getsockname()[1])
    except OSError as error:
        what = host if port is None else f"{host}, port {port}"
        reason = error.strerror or error
        raise LookdevError(
            f"{what}: cannot be listened at ({reason}); choose another --host or --port"
        ) from error


def _keep_out_of_logs(secret: str) -> None:
    """Have every record that this process logs from now on say `[token]` instead of the token.

    Requests are logged at several places, by Tornado and by Jupyter, some with the whole address.
    """
    made = logging.getLogRecordFactory()

    def scrubbed(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        text = record.getMessage()
        if secret in text:
            record.msg, record.args = text.replace(secret, "[token]"), None
        return record

    logging.setLogRecordFactory(scrubbed)


def _announce(address: Address, page: str, *, say: Say, browser: bool) -> None:
    for name in NOTEBOOKS:
        say(f"{name:8} {address.url(page.format(name))}")
    if not is_loopback(address.host):
        say("whoever reaches these addresses can run code as you: pass them on with care")
    if browser:
        first = address.url(page.format(NOTEBOOKS[0]))
        threading.Thread(target=_open_once_up, args=(address, first), daemon=True).start()


def _open_once_up(address: Address, url: str) -> None:
    """Open the browser as soon as the server listens.

    It is handed a private file that leads there: a browser's command line is for all to read.
    """
    for _ in range(600):
        try:
            with socket.create_connection((address.host, address.port), timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    with TemporaryDirectory(prefix="lookdev-") as folder:
        page = Path(folder) / "open.html"
        page.write_text(f'<meta http-equiv="refresh" content="0; url={url}">', encoding="utf-8")
        webbrowser.open(page.as_uri())
        time.sleep(60)  # a browser that has yet to start reads it late
