"""The plate's grain, made anew for what was added to it.

Pictures are (3, H, W), scene-linear ACEScg, float32, on any device.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.blend.blur import Kernel, filtered, summed
from lookdev.image.colour import LUMINANCE
from lookdev.spec.blending import Grain

Floats = npt.NDArray[np.float64]

_PLANE = 128
_LAGS = 15
_REACH = 10
_ENERGY = 0.999
_DARK, _BRIGHT = 2.0**-14, 2.0**14
_SHIFT = 15
_STRIP = 32_000
"""Pixels worked on at a time on a CPU: they stay in its cache, and are too few to be shared
out, which is slow while others compute."""


def power_at(spectrum: tuple[float, ...], frequency: Floats) -> Floats:
    """Power at spatial frequencies (cycles a pixel): linear between the bins' centres."""
    bins = len(spectrum)
    centres = (np.arange(bins) + 0.5) / (2 * bins)
    return np.interp(frequency, centres, spectrum)


def power_plane(spectrum: tuple[float, ...], side: int) -> Floats:
    """Power over the plane of frequencies of a picture (side, side), as its transform has it."""
    frequency = np.fft.fftfreq(side)
    return power_at(spectrum, np.hypot(frequency[:, None], frequency))


def noise(
    grain: Grain,
    height: int,
    width: int,
    *,
    seed: int,
    scale: float = 1.0,
    device: torch.device | str = "cpu",
) -> Tensor:
    """Grain of variance 1 (3, height, width): the same numbers for a seed, every time.

    Gaussian white noise under a small kernel that gives it the grain's spectrum; it has no period.
    Below a scale of 1 it is the grain of a proxy: its spectrum and variance, which is below 1, are
    those of full-size grain averaged down by area; it is not the full-size frame's own pattern.
    """
    kernels = [_kernel(row, scale) for row in grain.spectrum]
    reach = max(kernel.shape[0] for kernel in kernels) // 2
    white = torch.empty(3, height + 2 * reach, width + 2 * reach)
    white.normal_(generator=torch.Generator().manual_seed(seed))
    inside = slice(reach, reach + height), slice(reach, reach + width)
    white = white.to(device)
    return torch.stack(
        [_shaped(white[c : c + 1], kernel)[0][inside] for c, kernel in enumerate(kernels)]
    )


def _shaped(white: Tensor, kernel: Kernel) -> Tensor:
    if white.device.type == "cpu":
        return torch.from_numpy(filtered(white.numpy(), kernel))
    return summed(white, kernel)


@lru_cache(maxsize=64)
def _kernel(spectrum: tuple[float, ...], scale: float) -> Kernel:
    """The symmetric kernel that gives white noise that spectrum; odd side, as small as will do."""
    power = power_plane(spectrum, _PLANE)
    mean = power.mean()
    if mean == 0:  # no grain at all: sigma is 0 then, and any noise will do
        return np.ones((1, 1))
    power = power / mean
    if scale < 1:
        power = _averaged_down(power, 1 / scale)
    energy = power.mean()
    kernel = np.fft.fftshift(np.fft.ifft2(np.sqrt(power)).real)
    middle = kernel.shape[0] // 2
    for reach in range(_REACH + 1):
        part = kernel[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1]
        if (part**2).sum() >= _ENERGY * energy:
            break
    return part * math.sqrt(energy / (part**2).sum())


def _averaged_down(power: Floats, ratio: float) -> Floats:
    """Power of the noise once it is averaged over areas of `ratio` by `ratio` pixels.

    By its autocorrelation: each pair of areas sums the pairs of pixels in them.
    """
    correlation = np.fft.fftshift(np.fft.ifft2(power).real)
    pairs = _pairs(ratio)
    reduced = pairs @ correlation @ pairs.T
    side = 2 * _LAGS + 2
    plane = np.zeros((side, side))
    plane[1:, 1:] = reduced
    return np.fft.fft2(np.fft.ifftshift(plane)).real.clip(0)


