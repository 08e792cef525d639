"""Seed neighbours: a strip from one seed to another, or a ring of near ones, to choose from."""

import secrets
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lookdev.desk.gallery.widget import Action, Gallery
from lookdev.explore.neighbours import Neighbour, around, between
from lookdev.spec.look import Look

_WAYS = (("from A (seed) to B (variation seed)", "between"), ("around A", "around"))


class SeedStrip:
    """Drafts of the selected layer's neighbours; a click puts one on the desk."""

    def __init__(
        self,
        *,
        ask_for: Callable[[dict[str, Look]], None],
        choose: Callable[[Look, str], None],
        guard: Callable[[Callable[..., Any]], Callable[..., Any]],
    ) -> None:
        """Make an empty strip.

        Args:
            ask_for: Called with looks by name, whose pictures then arrive through `put`.
            choose: Called with the look that was clicked, and the parameter that it differs in.
            guard: Wraps every callback.
        """
        self._ask_for, self._choose = ask_for, choose
        self._neighbours: dict[str, Neighbour] = {}
        self._pictures: dict[str, bytes] = {}
        self._look: Look | None = None
        self._layer = ""
        self._way = widgets.Dropdown(
            options=_WAYS, description="seeds", layout=widgets.Layout(width="330px")
        )
        show = widgets.Button(
            description="show neighbours",
            icon="th",
            tooltip="Draft the selected layer's neighbouring seeds",
            layout=widgets.Layout(width="auto"),
        )
        show.on_click(guard(lambda _button: self._start()))
        self._gallery = Gallery(
            on_action=guard(self._acted),
            thumbnail=self._pictures.get,
            arrangement="strip",
            can=["open"],
            label="Seed neighbours",
            empty="Neighbours of the selected layer's seed appear here.",
        )
        self.widget = widgets.VBox([widgets.HBox([self._way, show]), self._gallery])

    def set_look(self, look: Look, layer: str) -> None:
        """What `show neighbours` starts from."""
        self._look, self._layer = look, layer

    def put(self, name: str, jpeg: bytes) -> None:
        """Show the picture of one neighbour."""
        if name in self._neighbours:
            self._pictures[name] = jpeg
            self._gallery.show(name, jpeg)

    def _start(self) -> None:
        if self._look is None:
            return
        if self._way.value == "between":
            found = between(self._look, self._layer, other=str(secrets.randbelow(1_000_000)))
        else:
            found = around(
                self._look, self._layer, [str(secrets.randbelow(1_000_000)) for _ in range(7)]
            )
        batch = secrets.token_hex(4)
        self._neighbours = {f"{batch}-{n}": one for n, one in enumerate(found)}
        self._pictures.clear()
        self._gallery.items = [_item(name, one) for name, one in self._neighbours.items()]
        self._ask_for({name: one.look for name, one in self._neighbours.items()})

    def _acted(self, action: Action) -> None:
        self._choose(self._neighbours[action.id].look, f"{self._layer}.element.variation")


def _item(name: str, one: Neighbour) -> dict[str, Any]:
    return {
        "id": name,
        "title": one.label,
        "lines": [],
        "starred": False,
        "rejected": False,
        "current": False,
        "note": "",
        "depth": 0,
        "parent": "",
        "seconds": None,
        "evaluations": None,
        "sort": {},
    }
