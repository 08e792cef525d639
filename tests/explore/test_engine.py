"""Two threads behind the viewer: pictures at once, one model at a time, nothing lost between."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from slow_model import PATIENCE, Heard, SlowModel, no_rest, view
from small_show import FIRST, LAST, SmallShow

from lookdev.errors import LookdevError, ModelError
from lookdev.explore.engine import Engine
from lookdev.explore.shown import log_coded
from lookdev.explore.want import Want
from lookdev.image import garbage
from lookdev.render import Session, comp_frame, render_frame
from lookdev.spec import parameter
from lookdev.spec.look import Look

ALL = list(range(FIRST, LAST + 1))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    no_rest(monkeypatch)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> SlowModel:
    return SlowModel(monkeypatch)


@pytest.fixture
def look(small_show: SmallShow) -> Look:
    return small_show.look().look


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def engine(small_show: SmallShow, heard: Heard, model: SlowModel) -> Iterator[Engine]:
    made = heard.listens_to(Engine(small_show.shot_file, heard))
    yield made
    made.close()
    model.go()
    made.join(PATIENCE)


def turn(look: Look, **values: object) -> Look:
    for name, value in values.items():
        look = parameter.replace(look, name.replace("__", "."), value)
    return look


def asks_for(heard: Heard, look: Look, frame: int = 1003) -> None:
    """Wait until the models' thread knows of the look."""
    keys = {Want(layer, frame, look).key for layer in look.layers}
    heard.wait(lambda: heard.asked and heard.asked[-1] & keys == keys)


def cache_entries(show: SmallShow) -> int:
    return sum(path.is_file() for path in show.folder.cache_folder.glob("[0-9a-f][0-9a-f]/*"))


def at_rest(engine: Engine, heard: Heard, look: Look, frame: int = 1003, **more: object) -> None:
    """Show a view, and wait until all of it is on the screen exactly."""
    wanted = view(engine.shot_file, look, frame, **more)
    engine.show(wanted)
    heard.wait(lambda: any(p.source == wanted.a and p.frame == frame for p in heard.exact))


def test_what_is_shown_at_rest_is_what_is_delivered(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look)
    heard.wait(lambda: heard.rest and not heard.statuses[-1].busy)
    shown = next(p.coded for p in heard.exact if p.slot == "a")
    code = np.frombuffer(shown.data, np.float16).reshape(shown.height, shown.width, 3)
    session = Session(small_show.folder)
    made = render_frame(small_show.shot_file, look, 1003, session=session)
    wanted = log_coded(torch.from_numpy(comp_frame(made, session).pixels)).numpy()
    worst = np.abs(code.astype(np.float32) - wanted).max()
    print(f"half code against the delivered comp: at most {worst:.6f}")
    assert session.elements.evaluations == 0, "the engine's elements are the final's"
    assert worst < 5e-4
    assert model.threads == {"model"}
    assert heard.rest[0][:2] == (look, 1003)


