import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_show import SmallShow, make_small_show

from lookdev.explore import history
from lookdev.explore.draft import Draft
from lookdev.explore.edits import add_layer, remove_layer, rename_layer
from lookdev.spec import parameter
from lookdev.spec.draft import MAX_UNDO, Change, DeskState, Mark
from lookdev.spec.look import Look

START = DeskState(format="desk/1", current=1)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> SmallShow:
    return make_small_show(tmp_path_factory.mktemp("show") / "show")


def core(state: DeskState) -> dict[str, Any]:
    return state.model_dump(include={"current", "marks", "solo", "locked"})


def edited(look: Look, layer: str, what: str, n: int) -> Look:
    names = [layer.name for layer in look.layers]
    match what:
        case "drag":
            return parameter.replace(look, f"{layer}.blend.opacity", n / 100)
        case "seed":
            return parameter.replace(look, f"{layer}.element.seed", str(n))
        case "add" if len(names) < 5:
            return add_layer(look)
        case "remove" if len(names) > 1:
            return remove_layer(look, layer)
        case "rename" if f"l{n}" not in names:
            return rename_layer(look, layer, f"l{n}")
    return look


def act(draft: Draft, what: str, n: int) -> None:
    """One thing that a person does; `n` chooses which take, layer or value."""
    layers = [layer.name for layer in draft.look.layers]
    layer = layers[n % len(layers)]
    take = draft.takes.order[n % len(draft.takes)].id
    match what:
        case "drag" | "seed" | "add" | "remove" | "rename":
            draft.edit(edited(draft.look, layer, what, n), f"{what} {layer}")
        case "solo":
            draft.solo(None if n % 3 == 0 else layer)
        case "lock":
            draft.lock(f"{layer}.blend", n % 2 == 0)
        case "note":
            draft.note(take, f"note {n}" if n % 3 else "")
        case "go" | "star" | "reject":
            getattr(draft, what)(take)
        case "settle" | "undo" | "redo" | "save":
            getattr(draft, what)()


ACTS = ["drag", "seed", "add", "remove", "rename", "solo", "lock", "note", "go", "star"]
ACTS += ["reject", "settle", "undo", "redo", "save"]


@settings(max_examples=60, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), max_size=40))
def test_undoing_everything_is_the_start_and_redoing_everything_the_end(
    show: SmallShow, acts: list[tuple[str, int]]
) -> None:
    name = "d" + str(time.monotonic_ns())
    Draft.offer(show.shot_file, name, show.look().look, "begun")
    draft = Draft.open(show.shot_file, name, by="anna")
    start, looks = core(draft.state), [draft.look]
    for what, n in acts:
        act(draft, what, n)
        looks.append(draft.look)
    draft.settle()
    for _ in range(len(draft.state.redo)):
        draft.redo()
    end, look = core(draft.state), draft.look
    for _ in range(len(draft.state.undo)):
        draft.undo()
    assert core(draft.state) == start
    assert draft.look == looks[0]
    for _ in range(len(draft.state.redo)):
        draft.redo()
    assert core(draft.state) == end
    assert draft.look == look
    draft.save()
    again = Draft.open(show.shot_file, name, by="anna")
    assert again.state == draft.state
    assert again.look == draft.look
    assert again.takes == draft.takes
    missing = [look for look in looks if again.takes.holding(look) is None]
    assert len(missing) <= sum(what in {"drag", "seed"} for what, _ in acts)


def test_undo_without_a_step_changes_nothing() -> None:
    assert history.undone(START) == START
    assert history.redone(START) == START


def test_a_step_that_changes_nothing_is_none() -> None:
    assert history.done(START, START) == START


def test_a_step_holds_only_what_changed() -> None:
    after = history.done(START, START.model_copy(update={"marks": {3: Mark(starred=True)}}))
    (step,) = after.undo
    assert step.model_dump(exclude_unset=True) == {"marks": {3: {}}}
    assert history.undone(after).marks == {}


def test_the_oldest_steps_are_forgotten() -> None:
    state = START
    for n in range(2, MAX_UNDO + 52):
        state = history.done(state, state.model_copy(update={"current": n}))
    assert len(state.undo) == MAX_UNDO
    for _ in range(MAX_UNDO + 5):
        state = history.undone(state)
    assert state.current == 51


def test_steps_to_takes_that_are_gone_are_left_out() -> None:
    steps = (Change(current=2), Change(solo="snow"), Change(current=3))
    kept = history.within(START.model_copy(update={"undo": steps}), {3})
    assert kept.undo == steps[1:]


def test_what_a_save_with_two_hundred_steps_takes(show: SmallShow) -> None:
    Draft.offer(show.shot_file, "quick", show.look().look, "begun")
    draft = Draft.open(show.shot_file, "quick", by="anna")
    for n in range(MAX_UNDO + 10):
        draft.note(1, f"a note of some length, as people write them: {n}")
    assert len(draft.state.undo) == MAX_UNDO
    draft.at(1001)
    times = []
    for n in range(5):
        draft.at(1002 + n)
        act(draft, "drag", n)
        before = time.process_time()
        draft.save()
        times.append(time.process_time() - before)
    print(f"a save takes {min(times) * 1000:.1f} ms of processor time (bar 30)")


def test_the_state_is_a_file_that_a_person_can_read(show: SmallShow) -> None:
    Draft.offer(show.shot_file, "plain", show.look().look, "begun")
    draft = Draft.open(show.shot_file, "plain", by="anna")
    draft.star(1)
    draft.save()
    text = (draft.path.with_suffix("") / "desk.yaml").read_text()
    assert "marks:\n  1:\n    starred: true\n" in text
    assert """undo: ['{"marks":{"1":{}}}']""" in text
