"""Flakes: how many, how large, how strong; and whether they are where they should be.

A flake is a blob, a local maximum over place and scale of the scale-normalised Laplacian of
Gaussian (Lindeberg 1998). Of a disc of radius r and height c this is greatest at its middle and at
a scale of r / sqrt(2), where it is 2 c / e: so a blob has a radius and a contrast. Haze has none.
The edge of a large disc answers at fine scales too, less than its middle does at its own: what lies
within a stronger and larger blob is no flake of its own.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.evaluation.making import seen
from lookdev.mini.maps import Maps

_SCALES = tuple(0.6 * 1.3**step for step in range(12))
_FAINTEST = 0.1
_NEAR = 2
_TIE = 1e-4  # of noise, so that the flat middle of a disc has one maximum


@dataclass(frozen=True)
class Flakes:
    """What is found in a batch.

    Attributes:
        count: A picture.
        radius: Geometric mean, pixels.
        contrast: Mean, 0..1 of what is seen.
        places: Where there is one, `(B, H, W)` bool.
    """

    count: float
    radius: float
    contrast: float
    places: Tensor


def find(maps: Maps) -> Flakes:
    """Find the flakes of elements, on a torus, that stand out by a tenth or more."""
    answer = _answers(seen(maps))
    floor = torch.full_like(answer[:, :1], -math.inf)
    around = F.pad(torch.cat([floor, answer], dim=1), (1, 1, 1, 1), mode="circular")[:, None]
    greatest = F.max_pool3d(around, 3, stride=1)[:, 0]
    inner = answer[:, :-1]
    peaks = _apart((inner == greatest) & (inner > _FAINTEST), inner)
    scale = peaks.nonzero()[:, 1]
    radius = torch.tensor(_SCALES)[scale.cpu()].log().mean().exp() * math.sqrt(2)
    count = int(peaks.sum())
    contrast = inner[peaks].mean() if count else torch.zeros(())
    return Flakes(
        count / len(answer), radius.item() if count else 0.0, contrast.item(), peaks.any(dim=1)
    )


def found_again(made: Flakes, real: Flakes) -> float:
    """Share of the real flakes with a made one within two pixels."""
    near = F.max_pool2d(made.places[:, None].float(), 2 * _NEAR + 1, stride=1, padding=_NEAR)[:, 0]
    return near[real.places].mean().item() if real.places.any() else 1.0


def _apart(peaks: Tensor, answer: Tensor) -> Tensor:
    """Those of the peaks `(B, scales, H, W)` that no stronger one of a larger scale covers."""
    kept = torch.zeros_like(peaks)
    cover = torch.zeros_like(answer[:, 0])
    for scale in range(peaks.shape[1] - 1, -1, -1):
        kept[:, scale] = peaks[:, scale] & (answer[:, scale] > cover)
        reach = round(_SCALES[scale] * math.sqrt(2)) + 1
        strength = F.pad((answer[:, scale] * kept[:, scale])[:, None], 4 * [reach], mode="circular")
        for side in ((2 * reach + 1, 1), (1, 2 * reach + 1)):
            strength = F.max_pool2d(strength, side, stride=1)
        cover = torch.maximum(cover, strength[:, 0])
    return kept


def _answers(picture: Tensor) -> Tensor:
    """The contrast of a disc at each place and scale, `(B, scales, H, W)`."""
    height, width = picture.shape[-2:]
    fy, fx = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    square = (2 * math.pi) ** 2 * (fx.square() + fy.square())
    widths = torch.tensor(_SCALES)[:, None, None].square()
    kernel = (widths * square * torch.exp(-widths * square / 2)).to(picture.device)
    noise = torch.rand(height, width, generator=torch.Generator().manual_seed(0))
    answer = torch.fft.irfft2(torch.fft.rfft2(picture)[:, None] * kernel, s=(height, width))
    return answer * (math.e / 2) + _TIE * noise.to(picture.device)
