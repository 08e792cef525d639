"""What repeats that should not: at the size of training crops, and on the network's own grid."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lookdev.mini.evaluation.making import Make
from lookdev.mini.scenes.control import Control

GRID = (2, 4, 8, 16)
"""Pixels a cycle of the network's strides."""

_RING = 4  # bins about a frequency that its neighbourhood reaches
_UNSEEN = 1 / 12 / 255**2
"""Variance of rounding to 8 bits, which is white: added to every energy, since no error below what
a screen can show is an artefact."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its standard error."""

    value: float
    error: float


def repeats(strips: Tensor, period: int) -> Estimate:
    """Autocorrelation of strips `(N, H, W)` on a torus a period to the right or down.

    The larger in size of both, beyond the mean of the lags around (three to six quarters of a
    period without those near one): fog is drawn out, and has some at any lag. What is larger than
    an eighth of a period is taken off the strips first. The error is the spread of those lags.
    """
    power = torch.fft.rfft2(_fine(strips, period / 8)).abs().square().sum(0)
    correlation = torch.fft.irfft2(power, s=strips.shape[1:])
    correlation = correlation / correlation[0, 0].clamp_min(1e-12)
    near = [lag for lag in range(3 * period // 4, 3 * period // 2) if abs(lag - period) > 6]
    found = [
        Estimate((line[period] - line[near].mean()).item(), line[near].std().item())
        for line in (correlation[0], correlation[:, 0])
        if len(line) > 2 * period
    ]
    return max(found, key=lambda one: abs(one.value))


def lattice(made: Tensor, real: Tensor, cycle: int) -> Estimate:
    """Energy at one cycle in so many pixels over its neighbours', less 1, beyond real ones' own.

    About each of the grid's four frequencies (across, down and both diagonals) a quadratic is
    fitted to the logarithm of the energy in a ring, and compared with the energy in the middle. It
    may have an edge where energy is even: at 0, and at half a cycle a pixel. Real scenes of the
    same noise tell how far a spectrum without a grid is from that, and much of the chance in the
    made ones'. The logarithm is averaged over overlapping, tapered blocks (Welch 1967) and over
    pictures; as it is even in a picture's strength, a few strong pictures do not decide. A block
    holds 16 cycles or more: where a spectrum falls steeply, only what is near is like it. None
    reaches over the border: what is made there has other surroundings, and a seam would be energy
    at all frequencies of both axes. The error is that of the mean over pictures.

    Args:
        made: Density `(N, S, S)`, S at least 16 cycles and 64.
        real: The same noise's procedural density.
        cycle: Pixels.
    """
    off = _excess(made, cycle) - _excess(real, cycle)
    error = off.std() / len(off) ** 0.5 if len(off) > 1 else torch.tensor(float("nan"))
    return Estimate(float(off.mean().exp() - 1), float(error))


def tiled(make: Make, kind: str, control: Control, noise: Tensor, reach: int) -> float:
    """Largest difference of density, light by density and emission between a tile and the whole.

    Args:
        make: What is judged.
        kind: Of element.
        control: Of the whole.
        noise: The whole's `(B, 3, H, W)`; the tile is its middle half, W at least 4 `reach` + 2.
        reach: Pixels at the tile's ends that are not compared: how far the network sees.
    """
    width = noise.shape[-1]
    start = width // 4 // 32 * 32
    tile = slice(start, start + width // 2)
    part = replace(control, envelope=control.envelope[..., tile])
    whole, alone = make(kind, control, noise), make(kind, part, noise[..., tile])
    inner = slice(reach, width // 2 - reach)
    pairs = (
        (whole.density, alone.density),
        (whole.density[:, None] * whole.light, alone.density[:, None] * alone.light),
        (whole.emission, alone.emission),
    )
    return max((a[..., tile][..., inner] - b[..., inner]).abs().max().item() for a, b in pairs)


def _fine(pictures: Tensor, sd: float) -> Tensor:
    """Without what a Gaussian of that standard deviation leaves, on a torus."""
    height, width = pictures.shape[-2:]
    fy, fx = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    keep = 1 - torch.exp(-2 * (torch.pi * sd) ** 2 * (fx.square() + fy.square()))
    return torch.fft.irfft2(torch.fft.rfft2(pictures) * keep, s=(height, width))


def _excess(pictures: Tensor, cycle: int) -> Tensor:
    """Logarithm of the energy at a grid's frequencies over a fit to that around, `(N,)`."""
    block = max(64, 16 * cycle)
    energy = torch.stack([_log_energy(one, block) for one in pictures])
    step = block // cycle
    y, x = torch.meshgrid(*2 * [torch.arange(-_RING, _RING + 1)], indexing="ij")
    inner = torch.maximum(x.abs(), y.abs()) <= 1
    off = []
    for down, right in ((0, step), (step, 0), (step, step), (step, -step)):
        v, u = (
            (by.abs() if 2 * at % block == 0 else by).double() / _RING
            for by, at in ((y, down), (x, right))
        )
        terms = torch.stack([torch.ones_like(u), u, v, u * u, u * v, v * v], dim=-1)
        weights = (terms[inner] @ torch.linalg.pinv(terms[~inner])).mean(0)
        near = energy[:, (down + y) % block, (right + x) % block].double()
        off.append(near[:, inner].mean(1) - near[:, ~inner] @ weights)
    return torch.stack(off).mean(0)


def _log_energy(picture: Tensor, block: int) -> Tensor:
    """Mean logarithm of the energy `(block, block)` of half-overlapping blocks under a Hann taper.

    The energy of what is white is its variance, at all frequencies.
    """
    blocks = picture.unfold(0, block, block // 2).unfold(1, block, block // 2).flatten(0, 1)
    taper = torch.hann_window(block, periodic=True)
    window = taper[:, None] * taper[None]
    flat = (blocks - blocks.mean((1, 2), keepdim=True)) * window
    energy = torch.fft.fft2(flat).abs().square() / window.square().sum()
    return (energy + _UNSEEN).log().mean(0)
