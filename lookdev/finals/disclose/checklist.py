"""The checklist: what Netflix's guidance and the AI Act's Article 50 ask, and what the show knows.

`yes` and `no` are given only where the show's files decide; what people must judge, or what the
show does not record, is `not known`, and says who could know.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lookdev.finals.disclose.record import (
    Answer,
    ApprovalFact,
    CardFact,
    DeliveryFact,
    Item,
    LookFact,
)

_NAMED = 3
"""How many names an answer gives."""


@dataclass(frozen=True)
class Known:
    """What the answers are taken from."""

    looks: tuple[LookFact, ...]
    cards: tuple[CardFact, ...]
    deliveries_in: str
    written_approval_required: bool

    @property
    def finals(self) -> tuple[tuple[LookFact, DeliveryFact], ...]:
        """Deliveries of approved looks; drafts are none."""
        return tuple(
            (look, one) for look in self.looks for one in look.deliveries if one.state == "approved"
        )

    @property
    def drafts(self) -> int:
        """Deliveries of looks that nobody had approved."""
        return sum(one.state == "draft" for look in self.looks for one in look.deliveries)


def checklist(known: Known) -> tuple[Item, ...]:
    """Every item, Netflix's principles first, then Article 50."""
    return (*_netflix(known), *_article_50(known))


def _netflix(known: Known) -> tuple[Item, ...]:
    return (
        _item(
            "Netflix, use", "The production's Netflix contact knows of the intended use", _told()
        ),
        _item("Netflix, principle 1", "Nothing recreates what belongs to others", _others(known)),
        _item(
            "Netflix, principle 2",
            "The tools keep no inputs or outputs, nor train on them",
            _kept(),
        ),
        _item(
            "Netflix, principle 3", "The tools run in a secured enterprise environment", _secured()
        ),
        _item(
            "Netflix, principle 4",
            "What was generated is temporary, not delivered",
            _temporary(known),
        ),
        _item(
            "Netflix, principle 5", "No performance or union work without consent", _people(known)
        ),
        _item(
            "Netflix, approval",
            "Written approval of what is generated and delivered",
            _written(known),
        ),
    )


def _article_50(known: Known) -> tuple[Item, ...]:
    return (
        _item("AI Act 50(2), Omnibus", "Output is marked for machines to tell", _marked(known)),
        _item("AI Act 50(2)", "Who is the provider, and whether an exemption holds", _provider()),
        _item("AI Act 50(4)", "Who shows a deep fake says so; of an evident work of art or "
              "fiction, in a way that does not spoil it", _shown()),
        _item("AI Act 50(5), Code", "The notice is clear, at the latest at first sight", _notice()),
    )  # fmt: skip


_Answer = tuple[Answer, str]


def _item(source: str, asks: str, answer: _Answer) -> Item:
    return Item(source=source, asks=asks, answer=answer[0], because=answer[1])


def _told() -> _Answer:
    return "not known", "the show keeps no correspondence; this page can be sent"


def _others(known: Known) -> _Answer:
    told = "; prompts, and what the cards say of training data, are above" * bool(known.cards)
    return "not known", f"people must judge the pictures{told}"


def _kept() -> _Answer:
    return "yes", (
        "models run from files on the production's own disks; lookdev trains nothing on what they "
        "see or make, and keeps it in the show's own cache"
    )


def _secured() -> _Answer:
    return "not known", "the show does not record how its machines are secured; ask who runs them"


def _temporary(known: Known) -> _Answer:
    if known.finals:
        names = _some(delivery.name for _, delivery in known.finals)
        return "no", f"approved and delivered: {names}"
    if known.drafts:
        return "not known", (
            f"{_counted(known.drafts, 'draft')}, no approved delivery; whether one was passed on "
            "is not recorded"
        )
    return "yes", f"nothing of this shot is in the folder {known.deliveries_in}"


def _people(known: Known) -> _Answer:
    named = [name for card in known.cards for name in card.consented]
    if named:
        return "not known", (
            f"consents on the cards: {_some(named)}; who else is in picture is not recorded"
        )
    return "not known", (
        "no card names a person's likeness; who is in plate or picture is not recorded"
    )


def _written(known: Known) -> _Answer:
    if not known.finals:
        return _written_ahead(known)
    without = [one.name for look, one in known.finals if not _reference(look, one)]
    if without:
        waived = "" if known.written_approval_required else " (show.yaml waives it)"
        return "no", f"without a reference: {_some(without)}{waived}"
    references = dict.fromkeys(_reference(look, one) for look, one in known.finals)
    return "yes", f"named by the approvals: {_some(str(one) for one in references)}"


def _written_ahead(known: Known) -> _Answer:
    """Where nothing that was approved is delivered yet."""
    approvals = [one for look in known.looks for one in look.approvals]
    references = [one.written_approval for one in approvals if one.written_approval]
    if approvals and len(references) == len(approvals):
        return "yes", f"named by the approvals: {_some(references)}; nothing is delivered yet"
    without = _some(one.name for one in approvals if not one.written_approval)
    return "no", f"without a reference: {without}" if without else "nothing is approved yet"


def _marked(known: Known) -> _Answer:
    if not known.finals:
        return "no", "no approved delivery, so nothing to be marked"
    without = [one.name for _, one in known.finals if not one.credentials]
    if without:
        return "no", (
            f"no Content Credentials: {_some(without)}; EXR headers carry lookdev:* fields"
        )
    files = dict.fromkeys(name for _, one in known.finals for name in one.credentials)
    return "yes", (
        f"Content Credentials (C2PA) for {_some(files)}; EXR frames by themselves carry "
        "lookdev:* header fields only"
    )


def _provider() -> _Answer:
    return "not known", "a legal question; models and clearances are above"


def _shown() -> _Answer:
    return "not known", (
        "whether pictures pass for real, and what the credits say, is decided outside the show"
    )


def _notice() -> _Answer:
    return "not known", "credits and labels are made by whoever publishes the work"


def _reference(look: LookFact, delivery: DeliveryFact) -> str | None:
    approval = _approval(look, delivery)
    return approval.written_approval if approval else None


def _approval(look: LookFact, delivery: DeliveryFact) -> ApprovalFact | None:
    return next((one for one in look.approvals if one.name == delivery.approval), None)


def _some(names: Iterable[str]) -> str:
    """The first of some names, and how many more: the facts beside the checklist name them all."""
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
