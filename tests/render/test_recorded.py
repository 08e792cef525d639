"""Every run is an event: who, what, how long, with which energy by which method, and how it ended."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slow_model import PATIENCE, Heard, SlowModel, no_rest
from small_show import SmallShow

from lookdev.errors import LedgerError, ModelError
from lookdev.explore.engine import Engine
from lookdev.explore.model_worker import ModelWorker
from lookdev.explore.still import still
from lookdev.explore.want import Status, Want
from lookdev.explore.wedge import wedge
from lookdev.generate.adapter import OnStep
from lookdev.render import Session, render_frame
from lookdev.render.recorded import CancelledError, recorded
from lookdev.spec import parameter
from lookdev.spec.digest import digest
from lookdev.spec.event import Run
from lookdev.spec.user import this_host, this_user
from lookdev.store import mounts
from lookdev.store.ledger import Ledger


def runs(show: SmallShow) -> list[Run]:
    ledger = Ledger.open(show.folder)
    assert ledger.check() == []
    return [event for event in ledger.events() if isinstance(event, Run)]


def on_a_share(show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> None:
    info = show.folder.root.parent / "mountinfo"
    info.write_text(f"9 1 0:5 / {show.folder.root} rw - nfs4 srv:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", info)


def test_an_event_says_what_was_measured(small_show: SmallShow) -> None:
    look, session = small_show.look(), Session(small_show.folder)
    started = time.perf_counter()
    with recorded(
        session, look.shot_file, look.look, what="final", look_name=look.name, frames=[1004]
    ):
        render_frame(look.shot_file, look.look, 1004, session=session)
    around = time.perf_counter() - started
    (run,) = runs(small_show)
    print(run.model_dump_json(indent=1))
    assert (run.shot, run.look, run.what) == ("street/sh0010", "toxic_v001", "final")
    assert (run.who, run.host) == (this_user(), this_host())
    assert run.look_digest == digest(look.look)
    assert set(run.models) == {"mini"}
    assert run.evaluations == session.elements.evaluations == 4
    assert 0 < run.device_seconds <= run.wall_seconds <= around
    assert run.wall_seconds - run.device_seconds == pytest.approx(
        session.elements.load_seconds, abs=1e-4
    )
    assert run.energy.joules > 0
    assert run.energy.method.startswith(("estimate: 65 W assumed for a CPU x device", "RAPL"))
    assert run.outcome == "done"
    assert not run.cached
    assert run.device.startswith("cpu")


def test_what_came_from_the_cache_is_a_run_of_a_final_and_no_take(small_show: SmallShow) -> None:
    look, session = small_show.look(), Session(small_show.folder)
    render_frame(look.shot_file, look.look, 1004, session=session)
    for what in ("final", "explore"):
        with recorded(session, look.shot_file, look.look, what=what, look_name=None, frames=[1004]):
            render_frame(look.shot_file, look.look, 1004, session=session)
    (run,) = runs(small_show)
    assert run.what == "final"
    assert run.cached
    assert run.energy.joules > 0, "it took time all the same"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (CancelledError(), "cancelled"),
        (KeyboardInterrupt(), "cancelled"),
        (ModelError("model mini: is broken;\nmend it"), "failed: model mini: is broken; mend it"),
        (RuntimeError("x" * 900), "failed: RuntimeError: " + "x" * 466),
        (ValueError(), "failed: ValueError: "),
    ],
)
def test_how_a_run_ended_is_told_and_its_error_goes_on(
    small_show: SmallShow, error: BaseException, outcome: str
) -> None:
    look, session = small_show.look(), Session(small_show.folder)
    with (
        pytest.raises(type(error)),
        recorded(session, look.shot_file, look.look, what="explore", look_name=None, frames=[]),
    ):
        raise error
    assert [run.outcome for run in runs(small_show)] == [outcome]


def test_the_show_s_watts_take_the_place_of_the_assumed_ones(small_show: SmallShow) -> None:
    show = small_show.folder.root / "params" / "show.yaml"
    show.write_text(
        show.read_text()
        + "rates: {currency: EUR, device_hour: 2.0, person_hour: 80.0, watts: 350.0}\n"
    )
    folder = type(small_show.folder)(small_show.folder.root)
    look, session = small_show.look(), Session(folder)
    with recorded(session, look.shot_file, look.look, what="still", look_name=None, frames=[1]):
        time.sleep(0.01)
    (run,) = runs(small_show)
    if not run.energy.is_measured:
        assert run.energy.method == "estimate: 350 W from show.yaml x device seconds"
        assert run.energy.joules == pytest.approx(350 * run.device_seconds, rel=1e-3)


def test_a_ledger_on_a_share_is_refused_before_anything_is_rendered(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = SlowModel(monkeypatch)
    on_a_share(small_show, monkeypatch)
    with pytest.raises(LedgerError, match=r"nfs4.*ledger\.path in show\.yaml"):
        still(str(small_show.look_path), frame=1003, out=tmp_path / "still.exr")
    assert not model.made
    assert not (tmp_path / "still.exr").exists()


def test_a_still_and_every_cell_of_a_wedge_are_runs(small_show: SmallShow, tmp_path: Path) -> None:
    still(str(small_show.look_path), frame=1003, out=tmp_path / "still.png")
    wedge(
        str(small_show.look_path),
        axes=["snow.element.seed=1,2"],
        frame=1003,
        out=tmp_path / "wedge",
    )
    found = runs(small_show)
    assert [run.what for run in found] == ["still", "wedge", "wedge"]
    assert [run.evaluations for run in found] == [4, 2, 2], "dust is cached after the still"
    assert len({run.look_digest for run in found}) == 3
    assert {run.look for run in found} == {"toxic_v001"}
    wedge(
        str(small_show.look_path),
        axes=["snow.element.seed=1,2"],
        frame=1003,
        out=tmp_path / "wedge",
    )
    assert len(runs(small_show)) == 3, "a finished wedge that is opened again runs nothing"


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SlowModel:
    no_rest(monkeypatch)
    return SlowModel(monkeypatch)


@pytest.fixture
def worker(small_show: SmallShow, heard: Heard, model: SlowModel) -> Iterator[ModelWorker]:
    made = ModelWorker(small_show.shot_file, heard)
    yield made
    made.close()
    model.go()
    made.join(PATIENCE)


def wants(show: SmallShow, count: int) -> list[Want]:
    look = show.look().look
    looks = [parameter.replace(look, "snow.element.seed", str(n)) for n in range(count)]
    return [Want(look.layers[0], 1001, look) for look in looks]


def test_a_take_s_draft_and_element_are_runs_and_what_is_cached_is_none(
    worker: ModelWorker, heard: Heard, small_show: SmallShow
) -> None:
    (want,) = wants(small_show, 1)
    worker.want([want])
    heard.wait(lambda: heard.wants)
    heard.wait(lambda: not heard.statuses[-1].busy)
    worker.want([])
    worker.want([want])
    heard.wait(lambda: len(heard.wants) == 2)
    found = runs(small_show)
    assert [(run.what, run.outcome, run.evaluations) for run in found] == [
        ("explore", "done", 2)
    ] * 2
    assert {run.look_digest for run in found} == {digest(want.look)}
    assert all(run.frames == (1001,) for run in found)


def test_a_cancelled_and_a_failed_take_are_runs_too(
    worker: ModelWorker, heard: Heard, model: SlowModel, small_show: SmallShow
) -> None:
    first, second = wants(small_show, 2)
    model.hold()
    worker.want([first])
    model.wait(lambda: len(model.made) == 1)
    worker.cancel()
    model.go()
    heard.wait(lambda: heard.statuses[-1] == Status("cancelled"))
    model.error = ModelError("model mini: is out of memory; make the size smaller")
    worker.want([second])
    heard.wait(lambda: heard.errors)
    found = runs(small_show)
    assert [run.outcome for run in found] == [
        "cancelled",
        "failed: model mini: is out of memory; make the size smaller",
    ]
    assert all(run.wall_seconds > 0 and run.energy.joules > 0 for run in found)
    assert not any(run.cached for run in found)


def test_a_job_s_frames_are_runs(small_show: SmallShow, model: SlowModel, heard: Heard) -> None:
    look, engine = small_show.look().look, Engine(small_show.shot_file, heard)
    other = parameter.replace(look, "snow.element.seed", "9")
    try:
        engine.fill(look)
        engine.thumbnails({"a": other}, 1003, lambda name, _jpeg: heard.note(name))
        heard.wait(lambda: heard.other)
        heard.wait(lambda: heard.statuses[-1] == Status(""))
    finally:
        engine.close()
        engine.join()
    found = runs(small_show)
    filled = [run.frames for run in found if run.look_digest == digest(look)]
    assert filled == [(frame,) for frame in range(1001, 1007)]
    assert [run.frames for run in found if run.look_digest == digest(other)] == [(1003,)]
    assert sum(run.evaluations for run in found) == 2 * len(model.finished)


def test_a_ledger_that_cannot_be_written_is_told_once_and_stops_nobody_at_the_desk(
    worker: ModelWorker, heard: Heard, small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_share(small_show, monkeypatch)
    first, second = wants(small_show, 2)
    worker.want([first])
    heard.wait(lambda: heard.wants)
    worker.want([second])
    heard.wait(lambda: len(heard.wants) == 2)
    heard.wait(lambda: not heard.statuses[-1].busy)
    assert len(heard.errors) == 1
    assert isinstance(heard.errors[0], LedgerError)
    assert "nfs4" in str(heard.errors[0])


def test_a_closed_job_is_cancelled(small_show: SmallShow) -> None:
    look, session = small_show.look(), Session(small_show.folder)

    def job(_on_step: OnStep | None = None) -> Iterator[int]:
        with recorded(
            session, look.shot_file, look.look, what="draft", look_name=look.name, frames=[1]
        ):
            yield 1

    begun = job()
    next(begun)
    begun.close()  # type: ignore[attr-defined]
    assert [run.outcome for run in runs(small_show)] == ["cancelled"]


def test_recording_takes_little_time(small_show: SmallShow) -> None:
    look, session = small_show.look(), Session(small_show.folder)
    took = []
    for _ in range(100):
        started = time.perf_counter()
        with recorded(
            session, look.shot_file, look.look, what="still", look_name=look.name, frames=[1001]
        ):
            pass
        took.append(1e3 * (time.perf_counter() - started))
    took.sort()
    print(f"recording a run: median {took[50]:.2f} ms, 95% below {took[95]:.2f} ms (bar 5 ms)")
