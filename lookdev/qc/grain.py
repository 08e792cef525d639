"""Grain on what was added, against the plate's: how much of it there is, and how fine it is."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.around import DENSE, Around, Mask, layers_around, luminance
from lookdev.qc.blocks import (
    SIZE,
    Blocks,
    PlateGrain,
    Values,
    bins,
    block_means,
    fine_deviation,
    plate_grain,
    strips,
    unseen,
)
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Meter as Name
from lookdev.spec.qc import Reading

_ADDED = 0.5
"""Share of the light that must be the element's, where its grain is judged."""
_WHOLE = 0.98
"""Share of a block that must be so."""
_FAINT = 0.35
"""Times the plate's grain that an element's own fine texture may be, where grain is judged."""
_FEWEST = 12
"""Flat blocks of a layer that can be judged."""
_A_BIN = 6
"""Blocks in a bin of one stop that count."""
_MOST = 128
"""Blocks whose spectra are taken."""
_FREQUENCIES = np.linspace(0.1, 0.5, 6)
"""Edges of the bins of the spectrum (cycles a pixel): coarser than that is texture."""


class Grain:
    """`grain` and `grain_spectrum` of each layer that has flat parts."""

    def see(self, seen: Seen) -> Iterable[Reading]:
        """Measure the next frame, in blocks of 16 pixels that hold no more than a slope and grain.

        A patch is judged where it hides the plate, an element where half of the light or more is
        its own; a layer without 12 flat blocks, or whose alpha is
        textured as finely as grain, says nothing. The plate's grain is that of its flat
        blocks all over the frame at like luminance. `grain` is the mean over luminance (bins of a
        stop) of |log2(added / plate)| of the deviations, in the worst channel; below a thousandth
        of the level there is no grain to tell apart. `grain_spectrum` is the mean over frequencies
        of the difference of log2 power, less its own mean, which `grain` has; it needs grain on
        both.
        """
        for around in layers_around(seen):
            if min(around.alpha.shape) < SIZE:
                continue
            plate = plate_grain(seen)
            blocks, added, texture = _blocks(around)
            flat = added & plate.is_flat(blocks) & (texture < _FAINT * plate.grey(blocks.level))
            if np.count_nonzero(flat) < _FEWEST:
                continue
            values: dict[Name, float | None] = {
                "grain": _grain(blocks, flat, plate),
                "grain_spectrum": _spectrum(blocks, flat, plate),
            }
            for meter, value in values.items():
                if value is not None:
                    yield Reading(
                        meter=meter, frame=seen.number, layer=around.layer.name, value=value
                    )


def _blocks(around: Around) -> tuple[Blocks, Mask, Values]:
    """Of the layer over the plate; (n,) which are the layer's own; (n,) what its alpha varies."""
    parts, added, texture = [], [], []
    for rows in strips(*around.alpha.shape):
        rgba, plate = around.rgba[rows], around.plate[rows]
        comp = around.over(rgba, plate)
        light, grey = luminance(rgba[..., :3]), luminance(comp)
        own = rgba[..., 3] >= DENSE if around.is_patch else light > _ADDED * grey
        parts.append(comp)
        added.append(block_means(own.astype(np.float32)) >= _WHOLE)
        texture.append(_texture(rgba[..., 3], light, luminance(plate)))
    return Blocks.of(parts), np.concatenate(added), np.concatenate(texture)


def _texture(alpha: Pixels, light: Pixels, plate: Pixels) -> Values:
    """Fine deviation that the alpha alone makes: alpha has texture, and never grain."""
    straight = block_means(light) / np.maximum(block_means(alpha), 0.01)
    return fine_deviation(alpha) * np.abs(straight - block_means(plate))


def _grain(blocks: Blocks, flat: Mask, plate: PlateGrain) -> float | None:
    level = blocks.level[flat]
    theirs = plate.sigma(level)
    if theirs is None:
        return None
    least = unseen(level)[:, None]
    stops = np.log2((blocks.sigma[flat] + least) / (theirs + least))
    which = bins(level, 1)
    found, weights = [], []
    for one in np.unique(which):
        members = stops[which == one]
        if len(members) >= _A_BIN:
            found.append(np.abs(np.median(members, axis=0)))
            weights.append(len(members))
    return float(np.average(found, axis=0, weights=weights).max()) if found else None


def _spectrum(blocks: Blocks, flat: Mask, plate: PlateGrain) -> float | None:
    level = blocks.level[flat]
    low, high = level.min() / 2, level.max() * 2
    own = plate.blocks
    like = plate.flat & (own.level > low) & (own.level < high)
    ours, theirs = _powers(blocks, flat), _powers(own, like)
    if ours is None or theirs is None:
        return None
    difference = np.log2(ours / theirs)
    difference -= difference.mean(0)
    return float(np.abs(difference).mean(0).max())


def _powers(blocks: Blocks, chosen: Mask) -> Values | None:
    """(bins, 3): power by frequency, each block's whole being 1; None where there is no grain."""
    seen = blocks.sigma.min(1) > 2 * unseen(blocks.level)
    which = np.flatnonzero(chosen & seen)
    if len(which) < _FEWEST:
        return None
    which = which[np.linspace(0, len(which) - 1, min(_MOST, len(which))).astype(int)]
    pixels = blocks.pixels(which)
    window = np.hanning(SIZE + 2)[1:-1].astype(np.float32)
    shaped = (pixels - _slopes(pixels)) * (window[:, None] * window)[..., None]
    power = np.abs(np.fft.rfft2(shaped, axes=(1, 2))) ** 2
    radius = np.hypot(np.fft.fftfreq(SIZE)[:, None], np.fft.rfftfreq(SIZE))
    rings = [(radius >= a) & (radius < b) for a, b in pairwise(_FREQUENCIES)]
    each = np.stack([power[:, ring].mean(1) for ring in rings], 1)
    whole = each.sum(1, keepdims=True)
    some = (whole > 0).all((1, 2))  # a flat block beside an edge has the edge's deviation only
    if np.count_nonzero(some) < _FEWEST:
        return None
    return np.asarray((each[some] / whole[some]).mean(0), np.float32)


def _slopes(pixels: Pixels) -> Pixels:
    """The plane of each block (k, 16, 16, 3)."""
    slope = np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2
    per = SIZE * float((slope * slope).sum())
    down = np.einsum("kyxc,y->kc", pixels, slope) / per
    right = np.einsum("kyxc,x->kc", pixels, slope) / per
    mean = pixels.mean((1, 2), keepdims=True)
    plane = down[:, None, None] * slope[:, None, None] + right[:, None, None] * slope[:, None]
    return np.asarray(mean + plane, np.float32)
