"""Starting noise on an endless plane, so that it can move and any frame can be made alone.

The plane is cut into tiles; each is drawn by its own fresh CPU generator, seeded from the layer's
seed and the tile's place. A displacement picks another part of the plane: whole pixels by where the
cut begins, the rest by a shift in frequency space, which is unitary. White Gaussian noise therefore
stays exactly that after any displacement, with no interpolation to soften it.
"""

import hashlib
import math

import torch
from torch import Tensor

from lookdev.image.frame import Window

_TILE = 256
_MARGIN = 24
"""Pixels cut away around a sub-pixel shift, where it wraps."""


def drawn(
    seed: str,
    *,
    channels: int,
    width: int,
    height: int,
    displacement: tuple[float, float] = (0.0, 0.0),
    stream: int = 0,
    draw: int = 0,
) -> Tensor:
    """Standard normal noise (channels, height, width), float32 on the CPU.

    Args:
        seed: Decimal string, below 2^64.
        channels: Independent planes.
        width: Columns.
        height: Rows.
        displacement: How far the noise has moved, in its own pixels (x right, y down).
        stream: Another number gives unrelated noise: a frame's, where noise is fresh every frame.
        draw: So does this: a pipeline may draw more than once.
    """
    whole = (math.floor(displacement[0]), math.floor(displacement[1]))
    rest = (displacement[0] - whole[0], displacement[1] - whole[1])
    cut = Window(-whole[0], -whole[1], width, height)
    plane = f"{seed}|{stream}" if draw == 0 else f"{seed}|{stream}.{draw}"
    if rest == (0.0, 0.0):
        return _cut(cut, plane, channels)
    wide, high = _odd_length(width + 2 * _MARGIN), _odd_length(height + 2 * _MARGIN)
    block = _cut(Window(cut.x - _MARGIN, cut.y - _MARGIN, wide, high), plane, channels)
    shifted = _shifted(block, *rest)
    return shifted[:, _MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width].contiguous()


def between(a: Tensor, b: Tensor, share: float) -> Tensor:
    """Noise on the great circle from `a` (share 0) to `b` (share 1), standard normal throughout.

    Spherical interpolation (Shoemake 1985). Two independent noises stand at a right angle, as
    nearly as their size allows, so the angle is taken as exactly that: the weights then do not
    depend on which part of the plane is cut, and a frame alone is that frame of the whole.
    """
    if share == 0:
        return a
    return math.cos(share * math.pi / 2) * a + math.sin(share * math.pi / 2) * b


def shrunk(noise: Tensor, factor: int) -> Tensor:
    """Noise (C, h, w) for a draft: sums over blocks of `factor` pixels, still standard normal.

    What is large in the noise stays where it is, and so does what is large in the element. Sides
    that `factor` does not divide lose their last rows and columns.
    """
    return torch.nn.functional.avg_pool2d(noise[None], factor)[0] * factor


def _cut(window: Window, plane: str, channels: int) -> Tensor:
    columns = range(window.x // _TILE, (window.right - 1) // _TILE + 1)
    rows = range(window.y // _TILE, (window.bottom - 1) // _TILE + 1)
    drawn = torch.cat(
        [torch.cat([_tile(plane, channels, c, r) for c in columns], 2) for r in rows], 1
    )
    covered = Window(columns[0] * _TILE, rows[0] * _TILE, drawn.shape[2], drawn.shape[1])
    return drawn[:, *window.within(covered)].contiguous()


def _tile(plane: str, channels: int, column: int, row: int) -> Tensor:
    text = f"lookdev noise 1|{plane}|{column}|{row}"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    generator = torch.Generator("cpu").manual_seed(number)
    return torch.randn(channels, _TILE, _TILE, generator=generator)


def _shifted(block: Tensor, x: float, y: float) -> Tensor:
    """Fourier shift of a block with odd sides (an even one would lose its Nyquist row)."""
    height, width = block.shape[-2:]
    fy = torch.fft.fftfreq(height, dtype=torch.float64)[:, None]
    fx = torch.fft.rfftfreq(width, dtype=torch.float64)[None]
    angle = (-2 * math.pi * (fx * x + fy * y)).to(torch.float32)
    turned = torch.fft.rfft2(block) * torch.polar(torch.ones_like(angle), angle)
    return torch.fft.irfft2(turned, s=(height, width))


def _odd_length(least: int) -> int:
    """The next odd length whose only factors are 3, 5 and 7: fast to transform."""
    length = least | 1
    while True:
        rest = length
        for factor in (3, 5, 7):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 2
