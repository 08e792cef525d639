"""The installed packages that lookdev needs, with all that they need in turn."""

from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def packages(root: str = "lookdev") -> dict[str, str]:
    """Versions by canonical name, the root's own among them; extras of the root are left out.

    What is merely installed beside them cannot change a picture, and is not named.
    """
    found: dict[str, str] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(root, frozenset())]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # an optional one, for another system
            continue
        found[canonicalize_name(name)] = installed.version
        for text in installed.requires or ():
            needed = Requirement(text)
            if _applies(needed, extras):
                one = (canonicalize_name(needed.name), frozenset(needed.extras))
                waiting += [one] if one not in seen else []
                seen.add(one)
    return dict(sorted(found.items()))


def _applies(needed: Requirement, extras: frozenset[str]) -> bool:
    if needed.marker is None:
        return True
    return any(needed.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
