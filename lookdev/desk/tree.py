"""Widgets that a desk made, and that are to be gone with it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import ipywidgets as widgets

W = TypeVar("W", bound=widgets.Widget)
T = TypeVar("T")

_shared: set[str] = set()


def shared(widget: W) -> W:
    """A widget that desks share, such as a layout: it outlives each of them."""
    _shared.add(widget.model_id)
    return widget


def made_by(make: Callable[[], T]) -> tuple[T, list[widgets.Widget]]:
    """What a call gives, and every widget that it made."""
    made: list[widgets.Widget] = []
    widgets.Widget.on_widget_constructed(made.append)
    try:
        return make(), made
    except BaseException:
        close(made)
        raise
    finally:
        widgets.Widget.on_widget_constructed(None)


def close(roots: Iterable[widgets.Widget]) -> None:
    """Close widgets and all that hangs on them, but for what is shared."""
    for widget in list(_below(roots)):
        widget.close()


def _below(roots: Iterable[widgets.Widget]) -> Iterator[widgets.Widget]:
    waiting, seen = list(roots), set[int]()
    while waiting:
        widget = waiting.pop()
        if id(widget) in seen or widget.model_id in _shared:
            continue
        seen.add(id(widget))
        waiting += [one for name in widget.keys for one in _widgets(getattr(widget, name))]
        yield widget


def _widgets(value: Any) -> list[widgets.Widget]:
    parts = value if isinstance(value, (list, tuple)) else [value]
    return [part for part in parts if isinstance(part, widgets.Widget)]
