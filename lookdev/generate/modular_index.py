"""What a modular model's own index says: its blocks, its parts, and where those lie.

diffusers loads each part from wherever the index names: a repository of the hub, another folder.
lookdev loads parts from the model's own folder only, and refuses an index that means others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookdev.generate.families import Family
from lookdev.generate.families.family import Part
from lookdev.generate.families.modular import ModularFamily
from lookdev.spec.hub import HUB

_KEYS = frozenset(
    {"type_hint", "pretrained_model_name_or_path", "repo", "subfolder", "variant", "revision"}
)
"""What diffusers 0.42 writes of a part, and `repo`, the older name of where it lies."""


@dataclass(frozen=True)
class Entry:
    """A part of the index that is to be loaded."""

    part: Part
    place: object
    """Where it is to come from; None where the index does not say."""
    subfolder: object


def index_name(family: Family) -> str:
    """The file that names a model's class and parts."""
    return "modular_model_index.json" if isinstance(family, ModularFamily) else "model_index.json"


def entries(index: Mapping[str, Any]) -> dict[str, Entry]:
    """The parts of a modular index, by name; those that nothing is to be loaded for are left out.

    Raises:
        ValueError: A part is not written as diffusers writes one.
    """
    found = {name: _entry(name, part) for name, part in index.items() if isinstance(part, list)}
    return {name: entry for name, entry in found.items() if entry is not None}


def troubles(
    index: Mapping[str, Any], family: ModularFamily, folder: Path, weights: str
) -> Iterator[str]:
    """Sentences from the folder on: what an index asks for that lookdev does not do.

    Args:
        index: The whole of it.
        family: What it should be of.
        folder: Where it lies.
        weights: The card's: parts may name the repository that the whole model is pulled from.

    Raises:
        ValueError: As `entries`.
    """
    blocks = index.get("_blocks_class_name")
    if blocks != family.blocks:
        yield f"runs the blocks {blocks}; lookdev runs diffusers' own {family.blocks} only"
    placed = {name: entry for name, entry in entries(index).items() if entry.place is not None}
    for name, entry in placed.items():
        if not _is_here(entry.place, folder, weights):
            yield (
                f"its part {name} is to come from {entry.place}, and lookdev loads only what lies "
                "in the model's folder; copy it there, and write null in place of that name"
            )
        if entry.subfolder != name:
            yield f"its part {name} is to lie in {entry.subfolder!r}; it must lie in {name}"
    places = sorted({str(entry.place) for entry in placed.values()})
    if len(places) > 1:
        yield f"its parts come from {' and '.join(places)}; save it again as one model"


def _entry(name: str, part: list[Any]) -> Entry | None:
    told = part[2] if len(part) == 3 else None
    if not isinstance(told, dict) or told.keys() - _KEYS:
        raise ValueError(f"its part {name} is not written as diffusers writes one; save it again")
    place = told.get("pretrained_model_name_or_path") or told.get("repo")
    hint = told.get("type_hint") or [None, None]
    if part[0] is None and place is None:
        return None
    if len(hint) != 2 or (part[0] is not None and part[:2] != list(hint)):
        raise ValueError(
            f"its part {name} is said to be both {part[0]}.{part[1]} and {hint}; save it again"
        )
    return Entry((str(hint[0]), str(hint[1])), place, told.get("subfolder"))


def _is_here(place: object, folder: Path, weights: str) -> bool:
    """Whether a place means the model's own folder: its repository, or where it was saved.

    Where it was saved is never read: a show can move.
    """
    if not isinstance(place, str):
        return False
    own = weights.startswith(HUB) and weights.removeprefix(HUB).partition("@")[0] == place
    return own or Path(place).is_absolute() or folder.as_posix().endswith(f"/{place}")
