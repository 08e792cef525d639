"""The pipeline classes that may run, and what can be known of a model without loading it.

Nothing here imports torch: a look is checked, and its models' files hashed, before that.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lookdev.errors import ModelError
from lookdev.mini.words import KINDS, kinds_in
from lookdev.spec.card import EMBEDDED, ModelCard
from lookdev.spec.folder import ShowFolder
from lookdev.spec.look import ElementParams

_HARMLESS = frozenset({"", ".csv", ".json", ".md", ".model", ".safetensors", ".txt"})
"""Suffixes of files that may lie in a model's folder; none of them runs code when it is read."""
_EMBEDDED_WEIGHTS = Path(__file__).parents[1] / "mini" / "weights"


def _mini_refuses(params: ElementParams) -> str | None:
    if kinds_in(params.prompt):
        return None
    return (
        f"element.prompt is {params.prompt!r}, which has no word that the embedded model knows; "
        f"say one of {', '.join(KINDS)}, or a word like them"
    )


@dataclass(frozen=True)
class Family:
    """One allowed pipeline class."""

    adapter: str
    """Module of its adapter."""
    components: dict[str, tuple[str, str]]
    """Module and class of each part, exactly as `model_index.json` must name them."""
    refuses: Callable[[ElementParams], str | None]
    """Why it cannot make this element, or None."""


ALLOWED: dict[str, Family] = {
    "ElementPipeline": Family(
        adapter="lookdev.generate.mini_adapter",
        components={
            "unet": ("lookdev.mini.network", "ElementUNet"),
            "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
        },
        refuses=_mini_refuses,
    ),
}


@dataclass(frozen=True)
class ModelFiles:
    """A model whose files were looked at, but not loaded."""

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
        ModelError: The folder is missing, holds a pickle, or is not of the card's pipeline class.
    """
    card = folder.card(model)
    path = _EMBEDDED_WEIGHTS if card.weights == EMBEDDED else folder.resolve(card.weights)
    where = f"model {card.id}: {path}"
    if not (path / "model_index.json").is_file():
        raise ModelError(f"{where}: holds no model_index.json; weights must name such a folder")
    linked = [p.name for p in path.rglob("*") if p.is_symlink() and p.is_dir()]
    if linked:
        raise ModelError(
            f"{where}: holds the linked folder {linked[0]}, which no hash would cover; "
            "copy what it names"
        )
    files = sorted(p for p in path.rglob("*") if p.is_file())
    doubtful = [p.relative_to(path).as_posix() for p in files if p.suffix.lower() not in _HARMLESS]
    if doubtful:
        raise ModelError(
            f"{where}: holds {', '.join(doubtful[:5])}, which may run code when opened; "
            "keep only .safetensors weights and their .json"
        )
    if not any(p.suffix == ".safetensors" for p in files):
        raise ModelError(f"{where}: holds no .safetensors weights")
    _require_allowed(card, path, where)
    names = tuple(file.relative_to(path).as_posix() for file in files)
    return ModelFiles(card, path, _digest(path, files), names)


def refusal(files: ModelFiles, params: ElementParams) -> str | None:
    """Why this model cannot make this element, as a sentence from the field on; or None."""
    return ALLOWED[files.card.pipeline].refuses(params)


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
    if parts != ALLOWED[named].components:
        raise ModelError(
            f"{where}: its parts are {parts}; a {named} has {ALLOWED[named].components}"
        )
    for name in parts:
        if not (folder / name).is_dir():
            raise ModelError(f"{where}: lacks the folder {name}; copy the model again")


def _digest(folder: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        stat = path.stat()
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(_file_digest(path, stat.st_size, stat.st_mtime_ns))
    return total.hexdigest()


@lru_cache(maxsize=256)
def _file_digest(path: Path, size: int, modified: int) -> bytes:  # noqa: ARG001 they are the key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
