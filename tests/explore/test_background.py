import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from small_show import SmallShow

from lookdev.errors import SpecError
from lookdev.explore import background
from lookdev.explore.background import Run
from lookdev.explore.wedge import require_free, run
from lookdev.explore.wedge_home import WedgeHome, open_look
from lookdev.explore.wedge_plan import plan

AXES = ["snow.element.seed=1..2"]
LONG = ["snow.element.seed=1..200"]
PATIENCE = 180.0
"""Seconds: a run is a polite process that loads torch first, and a machine may be slow."""


def until(out: Path, *wanted: str) -> Run:
    end = time.monotonic() + PATIENCE
    while (now := background.state(out)).status not in wanted:
        assert time.monotonic() < end, f"{now}\n{(out / 'run.log').read_text()}"
        time.sleep(0.05)
    return now


def until_cells(out: Path, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while background.state(out).done < count:
        assert time.monotonic() < end, (out / "run.log").read_text()
        time.sleep(0.05)


@pytest.fixture
def home(small_show: SmallShow) -> WedgeHome:
    home = WedgeHome(small_show.shot_file, "toxic_v001")
    home.write_look(small_show.look().look)
    return home


def test_a_run_finishes_by_itself_and_says_so(home: WedgeHome) -> None:
    out = home.folder
    assert background.state(out) == Run("none")
    assert out.relative_to(home.shot_file.folder.root).as_posix() == (
        "wedges/street/sh0010/toxic_v001"
    )
    assert background.start(home.look_path, AXES, frame=1004, out=out).is_alive
    ended = until(out, "finished", "failed")
    assert (ended.status, ended.done, ended.total) == ("finished", 2, 2), ended
    look_file = open_look(str(home.look_path))
    assert look_file.name == "toxic_v001"
    assert plan(look_file, AXES, frame=1004, out=out).missing == ()
    assert (out / "sheet.png").is_file()


def test_it_outlives_whoever_started_it_and_a_second_start_is_refused(home: WedgeHome) -> None:
    out = home.folder
    script = (
        "from pathlib import Path; from lookdev.explore import background\n"
        f"background.start(Path({str(home.look_path)!r}), {LONG!r}, frame=1004, out=Path({str(out)!r}))"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    assert starter.wait(PATIENCE) == 0
    until_cells(out, 1)
    run = json.loads((out / "run.json").read_text())
    assert psutil.Process(run["pid"]).nice() == 10
    assert os.getsid(run["pid"]) == run["pid"], "it would die with the kernel's group"
    with pytest.raises(SpecError, match="running already"):
        background.start(home.look_path, LONG, frame=1004, out=out)
    assert background.stop(out).status in ("stopping", "stopped")
    stopped = until(out, "stopped")
    kept = plan(open_look(str(home.look_path)), LONG, frame=1004, out=out)
    assert len(kept.cells) - len(kept.missing) >= stopped.done > 0
    assert [p.name for p in (out / "cells").glob(".*")] == [], "a torn file was left"
    assert background.stop(out).status == "stopped"


def test_a_failure_is_one_sentence_and_it_can_be_started_again(home: WedgeHome) -> None:
    out = home.folder
    background.start(home.look_path, ["dust.blend.opacity=1,2"], frame=1004, out=out)
    failed = until(out, "failed", "finished")
    assert failed.status == "failed"
    assert "dust.blend.opacity is 2" in failed.error
    assert not failed.error.startswith("lookdev:")
    background.start(home.look_path, LONG, frame=1004, out=out)
    until_cells(out, 1)
    os.kill(json.loads((out / "run.json").read_text())["pid"], signal.SIGKILL)
    killed = until(out, "failed")
    assert killed.done >= 1
    assert "was it killed?" in killed.error


def test_a_number_that_another_process_has_now_is_not_the_run(home: WedgeHome) -> None:
    record = {"pid": os.getpid(), "process_started": 1.0, "host": os.uname().nodename}
    (home.folder / "run.json").write_text(json.dumps(record))
    (home.folder / "run.log").write_text("")
    state = background.state(home.folder)
    assert state.status == "failed"
    assert "without a word" in state.error


def test_a_run_of_another_machine_is_seen_and_not_stopped_from_here(home: WedgeHome) -> None:
    record = {"pid": 1, "process_started": 1.0, "host": "render07"}
    (home.folder / "run.json").write_text(json.dumps(record))
    assert background.state(home.folder).is_alive
    with pytest.raises(SpecError, match="runs on render07"):
        background.stop(home.folder)


def test_a_run_that_was_killed_has_no_last_word(home: WedgeHome) -> None:
    record = {"pid": os.getpid(), "process_started": 1.0, "host": os.uname().nodename}
    (home.folder / "run.json").write_text(json.dumps(record))
    log = home.folder / "run.log"
    for text in (None, "", "cell 3 of 60: snow.element.seed=3\n", "UserWarning: beta\n"):
        log.unlink(missing_ok=True)
        if text is not None:
            log.write_text(text)
        assert background.state(home.folder).error == (
            "the run ended without a word; was it killed? run it again, finished cells are kept"
        )
    log.write_text("cell 3 of 60\nlookdev: the disk is full\n\n")
    assert background.state(home.folder).error == "the disk is full"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"pid": 1, "process_started": 1.0}',
        '{"pid": "many", "process_started": 1.0, "host": "here"}',
        '{"pid": -1, "process_started": 1.0, "host": "here"}',
        '{"pid": 1e99, "process_started": 1.0, "host": "here"}',
        '{"pid": 1, "process_started": "early", "host": "here"}',
        '{"pid": 1, "process_started": 1.0, "host": ["here"]}',
    ],
)
def test_a_damaged_record_counts_as_none(home: WedgeHome, text: str) -> None:
    (home.folder / "run.json").write_text(text.replace("here", os.uname().nodename))
    (home.folder / "progress.json").write_text('{"done": "all"}')
    assert background.state(home.folder) == Run("none")
    assert background.stop(home.folder) == Run("none")


