"""Quick sketches of elements."""

from dataclasses import dataclass

from lookdev.generate.families import Family
from lookdev.spec.look import ElementParams, Layer
from lookdev.spec.picture import Refine


@dataclass(frozen=True)
class Draft:
    """A quick sketch of an element: smaller, in fewer steps, from the same noise shrunk.

    What is large keeps its place. The embedded model is asked for parts half as large, and keeps
    their size in the picture as far as nearness reaches; other models draw fine detail at their own
    pixel size, so that it is larger than in the real one. Never part of an approval or a final.
    """

    factor: int = 2
    """How many times smaller each side is."""
    steps: int = 2
    """At most so many denoising steps are done."""

    def of(self, layer: Layer, family: Family) -> Layer:
        """The layer, at the sketch's size and steps, as the family takes them; not refined."""
        sides = (max(16, side // self.factor) for side in layer.element.size)
        width, height = (max(1, side // family.multiple) * family.multiple for side in sides)
        if family.area is not None:
            width, height = layer.element.size
        steps = self._steps(layer, family)
        element = layer.element.model_copy(update={"size": (width, height), "steps": steps})
        return unrefined(layer.model_copy(update={"element": element}))

    def _steps(self, layer: Layer, family: Family) -> int:
        """The fewest of which as many are really done as should be; strength leaves some out."""
        params: ElementParams = layer.element
        if params.kind != "patch":
            return min(max(self.steps, family.least_steps), params.steps)
        done = min(self.steps, family.steps_done(params.steps, layer.patch.strength))
        fewest = range(family.least_steps, params.steps + 1)
        return next(s for s in fewest if family.steps_done(s, layer.patch.strength) >= done)


def unrefined(layer: Layer) -> Layer:
    """The layer at its working size, without detail beyond it."""
    return layer.model_copy(update={"refine": Refine()})
