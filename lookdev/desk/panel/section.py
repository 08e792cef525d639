"""A section of the panel: the fields of one part of the look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from lookdev.desk.panel.control import Changed, Control, layout
from lookdev.desk.panel.numbers import NumberControl
from lookdev.desk.panel.values import (
    ChoiceControl,
    ColourControl,
    FittedControl,
    FlagControl,
    MattesControl,
    SeedControl,
    TextControl,
)
from lookdev.spec.base import Spec
from lookdev.spec.card import CardKind
from lookdev.spec.knobs import Knob, knobs


@dataclass(frozen=True)
class Choices:
    """What the names in a look may stand for; asked whenever they are shown."""

    cards: Callable[[CardKind], Sequence[str]]
    """Ids of the show's cards of a kind."""
    mattes: Callable[[], Sequence[str]]
    sizes: Callable[[], Sequence[tuple[int, int]]]


class Section:
    """A control for every field of one spec that is a value."""

    def __init__(
        self, kind: type[Spec], choices: Choices, changed: Changed, leave_out: Sequence[str] = ()
    ) -> None:
        """Make the controls.

        Args:
            kind: The spec, such as `Blend`.
            choices: For fields that name something.
            changed: Called with a field's name and its new value, as JSON data.
            leave_out: Fields that the desk shows elsewhere.
        """
        fields = [knob for knob in knobs(kind) if knob.name not in leave_out]
        self.controls = {knob.name: _control(knob, choices, changed) for knob in fields}
        self._said = widgets.HTML(layout=widgets.Layout(display="none"))
        self._said.add_class("ld-idle-said")
        self.widget = widgets.VBox(
            [self._said, *(control.widget for control in self.controls.values())], layout=layout()
        )

    def show(self, values: dict[str, Any], frame: int) -> None:
        """Show the values of a part of a look, as JSON data."""
        for name, control in self.controls.items():
            control.show(values[name], frame)

    def say(self, sentence: str) -> None:
        """Say why nothing of it has an effect, and grey it; nothing for an empty sentence."""
        if sentence == self._said.value:
            return
        self._said.value = sentence
        self._said.layout.display = "" if sentence else "none"
        (self.widget.add_class if sentence else self.widget.remove_class)("ld-idle")


def _control(knob: Knob, choices: Choices, changed: Changed) -> Control:
    plain: dict[str, Callable[[Knob, Changed], Control]] = {
        "whole": NumberControl,
        "number": NumberControl,
        "seed": SeedControl,
        "flag": FlagControl,
        "colour": ColourControl,
        "text": TextControl,
        "fitted": FittedControl,
    }
    if knob.kind in plain:
        return plain[knob.kind](knob, changed)
    if knob.kind == "mattes":
        return MattesControl(knob, changed, lambda: _named(choices.mattes()))
    menus: dict[str, Callable[[], Sequence[tuple[str, Any]]]] = {
        "choice": lambda: _named(knob.choices),
        "matte": lambda: _named(["frame", *choices.mattes()]),
        "model": lambda: _named(choices.cards("model")),
        "lora": lambda: _none_or(choices.cards("lora")),
        "controlnet": lambda: _none_or(choices.cards("controlnet")),
        "ipadapter": lambda: _none_or(choices.cards("ipadapter")),
        "reference": lambda: _none_or(choices.cards("reference")),
        "size": lambda: [(f"{w}x{h}", [w, h]) for w, h in choices.sizes()],
    }
    return ChoiceControl(knob, changed, menus[knob.kind])


def _none_or(names: Sequence[str]) -> list[tuple[str, Any]]:
    return [("none", ""), *_named(names)]


def _named(names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, name) for name in names]
