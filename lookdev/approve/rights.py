"""Rights: what every card of a look allows, and which clause of which card blocks a use."""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import RightsError, SpecError
from lookdev.spec.card import Purpose
from lookdev.spec.chain import Link, blocked, chain, copy_troubles
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder
from lookdev.spec.show import Policy

__all__ = [
    "Link",
    "LookRights",
    "blocks",
    "chain",
    "final_blocks",
    "open_shot",
    "require_final",
    "shot_rights",
]


@dataclass(frozen=True)
class LookRights:
    """One look's chain, and what blocks its two uses."""

    look_file: LookFile
    links: tuple[Link, ...]
    explore: tuple[str, ...]
    """Why it may not be tried; empty where it may."""
    final: tuple[str, ...]
    """Why it may not be delivered; empty where it may."""


def blocks(
    links: tuple[Link, ...], policy: Policy, purpose: Purpose, *, today: str | None = None
) -> list[str]:
    """Why a chain may not be used under a policy, kept licences included.

    Each sentence names the card's file, the clause and the mend.

    Args:
        links: The chain.
        policy: The show's.
        purpose: Trying or delivering.
        today: The day (UTC), as 2026-11-25; this one if None.
    """
    found = blocked(links, policy, purpose, today=today)
    return [*found, *copy_troubles(links)] if purpose == "final" else found


def final_blocks(look_file: LookFile, *, today: str | None = None) -> list[str]:
    """Why a look may not be delivered; empty where it may.

    Raises:
        SpecError: The chain cannot be followed.
    """
    return blocks(chain(look_file), look_file.folder.show.policy, "final", today=today)


def require_final(look_file: LookFile, *, today: str | None = None) -> None:
    """Refuse a look that may not be delivered.

    Raises:
        RightsError: Names every card and clause that blocks it, each with the mend.
        SpecError: The chain cannot be followed.
    """
    found = final_blocks(look_file, today=today)
    if found:
        raise RightsError("\n".join(found))


def shot_rights(
    shot_file: ShotFile, *, look: str | None = None, today: str | None = None
) -> tuple[LookRights, ...]:
    """The rights of a shot's looks, by name.

    Args:
        shot_file: The shot.
        look: The one look that is asked for, as toxic_v003; every look if None.
        today: The day (UTC), as 2026-11-25; this one if None.

    Raises:
        SpecError: There is no such look, or a chain cannot be followed.
    """
    folder = shot_file.path.parent / "looks"
    paths = [folder / f"{look}.yaml"] if look else sorted(folder.glob("*.yaml"))
    if not paths:
        raise SpecError(f"{folder}: holds no look yet; keep one on the desk, or write one")
    return tuple(_of_look(LookFile.open(str(path)), today) for path in paths)


def open_shot(reference: str, *, start: Path) -> ShotFile:
    """A shot by `sequence/shot`, in the show around `start`.

    Raises:
        SpecError: It is no such name, or there is no such shot.
    """
    sequence, slash, shot = reference.partition("/")
    if not slash:
        raise SpecError(f"{reference}: is no shot; name it sequence/shot, as street/sh0010")
    return ShotFile.open(ShowFolder.find(start), sequence, shot)


def _of_look(look_file: LookFile, today: str | None) -> LookRights:
    links = chain(look_file)
    explore, final = (
        tuple(blocks(links, look_file.folder.show.policy, purpose, today=today))
        for purpose in ("explore", "final")
    )
    return LookRights(look_file, links, explore, final)