def test_a_draft_comes_first_and_says_so(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    engine.show(view(engine.shot_file, look, 1003))
    model.step(4)  # both layers' drafts
    heard.wait(lambda: any("snow draft, dust draft" in p.stage for p in heard.pictures))
    assert [r.layer.element.size for r in model.finished] == [(32, 18), (32, 18)]
    model.wait(lambda: len(model.made) == 3)
    assert model.made[2].layer.element.size == (64, 36)
    model.step(1)
    heard.wait(lambda: any("snow step 1 of 2" in p.stage for p in heard.pictures))
    assert not heard.full
    model.go()
    heard.wait(lambda: heard.full)


def test_finer_detail_is_shown_as_provisional_until_all_of_it_is_asked_for(
    small_show: SmallShow, look: Look, heard: Heard, model: SlowModel
) -> None:
    look = turn(look, snow__refine__scale=2.0, snow__refine__tile=64, snow__refine__overlap=16)
    engine = Engine(small_show.shot_file, heard, refines=False)
    try:
        wanted = view(engine.shot_file, look, 1003)
        engine.show(wanted)
        heard.wait(lambda: heard.pictures and heard.pictures[-1].stage == "snow at working size")
        assert model.tiles == []
        seen = replace(wanted, region=(0.0, 0.0, 8.0, 8.0), size=(8, 8))
        engine.refine(seen, look.layers[0], whole=False)
        heard.wait(lambda: heard.pictures[-1].stage == "snow refined in part")
        assert not heard.full
        engine.refine(wanted, look.layers[0], whole=True)
        heard.wait(lambda: heard.full)
        heard.wait(lambda: heard.rest)
    finally:
        engine.close()
        engine.join(PATIENCE)
    assert heard.errors == []
    session = Session(small_show.folder)
    made = render_frame(small_show.shot_file, look, 1003, session=session)
    assert session.elements.evaluations == 0, "what is shown at last is the final's"
    assert not made.provisional


def test_a_blend_edit_during_a_job_is_shown_and_evaluates_nothing(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    engine.show(view(engine.shot_file, look, 1003))
    model.step(4)
    model.wait(lambda: len(model.made) == 3)
    heard.wait(lambda: any("snow draft, dust draft" in p.stage for p in heard.pictures))
    steps = model.steps
    edited = turn(look, snow__blend__opacity=0.25)
    engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: heard.pictures[-1].source.look == edited)
    assert model.steps == steps
    assert len(model.made) == 3, "the job at hand goes on"
    model.go()
    heard.wait(lambda: any(p.source.look == edited for p in heard.full))
    assert len(model.made) == 4, "two drafts, two elements, and no more"


def test_a_hundred_rapid_edits_give_few_pictures_and_the_last_one(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look)
    before, made = len(heard.pictures), len(model.made)
    for n in range(100):
        edited = turn(look, snow__blend__opacity=n / 100)
        engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: any(p.source.look == edited for p in heard.exact))
    comps = [p for p in heard.pictures[before:] if p.slot == "a"]
    print(f"100 edits gave {len(comps)} pictures")
    assert comps[-1].source.look == edited
    assert len(comps) < 60
    assert len(model.made) == made


def test_the_plate_is_the_same_under_every_look(look: Look, engine: Engine, heard: Heard) -> None:
    at_rest(engine, heard, look, b="plate")
    heard.wait(lambda: any(p.slot == "b" for p in heard.exact))
    edited = turn(look, snow__blend__opacity=0.5)
    at_rest(engine, heard, edited, b="plate")
    at_rest(engine, heard, look, b="plate")
    heard.wait(lambda: len(heard.rest) == 3)
    plates = [p.coded.encoding for p in heard.pictures if p.slot == "b"]
    print(f"the plate was sent as {plates}")
    assert plates.count("half") == 1


def test_cancel_raises_in_the_step_and_keeps_nothing_half_done(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    engine.show(view(engine.shot_file, look, 1003))
    model.step(5)
    heard.wait(lambda: any("snow step 1 of 2" in p.stage for p in heard.pictures))
    kept = cache_entries(small_show)
    engine.cancel()
    model.step(1)  # the step in flight
    heard.wait(lambda: heard.statuses[-1].text == "cancelled")
    assert not heard.statuses[-1].busy
    assert model.steps == 6
    assert cache_entries(small_show) == kept, "two drafts"
    model.go()
    edited = turn(look, snow__blend__opacity=0.5)
    engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: heard.pictures[-1].source.look == edited)
    assert model.steps == 6, "what was cancelled is not made again by itself"
    other = turn(edited, snow__element__seed="8")
    engine.show(view(engine.shot_file, other, 1003))
    model.wait(lambda: [r.layer.element.seed for r in model.finished].count("8") == 2)
    assert "7" not in [
        r.layer.element.seed for r in model.finished if r.layer.element.size == (64, 36)
    ]
    engine.resume(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: any(p.source.look == edited for p in heard.full))


