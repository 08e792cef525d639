"""A number, or a number that changes over absolute frames."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import Discriminator, Field, Tag

T = TypeVar("T")


def _form(value: Any) -> str:
    if isinstance(value, Mapping) and "smooth" in value:
        return "smooth"
    return "linear" if isinstance(value, Mapping) else "number"


Curve = Annotated[
    Annotated[T, Tag("number")]
    | Annotated[dict[int, T], Field(min_length=1), Tag("linear")]
    | Annotated[
        dict[Literal["smooth"], Annotated[dict[int, T], Field(min_length=1)]], Tag("smooth")
    ],
    Discriminator(_form),
]
"""`0.5`, or `{1001: 0.0, 1034: 1.0}` (linear), or `{smooth: {1001: 0.0, 1034: 1.0}}`.

Smooth keys are joined by a smooth step, whose slope is 0 at every key. Before the first key and
after the last one the value is held.
"""

_Keys = dict[int, float]
_Smooth = dict[Literal["smooth"], _Keys]
AnyCurve = float | _Keys | _Smooth


def value_at(curve: AnyCurve, frame: float) -> float:
    """The curve's value at a frame (absolute, may be fractional)."""
    if isinstance(curve, float | int):
        return float(curve)
    keys, smooth = _keys(curve)
    if frame <= keys[0][0]:
        return keys[0][1]
    for (start, a), (end, b) in pairwise(keys):
        if frame <= end:
            t = (frame - start) / (end - start)
            return a + (b - a) * (t * t * (3 - 2 * t) if smooth else t)
    return keys[-1][1]


def values(curve: AnyCurve) -> list[float]:
    """The number, or those at every key; between keys a curve goes no further."""
    if isinstance(curve, float | int):
        return [float(curve)]
    return [value for _, value in _keys(curve)[0]]


def integral(curve: AnyCurve, start: float, end: float) -> float:
    """The exact area under the curve between two frames: displacement, where the curve is a speed.

    Negative when `end` lies before `start`.
    """
    if isinstance(curve, float | int):
        return float(curve) * (end - start)
    return _area_from_first_key(curve, end) - _area_from_first_key(curve, start)


def _keys(curve: _Keys | _Smooth) -> tuple[list[tuple[int, float]], bool]:
    smooth = cast("_Smooth", curve).get("smooth")
    return (
        (sorted(smooth.items()), True) if smooth else (sorted(cast("_Keys", curve).items()), False)
    )


def _area_from_first_key(curve: _Keys | _Smooth, frame: float) -> float:
    keys, smooth = _keys(curve)
    first, held = keys[0]
    if frame <= first:
        return held * (frame - first)
    area = 0.0
    for (start, a), (end, b) in pairwise(keys):
        t = min(1.0, (frame - start) / (end - start))
        share = t**3 - t**4 / 2 if smooth else t * t / 2  # the integral of the interpolant over t
        area += (end - start) * (a * t + (b - a) * share)
        if frame <= end:
            return area
    last, held = keys[-1]
    return area + held * (frame - last)
