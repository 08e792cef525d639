"""The models' thread alone: whose turn it is, and who may end it."""

import threading
from collections.abc import Iterator

import pytest
from slow_model import PATIENCE, Heard, SlowModel, no_rest
from small_show import SmallShow

from lookdev.explore.model_worker import ModelWorker
from lookdev.explore.want import Detail, Status, Task, Want
from lookdev.explore.wishes import Wishes
from lookdev.generate.adapter import OnStep
from lookdev.image.frame import Window
from lookdev.render import Session
from lookdev.spec import parameter
from lookdev.spec.look import Layer


def layers(show: SmallShow, count: int) -> list[Layer]:
    look = show.look().look
    return [parameter.replace(look, "snow.element.seed", str(n)).layers[0] for n in range(count)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    no_rest(monkeypatch)


@pytest.fixture
def wants(small_show: SmallShow) -> list[Want]:
    look = small_show.look().look
    return [Want(layer, 1001, look) for layer in layers(small_show, 6)]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SlowModel:
    return SlowModel(monkeypatch)


@pytest.fixture
def worker(small_show: SmallShow, heard: Heard, model: SlowModel) -> Iterator[ModelWorker]:
    made = ModelWorker(small_show.shot_file, heard)
    yield made
    made.close()
    model.go()
    made.join(PATIENCE)


def counting(heard: Heard, name: str, until: int, *, closed: threading.Event | None = None) -> Task:
    def task(_session: Session, _on_step: OnStep) -> Iterator[Status]:
        try:
            for n in range(until):
                heard.note(f"{name}{n}")
                yield Status(name, busy=True)
        finally:
            if closed is not None:
                closed.set()

    return task


def test_drafts_of_all_come_before_the_first_element(
    worker: ModelWorker, heard: Heard, model: SlowModel, wants: list[Want]
) -> None:
    worker.want(wants[:3])
    heard.wait(lambda: len(heard.wants) == 3)
    sizes = [request.layer.element.size for request in model.finished]
    assert sizes == [(32, 18)] * 3 + [(64, 36)] * 3
    assert [want.key for want in heard.wants] == [want.key for want in wants[:3]]
    heard.wait(lambda: not heard.statuses[-1].busy)
    assert heard.statuses[-1] == Status("")


def test_jobs_take_turns_and_wishes_go_first(
    worker: ModelWorker, heard: Heard, model: SlowModel, wants: list[Want]
) -> None:
    model.hold()
    worker.want(wants[:1])
    model.wait(lambda: len(model.made) == 1)
    worker.add(counting(heard, "a", 3))
    worker.add(counting(heard, "b", 2))
    model.go()
    heard.wait(lambda: "a2" in heard.other and "b1" in heard.other)
    assert heard.other == ["a0", "b0", "a1", "b1", "a2"]


def test_a_cancel_ends_jobs_that_began_and_jobs_that_did_not(
    worker: ModelWorker, heard: Heard, model: SlowModel, wants: list[Want]
) -> None:
    began, closed = threading.Event(), threading.Event()
    go_on = threading.Event()

    def task(session: Session, on_step: OnStep) -> Iterator[Status]:
        try:
            yield Status("job", busy=True)
            began.set()
            assert go_on.wait(PATIENCE)
            yield Status("job", busy=True)
            session.elements.get(wants[0].layer, worker.shot_file, 1001, on_step=on_step)
        finally:
            heard.note(threading.current_thread().name)
            closed.set()

    worker.add(task)
    assert began.wait(PATIENCE)
    worker.add(counting(heard, "never", 3))
    worker.cancel()
    go_on.set()
    assert closed.wait(PATIENCE)
    heard.wait(lambda: heard.statuses[-1] == Status("cancelled"))
    assert heard.other == ["model"], "what it tidies up is done on its own thread"
    assert not model.made
    worker.add(counting(heard, "after", 1))
    heard.wait(lambda: "after0" in heard.other)
    heard.wait(lambda: heard.statuses[-1] == Status(""))


def test_a_cancel_before_the_first_turn_of_a_job_is_a_cancel(small_show: SmallShow) -> None:
    """The race of a job that was taken from the queue, but has not begun."""
    wishes = Wishes()
    wishes.add(lambda _session, _on_step: iter(()))
    turn = wishes.next(quiet=True)
    assert turn is not None
    assert turn.job is not None
    wishes.cancel()
    assert wishes.is_cancelled(turn.job.asked_at)
    wishes.put_back(turn.job)
    wishes.add(lambda _session, _on_step: iter(()))
    later = [wishes.next(quiet=True) for _ in range(2)]
    assert [turn and turn.job and wishes.is_cancelled(turn.job.asked_at) for turn in later] == [
        True,
        False,
    ]
    assert small_show.folder.root.is_dir()


def test_a_cancel_of_nothing_is_not_told_later(
    worker: ModelWorker, heard: Heard, wants: list[Want]
) -> None:
    worker.cancel()
    worker.want(wants[:1])
    heard.wait(lambda: heard.wants)
    heard.wait(lambda: not heard.statuses[-1].busy)
    assert "cancelled" not in [status.text for status in heard.statuses]


def test_a_cancel_while_the_hand_rests_is_told(
    worker: ModelWorker, heard: Heard, wants: list[Want], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft is made, the element has not begun: nothing is in flight to say so."""
    monkeypatch.setattr("lookdev.explore.wishes.REST", 1000.0)
    worker.want(wants[:1])
    heard.wait(lambda: heard.sketches)
    worker.cancel()
    heard.wait(lambda: heard.statuses[-1] == Status("cancelled"))
    worker.want(wants[:1])
    worker.add(counting(heard, "job", 1))
    heard.wait(lambda: heard.other)
    assert not heard.wants


def test_what_is_wanted_no_more_leaves_no_busy_word(
    worker: ModelWorker, heard: Heard, wants: list[Want], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookdev.explore.wishes.REST", 1000.0)
    worker.want(wants[:1])
    heard.wait(lambda: heard.sketches)
    worker.want([])
    heard.wait(lambda: heard.statuses[-1] == Status(""))


def test_what_was_declined_waits_for_a_new_wish_or_resume(wants: list[Want]) -> None:
    wishes = Wishes()
    wishes.want(wants[:2])
    wishes.drop(wants[1])
    wishes.cancel()
    wishes.want(wants[:2])
    assert wishes.wants == (wants[1],), "made, but wanted by a picture that did not know it yet"
    wishes.want(wants[:1])
    assert wishes.wants == ()
    wishes.resume()
    wishes.want(wants[:1])
    assert wishes.wants == (wants[0],)
    wishes.cancel()
    wishes.want([wants[0], wants[3]])
    assert wishes.wants == (wants[0], wants[3]), "another seed"


def test_a_rush_of_wishes_and_cancels_from_many_threads_ends_with_the_last(
    worker: ModelWorker, heard: Heard, model: SlowModel, wants: list[Want]
) -> None:
    def rush(n: int) -> None:
        for k in range(50):
            worker.want([wants[(n + k) % 5]])
            if k % 10 == n:
                worker.cancel()
                worker.resume()

    threads = [threading.Thread(target=rush, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    worker.want([wants[5]])
    heard.wait(lambda: any(want.key == wants[5].key for want in heard.wants))
    heard.wait(lambda: not heard.statuses[-1].busy)
    assert not heard.errors
    assert model.threads == {"model"}
    print(f"{len(model.made)} begun, {len(model.finished)} finished of 201 wishes")


def test_an_estimate_that_cannot_be_kept_loses_no_element(
    worker: ModelWorker, heard: Heard, wants: list[Want], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lookdev.explore.estimates.write_json", full)
    worker.want(wants[:1])
    heard.wait(lambda: heard.errors)
    assert [want.key for want in heard.wants] == [wants[0].key]
    worker.want(wants[1:2])
    heard.wait(lambda: len(heard.errors) == 2)
    assert [want.key for want in heard.wants] == [want.key for want in wants[:2]]


def test_time_left_is_told_once_a_model_was_measured(
    worker: ModelWorker, heard: Heard, wants: list[Want]
) -> None:
    worker.want(wants[:1])
    heard.wait(lambda: heard.wants)
    assert all(status.seconds_left is None for status in heard.statuses if status.busy)
    worker.want(wants[1:2])
    heard.wait(lambda: len(heard.wants) == 2)
    heard.statuses.clear()
    worker.want(wants[2:4])
    heard.wait(lambda: len(heard.wants) == 4)
    left = [s.seconds_left for s in heard.statuses if s.busy]
    assert all(seconds is not None and seconds >= 0 for seconds in left)
    assert left[0] > left[-1]


REFINED = {"snow.refine.scale": 2.0, "snow.refine.tile": 64, "snow.refine.overlap": 16}
TILES = 2
"""Of 64 px, over an element of 128 by 72: more than one, whatever the layout."""


@pytest.fixture
def fine(small_show: SmallShow) -> Want:
    look = small_show.look().look
    for name, value in REFINED.items():
        look = parameter.replace(look, name, value)
    return Want(look.layers[0], 1001, look)


@pytest.fixture
def lazy(small_show: SmallShow, heard: Heard, model: SlowModel) -> Iterator[ModelWorker]:
    """A worker that refines only what it is asked to."""
    made = ModelWorker(small_show.shot_file, heard, refines=False)
    yield made
    made.close()
    model.go()
    made.join(PATIENCE)


def stages(heard: Heard) -> list[str]:
    return [stage for _, stage in heard.sketches]


def test_an_edit_shows_the_working_size_and_no_tile_is_made_unasked(
    lazy: ModelWorker, heard: Heard, model: SlowModel, fine: Want
) -> None:
    lazy.want([fine])
    heard.wait(lambda: "at working size" in stages(heard))
    heard.wait(lambda: heard.statuses[-1] == Status(""))
    assert stages(heard)[0] == "draft"
    sizes = [request.layer.element.size for request in model.finished]
    assert sizes == [(32, 18), (64, 36)]
    assert (model.tiles, heard.wants) == ([], []), "it is not what the look says"
    lazy.want([])
    lazy.want([fine])
    heard.wait(lambda: stages(heard).count("at working size") == 2)
    assert len(model.finished) == 2, "it is in the cache, and no draft comes before it"


def test_the_whole_detail_is_made_when_it_is_asked_for_and_kept(
    lazy: ModelWorker, heard: Heard, model: SlowModel, fine: Want, small_show: SmallShow
) -> None:
    lazy.want([fine])
    heard.wait(lambda: "at working size" in stages(heard))
    lazy.refine(fine, Detail())
    heard.wait(lambda: heard.wants == [fine])
    assert len(model.tiles) >= TILES
    told = [s for s in heard.statuses if "finer detail, part" in s.text]
    assert [s.progress for s in told][-1] == 1
    assert all(s.busy and s.seconds_left is not None for s in told)
    session = Session(small_show.folder, makes=False)
    assert session.elements.is_kept(fine.layer, small_show.shot_file, 1001)


def test_a_worker_that_refines_by_itself_goes_on_to_the_whole(
    worker: ModelWorker, heard: Heard, model: SlowModel, fine: Want
) -> None:
    worker.want([fine])
    heard.wait(lambda: heard.wants == [fine])
    assert stages(heard).index("draft") < stages(heard).index("at working size")
    assert len(model.tiles) >= TILES


def test_what_is_seen_is_refined_in_part_and_stays_provisional(
    lazy: ModelWorker, heard: Heard, model: SlowModel, fine: Want
) -> None:
    lazy.refine(fine, Detail(Window(0, 0, 8, 8)))  # before it is wanted: the picture asks later
    lazy.want([fine])
    heard.wait(lambda: "refined in part" in stages(heard))
    heard.wait(lambda: heard.statuses[-1] == Status(""))
    part = len(model.tiles)
    assert heard.wants == []
    lazy.refine(fine, Detail())
    heard.wait(lambda: heard.wants == [fine])
    print(f"{part} tiles for what is seen, {len(model.tiles) - part} for the whole")
    assert 0 < part <= len(model.tiles) - part


def test_a_cancel_ends_the_detail_at_the_next_tile(
    lazy: ModelWorker, heard: Heard, model: SlowModel, fine: Want
) -> None:
    lazy.want([fine])
    heard.wait(lambda: "at working size" in stages(heard))
    model.hold()
    lazy.refine(fine, Detail())
    model.step()
    heard.wait(lambda: any("part 1 of" in s.text for s in heard.statuses))
    lazy.cancel()
    model.go()
    heard.wait(lambda: heard.statuses[-1] == Status("cancelled"))
    assert (len(model.tiles), heard.wants) == (2, []), "the one in flight is the last"
    lazy.refine(fine, Detail())
    lazy.want([fine])
    heard.wait(lambda: heard.wants == [fine])


def test_a_frame_between_keyframes_is_refined_whole_only(
    lazy: ModelWorker, heard: Heard, fine: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookdev.explore.model_worker.is_carried", lambda *_given: True)
    lazy.refine(fine, Detail(Window(0, 0, 8, 8)))
    lazy.want([fine])
    heard.wait(lambda: heard.errors)
    assert str(heard.errors[0]).startswith("snow at frame 1001: is carried from the keyframes")
    assert "\n" not in str(heard.errors[0])


def test_what_a_viewer_shows_is_whole_pixels_of_the_refined_element(fine: Want) -> None:
    plate = (128, 72)
    assert Detail.seen(fine.layer, (0.0, 0.0, 128.0, 72.0), plate) == Detail()
    assert Detail.seen(fine.layer, (-9.0, -9.0, 200.0, 90.0), plate) == Detail()
    part = Detail.seen(fine.layer, (10.5, 20.25, 20.25, 30.0), plate)
    assert part == Detail(Window(10, 20, 11, 10))
    assert Detail.seen(fine.layer, (300.0, 300.0, 310.0, 310.0), plate) == Detail(
        Window(127, 71, 1, 1)
    )
