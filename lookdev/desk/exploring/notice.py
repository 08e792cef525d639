"""What the desk must be told or asked: another desk, an edit by hand, a take from elsewhere."""

import html
from collections.abc import Callable, Sequence

import ipywidgets as widgets


class Notice:
    """A sentence with the answers that are possible; hidden while there is none."""

    def __init__(self, guard: Callable[[Callable[[], object]], Callable[[], object]]) -> None:
        """Make a hidden notice; every answer runs through `guard`."""
        self._guard = guard
        self._text = widgets.HTML()
        self._text.layout.flex = "1 1 auto"
        self.widget = widgets.HBox(layout=widgets.Layout(display="none", align_items="center"))
        self.widget.add_class("ld-notice")
        self.text = ""
        """The sentence that is shown."""

    def ask(self, text: str, answers: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Show a sentence and a button for each answer; any of them hides it again."""
        self.text = text
        self._text.value = f"<span role='status'>{html.escape(text)}</span>"
        self.widget.children = (self._text, *(self._button(*answer) for answer in answers))
        self.widget.layout.display = ""

    def hide(self) -> None:
        """Hide it."""
        self.text = ""
        self.widget.layout.display = "none"

    def _button(self, label: str, act: Callable[[], object]) -> widgets.Button:
        made = widgets.Button(
            description=label, layout=widgets.Layout(width="auto", flex="0 0 auto")
        )

        def clicked(_button: object) -> None:
            self.hide()
            self._guard(act)()

        made.on_click(clicked)
        return made
