"""Where the surfaces of a picture lie in another one, and whether they are seen there.

Only plates are measured: what a model made has no motion of its own to be found. A flow is (h, w,
2) float32, x and y in pixels of its own size: what lies at pixel p of one picture lies at p + flow
of the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.errors import PlateError
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.image.warp import inside, sampled

_Plane = npt.NDArray[Any]

_TOE = 0.02
"""Scene-linear luminance below which the encoding is linear, as noise has it, and not a log."""
_SHARE_OF_MOTION, _FREE = 0.01, 0.5
"""Of Sundaram et al.: how far forward and backward may disagree (squared px)."""
_UNLIKE = 0.35
"""Share of the variances from which surroundings count as another surface's."""
_MEDIAN_OF_SQUARE = 0.455
"""Of a normal variable of variance 1."""
_CODES = 12
"""Difference of codes 0..255 up to which a pixel looks like the other."""
_DRIFT = 2.0
"""How far a chain may have slid (px): beyond, a direct measure has found another brick."""
_LEAST = 64
"""Shortest side that is measured (px): on 14 rows OpenCV 5.0's DIS ends the process."""


@dataclass(frozen=True, eq=False)
class Way:
    """Where each pixel of one picture lies in another, and how surely it is seen there."""

    flow: Pixels
    """(h, w, 2), px."""
    seen: Pixels
    """(h, w), 0..1: 0 is hidden, or outside the other picture."""

    @classmethod
    def still(cls, height: int, width: int) -> "Way":
        """From a picture to itself."""
        return cls(np.zeros((height, width, 2), np.float32), np.ones((height, width), np.float32))

    def resized(self, width: int, height: int) -> "Way":
        """The same between pictures of another size."""
        h, w = self.seen.shape
        if (h, w) == (height, width):
            return self
        scale = np.array([width / w, height / h], np.float32)
        flow = cv2.resize(self.flow, (width, height), interpolation=cv2.INTER_LINEAR) * scale
        seen = cv2.resize(self.seen, (width, height), interpolation=cv2.INTER_LINEAR)
        return Way(flow, seen)


def between(a: Pixels, b: Pixels) -> tuple[Way, Way]:
    """The ways from a to b, and from b to a, as `flow` and `checked` find them.

    Raises:
        PlateError: As `flow`.
    """
    return checked(flow(a, b), flow(b, a), a, b)


def checked(there: Pixels, back: Pixels, a: Pixels, b: Pixels) -> tuple[Way, Way]:
    """Flows from a to b and from b to a, with what is seen by both `visible` and `alike`."""
    first, second = (codes.astype(np.float32) for codes in _encoded(a, b))
    return (
        Way(there, visible(there, back) * alike(first, second, there)),
        Way(back, visible(back, there) * alike(second, first, back)),
    )


def flow(a: Pixels, b: Pixels, start: Pixels | None = None) -> Pixels:
    """The flow (h, w, 2) from picture a to picture b, each (h, w, 3), scene-linear.

    Dense inverse search (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", 2016) on
    the log luminance of both, which is stretched over what the two have in common: neither
    highlights, nor negatives, nor exposure decide. The same numbers on any count of threads.

    Args:
        a: From which.
        b: To which, of the same size.
        start: A flow (h, w, 2) near the one that is looked for.

    Raises:
        PlateError: They differ in size, or hold NaN or Inf.
    """
    if a.shape != b.shape:
        raise PlateError(
            f"flow: the pictures are {_size(a)} and {_size(b)}; bring both to one size first"
        )
    height, width = a.shape[:2]
    first, second = (_padded(codes) for codes in _encoded(a, b))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    found = search.calc(first, second, None if start is None else _padded(start))
    return np.ascontiguousarray(found[:height, :width], np.float32)


def visible(forward: Pixels, backward: Pixels) -> Pixels:
    """How surely each pixel of the first picture is seen in the second, (h, w) of 0..1.

    A pixel that is seen comes back to itself: with e the distance by which it misses, it counts as
    1 up to e^2 = 0.01 (|forward|^2 + |backward|^2) + 0.5 (Sundaram, Brox and Keutzer, "Dense Point
    Trajectories by GPU-accelerated Large Displacement Optical Flow", 2010, equation 5), falls to 0
    at twice that, and is 0 outside the second picture.

    Args:
        forward: Flow from the first picture to the second.
        backward: Flow from the second picture to the first.
    """
    back = sampled(backward, forward)
    missed = _squared(forward + back)
    allowed = _SHARE_OF_MOTION * (_squared(forward) + _squared(back)) + _FREE
    sure = np.clip(2 - missed / allowed, 0, 1)
    return np.where(inside(forward), sure, 0).astype(np.float32)


