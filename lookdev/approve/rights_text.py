"""A chain of rights in words, for a person."""

from collections.abc import Iterator

from lookdev.approve.rights import LookRights
from lookdev.spec.card import ModelCard
from lookdev.spec.chain import Link


def lines(rights: LookRights) -> list[str]:
    """A look's chain and what it blocks, line by line; every link's clauses are indented."""
    said = [f"{rights.look_file.name}"]
    for link in rights.links:
        said.append(f"  {link.card.kind} {link.card.id}: {link.card.title}")
        said += [f"    {line}" for line in _of_link(link)]
    said += _open_or_closed("explore", rights.explore)
    said += _open_or_closed("final", rights.final)
    return said


def licence_of(card: ModelCard) -> str:
    """The licence, and what was bought beside it."""
    said = card.licence
    if card.is_non_commercial:
        said += ", non-commercial"
    if card.licence_copy:
        said += f", kept in {card.licence_copy.path}"
    if card.purchased:
        until = f" until {card.purchased.until}" if card.purchased.until else ""
        said += f"; bought: {card.purchased.reference}{until}"
    return said


def allowed_of(card: ModelCard) -> str:
    """What it was cleared for."""
    if card.allows is None:
        return "not said"
    return ", ".join(card.allows) or "nothing"


def cleared_of(card: ModelCard) -> str:
    """Who cleared it, and when."""
    if card.cleared is None:
        return "not said"
    note = f" ({card.cleared.note})" if card.cleared.note else ""
    return f"{card.cleared.by}, {card.cleared.day}{note}"


def duties_of(card: ModelCard) -> str:
    """Every duty; `not said` where the card has no word on them."""
    if card.duties is None:
        return "not said"
    attribution = [f"show: {card.duties.attribution}"] if card.duties.attribution else []
    watermark = ["watermark (lookdev sets none into delivered frames)"] * card.duties.watermark
    return "; ".join((*attribution, *watermark, *card.duties.others)) or "none"


def consents_of(card: ModelCard) -> str:
    """Who consented, and where it is filed."""
    if card.consents is None:
        return "not said"
    said = [
        f"{one.of} ({one.reference}, {one.day}{f' until {one.until}' if one.until else ''})"
        for one in card.consents
    ]
    return "; ".join(said) or "nobody's likeness or picture"


def _of_link(link: Link) -> Iterator[str]:
    card = link.card
    yield f"card: {link.path}"
    yield f"used by: {', '.join(link.used_by)}"
    yield f"licence: {licence_of(card)}"
    if card.training_data is not None:
        yield f"training data: {card.training_data}"
    yield f"allows: {allowed_of(card)}"
    yield f"cleared by: {cleared_of(card)}"
    yield f"duties: {duties_of(card)}"
    yield f"consents: {consents_of(card)}"


def _open_or_closed(purpose: str, blocks: tuple[str, ...]) -> list[str]:
    if not blocks:
        return [f"  {purpose}: open"]
    return [f"  {purpose}: closed", *(f"    {block}" for block in blocks)]
