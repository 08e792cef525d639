"""Controls of plain values: text, seeds, choices, flags, colours, working sizes, mattes."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from lookdev.desk.panel.control import LABEL, Changed, Control, layout, set_quietly, style
from lookdev.spec.knobs import Knob


class TextControl(Control):
    """One line of text, taken on Enter or when the field is left."""

    keeps_typed = True

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make a text field."""
        super().__init__(knob, changed)
        self._text = widgets.Text(
            description=knob.label,
            tooltip=knob.help,
            continuous_update=False,
            style=style(widgets.Text, description_width=LABEL),
            layout=layout(flex="1 1 auto", width="auto"),
        )
        self._text.observe(lambda change: self.tell(change["new"]), "value")
        self.row.children = (self._text, self.lock)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        set_quietly(self._text, value=value or "")


class SeedControl(TextControl):
    """A seed, with a button for another one."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make a text field and a die."""
        super().__init__(knob, changed)
        die = widgets.Button(
            icon="random",
            tooltip=f"Another {knob.label}",
            layout=layout(width="30px"),
            style=style(widgets.Button),
        )
        die.add_class("ld-icon")
        die.on_click(lambda _button: self.tell(str(secrets.randbelow(1_000_000))))
        self.row.children = (self._text, die, self.lock)


class ChoiceControl(Control):
    """One of several names."""

    def __init__(
        self, knob: Knob, changed: Changed, choices: Callable[[], Sequence[tuple[str, Any]]]
    ) -> None:
        """Make a dropdown; `choices` gives (label, JSON value) pairs whenever it is shown."""
        super().__init__(knob, changed)
        self._choices = choices
        self._menu = widgets.Dropdown(
            description=knob.label,
            tooltip=knob.help,
            style=style(widgets.Dropdown, description_width=LABEL),
            layout=layout(flex="1 1 auto", width="auto"),
        )
        self._menu.observe(self._chosen, "value")
        self.row.children = (self._menu, self.lock)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        value = tuple(value) if isinstance(value, list) else value
        options = [(label, _hashable(choice)) for label, choice in self._choices()]
        if value not in [choice for _, choice in options]:
            options.append((_named(value), value))
        if tuple(options) != tuple(self._menu.options):
            self._menu.options = options
        set_quietly(self._menu, value=value)

    def _chosen(self, change: dict[str, Any]) -> None:
        value = change["new"]
        if value is not None:
            self.tell(list(value) if isinstance(value, tuple) else value)


class FlagControl(Control):
    """On or off."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make a check box."""
        super().__init__(knob, changed)
        self._box = widgets.Checkbox(
            description=knob.label,
            tooltip=knob.help,
            style=style(widgets.Checkbox, description_width=LABEL),
        )
        self._box.observe(lambda change: self.tell(change["new"]), "value")
        self.row.children = (self._box, self.lock)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        set_quietly(self._box, value=bool(value))


class ColourControl(Control):
    """Red, green and blue gains, scene-linear."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make three numbers."""
        super().__init__(knob, changed)
        self._parts = [
            widgets.FloatText(
                description=knob.label if n == 0 else "",
                tooltip=f"{channel}: {knob.help}",
                step=0.01,
                style=style(widgets.FloatText, description_width=LABEL if n == 0 else "0px"),
                layout=layout(width="0", flex="1 1 172px" if n == 0 else "1 1 64px", min_width="0"),
            )
            for n, channel in enumerate(("red", "green", "blue"))
        ]
        for part in self._parts:
            part.observe(lambda _: self.tell([p.value for p in self._parts]), "value")
        self.row.children = (*self._parts, self.lock)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        for part, number in zip(self._parts, value, strict=True):
            set_quietly(part, value=float(number))


class FittedControl(Control):
    """Numbers that were measured: shown, and set by no hand."""

    def __init__(self, knob: Knob, changed: Changed) -> None:
        """Make a line of text."""
        super().__init__(knob, changed)
        self._text = widgets.Label(layout=layout(flex="1 1 auto", width="auto"))
        name = widgets.Label(value=knob.label, tooltip=knob.help, layout=layout(width=LABEL))
        self.row.children = (name, self._text)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        fitted = value != self.knob.default
        set_quietly(self._text, value="fitted to the plate" if fitted else "not fitted")


class MattesControl(Control):
    """Any number of the shot's mattes."""

    def __init__(
        self, knob: Knob, changed: Changed, choices: Callable[[], Sequence[tuple[str, Any]]]
    ) -> None:
        """Make a list in which several may be chosen."""
        super().__init__(knob, changed)
        self._choices = choices
        self._list = widgets.SelectMultiple(
            description=knob.label,
            tooltip=f"{knob.help} Ctrl-click chooses several.",
            rows=3,
            style=style(widgets.SelectMultiple, description_width=LABEL),
            layout=layout(flex="1 1 auto", width="auto"),
        )
        self._list.observe(lambda change: self.tell(list(change["new"])), "value")
        self.row.children = (self._list, self.lock)

    def _show(self, value: Any, frame: int) -> None:  # noqa: ARG002 no curve
        names = [name for _, name in self._choices()]
        names += [name for name in value if name not in names]
        if tuple(names) != tuple(self._list.options):
            self._list.options = names
        set_quietly(self._list, value=tuple(value))


def _hashable(choice: Any) -> Any:
    return tuple(choice) if isinstance(choice, list) else choice


def _named(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
