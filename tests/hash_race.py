"""For the bench: verifying a delivery's file hashes, against coreutils' sha256sum."""

import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from sealed import STUDIO

from lookdev.attest import dsse
from lookdev.attest.statement import Statement
from lookdev.finals.seal import PREDICATE
from lookdev.finals.verify import verify
from lookdev.finals.verify_hash import hashed


def sealed_files(folder: Path, *, count: int, megabytes: float) -> list[str]:
    """Random files under one statement; returns their names. `folder` must have room for them."""
    (folder / "exr").mkdir(parents=True)
    names = [f"exr/d_v001.{1001 + number}.exr" for number in range(count)]
    for name in names:
        (folder / name).write_bytes(os.urandom(int(megabytes * 1e6)))
    hashes, _ = hashed(folder, names)
    predicate = {
        "delivery": "d_v001",
        "state": "draft",
        "pixels": {str(1001 + number): "0" * 64 for number in range(count)},
        "approval": None,
        "ledger": None,
        "seconds": 0,
        "evaluations": 0,
        "cost": None,
        "signed_at": "2026-01-01 00:00:00",
    }
    statement = Statement(hashes, PREDICATE, predicate).to_bytes()
    (folder / "delivery.dsse").write_bytes(dsse.seal(statement, STUDIO))
    return names


def race(folder: Path, names: list[str], *, rounds: int = 3) -> dict[str, float]:
    """Median seconds over warm files: `verify`, and sha256sum in one process and in two."""
    program = shutil.which("sha256sum")
    assert program is not None
    listed = "\n".join(names).encode()

    def summed(processes: int) -> None:
        share = max(1, len(names) // processes)
        words = ["xargs", "-n", str(share), "-P", str(processes), program]
        subprocess.run(words, input=listed, cwd=folder, stdout=subprocess.DEVNULL, check=True)

    def verified() -> None:
        found = verify(folder, keys=[STUDIO.public]).findings
        assert found == ("delivery.json: cannot be read: No such file or directory",)

    ways = {
        "verify": verified,
        "sha256sum": lambda: summed(1),
        "sha256sum x 2": lambda: summed(2),
    }
    hashed(folder, names)
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            started = time.perf_counter()
            run()
            spent[way].append(time.perf_counter() - started)
    return {way: statistics.median(times) for way, times in spent.items()}
