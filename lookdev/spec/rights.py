"""May this card be used: a judgement over what the card says, the show's policy and the day."""

from collections.abc import Iterator
from datetime import date, timedelta

from lookdev.spec.card import Consent, ModelCard, Purpose
from lookdev.spec.licences import SPDX, allows_no_changes, asks_attribution
from lookdev.spec.show import Policy


def clauses(card: ModelCard, policy: Policy, purpose: Purpose, *, today: str) -> tuple[str, ...]:
    """What of a card forbids a purpose: sentences from the field on, each with the mend.

    Where exploration is open nothing forbids it. Parts are cards of their own, judged by
    themselves; whether a kept licence is still the one that was kept is for who can read it.

    Args:
        card: The card.
        policy: The show's.
        purpose: Trying or delivering.
        today: The day (UTC), as 2026-11-25.
    """
    if purpose == "explore" and policy.exploration == "open":
        return ()
    always = (*_clearance(card, purpose, today), *_spans(card, today))
    if purpose == "explore":
        return always
    return (*always, *_licence(card), *_consents_said(card), *_training(card))


def _clearance(card: ModelCard, purpose: Purpose, today: str) -> Iterator[str]:
    if card.allows is None:
        yield f"allows is not said; have it cleared and write allows: [explore, {_last(purpose)}]"
    elif purpose not in card.allows and "final" not in card.allows:
        said = ", ".join(card.allows)
        yield f"allows is [{said}]; {purpose} must be cleared and named there"
    if card.cleared is None:
        yield "cleared is not said; write who cleared it, and when: cleared: {by: ..., day: ...}"
    elif _is_to_come(card.cleared.day, today):
        yield f"cleared.day is {card.cleared.day}, a day to come; write the day it was cleared"


def _spans(card: ModelCard, today: str) -> Iterator[str]:
    if card.purchased and _is_past(card.purchased.until, today):
        yield (
            f"purchased.until is {card.purchased.until}, which is past; renew the licence "
            f"{card.purchased.reference}, or remove purchased"
        )
    for n, consent in enumerate(card.consents or ()):
        yield from _consent(f"consents[{n}]", consent, today)


def _consent(name: str, consent: Consent, today: str) -> Iterator[str]:
    if _is_past(consent.until, today):
        yield (
            f"{name}.until is {consent.until}, which is past; ask {consent.of} again, "
            "or use the card no more"
        )
    if _is_to_come(consent.day, today):
        yield f"{name}.day is {consent.day}, a day to come; write the day {consent.of} consented"


def _licence(card: ModelCard) -> Iterator[str]:
    licence, bought = card.licence, card.purchased is not None
    if licence not in SPDX and card.licence_copy is None and not bought:
        yield (
            f"licence is {licence}, whose text nobody kept; keep it and name it in licence_copy, "
            "or name the licence that was bought in purchased"
        )
    if card.is_non_commercial is None and not bought:
        yield (
            f"non_commercial is not said, and licence {licence} is none that lookdev knows; "
            "read it and write true or false"
        )
    if card.is_non_commercial and not bought:
        yield (
            f"licence is {licence}, which is non-commercial; buy a licence and name it in "
            "purchased, or use another model"
        )
    if allows_no_changes(licence) and not bought:
        yield f"licence is {licence}, which allows no changed copies; buy a licence (purchased)"
    if asks_attribution(licence) and not bought and not (card.duties and card.duties.attribution):
        yield f"duties.attribution is not said, and licence {licence} asks for one; write its text"


def _consents_said(card: ModelCard) -> Iterator[str]:
    if card.consents is None and card.kind in ("lora", "reference"):
        yield (
            f"consents is not said, and a {card.kind} may hold a person's likeness or picture; "
            "name who consented, or write [] where there is nobody"
        )


def _training(card: ModelCard) -> Iterator[str]:
    if card.kind != "reference" and not (card.training_data or "").strip():
        yield "training_data is empty; say in a sentence what it learned from"


def _last(purpose: Purpose) -> str:
    return "final" if purpose == "final" else "..."


def _is_past(until: str | None, today: str) -> bool:
    return until is not None and until < today


def _is_to_come(day: str, today: str) -> bool:
    """A day later than tomorrow: east of Greenwich it is tomorrow already."""
    return date.fromisoformat(day) > date.fromisoformat(today) + timedelta(days=1)