def test_an_element_made_after_a_cancel_is_the_one_of_a_fresh_model(
    small_show: SmallShow, look: Look, heard: Heard
) -> None:
    """With the real pipeline: an exception in its loop leaves nothing behind."""
    engine = Engine(small_show.shot_file, heard)
    engine.show(view(engine.shot_file, turn(look, snow__element__steps=40), 1001))
    heard.wait(lambda: any("step" in s.text and s.progress for s in heard.statuses))
    engine.cancel()
    heard.wait(lambda: heard.statuses[-1].text == "cancelled")
    other = turn(look, snow__element__seed="99")
    at_rest(engine, heard, other, 1001)
    engine.close()
    engine.join(PATIENCE)
    session = Session(small_show.folder)
    by_engine = render_frame(small_show.shot_file, other, 1001, session=session)
    assert session.elements.evaluations == 0
    for path in small_show.folder.cache_folder.glob("[0-9a-f][0-9a-f]/*"):
        path.unlink()
    fresh = Session(small_show.folder)
    alone = render_frame(small_show.shot_file, other, 1001, session=fresh)
    assert fresh.elements.evaluations == 4
    assert torch.equal(alone.comp, by_engine.comp)


def test_a_superseded_job_ends_early(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    long = turn(look, snow__element__steps=50)
    engine.show(view(engine.shot_file, long, 1003))
    model.step(5)
    heard.wait(lambda: any("snow step 1 of 50" in p.stage for p in heard.pictures))
    other = turn(look, snow__element__seed="8")
    engine.show(view(engine.shot_file, other, 1003))
    asks_for(heard, other)
    model.go()
    heard.wait(lambda: any(p.source.look == other for p in heard.full))
    done = [r.layer.element.steps for r in model.finished]
    print(f"finished elements had {done} steps; {model.steps} steps in all")
    assert 50 not in done
    assert not any(s.text == "cancelled" for s in heard.statuses)


def test_what_is_wanted_again_is_drafted_again(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    """Its draft comes from the cache: going back never shows a hole."""
    model.hold()
    engine.show(view(engine.shot_file, look, 1003))
    model.step(4)
    heard.wait(lambda: any("snow draft, dust draft" in p.stage for p in heard.pictures))
    model.wait(lambda: len(model.made) == 3)
    other = turn(look, snow__element__seed="8")
    engine.show(view(engine.shot_file, other, 1003))
    asks_for(heard, other)
    model.step(3)  # the step in flight of the one that is left, and the draft of the new one
    heard.wait(
        lambda: any(
            p.source.look == other and "draft, dust draft" in p.stage for p in heard.pictures
        )
    )
    model.wait(lambda: len(model.made) == 5)
    seen = len(heard.pictures)
    engine.show(view(engine.shot_file, look, 1003))
    asks_for(heard, look)
    model.step(1)
    heard.wait(lambda: any("snow draft, dust draft" in p.stage for p in heard.pictures[seen:]))
    drafts = [r.layer.element.seed for r in model.finished if r.layer.element.size == (32, 18)]
    assert drafts.count("7") == 1


def test_an_error_of_the_model_is_told_once_and_the_worker_lives_on(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.error = ModelError("model mini: out of memory; choose a smaller size")
    engine.show(view(engine.shot_file, look, 1003))
    heard.wait(lambda: len(heard.errors) == 2)
    assert {str(e) for e in heard.errors} == {str(model.error)}
    heard.wait(lambda: not heard.statuses[-1].busy)
    edited = turn(look, snow__blend__opacity=0.5)
    engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: any(p.source.look == edited for p in heard.pictures))
    assert len(model.made) == 2, "an edit of the blend does not try what failed again"
    model.error = None
    engine.resume(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: any(p.source.look == edited for p in heard.full))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("snow.matte", "wall"), "names the matte wall; the shot has tower"),
        (("snow.element.size", [64, 64]), "snow.element.size is [64, 64]"),
    ],
)  # fmt: skip
def test_what_cannot_be_rendered_is_one_sentence_and_the_last_picture_stays(
    look: Look, engine: Engine, heard: Heard, change: tuple[str, object], sentence: str
) -> None:
    at_rest(engine, heard, look)
    count = len(heard.pictures)
    engine.show(view(engine.shot_file, parameter.replace(look, *change), 1003))
    heard.wait(lambda: heard.errors)
    assert isinstance(heard.errors[0], LookdevError)
    assert sentence in str(heard.errors[0])
    assert len(heard.pictures) == count
    mended = turn(look, snow__blend__opacity=0.5)
    at_rest(engine, heard, mended)


