"""The chain of rights: every card that a look uses, parts included."""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.spec.card import ModelCard, Purpose
from lookdev.spec.draft import utc_now
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile, ShowFolder
from lookdev.spec.rights import clauses
from lookdev.spec.show import Policy


@dataclass(frozen=True)
class Link:
    """One card of the chain."""

    card: ModelCard
    path: Path
    used_by: tuple[str, ...]
    """Layers of the look, and ids of cards that name it as a part."""
    licence_copy: Path | None
    """Where the licence's kept text should lie; None where the card names none."""


def chain(look_file: LookFile) -> tuple[Link, ...]:
    """Every card a look uses, once each: by layer, back to front, a card before its parts.

    Muted layers count too: they are part of the look that is approved.

    Raises:
        SpecError: A card is missing or wrong, parts go round in a circle, or what a layer names
            is no model.
    """
    walk = _Walk(look_file.folder)
    for layer in look_file.look.layers:
        for field, kind, name in layer.cards():
            card = walk.visit(name, layer.name)
            if card.kind != kind:
                mend = "model that has it among its parts" if kind == "model" else kind
                raise SpecError(
                    f"{look_file.path}: {layer.name}.{field} is {card.id}, which is a "
                    f"{card.kind}; name a {mend}"
                )
    return walk.links()


def card_chain(folder: ShowFolder, name: str) -> tuple[Link, ...]:
    """A card and its parts.

    Raises:
        SpecError: As `chain`.
    """
    walk = _Walk(folder)
    walk.visit(name, "")
    return walk.links()


def blocked(
    links: tuple[Link, ...], policy: Policy, purpose: Purpose, *, today: str | None = None
) -> list[str]:
    """Why a chain may not be used: each sentence names the card's file, the clause and the mend.

    Args:
        links: The chain.
        policy: The show's.
        purpose: Trying or delivering; for a delivery `copy_troubles` block too.
        today: The day (UTC), as 2026-11-25; this one if None.
    """
    today = today or utc_now()[:10]
    return [
        f"{link.path}: {clause}"
        for link in links
        for clause in clauses(link.card, policy, purpose, today=today)
    ]


def copy_troubles(links: tuple[Link, ...]) -> list[str]:
    """Licences whose kept text is gone, or another one now; a sentence each."""
    return [trouble for link in links if (trouble := _copy_trouble(link))]


def _copy_trouble(link: Link) -> str | None:
    copy, path = link.card.licence_copy, link.licence_copy
    if copy is None or path is None:
        return None
    if not path.is_file():
        return f"{link.path}: licence_copy.path is {copy.path}, but there is no {path}; keep it"
    found = sha256(path)
    if found == copy.sha256:
        return None
    return (
        f"{link.path}: licence_copy.sha256 is {copy.sha256[:12]}..., but {path} has "
        f"{found[:12]}...; read what changed, and have it cleared again"
    )


def card_path(folder: ShowFolder, name: str) -> Path:
    """Where the card of that id lies, or would lie."""
    return folder.root / "params" / "models" / f"{name}.yaml"


class _Walk:
    """A walk over cards, each visited once."""

    def __init__(self, folder: ShowFolder) -> None:
        self._folder = folder
        self.cards: dict[str, ModelCard] = {}
        self.used_by: dict[str, dict[str, None]] = {}

    def visit(self, name: str, user: str, above: tuple[str, ...] = ()) -> ModelCard:
        self._require_open(name, above)
        card = self._folder.card(name)
        self.used_by.setdefault(name, {})[user] = None
        if name not in self.cards:
            self.cards[name] = card
            for part in card.parts:
                self.visit(part, name, (*above, name))
        return card

    def links(self) -> tuple[Link, ...]:
        return tuple(
            Link(card, card_path(self._folder, name), tuple(self.used_by[name]), self._copy(card))
            for name, card in self.cards.items()
        )

    def _copy(self, card: ModelCard) -> Path | None:
        return self._folder.resolve(card.licence_copy.path) if card.licence_copy else None

    def _require_open(self, name: str, above: tuple[str, ...]) -> None:
        """Refuse a circle, and a part without a card, in the words of the card that names it."""
        if not above:
            return
        where = f"{card_path(self._folder, above[-1])}: parts names {name}"
        if name in above:
            circle = " -> ".join((*above[above.index(name) :], name))
            raise SpecError(
                f"{where}, which goes round in a circle ({circle}); take it out of one of them"
            )
        if not card_path(self._folder, name).is_file():
            raise SpecError(
                f"{where}, but there is no {card_path(self._folder, name)}; "
                "write that card, or take the part out"
            )
