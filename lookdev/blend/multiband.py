"""Multi-band joining of a patch and its plate: each band is faded over a way as wide as itself.

P. J. Burt and E. H. Adelson, "A Multiresolution Spline With Application to Image Mosaics", ACM
Transactions on Graphics 2(4), 1983; here in ACEScct. Levels are halved by their 5-tap kernel and
may have any size; what lies beyond the border is the border, continued, at every level. OpenCV
works on the CPU and torch on any other device, to the same numbers within 1e-6.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

from lookdev.blend.log_code import ZERO, decoded, encoded

_TAPS = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)  # Burt's kernel with a = 0.375


@dataclass(frozen=True, eq=False)
class Pyramid:
    """A picture's bands in ACEScct; what a change of matte leaves as it is, so it can be kept."""

    levels: tuple[Tensor, ...]
    """(3, h, w) each: differences from the finest on, and last the mean that remains."""
    floor: Tensor
    """(3, 1, 1): each channel's lowest code, or that of 0 if it has nothing below."""


def pyramid(picture: Tensor, bands: int) -> Pyramid:
    """The bands of a scene-linear picture (3, H, W), finite everywhere.

    The widest is made of features about 2 to the power of `bands` pixels wide. A patch must have
    colour beyond its matte too, as far as that: its wide bands are means of it (see `extended`).
    """
    fine = encoded(picture)
    floor = fine.amin((1, 2), keepdim=True).clamp_max(ZERO)
    levels = []
    for _ in range(bands):
        coarse = halved(fine)
        levels.append(fine.sub_(doubled(coarse, fine)))  # `fine` is ours alone
        fine = coarse
    return Pyramid((*levels, fine), floor)


def joined(patch: Pyramid, plate: Pyramid, mask: Tensor) -> Tensor:
    """Scene-linear (3, H, W): the patch where the mask (H, W) is 1, the plate where it is 0.

    Both have the same size and bands. Each band is mixed by the mask reduced to its scale, so that
    the result differs from the plate beyond the mask too (see `influence`). No channel falls
    below 0, or below the lowest of the two pictures where that is negative.
    """
    rest = zip(patch.levels, plate.levels, _reduced(mask, len(plate.levels)), strict=True)
    bands = [torch.lerp(below, above, weight) for above, below, weight in rest]
    picture = bands.pop()
    while bands:
        fine = bands.pop()
        picture = fine.add_(doubled(picture, fine))
    return decoded(torch.maximum(picture, torch.minimum(patch.floor, plate.floor), out=picture))


def _reduced(mask: Tensor, count: int) -> Iterator[Tensor]:
    """The mask (1, h, w) at the scale of each level."""
    level = mask[None]
    yield level
    for _ in range(count - 1):
        level = halved(level)
        yield level


def halved(planes: Tensor) -> Tensor:
    """Planes (C, H, W) at half size, rounded up: Burt and Adelson's REDUCE."""
    return _halved_on_cpu(planes) if planes.device.type == "cpu" else _halved_by_torch(planes)


def doubled(planes: Tensor, like: Tensor) -> Tensor:
    """Planes (C, h, w) at the size (H, W) that was halved to theirs: their EXPAND."""
    height, width = like.shape[-2:]
    if planes.device.type == "cpu":
        return _doubled_on_cpu(planes)[:, 2 : height + 2, 2 : width + 2]
    return _doubled_by_torch(planes)[:, :height, :width]


def _halved_on_cpu(planes: Tensor) -> Tensor:
    count, height, width = planes.shape
    result = torch.empty(count, (height + 1) // 2, (width + 1) // 2)
    for plane, target in zip(planes.numpy(), result.numpy(), strict=True):
        cv2.pyrDown(plane, dst=target, borderType=cv2.BORDER_REPLICATE)
    return result


def _doubled_on_cpu(planes: Tensor) -> Tensor:
    """With two pixels more on every side: OpenCV's own border is not the same on all of them."""
    count, height, width = planes.shape
    result = torch.empty(count, 2 * height + 4, 2 * width + 4)
    for plane, target in zip(planes.numpy(), result.numpy(), strict=True):
        cv2.pyrUp(cv2.copyMakeBorder(plane, 1, 1, 1, 1, cv2.BORDER_REPLICATE), dst=target)
    return result


def _halved_by_torch(planes: Tensor) -> Tensor:
    kernel = planes.new_tensor(_TAPS)
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):  # which keeps 10 bits only
        rows = F.pad(planes[:, None], (2, 2, 0, 0), mode="replicate")
        rows = F.conv2d(rows, kernel.reshape(1, 1, 1, 5), stride=(1, 2))
        rows = F.pad(rows, (0, 0, 2, 2), mode="replicate")
        return F.conv2d(rows, kernel.reshape(1, 1, 5, 1), stride=(2, 1))[:, 0]


def _doubled_by_torch(planes: Tensor) -> Tensor:
    around = F.pad(planes[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    return _between(_between(around, 1), 2)


def _between(planes: Tensor, dim: int) -> Tensor:
    """Twice as many along a dimension that has one more on either side: a sample, a mean, ...

    The even ones are (1, 6, 1) / 8 of three, the odd ones the mean of two.
    """
    count = planes.shape[dim] - 2
    before, here, after = (planes.narrow(dim, start, count) for start in range(3))
    even = (before + after).add_(here, alpha=6).mul_(1 / 8)
    odd = (here + after).mul_(0.5)
    return torch.stack((even, odd), dim + 1).flatten(dim, dim + 1)