def alike(first: Pixels, second: Pixels, along: Pixels) -> Pixels:
    """How much each pixel's surroundings look like those where it is led to, (h, w) of 0..1.

    Flows through what is covered agree by chance here and there; what they join looks otherwise.
    Over 7x7 pixels, less their means, the squared difference is compared with both variances: 0
    where they are the same, 1 where they have nothing in common. Grain, told from the median
    difference of the whole picture, is no difference. A change of light is none either.

    Args:
        first: (h, w), logarithmic.
        second: The same.
        along: Flow (h, w, 2) from the first to the second.
    """
    other = sampled(second, along)
    a, b = first - _mean(first), other - _mean(other)
    difference = (a - b) ** 2
    grain = float(np.median(difference)) / _MEDIAN_OF_SQUARE
    spread = _mean(a**2) + _mean(b**2) + 9 * grain + 1e-6
    return np.clip(2 - _mean(difference) / spread / _UNLIKE, 0, 1)


def likeness(a: Pixels, b: Pixels, along: Pixels) -> Pixels:
    """How alike two pictures are where a flow leads, (h, w) of 0..1, pixel by pixel.

    It proves no common surface; where none is seen for sure, it tells the better guess. A change
    of light over the whole picture is no difference.

    Args:
        a: (h, w, 3), scene-linear.
        b: The same.
        along: Flow (h, w, 2) from a to b.
    """
    first, second = (codes.astype(np.float32) for codes in _encoded(a, b))
    difference = first - sampled(second, along)
    apart = _mean(np.abs(difference - np.median(difference)), 3)
    return np.where(inside(along), np.clip(2 - apart / _CODES, 0, 1), 0).astype(np.float32)


def _mean(plane: Pixels, side: int = 7) -> Pixels:
    return cv2.boxFilter(plane, -1, (side, side), borderType=cv2.BORDER_REPLICATE)


def chained(ways: Sequence[Way]) -> Way:
    """One way of several that follow each other; what is hidden once is hidden.

    Args:
        ways: From picture 0 to 1, from 1 to 2, and so on; at least one.
    """
    along, seen = ways[0].flow, ways[0].seen
    for way in ways[1:]:
        onward = sampled(np.dstack([way.flow, way.seen]), along)
        seen = np.where(inside(along), seen * onward[..., 2], 0)
        along = along + onward[..., :2]
    seen = np.where(inside(along), seen, 0)
    return Way(np.ascontiguousarray(along), seen.astype(np.float32))


def settled(there: Way, back: Way, a: Pixels, b: Pixels) -> Way:
    """A chained way from a to b without its drift, which grows with every link.

    Where the flow from a straight to b, looked for from the chain's end, is consistent and within
    `_DRIFT` of it, it counts; elsewhere, as under a change of light, the chain does. What is seen
    is what the chain saw.

    Args:
        there: Chained from a to b.
        back: Chained from b to a.
        a: (h, w, 3), scene-linear.
        b: The same.

    Raises:
        PlateError: As `flow`.
    """
    straight, straight_back = flow(a, b, there.flow), flow(b, a, back.flow)
    near = np.clip(2 - _squared(straight - there.flow) / _DRIFT**2, 0, 1)
    share = (visible(straight, straight_back) * near)[..., None]
    return Way(there.flow + share * (straight - there.flow), there.seen)


def _squared(along: Pixels) -> Pixels:
    return along[..., 0] ** 2 + along[..., 1] ** 2


def _encoded(a: Pixels, b: Pixels) -> list[_Plane]:
    """Log luminance of both, 0..255 over what lies between their joint half percentiles."""
    logs = [_log_luminance(picture) for picture in (a, b)]
    low, high = np.percentile(np.stack(logs), (0.5, 99.5))
    gain = 255 / max(float(high - low), 1e-3)
    return [np.clip((log - low) * gain, 0, 255).round().astype(np.uint8) for log in logs]


def _log_luminance(picture: Pixels) -> Pixels:
    if not np.isfinite(picture).all():
        raise PlateError("flow: a picture holds NaN or Inf; repair the plate at ingest")
    weights = np.array(LUMINANCE, np.float32)
    return np.log1p(np.maximum(picture @ weights, 0) / _TOE)


def _padded(codes: _Plane) -> _Plane:
    """A copy with its border continued to the right and below, up to the shortest side."""
    height, width = codes.shape[:2]
    below, right = max(0, _LEAST - height), max(0, _LEAST - width)
    if below == right == 0:
        return codes.copy()  # DIS writes into the flow that it starts from
    return cv2.copyMakeBorder(codes, 0, below, 0, right, cv2.BORDER_REPLICATE)


def _size(picture: Pixels) -> str:
    return f"{picture.shape[1]}x{picture.shape[0]}"
