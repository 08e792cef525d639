"""What a garbage matte drawn in the viewer becomes: shapes in a file, and a name in the look."""

from collections.abc import Sequence
from typing import Any

from lookdev.desk.viewer import messages as said
from lookdev.image import garbage
from lookdev.spec.look import Layer


def shapes_of(matte: said.Matte) -> Sequence[garbage.Shape]:
    """The shapes of a message, in the order they were drawn."""
    return [_shape(shape) for shape in matte.shapes]


def naming(target: str, layer: Layer, matte: str) -> tuple[str, Any]:
    """The parameter that names a drawn matte, and its new value as JSON data."""
    match target:
        case "holdout":
            return f"{layer.name}.holdouts", [*layer.holdouts, matte]
        case "matte":
            return f"{layer.name}.matte", matte
        case "control":
            return f"{layer.name}.control.matte", matte
        case _:
            return "support.matte", matte


def _shape(shape: said.Box | said.Brush) -> garbage.Shape:
    if isinstance(shape, said.Box):
        return garbage.Box(shape.x0, shape.y0, shape.x1, shape.y1)
    return garbage.Stroke(shape.radius, shape.points, shape.erase)