def test_damaged_progress_counts_as_none(home: WedgeHome) -> None:
    record = {"pid": 1, "process_started": 1.0, "host": "render07"}
    (home.folder / "run.json").write_text(json.dumps(record))
    for text in ('{"done": "all"}', '{"done": -3}', '{"finished": 7}', "[1]"):
        (home.folder / "progress.json").write_text(text)
        assert background.state(home.folder) == Run("running")


def test_a_process_that_cannot_be_seen_or_stopped_is_told_apart(
    home: WedgeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = psutil.Process()
    host = os.uname().nodename
    record = {"pid": me.pid, "process_started": me.create_time(), "host": host}
    (home.folder / "run.json").write_text(json.dumps(record))

    def denied(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "terminate", denied)
    with pytest.raises(SpecError, match="run by another user"):
        background.stop(home.folder)
    assert background.state(home.folder).status == "running"
    monkeypatch.setattr(psutil.Process, "create_time", denied)
    assert background.state(home.folder).status == "failed"


def test_a_folder_in_which_another_run_works_is_refused(home: WedgeHome) -> None:
    out = home.folder
    planned = plan(open_look(str(home.look_path)), AXES, frame=1004, out=out)
    with FileLock(out / ".run.lock"):
        with pytest.raises(SpecError, match="another run works in this folder"):
            background.start(home.look_path, AXES, frame=1004, out=out)
        with pytest.raises(SpecError, match="another run works in this folder"):
            run(planned)
    assert not (out / "run.json").exists()

    def meanwhile(_done: int, _total: int, _label: str) -> None:
        with pytest.raises(SpecError, match="another run works"):
            require_free(out)

    assert run(planned, progress=meanwhile).rendered == 2
    require_free(out)
