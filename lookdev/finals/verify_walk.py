"""Everything that lies in a delivery's folder, no link followed; and how its files are named."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from lookdev.spec.files import is_text

_FRAME = re.compile(r"\.(-?[0-9]{1,8})\.exr")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass
class Walked:
    """What lies below a folder, by relative name (`exr/d_v001.1001.exr`)."""

    files: set[str] = field(default_factory=set)
    odd: dict[str, str] = field(default_factory=dict)
    """A sentence for each thing that is neither a file nor a folder, or cannot be looked into."""


def walk(folder: Path) -> Walked:
    """List a folder, and all folders below it."""
    walked, waiting = Walked(), [""]
    while waiting:  # no recursion: folders may be nested deeper than it goes
        waiting += _look_into(folder, waiting.pop(), walked)
    return walked


def _look_into(folder: Path, prefix: str, walked: Walked) -> list[str]:
    """Note what lies in one folder; returns the folders in it."""
    try:
        entries = sorted(os.scandir(folder / prefix), key=lambda entry: entry.name)
    except OSError as error:
        walked.odd[prefix] = f"{shown(prefix) or '.'}: the folder cannot be read: {error.strerror}"
        return []
    below = []
    for entry in entries:
        name = prefix + entry.name
        if entry.is_symlink():
            walked.odd[name] = f"{place(name)}: is a symlink to {_target(entry)}; deliver the file"
        elif entry.is_dir(follow_symlinks=False):
            below.append(f"{name}/")
        elif entry.is_file(follow_symlinks=False):
            walked.files.add(name)
        else:
            walked.odd[name] = f"{place(name)}: is {_kind(entry)}, no file"
    return below


def unsafe(name: str) -> str | None:
    """Why a subject's name is none of a file in the folder, on every system; None if it is."""
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name):
        return "is an absolute path; only files of the folder are delivered"
    if ".." in parts:
        return "leaves the folder; only files of the folder are delivered"
    if "" in parts or "." in parts or "\\" in name or not name.isprintable() or not is_text(name):
        return "is no plain relative path"
    return None


def frame_of(name: str) -> int | None:
    """The frame that a file is of; None for what is of none."""
    found = _FRAME.search(name)
    return int(found[1]) if found and found.end() == len(name) else None


def place(name: str) -> str:
    """Where to look: the file and, of a sequence, the frame."""
    frame = frame_of(name)
    return shown(name) if frame is None else f"{shown(name)} (frame {frame})"


def shown(text: str) -> str:
    """A text that may hold anything, on one line that does nothing to a terminal."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _target(entry: "os.DirEntry[str]") -> str:
    try:
        return shown(str(Path(entry.path).readlink()))
    except OSError as error:
        return f"somewhere ({error.strerror})"


def _kind(entry: "os.DirEntry[str]") -> str:
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as error:
        return f"something that cannot be looked at ({error.strerror})"
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((words for test, words in kinds if test(mode)), "a device")
