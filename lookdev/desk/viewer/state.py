"""How a picture is looked at, as it is kept with a draft: what each key may hold."""

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from lookdev.errors import LookdevError

MODES = ("a", "b", "wipe", "side", "difference")
DEFAULTS: Mapping[str, Any] = {
    "a": "comp",
    "b": "plate",
    "mode": "a",
    "wipe": {"x": 0.5, "y": 0.5, "angle": 0.0},
    "exposure": 0.0,
    "gamma": 1.0,
    "zoom": "fit",
    "centre": [0.0, 0.0],
    "overlay": "",
    "safe": False,
    "brush": 24.0,
}
_ZOOM = 1000
"""More than any page offers; a plate of a few pixels fits at that."""


def whole_state(given: Mapping[str, Any]) -> dict[str, Any]:
    """The state with its defaults filled in.

    Raises:
        LookdevError: It has a key that nobody knows, or a value that the page cannot show.
    """
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        raise LookdevError(f"viewer: state has no {unknown[0]}; it has {', '.join(DEFAULTS)}")
    state = deepcopy({**DEFAULTS, **given})
    for name, value in state.items():
        fits, wanted = _ALLOWED[name]
        if not fits(value):
            raise LookdevError(f"viewer: state.{name} is {value!r}; it must be {wanted}")
    return state


def _is_number(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and low <= value <= high


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_wipe(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != {"x", "y", "angle"}:
        return False
    return all(_is_number(one) for one in value.values())


def _is_zoom(value: object) -> bool:
    return value == "fit" or (_is_number(value, 0, _ZOOM) and value != 0)


def _is_point(value: object) -> bool:
    if not isinstance(value, list | tuple) or len(value) != len("xy"):
        return False
    return all(_is_number(one) for one in value)


_SOURCE = (_is_text, "the id of a source")
_ALLOWED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "a": _SOURCE,
    "b": _SOURCE,
    "mode": (lambda value: value in MODES, f"one of {', '.join(MODES)}"),
    "wipe": (_is_wipe, "the numbers x, y and angle"),
    "exposure": (lambda value: _is_number(value, -10, 10), "a number from -10 to 10"),
    "gamma": (lambda value: _is_number(value, 0.2, 4), "a number from 0.2 to 4"),
    "zoom": (_is_zoom, f"fit, or a number above 0 and at most {_ZOOM}"),
    "centre": (_is_point, "two numbers"),
    "overlay": (_is_text, "the id of a matte, or empty"),
    "safe": (lambda value: isinstance(value, bool), "true or false"),
    "brush": (lambda value: _is_number(value, 1, 500), "a number from 1 to 500"),
}
