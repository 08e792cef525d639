"""A hub on this machine: what huggingface_hub asks for, and a record of what was asked."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = "some-owner/tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
GATED = "some-owner/gated"


@dataclass
class Hub:
    """Serves the files of one repository at one commit."""

    home: Path
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""
    headers: list[dict[str, str]] = field(default_factory=list)
    endpoint: str = ""
    served: dict[str, bytes] = field(default_factory=dict)
    """Other bytes than the listing says, by name."""

    def tree(self) -> list[dict[str, Any]]:
        return [self._entry(name, data) for name, data in self.files.items()]

    def _entry(self, name: str, data: bytes) -> dict[str, Any]:
        entry = {"type": "file", "path": name, "size": len(data), "oid": self.oid(data)}
        if name.endswith(".safetensors"):
            entry["lfs"] = {
                "oid": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "pointerSize": 134,
            }
        return entry

    @staticmethod
    def oid(data: bytes) -> str:
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 it is git's

    def got(self) -> list[str]:
        """The names of the files that were fetched."""
        begin = f"GET /{REPOSITORY}/resolve/{COMMIT}/"
        return sorted({one.removeprefix(begin) for one in self.asked if one.startswith(begin)})

    def run(self, *words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command with this hub as the only one, and a cache of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING"))}
        return subprocess.run(
            [sys.executable, "-m", "lookdev", *words],
            cwd=cwd,
            env={**kept, "HF_ENDPOINT": self.endpoint, "HF_HOME": str(self.home), **environment},
            capture_output=True,
            text=True,
            check=False,
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        path = unquote(urlsplit(self.path).path)
        hub.asked.append(f"{self.command} {path}")
        hub.headers.append(dict(self.headers))
        status, body, more = self._found(hub, path)
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _found(self, hub: Hub, path: str) -> tuple[int, bytes, dict[str, str]]:
        if path == f"/api/models/{REPOSITORY}/tree/{COMMIT}":
            return 200, json.dumps(hub.tree()).encode(), {"Content-Type": "application/json"}
        if path.startswith(f"/api/models/{REPOSITORY}/"):
            return 404, b"{}", {"X-Error-Code": "RevisionNotFound"}
        if GATED in path:
            return 403, b"{}", {"X-Error-Code": "GatedRepo"}
        name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
        if name not in hub.files:
            return 404, b"{}", {"X-Error-Code": "RepoNotFound"}
        data = hub.served.get(name, hub.files[name])
        etag = hashlib.sha256(hub.files[name]).hexdigest()
        return 200, data, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serves it on the loopback for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.hub = hub  # type: ignore[attr-defined]
    hub.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
