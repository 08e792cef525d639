"""Meter of flicker: a layer's mean that jumps out of the line of its neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Pairs
from lookdev.qc.reduced import Reduced, blocks
from lookdev.qc.seen import Seen
from lookdev.qc.steady import is_patch
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer
from lookdev.spec.qc import Reading

_FULL = 0.5
"""A block counts where its surroundings are, in all three frames, this share of their densest."""
_AROUND = 9
"""Surroundings, in blocks: many flakes, so that where they are does not decide."""
_FAINT = 1e-4
"""Below this mean a layer is not there."""


@dataclass(frozen=True, eq=False)
class _Means:
    """A layer's means over blocks, without what its curves give it."""

    frame: int
    alpha: Pixels
    light: Pixels
    """Premultiplied luminance."""
    plate: Pixels
    """The plate's tone."""
    amount: float
    """Of its control, which what a model makes follows only roughly."""


class Flicker:
    """`flicker`: how far a layer's mean stands off its two neighbours' (share).

    Of the frame in the middle of three: the difference of the logarithm of its mean from theirs,
    for alpha and for light a unit of alpha, the larger of both, where the layer is dense in all
    three. Curves of opacity and exposure are divided out, and what `control.amount` bends is taken
    off; a fade or a growing front has neighbours on both sides. A patch that changes as the plate
    under it does is steady.
    """

    def __init__(self, pairs: Pairs | None = None) -> None:
        """Share pairs with other meters, or make its own."""
        self._pairs = pairs or Pairs()
        self._kept: dict[str, tuple[_Means, ...]] = {}

    def see(self, seen: Seen) -> Iterator[Reading]:
        """Measure each layer of the frame before, which now has both its neighbours."""
        now = self._pairs.reduced(seen)
        kept: dict[str, tuple[_Means, ...]] = {}
        for layer in seen.look.shown:
            means = _means(layer, now) if layer.name in now.layers else None
            if means is None:
                continue
            run = (*self._kept.get(layer.name, ()), means)[-3:]
            if any(b.frame != a.frame + 1 for a, b in pairwise(run)):
                run = (means,)
            kept[layer.name] = run[-2:]
            value = _stands_off(run, patch=is_patch(layer)) if len(run) == 3 else None
            if value is not None:
                yield Reading(meter="flicker", frame=run[1].frame, layer=layer.name, value=value)
        self._kept = kept


def _means(layer: Layer, now: Reduced) -> _Means | None:
    """None where its curves, or the layer itself, are at nothing."""
    opacity = value_at(layer.blend.opacity, now.number)
    amount = value_at(layer.control.amount, now.number)
    one = now.layers[layer.name]
    if min(opacity, amount) < 1e-2 or not one.is_there:
        return None
    gain = opacity * 2.0 ** value_at(layer.blend.exposure, now.number)
    return _Means(
        frame=now.number,
        alpha=blocks(one.alpha) / opacity,
        light=blocks(one.light) / gain,
        plate=blocks(now.plate_tone),
        amount=amount,
    )


def _stands_off(run: tuple[_Means, ...], *, patch: bool) -> float | None:
    covers = max(float(one.alpha.mean()) for one in run) > _FAINT
    where = _dense([one.alpha if covers else one.light for one in run])
    if not where.any():
        return None
    light = [float(one.light[where].sum()) for one in run]
    alpha = [float(one.alpha[where].sum()) for one in run] if covers else [1.0] * len(run)
    if min(*light, *alpha) <= 0:
        return None
    straight = [np.log(a / b) for a, b in zip(light, alpha, strict=True)]
    of_light, of_alpha = _off(straight), _off(list(np.log(alpha)))
    if patch:
        tones = [float(one.plate[where].mean()) for one in run]
        of_light = min(of_light, _off([a - b for a, b in zip(straight, tones, strict=True)]))
    bent = _off([float(np.log(one.amount)) for one in run])
    return max(0.0, max(of_light, of_alpha) - bent)


def _dense(planes: list[Pixels]) -> npt.NDArray[np.bool_]:
    """Where a layer is in all three frames, and no front has just arrived."""
    around = [
        cv2.blur(plane, (_AROUND, _AROUND), borderType=cv2.BORDER_REFLECT) for plane in planes
    ]
    lowest, highest = np.minimum.reduce(around), np.maximum.reduce(around)
    lasts = (lowest > _FULL * highest) & (highest > _FULL * float(highest.max()) / 2)
    return np.asarray(lasts, np.bool_)


def _off(values: list[float]) -> float:
    """How far the middle one of three stands off the line through the others."""
    return abs(values[1] - (values[0] + values[2]) / 2)
