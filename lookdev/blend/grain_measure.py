"""The plate's grain, measured: how strong it is at each luminance, and how coarse.

Pictures are cut into blocks; a smooth shape is taken out of each, and the flattest of like
luminance are taken for grain. How much grain that shape takes with it, how far the flattest lie
below the mean, and what a block does to a spectrum, is known by doing the same to made grain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lookdev.blend.grain import noise, power_plane
from lookdev.errors import PlateError
from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.spec.blending import Grain

_SIDE = 32
_BINS = 16
_FEW = 8
"""Blocks that make a knot."""
_MADE = 500
_SLACK = 0.1
_NOTHING = 1e-30
_LOW = 0.08
_ROUNDS = 3
_DARK = 2.0**-10
_LARGE = 1_000_000

Floats = npt.NDArray[np.float32]
Powers = npt.NDArray[np.float64]
_FLAT = (1.0,) * _BINS


@dataclass(frozen=True)
class _Blocks:
    """Blocks without their smooth shapes: residue (n, 3, SIDE, SIDE), level (n,)."""

    residue: Floats
    level: Floats

    def at(self, chosen: npt.NDArray[np.bool_]) -> "_Blocks":
        return _Blocks(self.residue[chosen], self.level[chosen])


@dataclass(frozen=True)
class _Expected:
    """What blocks of made grain of variance 1 measure: means, a low quantile and the spread."""

    variance: float
    power: Powers
    low: float
    spread: float
    rough: float
    """The least roughness."""


def measured_grain(pictures: Sequence[Pixels]) -> Grain:
    """Measure grain on plate frames (H, W, 3), scene-linear ACEScg.

    Frames that follow each other are also measured by their difference, where the picture stands
    still. A level without flat blocks has no knot: its neighbours' are interpolated there.

    Raises:
        PlateError: No block of 32 by 32 pixels can be measured: too small, or clipped everywhere.
    """
    blocks = _joined([*map(_of_picture, pictures), *_of_pairs(pictures)])
    if len(blocks.level) < _FEW:
        raise PlateError(
            "the plate's grain cannot be measured: fewer than 8 blocks of 32 by 32 pixels are "
            "neither clipped nor empty; measure other frames"
        )
    channels = [_channel(blocks, channel) for channel in range(3)]
    groups = _groups(blocks.level)
    return _table(blocks, groups, channels)


def _of_picture(picture: Pixels) -> _Blocks:
    """The blocks of a picture that are neither clipped nor black nor all one value."""
    cut = _cut(picture)
    usable = _usable(cut, picture)
    cut = cut[usable]
    return _Blocks(_without_shape(cut), _levels(cut))


def _of_pairs(pictures: Sequence[Pixels]) -> Iterator[_Blocks]:
    """Differences of neighbours: static ones hold grain alone, of variance 2.

    Two frames that are the same have no grain between them: a repeated frame, which is left out,
    unless all are, as a still picture without grain is.
    """
    pairs = [(a, b) for a, b in pairwise(pictures) if a.shape == b.shape]
    same = [float((a == b).mean()) > 0.5 for a, b in pairs]
    for (a, b), repeated in zip(pairs, same, strict=True):
        if repeated and not all(same):
            continue
        one, other = _cut(a), _cut(b)
        usable = _usable(one, a) & _usable(other, b)
        before, after = one[usable], other[usable]
        difference = np.float32(0.5**0.5) * (before - after)
        middle = np.float32(0.5) * (before + after)
        yield _Blocks(
            _without_shape(difference.astype(np.float32)), _levels(middle.astype(np.float32))
        )


def _joined(parts: Sequence[_Blocks]) -> _Blocks:
    if not parts:
        raise PlateError("the plate's grain cannot be measured: there is no frame; name some")
    return _Blocks(
        np.concatenate([part.residue for part in parts]),
        np.concatenate([part.level for part in parts]),
    )


def _cut(picture: Pixels) -> Floats:
    """(n, 3, SIDE, SIDE), half over each other in small pictures."""
    height, width = picture.shape[:2]
    if min(height, width) < _SIDE:
        raise PlateError(
            f"the plate's grain cannot be measured: a frame is {width} by {height} pixels; "
            f"at least {_SIDE} by {_SIDE} are needed"
        )
    step = _SIDE if height * width > _LARGE else _SIDE // 2
    views = np.lib.stride_tricks.sliding_window_view(picture[..., :3], (_SIDE, _SIDE), (0, 1))
    return np.ascontiguousarray(views[::step, ::step].reshape(-1, 3, _SIDE, _SIDE), np.float32)


def _usable(cut: Floats, picture: Pixels) -> npt.NDArray[np.bool_]:
    """Finite, and in no channel lies a tenth of it at the picture's top, or at or below black."""
    top = picture[..., :3].max((0, 1))
    stuck = (cut >= top[:, None, None]) | (cut == 0)
    share = np.count_nonzero(stuck, (2, 3)) / _SIDE**2
    finite = np.isfinite(cut).all((1, 2, 3))
    return np.asarray(finite & (share < 0.1).all(1) & (_levels(cut) > 0))


