"""Parts of a layer that have no effect as the layer is, and why."""

from lookdev.errors import LookdevError
from lookdev.generate.families import ALLOWED
from lookdev.spec.folder import ShowFolder
from lookdev.spec.look import Layer


def idle_parts(layer: Layer, folder: ShowFolder) -> dict[str, str]:
    """A sentence for each such part, by its name (`patch`)."""
    found: dict[str, str] = {}
    if layer.element.kind == "patch":
        what = f"No effect: {layer.name} is a patch, which replaces the plate."
        found |= {"blend.light": what, "blend.depth": what}
    else:
        found["patch"] = f"No effect: {layer.name} is an element, no patch."
        found["blend.edge"] = f"No effect: {layer.name} is an element, which goes over."
    if layer.refine.scale == 1:
        found["refine"] = "Off: scale is 1."
    if not _takes_guides(layer, folder):
        found["guides"] = f"{layer.element.model} takes no guides: it follows its control."
    return found


def _takes_guides(layer: Layer, folder: ShowFolder) -> bool:
    try:
        family = ALLOWED.get(folder.card(layer.element.model).pipeline)
    except LookdevError:  # of a card that cannot be read, which is said where it is used
        return True
    return family is None or family.is_picture
