"""What trust costs: verifying a delivery, checking an approval, entering an event."""

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from approve.approved import trust as trusted
from sealed import key_of
from small_show import SmallShow

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.approve import approve
from lookdev.approve.verify import require_unchanged
from lookdev.approve.wish import Wish
from lookdev.attest import dsse
from lookdev.attest.statement import Statement
from lookdev.finals.seal import ENVELOPE, PREDICATE
from lookdev.spec.event import Hours
from lookdev.spec.folder import ShowFolder
from lookdev.store.ledger import Ledger

UHD = 3840 * 2160 * 3 * 2
"""Bytes of a UHD frame of half RGB."""
SPARE = 20_000_000_000
"""Bytes that a disk keeps free."""

Measured = tuple[str, float, float, str]
"""Name, measured, bar, unit."""


def bench_verify(folder: Path) -> Iterator[Measured]:
    """240 files of the size of UHD frames, or as many as the disk holds, against sha256sum."""
    count = min(240, max(8, (shutil.disk_usage(folder).free - SPARE) // UHD))
    delivery = folder / "d_v001"
    names = _files(delivery, count)
    in_memory = count * UHD < _memory() / 2
    print(
        f"({count} files of {UHD / 1e6:.0f} MB; they fit into memory: {in_memory})", file=sys.stderr
    )
    _seal(delivery, names)
    command = [sys.executable, "-m", "lookdev", "verify", str(delivery), "--key"]
    command.append(key_of("bench").public.text)
    plain, ours = [], []
    for _ in range(3):
        plain.append(_timed(["sha256sum", *(str(delivery / name) for name in names)]))
        ours.append(_timed(command))
    print(f"(sha256sum {min(plain):.1f} s, verify {min(ours):.1f} s)", file=sys.stderr)
    yield f"verify over sha256sum, {count} UHD files", min(ours) / min(plain), 1.3, "times"


def bench_approval(show: SmallShow) -> Iterator[Measured]:
    """The check of an approval, from the disk and from memory, in a process that runs already."""
    key = key_of("bench")
    trusted(show.folder.root, key)
    show = SmallShow(ShowFolder(show.folder.root), show.shot_file, show.look_path)
    paths = _separate(show)
    made = approve(Wish(show.look(), "bench", (1001,), written_approval="bench"), key=key)
    works = {
        "read": lambda: [_read(path) for path in paths],
        "hash": lambda: [_sum(path) for path in paths],
        "check": lambda: require_unchanged(ApprovalFile.open(str(made.path))),
    }
    cold = {name: min(_took_cold(work, paths) for _ in range(3)) for name, work in works.items()}
    warm = {name: min(_took(work) for _ in range(5)) for name, work in works.items()}
    size = sum(path.stat().st_size for path in paths) / 1e6
    told = {
        how: {name: round(one, 3) for name, one in found.items()}
        for how, found in (("from the disk", cold), ("from memory", warm))
    }
    print(f"({len(paths)} files, {size:.0f} MB; seconds: {told})", file=sys.stderr)
    yield "approval check over reading its files", cold["check"] / cold["read"], 2, "times"
    yield "approval check over hashing, in memory", warm["check"] / warm["hash"], 2, "times"


def bench_ledger(folder: Path) -> Iterator[Measured]:
    ledger = Ledger.at(folder / "ledger.sqlite")
    times = []
    for _ in range(300):
        event = Hours(shot="street/sh0010", hours=1.5, by="Ana", what="roto")
        times.append(1000 * _took(lambda event=event: ledger.append(event)))
    ledger.close()
    print(f"(95% within {sorted(times)[285]:.2f} ms, worst {max(times):.1f} ms)", file=sys.stderr)
    yield "ledger event, median of 300", statistics.median(times), 5, "ms"


def _files(folder: Path, count: int) -> list[str]:
    (folder / "exr").mkdir(parents=True)
    noise = np.random.default_rng(0).bytes(UHD)
    names = [f"exr/d_v001.{1001 + n}.exr" for n in range(count)]
    for n, name in enumerate(names):
        (folder / name).write_bytes(n.to_bytes(8, "big") + noise[8:])
    return names


def _seal(folder: Path, names: list[str]) -> None:
    """A signed statement over the files, and of nothing else: findings take no time."""
    subjects = {name: _sum(folder / name) for name in names}
    (folder / ENVELOPE).write_bytes(
        dsse.seal(Statement(subjects, PREDICATE, {}).to_bytes(), key_of("bench"))
    )


def _separate(show: SmallShow) -> list[Path]:
    """Give every frame its own bytes and file, as in a shot; returns all files of the shot."""
    paths = []
    for folder in ("plate", "tower"):
        for path in sorted((show.folder.root / folder).iterdir()):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data)
            paths.append(path)
    return paths


def _read(path: Path) -> int:
    with path.open("rb", buffering=0) as file:
        return sum(len(part) for part in iter(lambda: file.read(1 << 20), b""))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _timed(command: list[str]) -> float:
    return _took(lambda: subprocess.run(command, check=False, capture_output=True))


def _took(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _took_cold(work: Callable[[], object], paths: list[Path]) -> float:
    """With none of the files in the system's memory."""
    for path in paths:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return _took(work)


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
