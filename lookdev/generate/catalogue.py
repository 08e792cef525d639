"""What can be known of a model without loading it: where its files are, and that they are harmless.

Nothing here imports torch: a look is checked, and its models' files hashed, before that.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lookdev.errors import ModelError
from lookdev.generate.families import ALLOWED
from lookdev.generate.families.modular import ModularFamily
from lookdev.generate.models.contents import file_sha256, names_in, troubles_in
from lookdev.generate.models.places import folder_of
from lookdev.generate.modular_index import entries, index_name, troubles
from lookdev.spec.card import CardKind, ModelCard
from lookdev.spec.folder import ShowFolder


@dataclass(frozen=True)
class ModelFiles:
    """A model, or what is used with one, whose files were looked at, but not loaded."""

    card: ModelCard
    folder: Path
    digest: str
    """SHA-256 over every file's name and SHA-256."""
    names: tuple[str, ...]
    """The files, relative to the folder."""


def model_files(folder: ShowFolder, model: str) -> ModelFiles:
    """Find a card's files and prove them fit to load.

    Raises:
        SpecError: There is no such card.
        ModelError: The folder is missing, holds a pickle or code, is not of the card's pipeline
            class, or its files are not those that the card names.
    """
    card = folder.card(model)
    path = folder_of(folder, card)
    where = f"model {card.id}: {path}"
    index = index_name(ALLOWED[card.pipeline]) if card.kind == "model" else None
    if index and not (path / index).is_file():
        raise ModelError(f"{where}: holds no {index}; weights must name such a folder")
    names = tuple(names_in(path))
    stamp = tuple((name, *_stamp(path / name)) for name in names)
    if trouble := _trouble(path, card.kind, stamp):
        raise ModelError(f"{where}: {trouble}")
    if card.kind == "model":
        _require_allowed(card, path, where)
    hashes = {name: file_sha256(path / name) for name in names}
    _require_listed(card, hashes, where)
    return ModelFiles(card, path, _digest(hashes), names)


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=256)
def _trouble(
    path: Path,
    kind: CardKind,
    stamp: tuple[tuple[str, int, int], ...],  # noqa: ARG001 it is the key
) -> str | None:
    """The first trouble with a folder, looked for once while its files stay the same."""
    return next(troubles_in(path, kind), None)


def _require_allowed(card: ModelCard, folder: Path, where: str) -> None:
    """The folder's own index names the card's pipeline and just the parts that it may have."""
    name = index_name(ALLOWED[card.pipeline])
    try:
        index = json.loads((folder / name).read_text(encoding="utf-8"))
        named = str(index["_class_name"])
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(f"{where}: its {name} names no pipeline class") from error
    if named != card.pipeline or named not in ALLOWED:
        raise ModelError(
            f"{where}: is a {named}; its card says {card.pipeline}, "
            f"and lookdev runs {', '.join(ALLOWED)}"
        )
    for trouble in _part_troubles(named, _parts_of(card, index, folder, where), folder):
        raise ModelError(f"{where}: {trouble}")


def _parts_of(
    card: ModelCard, index: dict[str, Any], folder: Path, where: str
) -> dict[str, tuple[str, ...]]:
    """The classes of the parts by name; a modular index must mean none that lies elsewhere."""
    family = ALLOWED[card.pipeline]
    if not isinstance(family, ModularFamily):
        return {name: tuple(part) for name, part in index.items() if isinstance(part, list)}
    try:
        for trouble in troubles(index, family, folder, card.weights):
            raise ModelError(f"{where}: {trouble}")
        return {name: entry.part for name, entry in entries(index).items()}
    except ValueError as error:
        raise ModelError(f"{where}: {error}") from error


def _part_troubles(named: str, parts: dict[str, tuple[str, ...]], folder: Path) -> Iterator[str]:
    family = ALLOWED[named]
    there = {name: part for name, part in parts.items() if any(part)}
    for name, part in there.items():
        if part not in family.components.get(name, frozenset()):
            may = [f"{m}.{c}" for m, c in sorted(family.components.get(name, ()))] or [
                "no such part"
            ]
            yield f"its part {name} is {'.'.join(map(str, part))}; a {named} has {' or '.join(may)}"
        if name not in family.unused and not (folder / name).is_dir():
            yield f"lacks the folder {name}; copy the model again"
    for name in family.components.keys() - family.optional - there.keys():
        yield f"has no part {name}, which a {named} needs; copy the model again"


def _require_listed(card: ModelCard, hashes: dict[str, str], where: str) -> None:
    """Where the card names its files, these and no others."""
    if card.files is None:
        return
    for name in sorted({*hashes, *card.files}):
        if name not in hashes:
            raise ModelError(f"{where}: lacks {name}, which its card lists; copy the model again")
        if name not in card.files:
            raise ModelError(f"{where}: holds {name}, which its card does not list; take it out")
        if hashes[name] != card.files[name]:
            raise ModelError(
                f"{where}: {name} has the hash {hashes[name][:12]}..., its card says "
                f"{card.files[name][:12]}...; copy the model again, or make a card for this one"
            )


def _digest(hashes: dict[str, str]) -> str:
    total = hashlib.sha256()
    for name, digest in hashes.items():
        total.update(name.encode() + b"\0")
        total.update(bytes.fromhex(digest))
    return total.hexdigest()
