"""A patch's seam: whether the picture changes across its edge more than along it."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.around import Around, acescct, layers_around
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Reading

_Points = npt.NDArray[np.float32]
_Keep = npt.NDArray[np.bool_]

_LEVELS = (0.04, 0.5, 0.96)
"""Shares of the patch's alpha: a soft edge has two rims and a middle, a hard one has all in one."""
_EDGE = 2
"""Half the width of what counts as the edge (px)."""
_BAND = (6, 14)
"""Where its neighbourhood lies, on either side (px)."""
_ALONG = 41
"""Length along the edge over which gradients are averaged before they count: grain and texture
have no sign that lasts so long, a seam has (px)."""
_FLAT = 1e-6
"""ACEScct a pixel: a gradient of nothing, so that a flat picture has no seam."""
_SHORTEST = 64
"""Of an edge that can be judged (px)."""


class Seam:
    """`seam` of each patch."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame.

        Along the level sets of the patch's alpha the picture (ACEScct) is unrolled into strips: s
        along the edge, d across. Gradients are averaged over 41 px of s. The measure is the mean of
        |across| over that of |along| within 2 px of the edge, over the same 6 to 14 px beside it;
        the mean is of roots, squared, so that a few strong edges of the plate do not decide. Where
        the plate itself has an edge there (a matte drawn along a roof) it is divided by the
        plate's own. 1 is no seam. The worst level set counts; an edge shorter than 64 px says
        nothing.
        """
        for around in layers_around(seen):
            if around.is_patch:
                found = [ratio for level in _LEVELS for ratio in _ratios(around, level)]
                if found:
                    yield Reading(
                        meter="seam",
                        frame=seen.number,
                        layer=around.layer.name,
                        value=max(found),
                    )


def _ratios(around: Around, level: float) -> Iterator[float]:
    """The seam along one level set; nothing where it is too short."""
    mask = (around.alpha >= level * around.alpha.max()).astype(np.uint8)
    strips = [_strip(around, line, mask) for line in _lines(mask)]
    kept = [strip for strip in strips if strip is not None]
    if sum(int(keep.sum()) for _, _, keep in kept) >= _SHORTEST:
        comp = _ratio([(comp, keep) for comp, _, keep in kept])
        plate = _ratio([(plate, keep) for _, plate, keep in kept])
        yield comp / max(1.0, plate)


def _lines(mask: npt.NDArray[np.uint8]) -> Iterator[_Points]:
    """Outlines (N, 2) of x and y, a point every pixel of their length, without their stairs."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        points = outline[:, 0].astype(np.float32)
        if len(points) < _SHORTEST:
            continue
        steps = np.hypot(*np.diff(points, axis=0, append=points[:1]).T)
        length = np.concatenate([[0], np.cumsum(steps)])
        at = np.arange(0, length[-1], 1.0)
        closed = np.concatenate([points, points[:1]])
        even = np.stack([np.interp(at, length, closed[:, axis]) for axis in (0, 1)], -1)
        yield _smooth(even.astype(np.float32), 7)


def _strip(
    around: Around, line: _Points, mask: npt.NDArray[np.uint8]
) -> tuple[Pixels, Pixels, _Keep] | None:
    """Comp and plate (N, D, 3) along a line, and which of its points have both sides (N)."""
    far = _BAND[1] + 1
    tangent = np.roll(line, -3, 0) - np.roll(line, 3, 0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], -1)
    across = np.arange(-far, far + 1, dtype=np.float32)[None, :, None]
    x, y = np.moveaxis(line[:, None] + normal[:, None] * across, -1, 0)
    height, width = mask.shape
    there = ((x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)).all(1)
    side = cv2.remap(mask, x, y, cv2.INTER_NEAREST)
    beside = side[:, : far - 2], side[:, far + 3 :]
    one_way = (beside[0] == 1).all(1) & (beside[1] == 0).all(1)
    other_way = (beside[0] == 0).all(1) & (beside[1] == 1).all(1)
    keep = there & (one_way | other_way)
    if not keep.any():
        return None
    rgba, plate = (
        cv2.remap(picture, x, y, cv2.INTER_LINEAR) for picture in (around.rgba, around.plate)
    )
    return acescct(around.over(rgba, plate)), acescct(plate), keep


def _ratio(strips: list[tuple[Pixels, _Keep]]) -> float:
    """Across over along at the edge, over the same beside it."""
    found = [(*_gradients(strip), keep) for strip, keep in strips]
    across = _mean(np.concatenate([one[keep] for one, _, keep in found]))
    along = _mean(np.concatenate([one[keep] for _, one, keep in found]))
    away = np.abs(np.arange(len(across)) - len(across) // 2)
    at, beside = away <= _EDGE, (away >= _BAND[0]) & (away <= _BAND[1])
    edge, near = (
        (across[part].mean() + _FLAT) / (along[part].mean() + _FLAT) for part in (at, beside)
    )
    return float(edge / near)


def _mean(sizes: Pixels) -> Pixels:
    """Over the points of an edge, (D,): of roots, squared."""
    return np.asarray(np.sqrt(sizes).mean(0) ** 2, np.float32)


def _gradients(strip: Pixels) -> tuple[Pixels, Pixels]:
    """Sizes (N, D) of the gradient across the edge and along it, averaged along it."""
    calm = cv2.blur(strip, (1, _ALONG), borderType=cv2.BORDER_REFLECT)
    across, along = np.zeros_like(calm), np.zeros_like(calm)
    across[:, 1:-1] = (calm[:, 2:] - calm[:, :-2]) / 2
    along[1:-1] = (calm[2:] - calm[:-2]) / 2
    return _size(across), _size(along)


def _size(gradient: Pixels) -> Pixels:
    red, green, blue = np.moveaxis(gradient, -1, 0)
    return np.asarray(np.sqrt(red * red + green * green + blue * blue), np.float32)


def _smooth(line: _Points, size: int) -> _Points:
    """A closed line's mean over `size` neighbours."""
    around = np.concatenate([line[-size:], line, line[:size]])
    return np.asarray(cv2.blur(around, (1, size))[size:-size], np.float32)
