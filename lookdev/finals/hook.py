"""The show's own command after a delivery: a tracker's client, a copy, a message.

It gets the delivery's JSON on standard input. The delivery is finished and stays so, whatever
the command does: its failure is a sentence for a person, not an error.
"""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from lookdev.attest.keys import PASSPHRASE

_KEPT = 64 * 1024
"""Bytes of the command's last words that are kept; the rest is read and dropped."""
_LONGEST = 300
_GRACE = 2.0
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]")


def run_hook(
    command: Sequence[str], delivery_json: bytes, *, cwd: Path, timeout: float = 600
) -> str | None:
    """Run the command without a shell, the delivery's JSON on its standard input.

    Args:
        command: The program and its arguments; nothing is run where it is empty.
        delivery_json: What the command reads; it need not.
        cwd: The folder that it runs in.
        timeout: Seconds; then the command and all that it started are killed (POSIX).

    Returns:
        None where it succeeded, else a sentence: it was not found, ran too long, or how it ended
        and its last line.
    """
    if not command:
        return None
    name = command[0]
    try:
        process = subprocess.Popen(  # noqa: S603 the show names it, and no shell reads it
            list(command),
            cwd=cwd,
            env={name: value for name, value in os.environ.items() if name != PASSPHRASE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return f"{name}: cannot be started in {cwd}: {why}; the delivery is finished all the same"
    said = _talk(process, delivery_json, timeout)
    if said is None:
        return (
            f"{name}: ran longer than {timeout:g} s and was killed; "
            "the delivery is finished all the same"
        )
    return _verdict(name, process.returncode, said)


def _talk(process: "subprocess.Popen[bytes]", given: bytes, timeout: float) -> bytes | None:
    """The command's last words, once it has ended; None where it was killed for its time."""
    assert process.stdin is not None
    out, err = _Tail(process.stdout), _Tail(process.stderr)
    writer = threading.Thread(target=_feed, args=(process.stdin, given), daemon=True)
    threads = [writer, out, err]
    for thread in threads:
        thread.start()
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:  # too late, or a person's Ctrl-C
            _kill(process)
        for thread in threads:  # one that went on in the background may hold the pipes open
            thread.join(_GRACE)
    return err.last or out.last


def _verdict(name: str, code: int, said: bytes) -> str | None:
    if code == 0:
        return None
    how = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
    line = _last_line(said)
    return f"{name}: {how}{f': {line}' if line else ''}; the delivery is finished all the same"


def _last_line(said: bytes) -> str:
    lines = [_CONTROL.sub("", line).strip() for line in said.decode("utf-8", "replace").split("\n")]
    last = next((line for line in reversed(lines) if line), "")
    return last if len(last) <= _LONGEST else f"{last[:_LONGEST]}..."


def _feed(pipe: IO[bytes], given: bytes) -> None:
    """Give the command its input; one that does not read it has ended, or closed it."""
    with suppress(BrokenPipeError, ConnectionResetError, ValueError):
        try:
            pipe.write(given)
        finally:
            pipe.close()


class _Tail(threading.Thread):
    """Reads a pipe to its end and keeps the end."""

    def __init__(self, pipe: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert pipe is not None
        self._pipe = pipe
        self.last = b""

    def run(self) -> None:
        with self._pipe:
            while piece := os.read(self._pipe.fileno(), _KEPT):
                self.last = (self.last + piece)[-_KEPT:]


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the command and all that it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
