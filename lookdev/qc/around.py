"""One layer of a frame, what it makes of the plate, and where it is dense, thin or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import numpy.typing as npt
import torch

from lookdev.blend.log_code import encoded
from lookdev.blend.transfer import TRANSFERS
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.image.mattes import resized
from lookdev.qc.seen import Seen
from lookdev.spec.look import Layer

Mask = npt.NDArray[np.bool_]

DENSE = 0.9
"""Alpha from which a layer hides the plate."""
_THIN = 0.004
"""Alpha or light below which there is no layer."""
_LINES = 270
_REACH = 0.08
"""Width of the ring around a layer, as a share of the frame's height."""
_LEAST = 16
"""The least that it is, in pixels."""


@dataclass(frozen=True, eq=False)
class Around:
    """A layer and its neighbourhood: crops of one rectangle, the layer and what is near it."""

    layer: Layer
    rgba: Pixels
    """Premultiplied (h, w, 4), ACEScg."""
    plate: Pixels
    """(h, w, 3), ACEScg."""
    height: int
    """Of the frame: what is near is a share of it (px)."""

    @property
    def is_patch(self) -> bool:
        """Whether it replaces the plate, and is held to what is around it."""
        return self.layer.element.kind == "patch"

    @property
    def alpha(self) -> Pixels:
        """(h, w)."""
        return self.rgba[..., 3]

    def over(self, rgba: Pixels, plate: Pixels) -> Pixels:
        """Parts of both as the layer's transfer brings them together, (h, w, 3).

        It is this layer alone over the plate, so that no other one is measured with it.
        """
        colour, below = (_planes(one) for one in (rgba[..., :3], plate))
        made = TRANSFERS[self.layer.blend.transfer](colour, _planes(rgba[..., 3:])[0], below)
        return np.asarray(made.movedim(0, -1).contiguous().numpy())

    @cached_property
    def small(self) -> "Small":
        """All of it at 270 lines a frame, or at half size: tones and colours without the grain."""
        by = max(2, round(self.height / _LINES))
        rgba, plate = (_reduced(one, by) for one in (self.rgba, self.plate))
        reach = max(_LEAST, round(_REACH * self.height)) // by
        return Small(rgba, self.over(rgba, plate), plate, reach)


@dataclass(frozen=True, eq=False)
class Small:
    """The same crops, reduced."""

    rgba: Pixels
    comp: Pixels
    """(h, w, 3): the layer alone over the plate; exact where it is dense."""
    plate: Pixels
    reach: int
    """How far around it is near (px of these)."""

    @cached_property
    def dense(self) -> Mask:
        """(h, w): where the layer hides the plate."""
        return np.asarray(self.rgba[..., 3] >= DENSE)

    @cached_property
    def ring(self) -> Mask:
        """(h, w): plate that it does not touch, within reach of it."""
        touched = (np.abs(self.rgba).max(-1) > _THIN).astype(np.uint8)
        size = 2 * self.reach + 1
        near = cv2.dilate(touched, np.ones((size, size), np.uint8))
        return np.asarray((near > 0) & (touched == 0))

    def references(self, fewest: int) -> Iterator[Mask]:
        """Parts of the plate to compare with: what lies around, and what the layer replaces."""
        yield self.dense
        if np.count_nonzero(self.ring) >= fewest:
            yield self.ring


_KNOWN: WeakKeyDictionary[Seen, tuple[Around, ...]] = WeakKeyDictionary()


def layers_around(seen: Seen) -> tuple[Around, ...]:
    """Every layer that is to be seen in a frame, back to front; meters of one frame share them."""
    found = _KNOWN.get(seen)
    if found is None:
        found = _KNOWN[seen] = tuple(_layers(seen))
    return found


def _layers(seen: Seen) -> Iterator[Around]:
    by_name = {layer.name: layer for layer in seen.look.layers}
    height = seen.support.shape[0]
    for name, whole in seen.layers.items():
        place = _rectangle(whole, max(_LEAST, round(_REACH * height)))
        if place is not None:
            rgba, plate = mended(whole[place]), mended(seen.below[place])
            yield Around(by_name[name], rgba, plate, height)


def mended(picture: Pixels) -> Pixels:
    """NaN and Inf as 0: `broken` counts them, and the other meters still measure the rest."""
    with np.errstate(invalid="ignore"):
        if np.isfinite(picture.sum()):
            return picture
    return np.nan_to_num(picture, nan=0.0, posinf=0.0, neginf=0.0)


def luminance(picture: Pixels) -> Pixels:
    """(h, w) of (h, w, 3), scene-linear ACEScg."""
    return np.asarray(picture @ np.array(LUMINANCE, np.float32))


def acescct(linear: Pixels) -> Pixels:
    """Scene-linear ACEScg in ACEScct (S-2016-001), where equal steps are equal ratios."""
    return np.asarray(encoded(torch.from_numpy(np.ascontiguousarray(linear))).numpy())


def _rectangle(rgba: Pixels, reach: int) -> tuple[slice, slice] | None:
    """Around all of a layer, and `reach` beyond; None where there is none."""
    height, width = rgba.shape[:2]
    rows = np.flatnonzero(rgba.reshape(height, -1).any(1))
    if not rows.size:
        return None
    y = slice(max(0, int(rows[0]) - reach), int(rows[-1]) + 1 + reach)
    used = rgba[rows[0] : rows[-1] + 1].reshape(-1, 4 * width).any(0)
    columns = np.flatnonzero(used.reshape(width, 4).any(1))
    return y, slice(max(0, int(columns[0]) - reach), int(columns[-1]) + 1 + reach)


def _reduced(picture: Pixels, by: int) -> Pixels:
    height, width = (max(1, side // by) for side in picture.shape[:2])
    return resized(np.ascontiguousarray(picture), width, height)


def _planes(picture: Pixels) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).movedim(-1, 0)
