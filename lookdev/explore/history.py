"""Undo and redo over everything: which take is on the desk, marks, solo and locks.

A step holds the fields that it puts back, so 200 steps stay small. Takes are never taken away:
what undo leaves is still in the tree.
"""

from collections.abc import Container, Mapping
from typing import Any

from lookdev.spec.draft import MAX_UNDO, Change, DeskState, Mark, Take

_FIELDS = ("current", "solo", "locked")


def difference(before: DeskState, after: DeskState) -> Change:
    """What turns `after` back into `before`."""
    names = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
    values: dict[str, Any] = {name: getattr(before, name) for name in names}
    takes = sorted({*before.marks, *after.marks})
    old, new = before.marks, after.marks
    marks = {id_: old.get(id_, Mark()) for id_ in takes if old.get(id_) != new.get(id_)}
    return Change(**{**values, **({"marks": marks} if marks else {})})


def applied(state: DeskState, change: Change) -> DeskState:
    """The state with the change's fields put in; undo and redo stay as they are."""
    values = {name: getattr(change, name) for name in _FIELDS if name in change.model_fields_set}
    marks = {**state.marks, **change.marks}
    kept = {id_: mark for id_, mark in marks.items() if mark != Mark()}
    return state.model_copy(update={**values, "marks": kept})


def done(before: DeskState, after: DeskState) -> DeskState:
    """`after`, with a step back to `before`; what could be redone no longer can."""
    step = difference(before, after)
    if not step.model_fields_set:
        return after
    return after.model_copy(update={"undo": (*before.undo, step)[-MAX_UNDO:], "redo": ()})


def with_take(
    state: DeskState, take: Take, *, renamed: Mapping[str, str] | None = None
) -> DeskState:
    """The state with that take on the desk, as a step that can be undone.

    Solo and locks follow layers that were renamed; a solo whose layer the take lacks ends.
    """
    names = renamed or {}
    solo = names.get(state.solo or "", state.solo)
    shown = solo if solo in {layer.name for layer in take.look.layers} else None
    locked = tuple(_renamed(lock, names) for lock in state.locked)
    return done(
        state, state.model_copy(update={"current": take.id, "solo": shown, "locked": locked})
    )


def undone(state: DeskState) -> DeskState:
    """One step back; the state itself where there is none."""
    if not state.undo:
        return state
    *rest, step = state.undo
    back = applied(state, step)
    return back.model_copy(
        update={"undo": tuple(rest), "redo": (*state.redo, difference(state, back))}
    )


def redone(state: DeskState) -> DeskState:
    """One step forward again; the state itself where there is none."""
    if not state.redo:
        return state
    *rest, step = state.redo
    forth = applied(state, step)
    return forth.model_copy(
        update={"redo": tuple(rest), "undo": (*state.undo, difference(state, forth))}
    )


def within(state: DeskState, takes: Container[int]) -> DeskState:
    """The state with only those steps that lead to a take there is."""

    def kept(steps: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(
            step
            for step in steps
            if "current" not in step.model_fields_set or step.current in takes
        )

    return state.model_copy(update={"undo": kept(state.undo), "redo": kept(state.redo)})


def _renamed(lock: str, names: Mapping[str, str]) -> str:
    layer, dot, rest = lock.partition(".")
    return f"{names.get(layer, layer)}{dot}{rest}"
