"""What can be known of a model without loading it: where its files are, and that they are harmless.

Nothing here imports torch: a look is checked, and its models' files hashed, before that.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lookdev.errors import ModelError
from lookdev.generate.families import ALLOWED
from lookdev.generate.models.hub import local_folder
from lookdev.spec.card import EMBEDDED, ModelCard
from lookdev.spec.folder import ShowFolder
from lookdev.spec.hub import HARMLESS, HUB, HubRef

_PICTURES = frozenset({".exr", ".jpeg", ".jpg", ".png", ".tif", ".tiff"})
"""Suffixes of reference pictures."""
_EMBEDDED_WEIGHTS = Path(__file__).parents[1] / "mini" / "weights"


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
    path = _folder_of(folder, card)
    where = f"model {card.id}: {path}"
    if not path.is_dir():
        raise ModelError(f"{where}: is no folder; weights must name one")
    if card.kind == "model" and not (path / "model_index.json").is_file():
        raise ModelError(f"{where}: holds no model_index.json; weights must name such a folder")
    files = sorted(p for p in path.rglob("*") if p.is_file())
    _require_harmless(card, path, files, where)
    if card.kind == "model":
        _require_allowed(card, path, where)
    hashes = {file.relative_to(path).as_posix(): _sum(file) for file in files}
    _require_listed(card, hashes, where)
    return ModelFiles(card, path, _digest(hashes), tuple(hashes))


def _folder_of(folder: ShowFolder, card: ModelCard) -> Path:
    if card.weights == EMBEDDED:
        return _EMBEDDED_WEIGHTS
    if card.weights.startswith(HUB):
        return local_folder(HubRef.parse(card.weights, where=f"model {card.id}"), card.id)
    return folder.resolve(card.weights)


def _require_harmless(card: ModelCard, path: Path, files: list[Path], where: str) -> None:
    linked = [p.name for p in path.rglob("*") if p.is_symlink() and p.is_dir()]
    if linked:
        raise ModelError(
            f"{where}: holds the linked folder {linked[0]}, which no hash would cover; "
            "copy what it names"
        )
    fine = HARMLESS | _PICTURES if card.kind == "reference" else HARMLESS
    doubtful = [p.relative_to(path).as_posix() for p in files if p.suffix.lower() not in fine]
    if doubtful:
        raise ModelError(
            f"{where}: holds {', '.join(doubtful[:5])}, which may run code when opened; "
            "keep only .safetensors weights and their .json"
        )
    for file in files:
        if file.suffix == ".json" and b'"auto_map"' in file.read_bytes():
            raise ModelError(
                f"{where}: {file.relative_to(path).as_posix()} has auto_map, which asks for code "
                "from elsewhere; lookdev runs none, use a model of diffusers' own classes"
            )
    wanted = _PICTURES if card.kind == "reference" else {".safetensors"}
    if not any(p.suffix.lower() in wanted for p in files):
        what = "pictures" if card.kind == "reference" else ".safetensors weights"
        raise ModelError(f"{where}: holds no {what}")


def _require_allowed(card: ModelCard, folder: Path, where: str) -> None:
    """The folder's own index names the card's pipeline and just the parts that it may have."""
    try:
        index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
        named = str(index["_class_name"])
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(f"{where}: its model_index.json names no pipeline class") from error
    if named != card.pipeline or named not in ALLOWED:
        raise ModelError(
            f"{where}: is a {named}; its card says {card.pipeline}, "
            f"and lookdev runs {', '.join(ALLOWED)}"
        )
    parts = {name: tuple(part) for name, part in index.items() if isinstance(part, list)}
    for trouble in _part_troubles(named, parts, folder):
        raise ModelError(f"{where}: {trouble}")


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


def _require_listed(card: ModelCard, hashes: dict[str, bytes], where: str) -> None:
    """Where the card names its files, these and no others."""
    if card.files is None:
        return
    for name in sorted({*hashes, *card.files}):
        if name not in hashes:
            raise ModelError(f"{where}: lacks {name}, which its card lists; copy the model again")
        if name not in card.files:
            raise ModelError(f"{where}: holds {name}, which its card does not list; take it out")
        if hashes[name].hex() != card.files[name]:
            raise ModelError(
                f"{where}: {name} has the hash {hashes[name].hex()[:12]}..., its card says "
                f"{card.files[name][:12]}...; copy the model again, or make a card for this one"
            )


def _digest(hashes: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, digest in hashes.items():
        total.update(name.encode() + b"\0")
        total.update(digest)
    return total.hexdigest()


def _sum(path: Path) -> bytes:
    stat = path.stat()
    return _file_digest(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=1024)
def _file_digest(path: Path, size: int, modified: int) -> bytes:  # noqa: ARG001 they are the key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
