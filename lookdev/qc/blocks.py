"""A picture in blocks of 16 pixels: how bright each is, its grain, and whether there is more."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.frame import Pixels
from lookdev.qc.around import Mask, luminance, mended
from lookdev.qc.seen import Seen

SIZE = 16
_CELL = 4
_FINE = 1.5
"""What is finer than this is grain, or looks like it (px, standard deviation)."""
_CALM = 1.5
"""Times its plate's grain that a flat block may vary beyond a slope."""
_BINS = 2
"""A stop."""
_ENOUGH = 3000
"""Blocks of a picture that are looked at."""
_LEAST = 8
"""Blocks in a bin that can be trusted."""

Values = npt.NDArray[np.float32]


def unseen(level: Values) -> Values:
    """Deviation at that luminance that nobody sees, and that a half's rounding may make."""
    return np.asarray(1e-3 * np.maximum(level, 0) + 1e-5, np.float32)


@dataclass(frozen=True, eq=False)
class Blocks:
    """Of a picture (H, W, 3), scene-linear; n blocks row by row, what does not fill one is left."""

    level: Values
    """(n,): mean luminance."""
    sigma: Values
    """(n, 3): deviation of what is finer than 1.5 px."""
    rough: Values
    """(n,): deviation of the luminance of cells of 4 px from a plane: texture, a little grain."""
    picture: Pixels
    """Whole blocks, strip under strip."""

    @classmethod
    def of(cls, strips: Sequence[Pixels]) -> "Blocks":
        """Measure every block of strips of one width."""
        cut = np.concatenate([_whole(one) for one in strips])
        fine = np.concatenate([_fine(_whole(one)) for one in strips])
        sigma = np.sqrt(_means(fine * fine, SIZE)).reshape(-1, 3)
        cells = luminance(_means(cut, _CELL))
        return cls(_means(cells, SIZE // _CELL).ravel(), sigma, _rough(cells), cut)

    def pixels(self, which: npt.NDArray[np.intp]) -> Pixels:
        """(k, 16, 16, 3) of chosen blocks."""
        across = self.picture.shape[1] // SIZE
        tops, lefts = which // across * SIZE, which % across * SIZE
        step = np.arange(SIZE)
        rows, columns = tops[:, None, None] + step[:, None], lefts[:, None, None] + step
        return np.asarray(self.picture[rows, columns])


@dataclass(frozen=True, eq=False)
class PlateGrain:
    """The plate's own grain at each luminance, where it is flat enough to tell."""

    blocks: Blocks

    @cached_property
    def _calm(self) -> tuple[Values, Values]:
        """Levels and the deviation of their luminance, of the blocks that look most like grain.

        Texture and edges are coarse for their size, grain is fine: at some luminances there may be
        nothing but edges.
        """
        found = self.blocks
        grey = luminance(found.sigma)
        coarse = found.rough / np.maximum(grey, 1e-9)
        grained = grey > unseen(found.level)
        among = coarse[grained] if np.count_nonzero(grained) >= _LEAST else coarse
        kept = coarse <= _CALM * np.percentile(among, 20)
        levels, values = _table(found.level, grey[:, None], kept)
        return levels, values * (not self._is_clean(kept))

    def _is_clean(self, kept: Mask) -> bool:
        """Whether there is no grain at all, as in a rendered plate: then what is there is edges."""
        grey, level = luminance(self.blocks.sigma[kept]), self.blocks.level[kept]
        return bool(np.mean(grey <= unseen(level)) > 0.5)

    def is_flat(self, blocks: Blocks) -> Mask:
        """(n,): which blocks hold no more than a slope and grain, and lie in its range."""
        levels, _ = self._calm
        if not levels.size:
            return np.zeros(len(blocks.level), bool)
        there = (blocks.level > levels[0] / 1.5) & (blocks.level < levels[-1] * 1.5)
        return np.asarray(there & (blocks.rough < _CALM * self.grey(blocks.level)))

    def grey(self, level: Values) -> Values:
        """(n,): deviation of the luminance at levels (n,), or what nobody sees, if that is more."""
        levels, grey = self._calm
        grain = _at(level, levels, grey)[:, 0] if levels.size else np.zeros_like(level)
        return np.asarray(np.maximum(grain, unseen(level)))

    @cached_property
    def flat(self) -> Mask:
        """(n,): which of the plate's own blocks are flat."""
        return self.is_flat(self.blocks)

    @cached_property
    def _sigmas(self) -> tuple[Values, Values]:
        levels, values = _table(self.blocks.level, self.blocks.sigma, self.flat)
        return levels, values * bool(self._calm[1].any())

    def sigma(self, level: Values) -> Values | None:
        """(n, 3) of red, green and blue at levels (n,); None where no part of the plate is flat."""
        levels, sigmas = self._sigmas
        return _at(level, levels, sigmas) if levels.size else None


_KNOWN: WeakKeyDictionary[Seen, PlateGrain] = WeakKeyDictionary()


def plate_grain(seen: Seen) -> PlateGrain:
    """Of a frame's whole plate; meters of one frame share it."""
    found = _KNOWN.get(seen)
    if found is None:
        plate = mended(seen.below)
        parts = [plate[rows] for rows in strips(*seen.support.shape)]
        found = _KNOWN[seen] = PlateGrain(Blocks.of(parts))
    return found


def strips(height: int, width: int) -> list[slice]:
    """Rows of a picture, two blocks high, that give a meter enough to judge; evenly spread."""
    apart = -(-(height // SIZE) * (width // SIZE) // _ENOUGH)
    return [
        slice(top, top + 2 * SIZE) for top in range(0, height - SIZE + 1, 2 * SIZE * max(1, apart))
    ]


def block_means(picture: Pixels) -> Pixels:
    """(h, w) to one value a whole block, (n,)."""
    return _means(_whole(picture), SIZE).ravel()


def fine_deviation(plane: Pixels) -> Values:
    """Deviation of what is finer than 1.5 px in each whole block of (h, w), (n,)."""
    fine = _fine(_whole(plane))
    return np.asarray(np.sqrt(_means(fine * fine, SIZE)).ravel())


def _whole(picture: Pixels) -> Pixels:
    height, width = (side // SIZE * SIZE for side in picture.shape[:2])
    return np.ascontiguousarray(picture[:height, :width])


def _fine(picture: Pixels) -> Pixels:
    return np.asarray(picture - cv2.GaussianBlur(picture, (0, 0), _FINE))


def _means(picture: Pixels, size: int) -> Pixels:
    height, width = (side // size for side in picture.shape[:2])
    return np.asarray(
        cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.float32
    )


def _rough(cells: Pixels) -> Values:
    """Deviation from a plane of each 4 by 4 cells."""
    count = SIZE // _CELL
    rows, columns = (side // count for side in cells.shape)
    each = cells.reshape(rows, count, columns, count).swapaxes(1, 2)
    slope = np.arange(count, dtype=np.float32) - (count - 1) / 2
    per = count * float((slope * slope).sum())
    down = np.einsum("rcyx,y->rc", each, slope) / per
    right = np.einsum("rcyx,x->rc", each, slope) / per
    mean = each.mean((2, 3), keepdims=True)
    plane = down[..., None, None] * slope[:, None] + right[..., None, None] * slope
    rest = each - mean - plane
    return np.asarray(np.sqrt((rest * rest).sum((2, 3)) / (count * count - 3)).ravel())


def bins(level: Values, per_stop: int = _BINS) -> npt.NDArray[np.intp]:
    """The bin of each luminance."""
    stops: Values = np.log2(np.fmin(np.fmax(level, np.float32(2**-14)), np.float32(2**16)))
    return np.asarray(np.floor(stops * per_stop), np.intp)


def _table(level: Values, values: Values, kept: Mask) -> tuple[Values, Values]:
    """Of each bin with enough blocks: its middle level (m,), and the middle values (m, c)."""
    found = []
    which = bins(level)
    for one in np.unique(which[kept]):
        members = kept & (which == one) & (level > 0)
        if np.count_nonzero(members) >= _LEAST:
            found.append((np.median(level[members]), np.median(values[members], axis=0)))
    levels = np.array([pair[0] for pair in found], np.float32)
    return levels, np.array([pair[1] for pair in found], np.float32)


def _at(level: Values, levels: Values, values: Values) -> Values:
    """A table's values (n, c) at levels, linear in stops, held beyond its ends."""
    stops, knots = np.log2(np.maximum(level, 2.0**-14)), np.log2(levels)
    columns = [np.interp(stops, knots, column) for column in values.T]
    return np.asarray(np.stack(columns, -1), np.float32)
