"""Smooth random fields filtered out of white noise, on a torus.

Every filter here is the same at every pixel (translation-equivariant): moving the noise moves the
field. That is what lets a network read a scene from its noise at any place of any frame.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name


def uniform(generator: torch.Generator, *shape: int) -> Tensor:
    """Draw numbers in 0..1 where the generator lives."""
    return torch.rand(shape, generator=generator, device=generator.device)


@dataclass(frozen=True)
class Noise:
    """White noise `(B, 3, S, S)` and its spectrum.

    Attributes:
        pixels: Standard normal, independent.
        spectrum: `rfft2` of the pixels.
    """

    pixels: Tensor
    spectrum: Tensor

    @classmethod
    def draw(cls, generator: torch.Generator, count: int, size: int) -> "Noise":
        """Draw noise for `count` scenes of `size` x `size` pixels."""
        shape = (count, 3, size, size)
        pixels = torch.randn(shape, generator=generator, device=generator.device)
        return cls(pixels, torch.fft.rfft2(pixels))

    def __getitem__(self, rows: Tensor) -> "Noise":
        """Take the scenes at the given indices."""
        return Noise(self.pixels[rows], self.spectrum[rows])

    def smooth(self, channel: int, sd: float | Tensor, stretch: Tensor | None = None) -> Tensor:
        """Filter one channel with a Gaussian and bring it back to unit variance.

        Args:
            channel: 0, 1 or 2.
            sd: Standard deviation of the Gaussian, pixels; one for all scenes or `(B,)`.
            stretch: `(B, 2)` vectors: the Gaussian is 1 + length times longer along each.

        Returns:
            A standard normal field `(B, S, S)`.
        """
        size = self.pixels.shape[-1]
        device = self.pixels.device
        fx = torch.fft.rfftfreq(size, device=device)[None, None, :]
        fy = torch.fft.fftfreq(size, device=device)[None, :, None]
        square = fx.square() + fy.square()
        if stretch is not None:
            sx, sy = stretch[:, 0, None, None], stretch[:, 1, None, None]
            length = (sx.square() + sy.square()).sqrt()
            along = (fx * sx + fy * sy).square() / length.square().clamp_min(1e-6)
            square = square + ((1 + length).square() - 1) * along
        width = torch.as_tensor(sd, dtype=square.dtype, device=device).reshape(-1, 1, 1)
        kernel = torch.exp(-2 * (math.pi * width) ** 2 * square)
        field = torch.fft.irfft2(self.spectrum[:, channel] * kernel, s=(size, size))
        return field * torch.rsqrt(_power(kernel, size))


def _power(kernel: Tensor, size: int) -> Tensor:
    """Variance `(B, 1, 1)` that white noise keeps under a real, symmetric transfer function."""
    twice = kernel.new_full((size // 2 + 1,), 2.0)
    twice[0] = twice[-1] = 1.0
    return (kernel.square() * twice).sum((-2, -1), keepdim=True) / size**2


def look_up(field: Tensor, dx: Tensor, dy: Tensor) -> Tensor:
    """Read a field at displaced places, around the torus, bilinearly.

    Args:
        field: `(B, S, S)`.
        dx: Pixels to the right at which each pixel looks, `(B, S, S)`.
        dy: The same, downwards.

    Returns:
        The displaced field, `(B, S, S)`.
    """
    size = field.shape[-1]
    axis = torch.arange(size, dtype=field.dtype, device=field.device)
    x, y = (axis[None, None, :] + dx) % size, (axis[None, :, None] + dy) % size
    grid = torch.stack([x, y], dim=-1) * (2 / size) - 1
    wrapped = F.pad(field[:, None], (0, 1, 0, 1), mode="circular")
    return F.grid_sample(wrapped, grid, align_corners=True)[:, 0]


def slope(field: Tensor) -> tuple[Tensor, Tensor]:
    """Central differences (d/dx, d/dy) of `(B, S, S)`, a pixel, around the torus."""
    dx = (field.roll(-1, 2) - field.roll(1, 2)) / 2
    dy = (field.roll(-1, 1) - field.roll(1, 1)) / 2
    return dx, dy


def ease(x: Tensor) -> Tensor:
    """Smoothstep of x clamped to 0..1."""
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)