def _levels(cut: Floats) -> Floats:
    return np.asarray(cut.mean((2, 3)) @ np.array(LUMINANCE, np.float32), np.float32)


def _without_shape(cut: Floats) -> Floats:
    """Each plane of each block less the quadratic surface that fits it best."""
    ramp = np.linspace(-1, 1, _SIDE)
    y, x = (axis.ravel() for axis in np.meshgrid(ramp, ramp, indexing="ij"))
    basis, _ = np.linalg.qr(np.stack([x**0, x, y, x * x, x * y, y * y], -1))
    basis = basis.astype(np.float32)
    flat = cut.reshape(-1, _SIDE * _SIDE)
    return np.asarray((flat - (flat @ basis) @ basis.T).reshape(cut.shape), np.float32)


def _roughness(residue: Floats, variance: Floats) -> Floats:
    """Logarithm of the variance of first differences over that of the blocks, (n,).

    It tells grain from texture, whose detail is coarser, whatever the strength of both.
    """
    across = ((residue[:, :, 1:] - residue[:, :, :-1]) ** 2).mean((1, 2))
    down = ((residue[:, 1:] - residue[:, :-1]) ** 2).mean((1, 2))
    return np.asarray(np.log((across + down + _NOTHING) / (variance + _NOTHING)), np.float32)


def _spectrum(residue: Floats) -> Powers:
    """Power (BINS,) of blocks (n, SIDE, SIDE), each at variance 1: medians of radial bins."""
    window = np.hanning(_SIDE + 2)[1:-1].astype(np.float32)
    scaled = residue / np.sqrt((residue**2).mean((1, 2), keepdims=True))
    power = np.abs(np.fft.rfft2(scaled * window[:, None] * window)) ** 2
    ring = np.hypot(np.fft.fftfreq(_SIDE)[:, None], np.fft.rfftfreq(_SIDE)) * 2 * _BINS
    rings = [power[:, ring.astype(int) == one].mean(1) for one in range(_BINS)]
    return np.asarray(np.median(rings, 1))


