"""The gallery: a strip or a grid of labelled pictures, driven by mouse or keyboard.

Pictures never live in traits, only in messages: a saved notebook stays small.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_FOLDER = Path(__file__).parent
_SCRIPTS = (
    "make.js",
    "sorting.js",
    "thumbs.js",
    "card.js",
    "notes.js",
    "enlarged.js",
    "toolbar.js",
    "keys.js",
    "view.js",
    "main.js",
)
_ACTIONS = ("open", "star", "reject", "note", "a", "b")


@dataclass(frozen=True)
class Action:
    """What a person did to one picture."""

    kind: str
    """`open`, `star`, `reject`, `note`, `a` or `b`."""
    id: str
    text: str = ""
    """The note as it now is, where `kind` is `note`."""


class Gallery(anywidget.AnyWidget):
    """A strip or a grid of pictures.

    The gallery holds no truth of its own: an action is reported, and whoever owns the items sets
    `items` anew. Only `sort` is changed by the front-end.
    """

    _esm = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    _css = (_FOLDER / "gallery.css").read_text(encoding="utf-8")

    arrangement = traitlets.Enum(("strip", "grid", "tree"), default_value="strip").tag(sync=True)
    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    columns = traitlets.Int(4, min=1).tag(sync=True)
    sort_keys = traitlets.List(traitlets.Dict()).tag(sync=True)
    sort = traitlets.Dict().tag(sync=True)
    can = traitlets.List(traitlets.Enum(_ACTIONS)).tag(sync=True)
    label = traitlets.Unicode("Pictures").tag(sync=True)
    empty = traitlets.Unicode("Nothing here yet.").tag(sync=True)

    def __init__(
        self,
        *,
        on_action: Callable[[Action], None],
        thumbnail: Callable[[str], bytes | None],
        **traits: Any,
    ) -> None:
        """Make a gallery.

        Args:
            on_action: Called on the kernel's main loop with what the person did.
            thumbnail: JPEG bytes (display-referred) of an item by its id; None while there is
                none, in which case `show` is called once there is, or the item's `picture` (any
                text that names its version, empty for none yet) is set anew.
            traits: Initial values of the traits.
        """
        super().__init__(**traits)
        self._on_action = on_action
        self._thumbnail = thumbnail
        self.on_msg(self._received)

    def show(self, item: str, jpeg: bytes) -> None:
        """Show (or replace) an item's picture."""
        self.send({"type": "thumb", "id": item}, [jpeg])

    def _received(self, _widget: Any, content: Any, _buffers: Any) -> None:
        known = {item["id"] for item in self.items}
        match content:
            case {"type": "need", "ids": [*ids]}:
                for item in ids:
                    jpeg = self._thumbnail(item) if item in known else None
                    if jpeg is not None:
                        self.show(item, jpeg)
            case {"type": kind, "id": item} if kind in self.can and item in known:
                self._on_action(Action(kind, item, str(content.get("text", ""))))
