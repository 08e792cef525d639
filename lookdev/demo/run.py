"""The demo: a show from nothing, through every command a person would use."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.approve import approve
from lookdev.approve.wish import Wish
from lookdev.attest.keys import PrivateKey, new_key, public_path
from lookdev.demo.look import write_demo_look
from lookdev.demo.plate import DemoPlate, render_plate
from lookdev.errors import SpecError
from lookdev.finals.execute import render
from lookdev.finals.records import read_record
from lookdev.image.ingest import ingest
from lookdev.spec.files import write_text
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder
from lookdev.spec.template import init

SEQUENCE, SHOT, FIRST = "street", "sh0010", 1001
_KEY = "demo"

Say = Callable[[str], None]
Count = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Delivered:
    """The demo's final."""

    folder: Path
    evaluations: int
    key: Path
    """The public key that it can be verified with."""


@dataclass(frozen=True)
class Demo:
    """What the demo made, and how long each stage took."""

    look: Path
    delivery: Delivered | None
    """None where it stopped at the look."""
    seconds: dict[str, float]


def demo(
    *,
    out: Path,
    frames: int,
    width: int,
    height: int,
    say: Say,
    count: Count,
    final: bool = True,
) -> Demo:
    """Make a show with one shot and one look, and deliver it.

    Args:
        out: A new folder; the show.
        frames: How many, from 1001.
        width: Of the plate (px).
        height: Of the plate (px).
        say: Called with each line of progress.
        count: Called with (stage, done, total) while a stage goes on.
        final: Whether to deliver it; else the show is ready for the desk.

    Raises:
        LookdevError: The folder is not empty, or a size is of no use.
    """
    if frames < 1 or width < 128 or height < 72:  # of a smaller one no grain can be measured
        raise SpecError(f"demo: {frames} frames of {width}x{height}; take at least 1 of 128x72")
    seconds: dict[str, float] = {}
    folder = init(out)
    rendered = itertools.count(1)
    with _timed("plate", seconds, say), _meanwhile_imported("lookdev.generate.mini_adapter"):
        made = render_plate(
            folder.root / "plates" / SEQUENCE / SHOT,
            first=FIRST,
            frames=frames,
            width=width,
            height=height,
            progress=lambda _frame: count("plate", next(rendered), frames),
        )
    with _timed("ingest", seconds, say):
        shot_file = _ingest(folder, made, count)
    with _timed("look", seconds, say):
        look = write_demo_look(shot_file, say)
    delivery = None
    if final:
        key = _own_key(folder)
        with _timed("approval", seconds, say):
            approval = _approve(look, key, say)
        with _timed("final", seconds, say):
            delivery = _deliver(approval, folder.root / "deliveries", key, say)
    return Demo(look, delivery, seconds)


def _own_key(folder: ShowFolder) -> PrivateKey:
    """A key that this one show trusts, and no written approval: nobody is there to give one."""
    key = new_key(folder.root / "keys", _KEY)
    path = folder.root / "params" / "show.yaml"
    trusted = f'trusted_keys:\n  - {{name: the demo itself, key: "{key.public.text}"}}\n'
    policy = "policy: {written_approval: waived}\n"
    write_text(path, path.read_text(encoding="utf-8") + policy + trusted)
    return key


def _approve(look: Path, key: PrivateKey, say: Say) -> ApprovalFile:
    """As a person would after seeing them: the middle frame and the last one."""
    look_file = LookFile.open(str(look))
    plate = look_file.shot.plate
    frames = ((plate.first + plate.last) // 2, plate.last)
    note = "Approved by the demo itself; nobody looked."
    return approve(Wish(look_file, "the demo itself", frames, note=note), key=key, say=say)


def _deliver(approval: ApprovalFile, out: Path, key: PrivateKey, say: Say) -> Delivered:
    plan = render(str(approval.path), out=out, key=key, say=say)
    record = read_record(plan.folder)
    assert record is not None, "render returns only what was delivered"
    keys = plan.look_file.folder.root / "keys"
    return Delivered(plan.folder, record.evaluations, public_path(keys, _KEY))


def _ingest(folder: ShowFolder, made: DemoPlate, count: Count) -> ShotFile:
    return ingest(
        folder,
        made.plate,
        sequence=SEQUENCE,
        shot=SHOT,
        mattes={"tower": str(made.matte)},
        depth=made.depth,
        motion=made.motion,
        track=made.track,
        progress=count,
    )


@contextmanager
def _meanwhile_imported(name: str) -> Iterator[None]:
    """Import what is needed next, in a thread of its own while others work."""
    with ThreadPoolExecutor(1) as aside:
        imported = aside.submit(import_module, name)
        yield
        imported.result()


@contextmanager
def _timed(stage: str, seconds: dict[str, float], say: Say) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
    say(f"{stage}: {seconds[stage]:.1f} s")
