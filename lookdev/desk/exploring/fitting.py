"""The buttons that fit the selected layer to the plate."""

from collections.abc import Callable

import ipywidgets as widgets

from lookdev.spec.look import Layer

_BUTTONS = {
    "fit levels": ("adjust", "Exposure, white and black to the plate's, once for the shot"),
    "fit grain": ("braille", "Measure the plate's grain, and put it on what the layer covers"),
    "fit blur": ("eye-slash", "Lens blur to the plate's sharpness"),
    "fit colours": ("tint", "A patch's colours to those of the plate around it"),
}


class Fitting:
    """Stands below the blend's own fields."""

    def __init__(self, act: Callable[[str], object]) -> None:
        """Make the buttons; `act` is called with a button's name."""
        self.buttons = {name: _button(name, *said, act) for name, said in _BUTTONS.items()}
        self.widget = widgets.HBox(
            list(self.buttons.values()), layout=widgets.Layout(flex_flow="row wrap", margin="4px 0")
        )

    def show(self, layer: Layer) -> None:
        """Enable what the layer can be fitted in."""
        for name, button in self.buttons.items():
            is_for_patches = name == "fit colours"
            button.disabled = layer.mute or (is_for_patches and layer.element.kind != "patch")


def _button(name: str, icon: str, tooltip: str, act: Callable[[str], object]) -> widgets.Button:
    button = widgets.Button(
        description=name, icon=icon, tooltip=tooltip, layout=widgets.Layout(width="auto")
    )
    button.on_click(lambda _button: act(name))
    return button
