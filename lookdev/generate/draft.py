"""Quick sketches of elements."""

from dataclasses import dataclass

from lookdev.spec.look import Layer


@dataclass(frozen=True)
class Draft:
    """A quick sketch of an element: smaller, in fewer steps, from the same noise shrunk.

    What is large keeps its place; fine detail is larger than in the real one, because the model
    draws it at its own pixel size. Never part of an approval or a final.
    """

    factor: int = 2
    """How many times smaller each side is."""
    steps: int = 2
    """At most so many denoising steps."""

    def of(self, layer: Layer) -> Layer:
        """The layer, at the sketch's size and steps."""
        width, height = (max(16, side // self.factor) for side in layer.element.size)
        steps = min(self.steps, layer.element.steps)
        element = layer.element.model_copy(update={"size": (width, height), "steps": steps})
        return layer.model_copy(update={"element": element})