def _made(spectrum: tuple[float, ...]) -> Floats:
    """Blocks of made grain (n, SIDE, SIDE) of variance 1, each without its smooth shape."""
    grain = Grain(luminance=(1.0,), sigma=((1.0,),) * 3, spectrum=(spectrum,) * 3)
    side = _SIDE * int(np.sqrt(_MADE / 3) + 0.99)
    planes = noise(grain, side, side, seed=0).numpy()
    cut = planes.reshape(3, side // _SIDE, _SIDE, side // _SIDE, _SIDE).swapaxes(2, 3)
    return _without_shape(cut.reshape(-1, _SIDE, _SIDE))


@lru_cache(maxsize=8)
def _expected(spectrum: tuple[float, ...]) -> _Expected:
    made = _made(spectrum)
    variance: Floats = (made**2).mean((1, 2))
    rough = _roughness(made, variance)
    return _Expected(
        variance=float(variance.mean()),
        power=_spectrum(made),
        low=float(np.quantile(variance, _LOW)),
        spread=float(variance.std()),
        rough=float(rough.mean() - 3 * rough.std() - _SLACK),
    )


@dataclass(frozen=True)
class _Channel:
    variance: Floats
    accepted: npt.NDArray[np.bool_]
    expected: _Expected
    spectrum: tuple[float, ...]


def _channel(blocks: _Blocks, channel: int) -> _Channel:
    """Grain of one channel: which blocks are grain, and their spectrum; each tells the other."""
    residue = blocks.residue[:, channel]
    variance = (residue**2).mean((1, 2))
    rough = _roughness(residue, variance)
    groups = _groups(blocks.level)
    spectrum = _FLAT
    accepted = _flattest(variance, groups)
    for _ in range(_ROUNDS):
        if np.any(seen := accepted & (variance > 0)):
            spectrum = _fitted(_spectrum(residue[seen]))
        expected = _expected(spectrum)
        accepted = _accepted(variance, rough > expected.rough, groups, expected)
    return _Channel(variance, accepted, expected, spectrum)


def _fitted(measured: Powers) -> tuple[float, ...]:
    """The spectrum whose grain, made, measures so: first as if it were flat, then mended once.

    The mending takes back what the window smears; it is smooth and small, for it adds noise.
    """
    spectrum = _normal(measured / _expected(_FLAT).power)
    gain = measured / _expected(spectrum).power
    gain = np.convolve(np.pad(gain, 1, "edge"), (0.25, 0.5, 0.25), "valid")
    return _normal(np.array(spectrum) * np.clip(gain / gain.mean(), 0.67, 1.5))


def _normal(power: Powers) -> tuple[float, ...]:
    """At mean 1 over the plane. The lowest bin, which the shape took, has its neighbour's value."""
    power = np.concatenate([power[1:2], power[1:]])
    mean = power_plane(tuple(power), 128).mean()
    return tuple(float(value) for value in power / mean)


def _groups(level: Floats) -> list[npt.NDArray[np.intp]]:
    """Blocks of like luminance, dark to bright: half a stop each, or wider where there are few."""
    stops = np.floor(2 * np.log2(np.maximum(level, _DARK))).astype(int)
    groups: list[npt.NDArray[np.intp]] = []
    for stop in np.unique(stops):
        members = np.flatnonzero(stops == stop)
        if groups and len(groups[-1]) < 4 * _FEW:
            groups[-1] = np.concatenate([groups[-1], members])
        else:
            groups.append(members)
    if len(groups) > 1 and len(groups[-1]) < 4 * _FEW:
        groups[-2:] = [np.concatenate(groups[-2:])]
    return groups


def _flattest(variance: Floats, groups: list[npt.NDArray[np.intp]]) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(len(variance), bool)
    for group in groups:
        chosen[group] = variance[group] <= np.quantile(variance[group], _LOW)
    return chosen


def _accepted(
    variance: Floats,
    like: npt.NDArray[np.bool_],
    groups: list[npt.NDArray[np.intp]],
    expected: _Expected,
) -> npt.NDArray[np.bool_]:
    """Blocks of each level whose variance and finest detail are those of one grain."""
    chosen = np.zeros(len(variance), bool)
    for group in groups:
        members = group[like[group]]
        if len(members) < _FEW:
            continue
        values = variance[members]
        unit = np.quantile(values, _LOW) / expected.low
        for _ in range(8):
            near = np.abs(values - unit * expected.variance) <= 2.5 * unit * expected.spread
            if not near.any():
                break
            unit = values[near].mean() / expected.variance
        if near.sum() >= _FEW:
            chosen[members[near]] = True
    return chosen


def _table(blocks: _Blocks, groups: list[npt.NDArray[np.intp]], channels: list[_Channel]) -> Grain:
    """Knots where all channels have evidence; where none has, the flattest blocks are the knot."""
    knots = [g for g in groups if all(c.accepted[g].sum() >= _FEW for c in channels)]
    levels, rows = [], []
    for group in knots or [np.concatenate(groups)]:
        seen = [_seen(channel, group) for channel in channels]
        levels.append(float(np.mean([blocks.level[one].mean() for one in seen])))
        rows.append(
            [
                float(np.sqrt(c.variance[one].mean() / c.expected.variance))
                for c, one in zip(channels, seen, strict=True)
            ]
        )
    kept = _credible(np.array(rows))
    red, green, blue = (tuple(column) for column in np.array(rows)[kept].T.tolist())
    r, g, b = (channel.spectrum for channel in channels)
    return Grain(
        luminance=tuple(np.array(levels)[kept].tolist()),
        sigma=(red, green, blue),
        spectrum=(r, g, b),
    )


def _credible(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Knots (n, 3) that no brighter one shows to be texture: grain does not halve in more light."""
    least = np.minimum.accumulate(rows[::-1])[::-1]
    return np.asarray((rows <= 2 * least).all(1))


def _seen(channel: _Channel, group: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    accepted = group[channel.accepted[group]]
    if len(accepted) >= _FEW:
        return accepted
    return group[np.argsort(channel.variance[group])[:_FEW]]
