"""The buttons that ask for finer detail: it is made only when a person says so."""

from collections.abc import Callable

import ipywidgets as widgets

from lookdev.spec.look import Layer

_HELP = (
    "<span class='ld-idle-said'>The picture shows the working size until then; stills, approvals "
    "and finals hold all of the detail.</span>"
)


class Refining:
    """Stands below the fields of `refine`."""

    def __init__(self, act: Callable[[str], object]) -> None:
        """Make the buttons; `act` is called with a button's id."""
        self.seen = _button("refine what is seen", "search-plus", "Only the tiles in sight")
        self.frame = _button("refine this frame", "th", "Every tile of the layer at this frame")
        self.seen.on_click(lambda _button: act("refine"))
        self.frame.on_click(lambda _button: act("refine frame"))
        row = widgets.HBox(
            [self.seen, self.frame], layout=widgets.Layout(flex_flow="row wrap", margin="4px 0")
        )
        self.widget = widgets.VBox([row, widgets.HTML(_HELP)])

    def show(self, layer: Layer) -> None:
        """Enable them where the layer has anything to refine."""
        nothing = layer.refine.scale == 1 or layer.mute
        self.seen.disabled = self.frame.disabled = nothing


def _button(text: str, icon: str, tooltip: str) -> widgets.Button:
    return widgets.Button(
        description=text, icon=icon, tooltip=tooltip, layout=widgets.Layout(width="auto")
    )
