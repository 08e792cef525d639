"""The files that were signed against the files that are there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from lookdev.finals.verify_walk import frame_of, place


def compared(
    signed: Mapping[str, str], found: Mapping[str, str], odd: AbstractSet[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """Name and a sentence for each file that is not as it was signed.

    Args:
        signed: SHA-256 by name, as the statement has them.
        found: SHA-256 by name, of the files in the folder.
        odd: Names of which something else was said already.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for name, digest in signed.items():
        owners[digest].append(name)
    changed = [n for n in sorted(signed) if n in found and found[n] != signed[n]]
    for name in changed:
        sentence = _changed(name, signed, found, owners)
        if sentence is not None:
            yield name, sentence
    missing = [n for n in sorted(signed) if n not in found and n not in odd]
    for name in sorted(set(found) - set(signed) - odd):
        owned = owners.get(found[name], [])
        was = next((owner for owner in owned if owner in missing), None)
        if was is not None:
            missing.remove(was)
            yield was, f"{place(was)}: is renamed, to {place(name)}"
        else:
            copy = f", and a copy of {place(owned[0])}" if owned else ""
            yield name, f"{place(name)}: is extra: it was not delivered{copy}"
    for name in missing:
        yield name, f"{place(name)}: is missing"


def _changed(
    name: str, signed: Mapping[str, str], found: Mapping[str, str], owners: Mapping[str, list[str]]
) -> str | None:
    """A sentence for a file with another hash; None where its partner in a swap has said it."""
    others = owners.get(found[name], [])
    partner = next((o for o in others if found.get(o) == signed[name]), None)
    if partner is not None:
        return _swapped(name, partner) if name < partner else None
    if others:
        return f"{place(name)}: holds what was signed as {place(others[0])}"
    return f"{place(name)}: was altered after signing"


def _swapped(one: str, other: str) -> str:
    frames = frame_of(one), frame_of(other)
    if None in frames or frames[0] == frames[1]:
        return f"{place(one)} and {place(other)} are swapped"
    return f"{place(one)}: {frames[0]} and {frames[1]} are swapped, with {place(other)}"
