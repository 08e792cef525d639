"""Which channels of a file are the plate's, a matte's, depth or motion."""

from collections.abc import Iterable

from lookdev.errors import PlateError
from lookdev.image.exr import Header


def views_of(header: Header) -> tuple[str, ...]:
    """The views of a stereo file, the default one first; empty for a plain file."""
    if header.views or not header.get("view"):
        return header.views
    # A multi-part file has no list of views: each part says which one it is of.
    return tuple(dict.fromkeys(part[0].partition(".")[0] for part in header.parts))


def plate_channels(header: Header, view: str | None) -> tuple[str, ...]:
    """Red, green, blue and, in the same part, alpha; of the default view or of the named one.

    Raises:
        PlateError: There is no such view, or it has no R, G, B.
    """
    views = views_of(header)
    if view is not None and view not in views:
        has = f"it has {', '.join(views)}" if views else "it has no views: leave --view out"
        raise PlateError(f"{header.path}: has no view {view}; {has}")
    for stem in _stems(views, view):
        names = tuple(stem + colour for colour in "RGB")
        part = next((p for p in header.parts if set(names) <= set(p)), None)
        if part is not None:
            return (*names, stem + "A") if stem + "A" in part else names
    of = f" of view {view}" if view is not None else ""
    raise PlateError(
        f"{header.path}: has no channels R, G, B{of}; it has {', '.join(header.channels)}"
    )


def matte_channels(header: Header, channel: str | None) -> tuple[str, ...]:
    """The named channel; else the only one; else `A`."""
    if channel is not None:
        return _first_of(header, [(channel,)], "matte", "")
    return _first_of(header, [*_only(header), ("A",)], "matte", "; name one as PATTERN:CHANNEL")


def depth_channels(header: Header, view: str | None) -> tuple[str, ...]:
    """`Z` or `depth.Z` (of the view, in a stereo file); else the only channel."""
    stems = _stems(views_of(header), view)
    ways = [(stem + name,) for stem in stems for name in ("Z", "depth.Z")]
    return _first_of(header, [*ways, *_only(header)], "depth", "")


def motion_channels(header: Header, view: str | None) -> tuple[str, ...]:
    """`forward.u`, `forward.v` or `u`, `v` (of the view, in a stereo file)."""
    views = views_of(header)
    stems = [stem + layer for stem in _stems(views, view) for layer in ("forward.", "")]
    named = [f"forward.{stem}" for stem in _stems(views, view) if stem]
    return _first_of(header, [(s + "u", s + "v") for s in [*named, *stems]], "motion", "")


def _stems(views: tuple[str, ...], view: str | None) -> list[str]:
    """What stands before the channel's own name; the default view's may have nothing there."""
    if not views:
        return [""]
    chosen = view or views[0]
    return ["", f"{chosen}."] if chosen == views[0] else [f"{chosen}."]


def _only(header: Header) -> list[tuple[str, ...]]:
    return [header.channels] if len(header.channels) == 1 else []


def _first_of(
    header: Header, ways: Iterable[tuple[str, ...]], role: str, mend: str
) -> tuple[str, ...]:
    tried = []
    for names in ways:
        if any(set(names) <= set(part) for part in header.parts):
            return names
        tried.append(", ".join(names))
    raise PlateError(
        f"{header.path}: has no {role} channel {' or '.join(tried)}; "
        f"it has {', '.join(header.channels)}{mend}"
    )
