"""What a disclosure says: `disclosure.json`."""

from typing import Literal

from lookdev.spec.base import Digest, Spec, Time
from lookdev.spec.delivery import State

Answer = Literal["yes", "no", "not known"]


class LayerFact(Spec):
    """One generated layer of a look."""

    name: str
    model: str
    prompt: str
    negative_prompt: str
    seed: str
    transfer: str
    """How it goes over the plate."""
    matte: str
    """Where it may be seen; `frame` is everywhere."""


class ApprovalFact(Spec):
    """One approval whose signature the show trusts."""

    name: str
    digest: Digest
    """Of the signed envelope."""
    kind: str
    by: str
    at: Time
    frames: str
    written_approval: str | None
    """Reference of the written approval of generated material."""
    signed_with: str
    """The public key."""
    supersedes: str | None
    """Name of the approval that this one takes the place of."""
    waived: tuple[str, ...] = ()
    """Gates of QC that it does not pass: which, who let them pass, and why."""


class DeliveryFact(Spec):
    """One finished delivery."""

    name: str
    state: State
    frames: str
    approval: str | None
    """Name of the approval that it was made under."""
    record: Digest
    """Of `delivery.json`."""
    media: Digest
    """Of `media.sha256` as it was delivered from."""
    credentials: tuple[str, ...]
    """Files that carry Content Credentials."""


class LookFact(Spec):
    """One look that was delivered or approved."""

    look: str
    digest: Digest | None
    """None where its file cannot be read any more."""
    support: str
    """The matte inside of which it may change the plate; `frame` is everywhere."""
    layers: tuple[LayerFact, ...]
    deliveries: tuple[DeliveryFact, ...]
    approvals: tuple[ApprovalFact, ...]
    doubts: tuple[str, ...]
    """What does not hold together, in a sentence each."""


class CardFact(Spec):
    """One card of the chain, as it is today."""

    card: str
    kind: str
    title: str
    used_by: tuple[str, ...]
    """Looks, with the layers or cards that name it."""
    licence: str
    training_data: str
    allows: str
    cleared_by: str
    duties: str
    consents: str
    consented: tuple[str, ...]
    """Of whom there is a consent."""
    blocks: tuple[str, ...]
    """Which clauses forbid finals today."""


class InputFact(Spec):
    """Something of the production that was used."""

    role: str
    location: str
    """As the shot names it."""
    frames: str


class SourceFact(Spec):
    """What an item of the checklist was taken from."""

    key: str
    title: str
    date: str
    """Of publication, and from when it applies."""
    url: str
    read: str
    """When, and how, it was read for this checklist."""


class Item(Spec):
    """One line of the checklist: a fact of the show, beside what a source asks."""

    source: str
    """Key of a source, and the place in it."""
    asks: str
    answer: Answer
    because: str
    """Where the answer comes from."""


class Disclosure(Spec):
    """What was generated in a shot, with what, from what, and who approved it."""

    format: Literal["disclosure/1"] = "disclosure/1"
    notice: str
    show: str
    shot: str
    made: Time
    lookdev: str
    """Version of lookdev."""
    deliveries_in: str
    """Where deliveries were looked for."""
    looks: tuple[LookFact, ...]
    other_looks: int
    """Looks of the shot that were neither approved nor delivered."""
    unreadable: tuple[str, ...]
    """Delivery records that could not be read, and why."""
    cards: tuple[CardFact, ...]
    inputs: tuple[InputFact, ...]
    media: Digest
    """Of `media.sha256` today: the sums of every plate and companion frame."""
    checklist: tuple[Item, ...]
    sources: tuple[SourceFact, ...]

    @property
    def deliveries(self) -> tuple[DeliveryFact, ...]:
        """Every delivery of every look."""
        return tuple(one for look in self.looks for one in look.deliveries)