def _pairs(ratio: float) -> Floats:
    """How often two pixels at a distance share two areas at a lag: (lags, distances), along x."""
    areas = 4 * _LAGS
    edges = np.arange(areas + 1) * ratio
    pixels = np.arange(math.ceil(edges[-1]))
    ends = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    share = ends.clip(0) / ratio
    pairs = np.zeros((2 * _LAGS + 1, _PLANE))
    for lag in range(-_LAGS, _LAGS + 1):
        a = share[max(0, -lag) : areas - max(0, lag)]
        both = a.T @ share[max(0, lag) : areas - max(0, -lag)] / len(a)
        for i in range(_PLANE):
            pairs[lag + _LAGS, i] = np.trace(both, i - _PLANE // 2)
    return pairs


def grained(rgba: Tensor, plate: Tensor, noise: Tensor, grain: Grain, amount: float) -> Tensor:
    """Premultiplied RGBA (4, H, W) with grain on what it adds to a plate (3, H, W) it goes over.

    Of the plate's own grain 1 - a still shows, with the plate's own level. What lacks is added:
    `amount * noise * sqrt(v)`, with S the variance of grain at a level, P the plate, C the comp,

        m = 1 - (1 - a)^2,   d = S(C) - S(P),   v = m S(C) + (1 - m) min(d, m d)

    so that over and over again variances add up to the plate's. The last term is for layers that
    change the level: a shadow's plate brings too much grain with it, thin bright dust too little.
    Alpha is untouched. Where alpha is 0 nothing is added, to pure light neither: the plate's own
    grain is there.
    """
    if amount == 0:
        return rgba
    result = rgba.clone()
    lacking = _lacking_variance(rgba, plate, _Variances(grain, rgba))
    result[:3].addcmul_(lacking.sqrt_(), noise, value=amount)
    return result


def _lacking_variance(rgba: Tensor, plate: Tensor, variances: "_Variances") -> Tensor:
    """The v of each channel, (3, H, W)."""
    lacking = torch.zeros_like(plate)
    height, width = plate.shape[1:]
    rows = max(1, _STRIP // width) if plate.device.type == "cpu" else height
    for top in range(0, height, rows):
        strip = slice(top, top + rows)
        _fill(lacking[:, strip], rgba[:, strip], plate[:, strip], variances)
    return lacking


def _fill(lacking: Tensor, rgba: Tensor, plate: Tensor, variances: "_Variances") -> None:
    alpha = rgba[3].clamp(0, 1)
    if not alpha.any():
        return
    through, covered = 1 - alpha, alpha * (2 - alpha)
    after = variances.steps([torch.addcmul(rgba[c], plate[c], through) for c in range(3)])
    before = variances.steps([plate[c] for c in range(3)])
    for channel in range(3):
        wanted = variances.at(channel, after)
        change = wanted - variances.at(channel, before)
        change = torch.minimum(change, covered * change).mul_(1 - covered)
        torch.clamp(change.addcmul_(wanted, covered), min=0, out=lacking[channel])


class _Variances:
    """Variance of the grain against luminance, as a table of 256 levels an octave.

    A level's place is the top of its float's bits, which is as good as a logarithm and costs less.
    """

    def __init__(self, grain: Grain, like: Tensor) -> None:
        bits = np.arange(_bits(_DARK), _bits(_BRIGHT) + 1, 1 << _SHIFT, dtype=np.int32)
        levels = (bits + (1 << (_SHIFT - 1))).view(np.float32)
        self._tables = [
            torch.from_numpy(np.interp(levels, grain.luminance, row) ** 2).to(like)
            for row in grain.sigma
        ]

    def steps(self, channels: list[Tensor]) -> Tensor:
        """Each pixel's place in the tables, (H, W)."""
        (r, g, b), (red, green, blue) = LUMINANCE, channels
        level = (red * r).add_(green, alpha=g).add_(blue, alpha=b).clamp_(_DARK, _BRIGHT)
        return level.view(torch.int32).sub_(_bits(_DARK)).bitwise_right_shift_(_SHIFT)

    def at(self, channel: int, steps: Tensor) -> Tensor:
        """Variance of one channel, (H, W)."""
        return self._tables[channel].index_select(0, steps.flatten()).reshape(steps.shape)


def _bits(level: float) -> int:
    return int(np.float32(level).view(np.int32))
