"""What the commands about models print."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lookdev.generate.models.checking import Checked
    from lookdev.generate.models.known import KnownModel
    from lookdev.generate.models.listing import Listed
    from lookdev.spec.card import ModelCard
    from lookdev.spec.folder import ShowFolder

_USES = {"final": "finals", "explore": "exploring only", "nothing": "nothing"}


def added(show: "ShowFolder", model: str) -> Iterator[str]:
    """What is to be done with a new card."""
    from lookdev.approve.rights import blocks
    from lookdev.spec.chain import card_chain
    from lookdev.spec.hub import HUB

    card = show.card(model)
    if card.weights.startswith("/"):
        yield f"weights is {card.weights}: the show cannot move; name a root in show.yaml"
    if card.files is None and card.weights.startswith(HUB):
        yield f"its files are not here, and not listed: lookdev models pull {model} --write-hashes"
    yield "it is cleared for nothing; before finals somebody with the right to say so must mend:"
    for block in blocks(card_chain(show, model), show.show.policy, "final"):
        yield f"  {block}"


def listed(one: "Listed") -> Iterator[str]:
    """A card, in two lines."""
    card = one.card
    what = card.pipeline if card.kind == "model" else card.kind
    what += f" for {card.base}" if card.base else ""
    what += f", variant {card.variant}" if card.variant else ""
    yield f"{card.id}: {card.title} ({what})"
    proof = "" if card.files is not None or card.weights == "embedded" else ", no files listed"
    gone = "" if one.place.is_here else ", not here"
    yield f"  {card.licence}; may be used for {_USES[one.use]}; {one.place.name}{gone}{proof}"


def known(one: "KnownModel") -> Iterator[str]:
    """A known model's terms and settings."""
    terms = "non-commercial" if one.non_commercial else "commercial use allowed"
    yield f"{one.id}: {one.title} ({one.pipeline})"
    yield f"  {one.licence}, {terms}; by {one.source}, read {one.seen}"
    yield f"  hub:{one.repository}@COMMIT; steps {one.steps}, guidance {one.guidance:g}"
    yield f"  training data: {one.training_data}"
    yield f"  {one.note}"


def shown(show: "ShowFolder", model: str) -> Iterator[str]:
    """A card's terms, its parts', and what they block."""
    from lookdev.approve.rights import blocks
    from lookdev.spec.chain import card_chain

    links = card_chain(show, model)
    for link in links:
        yield from _terms(link.card)
    closed = blocks(links, show.show.policy, "final")
    yield "finals: closed" if closed else "finals: open"
    for block in closed:
        yield f"  {block}"
    if links[0].card.pipeline == "ElementPipeline":
        yield from _words()


def checked(one: "Checked") -> Iterator[str]:
    """What a check found."""
    if one.troubles:
        yield f"{one.model}: {len(one.troubles)} not in order, in {one.folder}"
        for trouble in one.troubles:
            yield f"  {trouble}"
    elif one.is_proven:
        yield f"{one.model}: in order; {one.files} files are those that its card lists"
    elif one.is_embedded:
        yield f"{one.model}: comes with lookdev; its card lists no files"
    else:
        yield f"{one.model}: not proven; its card lists no files, and {one.files} lie there"


def _terms(card: "ModelCard") -> Iterator[str]:
    from lookdev.approve import rights_text

    yield f"{card.kind} {card.id}: {card.title}"
    if card.kind == "model":
        yield f"  pipeline: {card.pipeline}"
    for name in ("base", "variant", "encoding", "preview", "weights"):
        if value := getattr(card, name):
            yield f"  {name}: {value}"
    yield f"  files: {'not listed' if card.files is None else f'{len(card.files)} listed'}"
    yield f"  licence: {rights_text.licence_of(card)}"
    yield f"  training data: {card.training_data or 'none; a reference has learned nothing'}"
    yield f"  allows: {rights_text.allowed_of(card)}"
    yield f"  cleared by: {rights_text.cleared_of(card)}"
    yield f"  duties: {rights_text.duties_of(card)}"
    yield f"  consents: {rights_text.consents_of(card)}"


def _words() -> Iterator[str]:
    """The embedded model's vocabulary: a line for each kind, and for each attribute."""
    from lookdev.mini.words import ATTRIBUTES, DOUBLING, WORDS

    yield "its prompt knows these kinds of element, by these words; several mix, others are ignored"
    for kind, words in WORDS.items():
        yield f"  {kind}: {words}"
    yield "and these attributes, each word by how far it goes; several of one attribute average"
    for name, steps in ATTRIBUTES.items():
        what = "stops" if name in DOUBLING else "-1 to 1"
        told = "; ".join(f"{step:+g} {words}" for step, words in steps.items())
        yield f"  {name} ({what}): {told}"
