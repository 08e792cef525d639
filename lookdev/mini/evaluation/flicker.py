"""How much of an element changes from frame to frame beside what moves."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.evaluation.making import (
    Make,
    drawn,
    even,
    fresh,
    in_batches,
    moved,
    pixels,
    winds,
)
from lookdev.mini.evaluation.patches import channels
from lookdev.mini.scenes.control import Control

_SEED = 60_000
_MARGIN = 24
"""Pixels not looked at where an envelope ends at the picture's edge: the fastest wind and more."""


@dataclass(frozen=True)
class Flicker:
    """Mean absolute differences to the frame before, moved along, of density and lit density.

    Attributes:
        advected: Of noise that the wind moves.
        afresh: Of other noise.
    """

    advected: float
    afresh: float


def flicker(
    make: Make, kind: str, count: int, size: int, *, whole: bool, fronts: bool = False
) -> Flicker:
    """Measure the flicker of a kind.

    Args:
        make: What is judged.
        kind: Of element.
        count: Pairs of frames.
        size: Pixels each way.
        whole: Move by whole pixels, else by any part of one.
        fronts: Under envelopes as in training, which stay where they are and change what moves
            through them; else under even ones, where nothing but the place should change.
    """
    wind = winds(_SEED, count)
    control = drawn(count, size, _SEED + 1) if fronts else even(count, size, size)
    control = Control.of(control.envelope, wind)
    way = pixels(wind).round() if whole else pixels(wind)
    margin = _MARGIN if fronts else 0
    noise, other = fresh(_SEED + 2, count, size, size), fresh(_SEED + 3, count, size, size)
    before = _picture(make, kind, control, noise)
    expected = _along(before, way, whole=whole)
    after = _picture(make, kind, control, _along(noise, way, whole=whole))
    afresh = _picture(make, kind, control, other)
    return Flicker(_off(after, expected, margin), _off(afresh, expected, margin))


def _along(fields: Tensor, way: Tensor, *, whole: bool) -> Tensor:
    """Moved: by whole pixels with no arithmetic at all."""
    if not whole:
        return moved(fields, way)
    steps = [tuple(int(part) for part in one) for one in way]
    rolls = [one.roll((y, x), (-2, -1)) for one, (x, y) in zip(fields, steps, strict=True)]
    return torch.stack(rolls)


def _picture(make: Make, kind: str, control: Control, noise: Tensor) -> Tensor:
    return channels(in_batches(make, kind, control, noise))


def _off(a: Tensor, b: Tensor, margin: int) -> float:
    inner = slice(margin, a.shape[-1] - margin)
    return (a - b)[..., inner, inner].abs().mean().item()
