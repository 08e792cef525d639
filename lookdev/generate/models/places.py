"""Where a card's files lie: in the package, in a folder, or in the Hugging Face cache."""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import ModelError
from lookdev.generate.models.hub import local_folder, snapshot_folder
from lookdev.spec.card import EMBEDDED, ModelCard
from lookdev.spec.folder import ShowFolder
from lookdev.spec.hub import HUB, HubRef

EMBEDDED_WEIGHTS = Path(__file__).parents[2] / "mini" / "weights"
"""The folder of the model that comes with the package."""


def folder_of(folder: ShowFolder, card: ModelCard) -> Path:
    """Where the card's files lie.

    Raises:
        SpecError: `weights` is no reference to the hub, or of a root that has no path here.
        ModelError: They are not on this machine.
    """
    if card.weights.startswith(HUB):
        return local_folder(_ref(card), card.id)
    path = EMBEDDED_WEIGHTS if card.weights == EMBEDDED else folder.resolve(card.weights)
    if not path.is_dir():
        raise ModelError(f"model {card.id}: {path}: is no folder; weights must name one")
    return path


@dataclass(frozen=True)
class Place:
    """Where a card's files should be."""

    name: str
    """In words: a path, or the reference to the hub."""
    is_here: bool


def place_of(folder: ShowFolder, card: ModelCard) -> Place:
    """Where the card's files should be, and whether they are.

    Raises:
        SpecError: As `folder_of`.
    """
    if card.weights.startswith(HUB):
        return Place(card.weights, snapshot_folder(_ref(card)).is_dir())
    if card.weights == EMBEDDED:
        return Place("in the package", EMBEDDED_WEIGHTS.is_dir())
    path = folder.resolve(card.weights)
    return Place(str(path), path.is_dir())


def _ref(card: ModelCard) -> HubRef:
    return HubRef.parse(card.weights, where=f"model {card.id}")
