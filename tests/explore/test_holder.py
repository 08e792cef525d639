import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from lookdev.explore.holder import Hold, holder_of, this_process


def held(path: Path, **other: object) -> Hold:
    """A hold of another process on this or another machine."""
    mine = Hold.take(path, by="anna")
    theirs = mine.me.model_copy(update=other)
    path.write_text(theirs.model_dump_json())
    return Hold(path, theirs)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "holder.json"


def test_nobody_holds_what_nobody_took(path: Path) -> None:
    assert holder_of(path) is None


def test_our_own_process_is_no_other_holder(path: Path) -> None:
    Hold.take(path, by="anna")
    assert holder_of(path) is None


def test_a_process_that_runs_holds(path: Path) -> None:
    parent = psutil.Process(os.getppid())
    held(path, pid=parent.pid, started=parent.create_time())
    found = holder_of(path)
    assert found is not None
    assert found.by == "anna"


def test_a_later_process_with_the_same_number_does_not_hold(path: Path) -> None:
    parent = psutil.Process(os.getppid())
    held(path, pid=parent.pid, started=parent.create_time() - 60)
    assert holder_of(path) is None


def test_a_killed_process_does_not_hold_even_unburied(path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:  # noqa: S607 any sleep will do
        held(path, pid=process.pid, started=psutil.Process(process.pid).create_time())
        assert holder_of(path) is not None
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert holder_of(path) is None
    assert holder_of(path) is None


@pytest.mark.parametrize(("silent", "holds"), [(1, True), (14, True), (16, False), (3600, False)])
def test_a_desk_elsewhere_holds_while_it_beats(
    path: Path, silent: float, monkeypatch: pytest.MonkeyPatch, *, holds: bool
) -> None:
    held(path, host="elsewhere", pid=1)
    now = time.time()
    os.utime(path, (now - silent, now - silent))
    monkeypatch.setattr(time, "time", lambda: now)  # a second's delay is no second of silence
    assert (holder_of(path) is not None) == holds


def test_a_beat_makes_the_hold_young_again(path: Path) -> None:
    hold = held(path, host="elsewhere", pid=1)
    os.utime(path, (0, 0))
    assert hold.lost_to() is None
    assert holder_of(path) is not None


def test_a_beat_never_puts_an_old_hold_back(path: Path) -> None:
    first = Hold.take(path, by="anna")
    second = Hold.take(path, by="bo")
    lost = first.lost_to()
    assert lost == second.me
    first.release()
    assert path.exists(), "it is the second one's"
    assert second.lost_to() is None
    second.release()
    assert not path.exists()


def test_this_process_is_known_by_more_than_its_number() -> None:
    host, pid, started = this_process()
    assert host
    assert pid == os.getpid()
    assert 0 < time.time() - started < 36_000
