"""A parameter's change of value, in words."""

from typing import Any

_QUOTED = 28
"""Characters of a prompt that are shown."""


def shift(old: Any, new: Any, *, prose: bool = False) -> str:
    """`0.50 → 0.65`, `now a curve of 3 keys`, `on`: from one value to another.

    Args:
        old: A field's value: a number, text, switch, list of those, or a curve.
        new: Another value of the same field.
        prose: The value is a sentence: only the words that changed are said, in quotes.
    """
    if isinstance(new, bool):
        return "on" if new else "off"
    if isinstance(old, dict) and isinstance(new, dict):
        return _curve_shift(old, new)
    if isinstance(new, dict):
        keys = len(_keys(new))
        return f"now a curve of {keys} key{'s' if keys != 1 else ''}"
    if isinstance(old, dict):
        return f"now {_said(new, 2)}"
    if prose:
        return _prose_shift(str(old), str(new))
    return " → ".join(_pair(old, new))


def _pair(old: Any, new: Any) -> tuple[str, str]:
    """Both values, with as many decimals as it takes to tell them apart."""
    for decimals in range(_decimals(old, new), 7):
        said = _said(old, decimals), _said(new, decimals)
        if said[0] != said[1]:
            return said
    return str(old), str(new)


def _decimals(old: Any, new: Any) -> int:
    whole = all(isinstance(v, float) and v.is_integer() for v in (old, new))
    return 0 if whole and max(abs(old), abs(new)) >= 10 else 2


def _said(value: Any, decimals: int) -> str:
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    if isinstance(value, tuple | list):
        return ", ".join(_said(item, decimals) for item in value) or "none"
    return "none" if value is None or value == "" else str(value)


def _keys(curve: dict[Any, Any]) -> dict[int, float]:
    keys: dict[int, float] = curve.get("smooth", curve)
    return keys


def _curve_shift(old: dict[Any, Any], new: dict[Any, Any]) -> str:
    if ("smooth" in old) != ("smooth" in new):
        return "curve now smooth" if "smooth" in new else "curve now linear"
    before, after = _keys(old), _keys(new)
    moved = [frame for frame in after if before.get(frame) != after[frame]]
    if set(before) == set(after) and len(moved) == 1:
        return f"at {moved[0]} " + " → ".join(_pair(before[moved[0]], after[moved[0]]))
    return f"curve changed, {len(after)} key{'s' if len(after) != 1 else ''}"


def _prose_shift(old: str, new: str) -> str:
    """The words between what both begin with and what both end with."""
    was, now = old.split(" "), new.split(" ")
    most = min(len(was), len(now))
    head = next((n for n in range(most) if was[n] != now[n]), most)
    rest = range(most - head)
    tail = next((n for n in rest if was[-1 - n] != now[-1 - n]), most - head)
    left = " ".join(was[head : len(was) - tail])
    right = " ".join(now[head : len(now) - tail])
    if left.split() == right.split():
        return "spaced otherwise"
    return f"{_quoted(left)} → {_quoted(right)}"


def _quoted(text: str) -> str:
    short = text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1].rstrip()}…"
    return f"“{short}”" if short else "nothing"
