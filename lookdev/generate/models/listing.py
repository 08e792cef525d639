"""The models that a show knows."""

from dataclasses import dataclass
from typing import Literal

from lookdev.errors import LookdevError
from lookdev.generate.models.places import Place, place_of
from lookdev.spec.card import ModelCard
from lookdev.spec.chain import blocked, card_chain, copy_troubles
from lookdev.spec.folder import ShowFolder

Use = Literal["final", "explore", "nothing"]


@dataclass(frozen=True)
class Listed:
    """One card, and where things stand with it."""

    card: ModelCard
    place: Place
    use: Use
    """The most that it may be used for today, its parts' terms counted."""


def listing(folder: ShowFolder) -> tuple[list[Listed], list[LookdevError]]:
    """Every card of the show, by id, and what is wrong with those that cannot be read."""
    found, problems = [], []
    for path in sorted((folder.root / "params" / "models").glob("*.yaml")):
        try:
            card = folder.card(path.stem)
            found.append(Listed(card, place_of(folder, card), use_of(folder, card.id)))
        except LookdevError as error:
            problems.append(error)
    return found, problems


def use_of(folder: ShowFolder, model: str) -> Use:
    """The most that a card may be used for today.

    Raises:
        SpecError: A card of its parts is missing or wrong.
    """
    links, policy = card_chain(folder, model), folder.show.policy
    if not blocked(links, policy, "final") and not copy_troubles(links):
        return "final"
    return "nothing" if blocked(links, policy, "explore") else "explore"
