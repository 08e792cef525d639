"""What Content Credentials say of a picture: the plate was opened, elements were placed in it.

C2PA (specification 2.2, 18.17, actions) wants the first action to be `c2pa.opened` or
`c2pa.created`. EXR is no format that its library reads, so plate and elements are ingredients by
declaration: the plate's carries the SHA-256 of every frame as an embedded list, and neither has
credentials of its own that a reader could follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from lookdev.attest.source_types import COMPOSITED, GENERATED, source_type

PLATE_SUMS = "plate.sha256"
"""The embedded list's name within the manifest."""

_EXR = "image/x-exr"


@dataclass(frozen=True)
class Placed:
    """One generated layer."""

    name: str
    model: str
    """The model's title, as its card has it."""
    transfer: str
    """How it goes over: `over`, `plus`, ..."""


@dataclass(frozen=True)
class Provenance:
    """Where a delivery's pictures come from."""

    plate: str
    """The plate's name: its pattern without folders."""
    plate_sums: Mapping[str, str]
    """SHA-256 (hex) of each plate frame that was used, by file name."""
    layers: tuple[Placed, ...]
    """Back to front."""
    note: str
    """What was done with them, in a sentence."""

    @property
    def sums(self) -> bytes:
        """The plate's frames as `sha256sum` lists them."""
        return sums_of(self.plate_sums)


def sums_of(digests: Mapping[str, str]) -> bytes:
    """Digests by name, as `sha256sum` writes them and `sha256sum -c` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()


def manifest_of(provenance: Provenance, *, title: str, media_type: str) -> dict[str, Any]:
    """The manifest definition that c2pa's builder takes.

    Args:
        provenance: Where the pictures come from.
        title: The signed file's name.
        media_type: Of the signed file.
    """
    return {
        "claim_generator_info": [{"name": "lookdev", "version": version("lookdev")}],
        "title": title,
        "format": media_type,
        "ingredients": [_plate(provenance), *(_element(layer) for layer in provenance.layers)],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": _actions(provenance)}}],
    }


def _plate(provenance: Provenance) -> dict[str, Any]:
    count = len(provenance.plate_sums)
    return {
        "label": "plate",
        "title": provenance.plate,
        "format": _EXR,
        "relationship": "parentOf",
        "description": f"The plate: {count} frame{'s' * (count != 1)}, SHA-256 of each in the data",
        "data": {"format": "text/plain", "identifier": PLATE_SUMS},
    }


def _element(layer: Placed) -> dict[str, Any]:
    return {
        "label": _label(layer),
        "title": layer.name,
        "format": _EXR,
        "relationship": "componentOf",
        "description": f"Generated element, made by {layer.model}; transfer {layer.transfer}",
    }


def _actions(provenance: Provenance) -> list[dict[str, Any]]:
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["plate"]}}
    placed = [
        {
            "action": "c2pa.placed",
            "digitalSourceType": source_type(GENERATED),
            "softwareAgent": {"name": layer.model},
            "parameters": {"ingredientIds": [_label(layer)]},
        }
        for layer in provenance.layers
    ]
    edited = {
        "action": "c2pa.edited",
        "digitalSourceType": source_type(COMPOSITED),
        "description": provenance.note,
    }
    return [opened, *placed, edited]


def _label(layer: Placed) -> str:
    return f"element {layer.name}"
