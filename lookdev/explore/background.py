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
from typing import Annotated, Literal, TypeVar

import psutil
from filelock import FileLock
from pydantic import Field

from lookdev.errors import SpecError
from lookdev.explore.wedge import PROGRESS, Progress, require_free
from lookdev.spec.base import Spec
from lookdev.spec.draft import utc_now
from lookdev.spec.files import check_writable, write_json

RUN, LOG = "run.json", "run.log"

_SENTENCE = "lookdev: "
"""What the command line says why it ends begins so."""

_LOW = 10
"""Niceness: whoever works at the desk comes first."""

S = TypeVar("S", bound=Spec)

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


class _Launched(Spec):
    """What `run.json` says of the process."""

    pid: Annotated[int, Field(ge=1, lt=2**31)]
    process_started: float
    """As the system has it: seconds since 1970."""
    host: str
    started: str = ""
    argv: tuple[str, ...] = ()
    stopped: str | None = None
    """When somebody asked it to stop."""


def start(look: Path, axes: Sequence[str], *, frame: int, out: Path) -> Run:
    """Start `lookdev wedge` as a process of its own, at low priority.

    Args:
        look: The look's file.
        axes: As `parse_axis` takes them.
        frame: Absolute frame number.
        out: The wedge's folder.

    Raises:
        SpecError: A run of this wedge, or `lookdev wedge` in its folder, is still at work.
        DeliveryError: The folder cannot be written.
    """
    check_writable(out)
    with FileLock(out / ".start.lock"):
        now = state(out)
        if now.is_alive:
            raise SpecError(
                f"{out}: this wedge is running already ({now.done} of {now.total} cells); "
                "wait for it, or stop it first"
            )
        require_free(out)
        (out / PROGRESS).unlink(missing_ok=True)
        _write(out / RUN, _launched(_command(look, axes, frame, out), out))
    return state(out)


def state(out: Path) -> Run:
    """How the last background run of a wedge stands; a damaged record of one counts as none."""
    run = _read(out / RUN, _Launched)
    if run is None:
        return Run("none")
    progress = _read(out / PROGRESS, Progress) or Progress()
    known = progress.model_dump(exclude={"finished"})
    if progress.finished:
        return Run("finished", **known)
    if _lives(run):
        return Run("stopping" if run.stopped else "running", **known)
    if run.stopped:
        return Run("stopped", **known)
    return Run("failed", **known, error=_last_words(out / LOG))


def stop(out: Path) -> Run:
    """Ask a run to stop; the cells that are finished stay. Nothing happens where none runs.

    Raises:
        SpecError: It runs on another machine, or is another user's.
        DeliveryError: The folder cannot be written.
    """
    run = _read(out / RUN, _Launched)
    if run is None or not _lives(run):
        return state(out)
    if run.host != platform.node():
        raise SpecError(f"{out}: this wedge runs on {run.host}; stop it there")
    _write(out / RUN, run.model_copy(update={"stopped": utc_now()}))
    try:
        psutil.Process(run.pid).terminate()
    except psutil.NoSuchProcess:  # it has ended by itself since
        pass
    except psutil.Error as error:
        _write(out / RUN, run)
        raise SpecError(f"{out}: this wedge is run by another user; let them stop it") from error
    return state(out)


def _command(look: Path, axes: Sequence[str], frame: int, out: Path) -> list[str]:
    flags = [part for axis in axes for part in ("--axis", axis)]
    wedge = [sys.executable, "-m", "lookdev", "wedge", str(look)]
    return [*wedge, *flags, "--frame", str(frame), "--out", str(out)]


def _launched(command: list[str], out: Path) -> _Launched:
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
    return _Launched(
        pid=process.pid,
        process_started=known.create_time(),
        started=utc_now(),
        argv=tuple(command),
        host=platform.node(),
    )


def _read(path: Path, kind: type[S]) -> S | None:
    """One of our own records; None where it is missing, or is not what we write."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def _write(path: Path, record: Spec) -> None:
    write_json(path, record.model_dump(mode="json", exclude_none=True))


def _lives(run: _Launched) -> bool:
    """Whether that very process is at work: a later one may have got its number.

    Of another machine's process nothing can be seen; it counts as alive until its progress says
    that it is finished, or somebody removes `run.json`.
    """
    if run.host != platform.node():
        return True
    try:
        process = psutil.Process(run.pid)
        same = abs(process.create_time() - run.process_started) < 1
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _last_words(log: Path) -> str:
    """The sentence that a run ends with where it fails; progress and warnings are none."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.is_file() else []
    last = next((line for line in reversed(lines) if line), "")
    if not last.startswith(_SENTENCE):
        return "the run ended without a word; was it killed? run it again, finished cells are kept"
    return last.removeprefix(_SENTENCE)
