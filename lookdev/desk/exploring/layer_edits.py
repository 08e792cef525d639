"""What a person does to layers as a whole, as edits of the draft."""

from collections.abc import Callable
from typing import Any

from lookdev.desk.exploring.layers import LayerActions
from lookdev.explore import edits
from lookdev.explore.draft import Draft
from lookdev.spec.look import Look


def layer_actions(
    draft: Draft,
    *,
    guard: Callable[[Callable[..., Any]], Callable[..., Any]],
    select: Callable[[str | None], object],
    changed: Callable[[], object],
    set_value: Callable[[str, Any], object],
) -> LayerActions:
    """The actions of the stack of layers.

    Args:
        draft: What is edited.
        guard: Wraps every action.
        select: Works on another layer.
        changed: Shows the draft anew.
        set_value: Sets a parameter.
    """

    def put(look: Look, selected: str | None = None) -> None:
        draft.edit(look, "layers")
        if selected is not None:
            select(selected)
        draft.settle()
        changed()

    def solo(name: str | None) -> None:
        draft.solo(name)
        changed()

    def add() -> None:
        look = edits.add_layer(draft.look)
        put(look, look.layers[-1].name)

    return LayerActions(
        select=guard(select),
        solo=guard(solo),
        mute=lambda name, mute: set_value(f"{name}.mute", mute),
        move=guard(lambda name, by: put(edits.move_layer(draft.look, name, by))),
        remove=guard(lambda name: put(edits.remove_layer(draft.look, name))),
        rename=guard(lambda name, new: put(edits.rename_layer(draft.look, name, new), new)),
        add=guard(add),
    )
