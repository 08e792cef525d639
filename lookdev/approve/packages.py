"""The installed packages that lookdev needs, with all that they need in turn."""

from email.parser import HeaderParser
from functools import lru_cache
from importlib.metadata import Distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Needed = tuple[str, frozenset[str]]
"""A package's canonical name, and the extras of it that are asked for."""

_UNKNOWN = "unknown"
"""The version of a package whose installation is damaged."""


def packages(root: str = "lookdev") -> dict[str, str]:
    """Versions by canonical name, the root's own among them; extras of the root are left out.

    What is merely installed beside them cannot change a picture, and is not named. What is
    installed is looked for anew each time.
    """
    installed, found = _installed(), {}
    waiting: list[Needed] = [(root, frozenset())]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        if name not in installed:  # an optional one, for another system
            continue
        found[name], requires = installed[name]
        needed = [one for one in _needed(requires, extras) if one not in seen]
        waiting += needed
        seen.update(needed)
    return dict(sorted(found.items()))


def _installed() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Version and requirements of every installed package; of two, the one Python finds first."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in distributions():
        name, version, requires = _read(one)
        if name:  # else an empty folder of a package that is gone
            found.setdefault(canonicalize_name(name), (version, requires))
    return found


def _read(installed: Distribution) -> tuple[str, str, tuple[str, ...]]:
    """Its name and version, and what it requires."""
    text = installed.read_text("METADATA")
    if text is None:  # an old egg, which has its requirements elsewhere
        version = installed.version or _UNKNOWN
        return installed.name or "", version, tuple(installed.requires or ())
    return _parsed(text.partition("\n\n")[0])


@lru_cache(maxsize=1024)
def _parsed(header: str) -> tuple[str, str, tuple[str, ...]]:
    """Of a METADATA's header; the same text is parsed once."""
    fields = HeaderParser().parsestr(header)
    requires = tuple(fields.get_all("Requires-Dist", ()))
    return fields["Name"] or "", fields["Version"] or _UNKNOWN, requires


@lru_cache(maxsize=1024)
def _needed(requires: tuple[str, ...], extras: frozenset[str]) -> tuple[Needed, ...]:
    """Those that apply on this system, with these extras."""
    found = (Requirement(text) for text in requires if extras or not _is_for_an_extra(text))
    return tuple(
        (canonicalize_name(one.name), frozenset(one.extras))
        for one in found
        if _applies(one, extras)
    )


def _is_for_an_extra(text: str) -> bool:
    """Whether it surely applies with an extra alone; most do, and parsing them takes the time."""
    return "extra ==" in text and " or " not in text


def _applies(needed: Requirement, extras: frozenset[str]) -> bool:
    if needed.marker is None:
        return True
    return any(needed.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
