"""Edits of a look as a whole: adding, removing, moving and renaming layers."""

from random import Random, SystemRandom
from typing import Any

from lookdev.errors import SpecError
from lookdev.explore.randomise import new_seed
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look


def add_layer(
    look: Look, *, name: str | None = None, prompt: str | None = None, random: Random | None = None
) -> Look:
    """A look with one more layer in front: the front one's model, size and prompt, a new seed.

    Args:
        look: What it is added to.
        name: The layer's name; a free one after the front layer's where none is given.
        prompt: What the element is; the front layer's where none is given.
        random: Where the seed comes from.

    Raises:
        SpecError: The name is taken or is no name, or there are 64 layers already.
    """
    data = _data(look)
    front = data["layers"][-1]
    element = {**front["element"], "seed": new_seed(random or SystemRandom())}
    if prompt is not None:
        element["prompt"] = prompt
    layer = {"name": name or free_name(look, front["name"]), "element": element}
    return _look({**data, "layers": [*data["layers"], layer]}, "add layer")


def remove_layer(look: Look, name: str) -> Look:
    """A look without that layer.

    Raises:
        SpecError: There is no such layer, or it is the only one.
    """
    data, at = _data(look), _index(look, name)
    if len(look.layers) == 1:
        raise SpecError(f"{name} is the look's only layer; mute it, or add another one first")
    del data["layers"][at]
    return _look(data, f"remove {name}")


def move_layer(look: Look, name: str, by: int) -> Look:
    """A look with that layer moved towards the front (positive) or the back, as far as it goes.

    Raises:
        SpecError: There is no such layer.
    """
    data, at = _data(look), _index(look, name)
    layer = data["layers"].pop(at)
    data["layers"].insert(max(0, at + by), layer)
    return _look(data, f"move {name}")


def rename_layer(look: Look, name: str, new: str) -> Look:
    """A look in which that layer has another name.

    Raises:
        SpecError: There is no such layer, or the new name is taken or is no name.
    """
    data, at = _data(look), _index(look, name)
    data["layers"][at]["name"] = new
    return _look(data, f"rename {name}")


def free_name(look: Look, name: str) -> str:
    """`name` with the first number that makes it no layer's name: `snow2`."""
    taken = {layer.name for layer in look.layers}
    stem = name.rstrip("0123456789")[:60]
    return next(f"{stem}{n}" for n in range(2, len(taken) + 3) if f"{stem}{n}" not in taken)


def _index(look: Look, name: str) -> int:
    names = [layer.name for layer in look.layers]
    if name not in names:
        raise SpecError(f"{name}: there is no such layer; this look has {', '.join(names)}")
    return names.index(name)


def _data(look: Look) -> dict[str, Any]:
    return look.model_dump(mode="json", exclude_unset=True)


def _look(data: dict[str, Any], what: str) -> Look:
    return strict_yaml.validate(data, Look, source=what)
