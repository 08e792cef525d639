"""Gather a shot's facts from its files."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from lookdev.approve.rights import blocks
from lookdev.approve.rights_text import (
    allowed_of,
    cleared_of,
    consents_of,
    duties_of,
    licence_of,
)
from lookdev.errors import PlateError
from lookdev.finals.disclose.checklist import Known, checklist
from lookdev.finals.disclose.deliveries import deliveries_of
from lookdev.finals.disclose.looks import look_facts, looks_of
from lookdev.finals.disclose.record import CardFact, Disclosure, InputFact, LookFact
from lookdev.finals.disclose.sources import NOTICE, SOURCES
from lookdev.image.media import SUMS
from lookdev.spec.chain import Link, chain
from lookdev.spec.draft import utc_now
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.show import Policy


def gather(shot_file: ShotFile, deliveries: Path) -> Disclosure:
    """What was generated for a shot, with what, from what, and who approved it.

    Args:
        shot_file: The shot.
        deliveries: The folder of deliveries; there need not be one.

    Raises:
        SpecError: A card of the looks is missing or wrong.
        PlateError: The shot has no sums of its media.
    """
    folder, shot = shot_file.folder, shot_file.shot
    name = f"{shot.sequence}/{shot.shot}"
    delivered, unreadable = deliveries_of(name, deliveries)
    looks, broken = looks_of(shot_file)
    facts = look_facts(looks, broken, delivered)
    told = [look.look for look in facts]
    cards = _cards([looks[one] for one in told if one in looks], folder.show.policy)
    place = folder.locate(deliveries)
    place = deliveries.name if Path(place).is_absolute() else place  # a page that is sent on
    known = Known(
        looks=facts,
        cards=cards,
        deliveries_in=place,
        written_approval_required=folder.show.policy.written_approval == "required",
    )
    return Disclosure(
        notice=NOTICE,
        show=folder.show.name,
        shot=name,
        made=utc_now(),
        lookdev=version("lookdev"),
        deliveries_in=place,
        looks=facts,
        other_looks=len({*looks, *broken} - set(told)),
        unreadable=tuple(unreadable),
        cards=cards,
        inputs=_inputs(shot_file, facts, looks),
        media=_media(shot_file),
        checklist=checklist(known),
        sources=SOURCES,
    )


def _cards(looks: Iterable[LookFile], policy: Policy) -> tuple[CardFact, ...]:
    used: dict[str, tuple[Link, list[str]]] = {}
    for look_file in looks:
        for link in chain(look_file):
            _, users = used.setdefault(link.card.id, (link, []))
            users.append(f"{look_file.name}: {', '.join(link.used_by)}")
    return tuple(_card(link, users, policy) for link, users in used.values())


def _card(link: Link, users: list[str], policy: Policy) -> CardFact:
    card = link.card
    prefix = f"{link.path}: "
    return CardFact(
        card=card.id,
        kind=card.kind,
        title=card.title,
        used_by=tuple(users),
        licence=licence_of(card),
        training_data=card.training_data or "not said",
        allows=allowed_of(card),
        cleared_by=cleared_of(card),
        duties=duties_of(card),
        consents=consents_of(card),
        consented=tuple(one.of for one in card.consents or ()),
        blocks=tuple(one.removeprefix(prefix) for one in blocks((link,), policy, "final")),
    )


def _inputs(
    shot_file: ShotFile, facts: Iterable[LookFact], looks: dict[str, LookFile]
) -> tuple[InputFact, ...]:
    """The plate, and of the shot's companions the mattes and the track that the looks use."""
    shot = shot_file.shot
    frames = f"{shot.plate.first}-{shot.plate.last}"
    told = [looks[fact.look].look for fact in facts if fact.look in looks]
    used = {f"matte {name}" for look in told for name in look.mattes()}
    found = [("plate", shot.plate.pattern)]
    found += [(role, one.pattern) for role, one in shot.pictures().items() if role in used]
    if shot.track and any(layer.motion.follow for look in told for layer in look.layers):
        found.append(("track", shot.track))
    return tuple(InputFact(role=role, location=place, frames=frames) for role, place in found)


def _media(shot_file: ShotFile) -> str:
    path = shot_file.path.with_name(SUMS)
    if not path.is_file():
        raise PlateError(f"{path}: is missing; ingest the shot again")
    return sha256(path)
