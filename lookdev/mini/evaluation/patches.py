"""Sliced Wasserstein distance between the patches of two sets of elements.

Rabin et al. 2012; on patches of several scales, Karras et al. 2018 (ProGAN, section 5). A patch is
all channels of a small square; projected onto a fixed random direction, two sets of patches are two
sorted lists, and their mean difference is a distance; its mean over directions is what is measured.
"""

from collections.abc import Sequence
from itertools import combinations, product
from statistics import mean

import torch
from torch import Tensor

from lookdev.mini.evaluation.making import halved, lit
from lookdev.mini.maps import Maps

SIZES = (7, 15)
"""Patches, pixels each way."""

HALVINGS = (0, 1, 2)
"""Full, half and quarter resolution."""

_DIRECTIONS = 128
_A_PICTURE = 64
_FLAT = 0.01
"""Least standard deviation a channel is scaled by: one that varies less is not worth as much."""


def channels(maps: Maps) -> Tensor:
    """What is compared: density, lit density, glow in eighths of a doubling; `(B, 3, H, W)`."""
    glow = torch.log2(1 + maps.emission) / 8
    return torch.stack([maps.density, maps.density * lit(maps), glow], dim=1)


def names() -> list[str]:
    """What each of the distances is of, in their order."""
    scales = ("full", "half", "quarter")
    return [f"{size} px at {scales[halving]}" for size in SIZES for halving in HALVINGS]


def multiples(made: Sequence[Tensor], real: Sequence[Tensor]) -> list[float]:
    """How far made elements are from real ones, in units of the real ones' own distance.

    Args:
        made: Sets `(B, 3, S, S)` of `channels`, one or more.
        real: Two or more sets like them, all of the same controls, each from noise of its own. The
            distance is the mean between one of `made` and one of `real`; its unit is the mean
            between two of `real`.

    Returns:
        A figure for each of `names()`; about 1 for what cannot be told from real. The larger
            the sets, the smaller the unit: figures of equal counts only can be compared.
    """
    spread = torch.cat(list(real)).std(dim=(0, 2, 3)).clamp_min(_FLAT)[None, :, None, None]
    found = []
    for size in SIZES:
        for halving in HALVINGS:
            ours, theirs = (
                [_projected(halved(one / spread, halving), size) for one in sets]
                for sets in (made, real)
            )
            off = mean(_distance(a, b) for a, b in product(ours, theirs))
            found.append(off / mean(_distance(a, b) for a, b in combinations(theirs, 2)))
    return found


def _projected(pictures: Tensor, size: int) -> Tensor:
    """Sorted projections `(N, directions)` of patches at places that are the same for each set."""
    patches = _cut(pictures, size)
    generator = torch.Generator().manual_seed(size)
    directions = torch.randn(patches.shape[1], _DIRECTIONS, generator=generator)
    return (patches @ (directions / directions.norm(dim=0))).sort(dim=0).values


def _cut(pictures: Tensor, size: int) -> Tensor:
    """Patches `(N, C * size * size)`, so many a picture."""
    count, _, height, width = pictures.shape
    generator = torch.Generator().manual_seed(1)
    y = torch.randint(height - size + 1, (count, _A_PICTURE), generator=generator)
    x = torch.randint(width - size + 1, (count, _A_PICTURE), generator=generator)
    rows = y[..., None, None] + torch.arange(size)[:, None]
    columns = x[..., None, None] + torch.arange(size)
    which = torch.arange(count)[:, None, None, None]
    return pictures[which, :, rows, columns].flatten(0, 1).flatten(1)


def _distance(a: Tensor, b: Tensor) -> float:
    return (a - b).abs().mean().item()
