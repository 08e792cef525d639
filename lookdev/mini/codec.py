"""How an element's three maps are written into the numbers the network sees, and back.

Empty is 0 in the density and emission channels, so that a sparse element (a few flakes in a large
frame) is a sparse signal around zero and not a bright exception to a large constant.
"""

import torch
from torch import Tensor

_EMISSION_GAIN = 0.7
_GATE = 0.05


def encode(density: Tensor, light: Tensor, emission: Tensor) -> Tensor:
    """Write maps as model channels.

    Args:
        density: Straight alpha, 0..1, any shape S.
        light: Fraction of the key light reflected, 0..1, shape S.
        emission: Scene-linear added radiance, 0 or more, shape S.

    Returns:
        Channels `(B, 3, H, W)` for S = `(B, H, W)`: 2 density, 2 light - 1, 0.7 log2(1 + emission).
    """
    glow = _EMISSION_GAIN * torch.log2(1 + emission)
    return torch.stack([2 * density, 2 * light - 1, glow], dim=1)


def decode(channels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Read density, light and emission from model channels: the inverse of `encode`, clamped.

    Args:
        channels: `(B, 3, H, W)`.

    Returns:
        Density 0..1, light 0 or more, emission 0 or more, each `(B, H, W)`.
    """
    density, light, glow = channels.unbind(1)
    emission = torch.exp2(glow.clamp(0, 7) / _EMISSION_GAIN) - 1
    return (density / 2).clamp(0, 1), ((light + 1) / 2).clamp_min(0), emission


def gate(envelope: Tensor) -> Tensor:
    """Return the factor that empties an element where its envelope is empty.

    It is 0 where the envelope is 0, 1 from an envelope of 0.05 on, and linear between.
    """
    return (envelope / _GATE).clamp(0, 1)
