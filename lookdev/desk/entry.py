"""How a notebook's one call begins: what it was asked to open, and what it says if it cannot."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

import ipywidgets as widgets

from lookdev.desk.banner import Banner
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


def entered(desk: Callable[P, widgets.Widget]) -> Callable[P, widgets.Widget]:
    """Let a desk that cannot open say so in one sentence.

    In a notebook the failing cell says it. A page without code shows no cell, so there the
    sentence is the desk.
    """

    @functools.wraps(desk)
    def enter(*args: P.args, **kwargs: P.kwargs) -> widgets.Widget:
        try:
            return desk(*args, **kwargs)
        except LookdevError as error:
            if not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
                raise
            banner = Banner()
            banner.show(error)
            return banner

    return enter
