"""What of a layer and of the plate is compared in a fit: colours that should look alike.

A *patch* replaces plate, and is compared along its edge, where a viewer would see the seam. There
it shows one of two things. Where it shows what the plate does, the best witness is the plate
*under* its edge: a band inside it, pixel beneath pixel, less the pixels that show something else.
Where most of them do, it goes on what is *around* it, and a narrow band inside is compared with
one outside.

An *element* shows other things than the plate does; what they share is the light. Its dense parts
are compared with the plate near them, and of both only the ends of the scale (`match.fit_ends`).

Each colour is the mean of its neighbours of the same side, so that neither grain nor fine texture
passes for contrast. Pictures are (H, W, 3), scene-linear ACEScg; alpha is (H, W).
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.blend.match import fit_levels
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels

Mask = npt.NDArray[np.bool_]

DENSE = 0.5
"""Alpha above which a patch's own colour is to be seen."""
_FAINT = 0.05
"""And an element's; its thinner parts are left out where it has denser ones."""
_CLEAR = 0.01
_BAND = 60
"""The height of the picture over the width of a band along an edge."""
_NEAR = 8
"""The height of the picture over the distance that is near an element."""
_OFF = 0.15
"""Stops by which two colours of the same thing may differ, once their levels are matched."""
_AGREES, _ALIKE = 0.4, 0.8
"""Share of pixels that must agree, and correlation of their tones, to show the same things."""
_STEPS = 5
_DARK = 0.01
_MOST = 20_000
"""Pixels of one frame that are kept; every n-th of more."""
_MEAN = 5


@dataclass(frozen=True)
class Gathered:
    """Colours (N, 3) at one frame, or at several."""

    inside: Pixels
    """Of the layer: of an element where it is dense, of a patch in a band inside its edge."""
    under: Pixels
    """Of the plate beneath a patch's band, pixel by pixel; of an element none."""
    rim: Pixels
    """Of a patch in a narrower band."""
    around: Pixels
    """Of the plate in as narrow a band outside a patch; near an element."""


def along_edge(colour: Pixels, alpha: Pixels, below: Pixels) -> Gathered:
    """A patch's straight colour along its edge, and the plate's."""
    inside, clear = is_dense(alpha, is_patch=True), alpha < _CLEAR
    width = max(6, alpha.shape[0] // _BAND)
    depth = _distance(inside)
    band = inside if inside.all() else inside & (depth <= width)
    outside = clear & (_distance(~inside) <= width)
    return Gathered(
        inside=_means(colour, inside, band),
        under=_means(below, inside, band),
        rim=_means(colour, inside, inside & (depth <= width / 2)),
        around=_means(below, clear, outside),
    )


def is_dense(alpha: Pixels, *, is_patch: bool) -> Mask:
    """Where a layer's own colour is to be seen: an element's at half its densest and above."""
    least = DENSE if is_patch else max(_FAINT, DENSE * float(alpha.max()))
    return np.asarray(alpha > least)


def near_element(colour: Pixels, alpha: Pixels, below: Pixels) -> Gathered:
    """An element's straight colour where it is dense, and the plate near that."""
    dense = is_dense(alpha, is_patch=False)
    near = _distance(~dense) <= alpha.shape[0] / _NEAR if dense.any() else dense
    none = np.empty((0, 3), np.float32)
    inside = _means(colour, dense, dense)
    return Gathered(inside, none, none, _means(below, np.ones_like(dense), near))


def joined(frames: Sequence[Gathered]) -> Gathered:
    """What was gathered at several frames, together."""
    parts = zip(*(astuple(one) for one in frames), strict=True)
    inside, under, rim, around = (np.concatenate(part) for part in parts)
    return Gathered(inside, under, rim, around)


def witness(edge: Gathered) -> tuple[Pixels, Pixels, str]:
    """Colours of a patch, colours of the plate that they should be, and where these are from."""
    if not len(edge.around):
        return edge.inside, edge.under, "the plate under it"
    same = agreeing(edge.inside, edge.under)
    shown, under = edge.inside[same], edge.under[same]
    if same.mean() >= _AGREES and correlation(shown, under) >= _ALIKE:
        return shown, under, "the plate under its edge"
    return edge.rim, edge.around, "the plate around it"


def agreeing(source: Pixels, target: Pixels) -> Mask:
    """Which of pairs (N, 3) one set of levels explains.

    Concentration steps, after Rousseeuw and Van Driessen 1999, "A fast algorithm for the minimum
    covariance determinant estimator": levels are fitted to the better half again and again, so
    that the rest, which may show other things, has no say.
    """
    ratio = _stops(source, target)
    off = np.abs(ratio - np.median(ratio, axis=0)).max(1)
    for _ in range(_STEPS):
        half = off <= np.median(off)
        levels = fit_levels(source[half], target[half])
        gain = 2.0**levels.exposure * np.array(levels.white)
        off = np.abs(_stops(source * gain + np.array(levels.black), target)).max(1)
    return np.asarray(off <= _OFF)


def correlation(source: Pixels, target: Pixels) -> float:
    """Of the stops of luminance of pairs (N, 3); 0 where one of them has no tones."""
    weights = np.array(LUMINANCE, np.float32)
    tones = np.stack([np.log2(np.maximum(one @ weights, 0) + _DARK) for one in (source, target)])
    if tones.std(axis=1).min() < 0.01:
        return 0.0
    return float(np.corrcoef(tones)[0, 1])


def _stops(source: Pixels, target: Pixels) -> Pixels:
    """From each colour to its pair, in stops; below `_DARK` that becomes a plain difference."""
    bright = [np.log2(np.maximum(one, 0) + _DARK) for one in (target, source)]
    return np.asarray(bright[0] - bright[1])


def _means(colour: Pixels, side: Mask, at: Mask) -> Pixels:
    """Means of neighbours on one side, at some of its pixels: (N, 3)."""
    if not at.any():
        return np.empty((0, 3), np.float32)
    size, own = (_MEAN, _MEAN), side.astype(np.float32)
    total, weight = cv2.blur(colour * own[..., None], size), cv2.blur(own, size)
    means = (total[at] / weight[at][:, None]).astype(np.float32)
    return np.ascontiguousarray(means[:: len(means) // _MOST + 1])


def _distance(inside: Mask) -> Pixels:
    """Of each inside pixel to the nearest outside one; 0 outside, large where there is none."""
    if inside.all():
        return np.full(inside.shape, 1e6, np.float32)
    plane = inside.astype(np.uint8)
    return np.asarray(cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_5), np.float32)
