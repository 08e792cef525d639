"""A wedge that runs by itself: a process that outlives the kernel that started it.

All that is known of it lies in files in the wedge's folder, so whoever comes later (another kernel,
another person) sees it, and can stop it.
"""

import platform
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil
from filelock import FileLock

from lookdev.errors import SpecError
from lookdev.explore.wedge import PROGRESS
from lookdev.explore.wedge_cells import read_record
from lookdev.spec.draft import utc_now
from lookdev.spec.files import check_writable, write_json

RUN, LOG = "run.json", "run.log"

_LOW = 10
"""Niceness: whoever works at the desk comes first."""

Status = Literal["none", "running", "stopping", "finished", "stopped", "failed"]


@dataclass(frozen=True)
class Run:
    """What became of a wedge's last background run."""

    status: Status
    done: int = 0
    total: int = 0
    label: str = ""
    seconds: float = 0.0
    error: str = ""
    """Why it failed, in one sentence."""

    @property
    def is_alive(self) -> bool:
        """Whether its process still works."""
        return self.status in ("running", "stopping")


def start(look: Path, axes: Sequence[str], *, frame: int, out: Path) -> Run:
    """Start `lookdev wedge` as a process of its own, at low priority.

    Args:
        look: The look's file.
        axes: As `parse_axis` takes them.
        frame: Absolute frame number.
        out: The wedge's folder.

    Raises:
        SpecError: A run of this wedge is still at work.
        DeliveryError: The folder cannot be written.
    """
    check_writable(out)
    with FileLock(out / ".run.lock"):
        now = state(out)
        if now.is_alive:
            raise SpecError(
                f"{out}: this wedge is running already ({now.done} of {now.total} cells); "
                "wait for it, or stop it first"
            )
        (out / PROGRESS).unlink(missing_ok=True)
        write_json(out / RUN, _launched(_command(look, axes, frame, out), out))
    return state(out)


def state(out: Path) -> Run:
    """How the last background run of a wedge stands."""
    run = read_record(out / RUN)
    if run is None:
        return Run("none")
    progress = read_record(out / PROGRESS) or {}
    known: dict[str, Any] = {
        name: progress[name] for name in ("done", "total", "label", "seconds") if name in progress
    }
    if progress.get("finished"):
        return Run("finished", **known)
    if _lives(run):
        return Run("stopping" if "stopped" in run else "running", **known)
    if "stopped" in run:
        return Run("stopped", **known)
    return Run("failed", **known, error=_last_words(out / LOG))


def stop(out: Path) -> Run:
    """Ask a run to stop; the cells that are finished stay. Nothing happens where none runs.

    Raises:
        SpecError: It runs on another machine.
    """
    run = read_record(out / RUN)
    if run is None or not _lives(run):
        return state(out)
    if run["host"] != platform.node():
        raise SpecError(f"{out}: this wedge runs on {run['host']}; stop it there")
    write_json(out / RUN, {**run, "stopped": utc_now()})
    psutil.Process(run["pid"]).terminate()
    return state(out)


def _command(look: Path, axes: Sequence[str], frame: int, out: Path) -> list[str]:
    flags = [part for axis in axes for part in ("--axis", axis)]
    wedge = [sys.executable, "-m", "lookdev", "wedge", str(look)]
    return [*wedge, *flags, "--frame", str(frame), "--out", str(out)]


def _launched(command: list[str], out: Path) -> dict[str, Any]:
    """The process in a session of its own: a kernel that ends takes only its own group along."""
    with (out / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays as a zombie
    known = psutil.Process(process.pid)
    known.nice(_LOW)
    return {
        "pid": process.pid,
        "process_started": known.create_time(),
        "started": utc_now(),
        "argv": command,
        "host": platform.node(),
    }


def _lives(run: dict[str, Any]) -> bool:
    """Whether that very process is at work: a later one may have got its number.

    Of another machine's process nothing can be seen; it counts as alive until its progress says
    that it is finished, or somebody removes `run.json`.
    """
    if run["host"] != platform.node():
        return True
    try:
        process = psutil.Process(run["pid"])
        same = abs(process.create_time() - run["process_started"]) < 1
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").split("\n") if line]
    if not lines:
        return "the run ended without a word (was it killed?); run it again: finished cells stay"
    return lines[-1].removeprefix("lookdev: ")
