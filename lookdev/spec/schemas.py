"""JSON Schemas of the YAML files, for editors: completion, help and bounds while typing."""

import json
from pathlib import Path

from lookdev.spec.base import Spec
from lookdev.spec.card import ModelCard
from lookdev.spec.look import Look
from lookdev.spec.review import Review
from lookdev.spec.shot import Shot
from lookdev.spec.show import Show
from lookdev.spec.wedge_state import WedgeState

KINDS: dict[str, type[Spec]] = {
    "show": Show,
    "shot": Shot,
    "look": Look,
    "card": ModelCard,
    "review": Review,
    "wedge": WedgeState,
}


def write_schemas(folder: Path) -> list[Path]:
    """Write one schema a kind of file, `show.json`, `look.json` and so on; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, kind in KINDS.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(kind.model_json_schema(), indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written