def test_a_plate_file_that_changes_while_the_desk_is_open_is_refused(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard
) -> None:
    at_rest(engine, heard, look)
    path = small_show.folder.root / "plates" / "plate.1003.exr"
    before = path.read_bytes()
    path.write_bytes((small_show.folder.root / "plates" / "plate.1004.exr").read_bytes())
    count = len(heard.pictures)
    edited = turn(look, snow__blend__opacity=0.5)
    engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: heard.errors)
    assert "plate.1003.exr: has changed since it was ingested" in str(heard.errors[0])
    assert len(heard.pictures) == count
    path.unlink()
    engine.show(view(engine.shot_file, edited, 1003))
    heard.wait(lambda: any("1003 of the plate cannot be found" in str(e) for e in heard.errors))
    path.write_bytes(before)
    at_rest(engine, heard, edited)


def test_filling_makes_every_frame_playable(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    engine.fill(look)
    heard.wait(lambda: len(heard.wants) == len(ALL))
    engine.find_cached(look, heard.note)
    heard.wait(lambda: heard.other)
    assert heard.other == [ALL]
    made = len(model.made)
    clip: list[int] = []
    sources = {"a": view(engine.shot_file, look, FIRST).a}
    engine.clip(sources, ALL, (64, 36), lambda frame: clip.append(frame.frame), heard.note)
    heard.wait(lambda: len(heard.other) == 2)
    assert clip == heard.other[1] == ALL
    assert len(model.made) == made


def test_a_clip_that_is_interrupted_by_a_picture_goes_on(
    look: Look, engine: Engine, heard: Heard
) -> None:
    engine.fill(look)
    heard.wait(lambda: len(heard.wants) == len(ALL))
    clip: list[int] = []
    wanted = view(engine.shot_file, look, 1002)

    def each(frame: object) -> None:
        clip.append(frame.frame)
        engine.show(view(engine.shot_file, look, frame.frame, a="plate"))

    engine.clip({"a": wanted.a, "b": wanted.b}, ALL, (64, 36), each, heard.note)
    heard.wait(lambda: heard.other)
    assert clip == ALL
    assert heard.pictures, "the pictures asked for meanwhile were drawn"


def test_a_dropped_clip_ends_and_what_lacks_elements_is_left_out(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look, 1004)
    clip: list[int] = []
    source = view(engine.shot_file, look, FIRST).a
    engine.clip({"a": source}, ALL, (64, 36), lambda frame: clip.append(frame.frame), heard.note)
    heard.wait(lambda: heard.other)
    assert clip == heard.other[0] == [1004]
    again = threading.Event()
    plate = view(engine.shot_file, look, FIRST, a="plate").a
    engine.clip(
        {"a": plate}, ALL, (64, 36), lambda _frame: (engine.drop_clip(), again.set()), heard.note
    )
    assert again.wait(PATIENCE)
    engine.find_cached(look, heard.note)
    heard.wait(lambda: len(heard.other) == 2)
    assert heard.other[1] == [1004], "the errand after it, and no end of the clip"
    assert len(model.made) == 4


def test_only_the_newest_errand_of_a_name_is_done(look: Look, engine: Engine, heard: Heard) -> None:
    busy, held = threading.Event(), threading.Event()
    engine.examine(look, FIRST, lambda _rendered: (busy.set(), held.wait(PATIENCE)))
    assert busy.wait(PATIENCE)
    for n in range(20):
        engine.examine(look, FIRST, lambda _rendered, n=n: heard.note(n), name="plots")
    held.set()
    engine.find_cached(look, lambda _frames: heard.note("end"))
    heard.wait(lambda: "end" in heard.other)
    assert heard.other == [19, "end"]


def test_cancel_ends_a_fill_and_what_it_made_is_playable(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    engine.fill(look)
    model.step(5)
    model.wait(lambda: len(model.made) == 3)
    engine.cancel()
    model.step(1)
    heard.wait(lambda: heard.wants, PATIENCE)
    heard.wait(lambda: heard.statuses[-1].text == "cancelled")
    engine.find_cached(look, heard.note)
    heard.wait(lambda: heard.other)
    assert heard.other == [[FIRST]]
    model.go()
    assert len(model.finished) == 2


def test_thumbnails_do_not_wait_for_a_long_fill(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    model.hold()
    engine.fill(look)
    model.wait(lambda: len(model.made) == 1)
    engine.thumbnails({"one": look}, 1006, lambda name, jpeg: heard.note((name, jpeg[:3])))
    model.step(8)  # frame 1001, and the two drafts
    heard.wait(lambda: heard.other)
    assert heard.other == [("one", b"\xff\xd8\xff")]
    assert len(model.finished) == 4
    model.go()
    heard.wait(lambda: len(heard.wants) == len(ALL))


def test_an_element_that_left_the_cache_is_made_again_by_the_model_thread(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look, 1003)
    at_rest(engine, heard, look, 1004)
    for path in small_show.folder.cache_folder.glob("[0-9a-f][0-9a-f]/*"):
        path.unlink()
    made = len(model.made)
    at_rest(engine, heard, look, 1005)
    heard.pictures.clear()
    at_rest(engine, heard, look, 1003)
    assert len(model.made) == made + 8, "two frames, two layers, a draft and an element of each"
    assert model.threads == {"model"}


def test_a_damaged_entry_is_made_again_by_the_model_thread(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    engine.fill(look)
    heard.wait(lambda: len(heard.wants) == len(ALL))
    for path in small_show.folder.cache_folder.glob("[0-9a-f][0-9a-f]/*"):
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    at_rest(engine, heard, look, 1003)
    assert model.threads == {"model"}
    assert len(model.made) == 2 * len(ALL) + 4


def test_a_cache_that_cannot_be_written_is_told_and_ends(
    look: Look, engine: Engine, heard: Heard, model: SlowModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lookdev.store.cache import Cache

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Cache, "_write", staticmethod(full))
    engine.show(view(engine.shot_file, look, 1003))
    heard.wait(lambda: len(heard.errors) == 2)
    assert "cannot keep the element of snow at frame 1003; make room there" in str(heard.errors[0])
    heard.wait(
        lambda: heard.pictures and heard.pictures[-1].stage == "snow not kept, dust not kept"
    )
    heard.wait(lambda: not heard.statuses[-1].busy)
    assert len(model.made) == 4, "two drafts, two elements, and no more"
    assert model.threads == {"model"}


def test_scrubbing_makes_nothing(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look, 1003)
    made = len(model.made)
    engine.show(view(engine.shot_file, look, 1005, b="plate", scrubbing=True))
    heard.wait(lambda: heard.pictures[-1].slot == "b")
    stages = {p.slot: p.stage for p in heard.pictures if p.frame == 1005}
    assert stages == {"a": "not rendered yet", "b": ""}
    assert len(model.made) == made


def test_a_page_that_is_loaded_again_gets_its_pictures_again(
    look: Look, engine: Engine, heard: Heard
) -> None:
    at_rest(engine, heard, look, overlay="matte:tower", b="plate")
    heard.wait(lambda: any(p.slot == "b" for p in heard.exact))
    count = len(heard.pictures)
    same = view(engine.shot_file, look, 1003, overlay="matte:tower", b="plate")
    engine.show(same, anew=True)
    heard.wait(lambda: {p.slot for p in heard.pictures[count:]} == {"a", "b"})
    heard.wait(lambda: len(heard.overlays) >= 2)
    assert heard.overlays[-1][1].encoding == "grey"


def test_an_edit_of_a_sends_a_only(look: Look, engine: Engine, heard: Heard) -> None:
    """B's picture, of another look, is on the screen already."""
    other = turn(look, snow__element__seed="8")
    at_rest(engine, heard, look, b="comp", b_look=other)
    heard.wait(lambda: any(p.slot == "b" for p in heard.exact))
    heard.pictures.clear()
    edited = turn(look, snow__blend__opacity=0.5)
    at_rest(engine, heard, edited, b="comp", b_look=other)
    heard.wait(lambda: heard.rest[-1][0] == edited)
    assert {p.slot for p in heard.pictures} == {"a"}


def test_a_new_matte_is_served_after_the_shot_was_reopened(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard
) -> None:
    at_rest(engine, heard, look)
    shot_file = garbage.save(small_show.shot_file, "fix", [garbage.Box(0, 0, 64, 72)])
    engine.reopen(shot_file)
    held_out = parameter.replace(look, "snow.holdouts", ["fix"])
    at_rest(engine, heard, held_out, overlay="matte:fix")
    assert not heard.errors
    assert heard.overlays[-1][1].data.count(255) == 64 * 72


def test_the_probe_tells_scene_linear_values(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard
) -> None:
    assert engine.probe(1, 1) == {}
    at_rest(engine, heard, look)
    values = engine.probe(101.5, 12.5)
    session = Session(small_show.folder)
    made = render_frame(small_show.shot_file, look, 1003, session=session)
    assert values["plate"] == [60.0, 60.0, 60.0]
    assert values["comp"] == made.comp[:, 12, 101].tolist()
    assert len(values["element"]) == 4
    assert engine.probe(-1, 5) == {}
    assert engine.probe(128, 5) == {}


def test_closing_ends_both_threads_in_the_middle_of_a_job(
    small_show: SmallShow, look: Look, heard: Heard, model: SlowModel
) -> None:
    before = set(threading.enumerate())
    engine = Engine(small_show.shot_file, heard)
    started = set(threading.enumerate()) - before
    model.hold()
    engine.fill(look)
    engine.show(view(engine.shot_file, look, 1003))
    model.wait(lambda: len(model.made) == 1)
    engine.close()
    model.step(1)
    engine.join(PATIENCE)
    assert {t.name for t in started} == {"picture", "model"}
    assert not any(t.is_alive() for t in started)


def test_a_colour_config_that_cannot_be_read_is_told(
    small_show: SmallShow, look: Look, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCIO", "nowhere.ocio")
    engine = Engine(small_show.shot_file, heard)
    engine.show(view(engine.shot_file, look, 1003))
    heard.wait(lambda: heard.errors)
    assert "nowhere.ocio: cannot be used" in str(heard.errors[0])
    engine.close()
    engine.join(PATIENCE)


def test_a_cancel_right_after_a_new_look_is_not_forgotten(
    look: Look, engine: Engine, heard: Heard, model: SlowModel
) -> None:
    at_rest(engine, heard, look)
    made = len(model.made)
    other = turn(look, snow__element__seed="4711")
    engine.show(view(engine.shot_file, other, 1003))
    engine.cancel()
    heard.wait(lambda: heard.pictures[-1].stage == "snow waiting")
    assert len(model.made) == made
    engine.resume(view(engine.shot_file, other, 1003))
    heard.wait(lambda: heard.rest and heard.rest[-1][0] == other)


def test_a_matte_may_be_called_support(
    small_show: SmallShow, look: Look, engine: Engine, heard: Heard
) -> None:
    engine.reopen(garbage.save(small_show.shot_file, "support", [garbage.Box(0, 0, 64, 72)]))
    at_rest(engine, heard, look, overlay="matte:support")
    assert heard.overlays[-1][1].data.count(255) == 64 * 72
    engine.show(view(engine.shot_file, look, 1003, overlay="support"))
    heard.wait(lambda: heard.overlays[-1][1].data.count(255) == 128 * 72)
