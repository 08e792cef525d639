"""Around loading and running a model: no code, no pickle, no network, no other process.

The loader asks the libraries for none of these. This is the belt: Python tells of each such act
before it is done (PEP 578), and here it is refused, whatever a library was told or has decided.

It is no sandbox for code that already runs in this process; it is what keeps a model from getting
any code to run. What the libraries read past Python (safetensors and tokenizers, both written in
Rust) is data to them.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path
from types import CodeType
from typing import Any

import torch

from lookdev.errors import ModelError
from lookdev.spec.hub import HARMLESS

_NETWORK = frozenset(
    f"socket.{name}"
    for name in (
        "bind",
        "connect",
        "getaddrinfo",
        "gethostbyaddr",
        "gethostbyname",
        "getnameinfo",
        "sendmsg",
        "sendto",
    )
) | {"urllib.Request"}
_PROCESSES = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
    }
)
_PICKLES = frozenset(
    f".{kind}"
    for kind in (
        *("bin", "ckpt", "dill", "h5", "joblib", "keras", "msgpack"),
        *("onnx", "pickle", "pkl", "pt", "pt2", "pth"),
    )
)
"""Suffixes that are opened nowhere: what lies in such a file may run when it is read."""
_FETCHED_CODE = ("diffusers_modules", "transformers_modules")
"""Folders in which the libraries keep a model's own code, wherever they are."""
_PLACED = {"exec": 0, "import": 1, "ctypes.dlopen": 0}
"""Acts that run a file, and where among their arguments it is."""
_COMPILER = tuple(
    str(Path(torch.__file__).parents[1] / part)
    for part in ("torch/_inductor", "torch/_functorch", "torch/_dynamo/pgo.py", "triton")
)
"""Torch's compiler has a cache of its own, and runs the system's compiler; no model leads it."""


@dataclass(eq=False)
class _Seal:
    """One `sealed` block, shared with the threads that are started in it."""

    folders: tuple[str, ...]
    is_on: bool = True
    refused: ModelError | None = None
    """The first refusal."""
    is_hostile: bool = False
    """Whether what was refused lies in the model itself."""


class _Here(threading.local):
    seal: _Seal | None = None


_here = _Here()


@contextmanager
def sealed(folder: Path | None = None) -> Iterator[None]:
    """Refuse code, pickles, the network and processes in this thread and those it starts.

    Args:
        folder: The model's. In it only files are opened that run nothing (`hub.HARMLESS`), and
            nothing that lies in it is imported or run.

    Raises:
        ModelError: Something was refused. Where a library hides that the model itself held it, it
            is raised at the end; a library that does without the network may go on.
    """
    _install()
    outer = _here.seal
    seal = _Seal((*(outer.folders if outer else ()), *((_real(folder),) if folder else ())))
    _here.seal = seal
    try:
        yield
    except Exception as error:
        if seal.refused is None or isinstance(error, ModelError):
            raise
        raise seal.refused from error
    finally:
        seal.is_on = False
        _here.seal = outer
    if seal.refused is not None and seal.is_hostile:
        raise seal.refused


@cache
def _install() -> None:
    """Once a process: an audit hook can never be taken off, and asks nothing outside a seal."""

    def hook(event: str, args: tuple[Any, ...], here: _Here = _here) -> None:
        seal = here.seal
        if seal is not None and seal.is_on:
            _look(seal, event, args)

    sys.addaudithook(hook)
    _hand_on()


def _look(seal: _Seal, event: str, args: tuple[Any, ...]) -> None:
    if event == "open":
        _open(seal, args[0])
    elif event in _PLACED:
        _run(seal, args[_PLACED[event]])
    elif event == "pickle.find_class":
        _refuse(seal, f"unpickles {args[0]}.{args[1]}, which may run code", hostile=True)
    elif event in _NETWORK:
        _refuse(seal, f"wants the network ({event})")
    elif event in _PROCESSES:
        _refuse(seal, f"wants to start a process ({args[0] if args else event})")
    elif event == "builtins.input":
        _refuse(seal, "asks whether code of its own may run", hostile=True)


def _open(seal: _Seal, path: object) -> None:
    if not isinstance(path, str | bytes):
        return  # a file that is open already
    name = os.fsdecode(path)
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 for every file that is opened
    if suffix in _PICKLES:
        _refuse(seal, f"opens {name}, which may run code when it is read", hostile=True)
    if _is_fetched(name) or (suffix not in HARMLESS and _is_within(seal, name)):
        _refuse(seal, f"opens {name}, which is no plain data", hostile=True)


def _run(seal: _Seal, what: object) -> None:
    """Refuse to run what lies in the model's folder, compiled long ago or not."""
    name = what.co_filename if isinstance(what, CodeType) else what
    if isinstance(name, str) and (_is_fetched(name) or _is_within(seal, name)):
        _refuse(seal, f"would run {name}", hostile=True)


def _hand_on() -> None:
    """Let threads inherit the seal they are started in: libraries load in threads of their own.

    Python tells nobody of a new thread before 3.12, and then not which; so the start is wrapped.
    """
    start = threading.Thread.start

    @wraps(start)
    def started(thread: threading.Thread) -> None:
        seal = _here.seal
        if seal is not None and seal.is_on and not _is_compiler():
            vars(thread)["run"] = partial(_run_under, seal, thread.run)
        start(thread)

    threading.Thread.start = started  # type: ignore[assignment, method-assign]


def _run_under(seal: _Seal, run: Callable[[], object]) -> None:
    _here.seal = seal
    run()


def _refuse(seal: _Seal, what: str, *, hostile: bool = False) -> None:
    if _is_compiler():
        return
    where = f"model {seal.folders[-1]}" if seal.folders else "the model"
    refusal = ModelError(
        f"{where}: {what}; that is refused while a model is loaded or run: use one that is "
        "whole on this machine, as .safetensors of diffusers' own classes"
    )
    seal.is_hostile = seal.is_hostile or hostile
    seal.refused = seal.refused or refusal
    raise refusal


def _is_compiler() -> bool:
    frame = sys._getframe(1)  # noqa: SLF001 the documented way to it
    while frame is not None:
        if frame.f_code.co_filename.startswith(_COMPILER):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _is_fetched(name: str) -> bool:
    return any(folder in name for folder in _FETCHED_CODE)


def _is_within(seal: _Seal, name: str) -> bool:
    if not seal.folders or (name.startswith("<") and name.endswith(">")):
        return False
    folder, file = os.path.split(name)
    plain = os.path.join(os.path.realpath(folder), file)  # noqa: PTH118 as in _open
    return plain.startswith(seal.folders)


def _real(folder: Path) -> str:
    return os.path.join(os.path.realpath(folder), "")  # noqa: PTH118 it ends in a separator
