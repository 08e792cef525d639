"""What the desk must be told or asked: another desk, an edit by hand, a take from elsewhere."""

import html
from collections.abc import Callable, Sequence
from functools import partial

import ipywidgets as widgets

from lookdev.desk import tree

Answer = tuple[str, Callable[[], object]]
"""The words on a button, and what it does."""


class Notice:
    """Sentences with the answers that are possible, one below the other; empty while there is none.

    A question stays until it is answered or asked anew; a plain sentence until the next one.
    """

    def __init__(self, guard: Callable[[Callable[[], object]], Callable[[], object]]) -> None:
        """Make an empty notice; every answer runs through `guard`."""
        self._guard = guard
        self._rows: dict[str, widgets.HBox] = {}
        self._texts: dict[str, str] = {}
        self.widget = widgets.VBox()

    @property
    def text(self) -> str:
        """The sentences that are shown, the newest first."""
        return "\n".join(reversed(self._texts.values()))

    def ask(self, text: str, answers: Sequence[Answer] = (), *, about: str = "") -> None:
        """Show a sentence, and a button for each answer; any of them takes it away.

        Args:
            text: The sentence.
            answers: What can be done; without any, there is a button to take the sentence away.
            about: Names a question; a new one takes the place of its namesake.
        """
        self.withdraw(about)
        told = widgets.HTML(f"<span role='status'>{html.escape(text)}</span>")
        told.layout.flex = "1 1 auto"
        buttons = [self._button(about, *answer) for answer in answers or [("ok", _nothing)]]
        row = widgets.HBox([told, *buttons], layout=widgets.Layout(align_items="center"))
        row.add_class("ld-notice")
        self._rows[about], self._texts[about] = row, text
        self._draw()

    def withdraw(self, about: str = "") -> None:
        """Take a question away: it is answered elsewhere."""
        self._texts.pop(about, None)
        row = self._rows.pop(about, None)
        if row is not None:
            self._draw()
            tree.close([row])

    def _draw(self) -> None:
        self.widget.children = tuple(reversed(self._rows.values()))

    def _button(self, about: str, label: str, act: Callable[[], object]) -> widgets.Button:
        made = widgets.Button(
            description=label, layout=widgets.Layout(width="auto", flex="0 0 auto")
        )
        made.on_click(lambda _button: self._guard(partial(self._answer, about, act))())
        return made

    def _answer(self, about: str, act: Callable[[], object]) -> None:
        """A question whose answer fails stays: the sentence why is in the banner."""
        act()
        self.withdraw(about)


def _nothing() -> None:
    """What is read needs no answer."""
