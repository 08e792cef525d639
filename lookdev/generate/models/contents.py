"""What lies in a model's folder, and what of it lookdev will not touch."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lookdev.spec.card import CardKind, FileName
from lookdev.spec.files import sha256
from lookdev.spec.hub import HARMLESS

Progress = Callable[[str, int, int], None]
"""Stage, files done, files in all."""

PICTURES = frozenset({".exr", ".jpeg", ".jpg", ".png", ".tif", ".tiff"})
"""Suffixes of reference pictures."""

_PICKLES = frozenset({".bin", ".ckpt", ".pickle", ".pkl", ".pt", ".pth"})
_POINTER = b"version https://git-lfs"
_FILE_NAME: TypeAdapter[str] = TypeAdapter(FileName)
_MOST_HEADER = 100_000_000
"""Bytes; the format's own bound."""


def names_in(folder: Path) -> list[str]:
    """Every file, hidden ones and links too, relative to the folder, sorted."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def hashes_of(folder: Path, progress: Progress) -> dict[str, str]:
    """SHA-256 of every file, in hex, by its name within the folder."""
    names = names_in(folder)
    hashes = {}
    for n, name in enumerate(names, 1):
        hashes[name] = file_sha256(folder / name)
        progress("hash", n, len(names))
    return hashes


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hex, kept as long as its size and time stay the same."""
    stat = path.stat()
    return _file_sha256(path, stat.st_size, stat.st_mtime_ns)


def troubles_in(folder: Path, kind: CardKind) -> Iterator[str]:
    """What of a folder no card may name, as the rest of a sentence that begins with the folder."""
    if linked := [p.name for p in folder.rglob("*") if p.is_symlink() and p.is_dir()]:
        yield f"holds the linked folder {linked[0]}, which no hash would cover; copy what it names"
    for name in names_in(folder):
        if trouble := _trouble_with(folder / name, name, kind):
            yield trouble
    wanted = PICTURES if kind == "reference" else {".safetensors"}
    if not any(Path(name).suffix.lower() in wanted for name in names_in(folder)):
        what = "pictures" if kind == "reference" else ".safetensors weights"
        yield f"holds no {what}"


def header_of(path: Path) -> dict[str, Any] | None:
    """A .safetensors' header: tensors by name, and `__metadata__`; None where it has none.

    The format: 8 bytes of length, little-endian, then that many of JSON
    (github.com/huggingface/safetensors).
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= _MOST_HEADER:
            return None
        try:
            header = json.loads(file.read(length))
        except ValueError:
            return None
    return header if isinstance(header, dict) else None


def json_of(path: Path) -> dict[str, Any]:
    """A JSON object in a file; empty where there is no such file, or it holds something else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _trouble_with(path: Path, name: str, kind: CardKind) -> str | None:
    suffix = path.suffix.lower()
    if not _can_be_listed(name):
        return f"holds {name!r}, which no card can list; take it out, or rename it"
    if suffix in _PICKLES:
        return f"holds {name}, a pickle, which may run code when opened; take it out"
    if suffix == ".py":
        return f"holds {name}, which is code; lookdev runs none that comes with a model"
    if suffix not in HARMLESS and not (kind == "reference" and suffix in PICTURES):
        return f"holds {name}, which lookdev does not read and cannot vouch for; take it out"
    if suffix == ".json":
        return _trouble_with_json(path, name)
    return _trouble_with_weights(path, name) if suffix == ".safetensors" else None


def _can_be_listed(name: str) -> bool:
    try:
        _FILE_NAME.validate_python(name)
    except ValidationError:
        return False
    return True


def _trouble_with_json(path: Path, name: str) -> str | None:
    raw = path.read_bytes()
    try:
        text = json.dumps(json.loads(raw))  # however it was escaped
    except ValueError:
        text = raw.decode(errors="replace")
    if '"auto_map"' in text:
        return (
            f"holds {name} with auto_map, which asks for code from elsewhere; lookdev runs none, "
            "use a model of diffusers' own classes"
        )
    if not name.endswith(".safetensors.index.json"):
        return None
    shards = set(json_of(path).get("weight_map", {}).values())
    lost = sorted(shard for shard in shards if not (path.parent / str(shard)).is_file())
    return f"lacks {lost[0]}, which {name} names; copy the model again" if lost else None


def _trouble_with_weights(path: Path, name: str) -> str | None:
    with path.open("rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            return f"holds {name}, only Git LFS's pointer to the weights; run `git lfs pull` there"
    if header_of(path) is None:
        return f"holds {name}, which is damaged or no safetensors; copy the model again"
    return None


@lru_cache(maxsize=4096)
def _file_sha256(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 they are the key
    return sha256(path)
