"""How a notebook's one call begins: what it was asked to open, and what it says if it cannot."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol

import ipywidgets as widgets

from lookdev.desk import tree
from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.one_thread import hear_on_this_loop
from lookdev.desk.opening import asked_for, opened
from lookdev.errors import LookdevError
from lookdev.spec.folder import ShotFile

P = ParamSpec("P")


@dataclass(frozen=True)
class Asked:
    """What a notebook is to open."""

    shot_file: ShotFile
    look: str | None


def asked_of(sequence: str | None, shot: str | None, look: str | None) -> Asked:
    """A notebook's parameters, completed from the link that opened it.

    Raises:
        SpecError: There is no such show or shot.
    """
    return Asked(opened(sequence, shot), asked_for("look", look))


class Desk(Protocol):
    """What a notebook shows."""

    widget: widgets.Widget
    banner: Banner

    def close(self) -> None:
        """Save, and end the desk's threads; where it cannot be saved, it raises and goes on."""


def entered(opened_desk: Callable[P, Desk]) -> Callable[P, widgets.Widget]:
    """Make a notebook's call of what opens a desk: it gives the desk's widget.

    Where a loop runs, all that a page says is heard on it from then on, whichever desk it is.
    A cell that is run again closes the desk that it opened before, and takes its widgets away. One
    that cannot be saved stays, and says why: its widget is given again. A desk that cannot open
    says so in one sentence: the failing cell does, in a notebook. A page without code shows no
    cell, so there the sentence is the desk.
    """
    open_desks: list[tuple[Desk, list[widgets.Widget]]] = []

    @functools.wraps(opened_desk)
    def enter(*args: P.args, **kwargs: P.kwargs) -> widgets.Widget:
        if MainLoop().runs:
            hear_on_this_loop()
        if open_desks:
            desk, made = open_desks[-1]
            try:
                desk.close()
            except Exception as error:  # noqa: BLE001 shown in full, on the desk that goes on
                desk.banner.show(error)
                return desk.widget
            open_desks.clear()
            tree.close([desk.widget, *made])
        try:
            open_desks.append(tree.made_by(lambda: opened_desk(*args, **kwargs)))
            return open_desks[-1][0].widget
        except LookdevError as error:
            if not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
                raise
            banner = Banner()
            banner.show(error)
            return banner

    return enter
