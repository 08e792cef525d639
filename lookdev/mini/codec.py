"""How an element's maps are written into the numbers the network sees, and back.

Empty is 0 in every channel, so that a sparse element (a few flakes in a large frame) is a sparse
signal around zero, and what has no density need have no light.
"""

import torch
from torch import Tensor

from lookdev.mini.maps import SIDES, Maps

CHANNELS = 2 + len(SIDES)
"""Density, the light maps times density, emission."""

_EMISSION_GAIN = 0.7
_GATE = 0.05
THIN = 1 / 64
"""Density below which the light of what is there is no longer told apart from the network's error:
it is divided by at least this."""


def encode(maps: Maps) -> Tensor:
    """Write maps as model channels `(B, 6, H, W)`.

    2 density, 2 density light (four of them), 0.7 log2(1 + emission).
    """
    dense = maps.density[:, None]
    return torch.cat([2 * dense, 2 * dense * maps.light, dimmed(maps.emission[:, None])], dim=1)


def decode(channels: Tensor) -> Maps:
    """Read maps from model channels `(B, 6, H, W)`: the inverse of `encode`, clamped.

    Light is at most 1 here, as no surface returns more than it gets, and fades to 0 where density
    does.
    """
    density = (channels[:, 0] / 2).clamp(0, 1)
    light = (channels[:, 1:-1] / 2 / density[:, None].clamp_min(THIN)).clamp(0, 1)
    return Maps(density, light, glowing(channels[:, -1]))


def dimmed(emission: Tensor) -> Tensor:
    """Write emission, 0 and up, as its channel."""
    return _EMISSION_GAIN * torch.log2(1 + emission)


def glowing(channel: Tensor) -> Tensor:
    """Read emission from its channel: the inverse of `dimmed`, clamped."""
    return torch.exp2(channel.clamp(0, 7) / _EMISSION_GAIN) - 1


def spread(noise: Tensor) -> Tensor:
    """Three planes of noise `(B, 3, H, W)` for all channels: each serves two of them."""
    return torch.cat([noise, noise], dim=1)


def gate(envelope: Tensor) -> Tensor:
    """Return the factor that empties an element where its envelope is empty.

    It is 0 where the envelope is 0, 1 from an envelope of 0.05 on, and linear between.
    """
    return (envelope / _GATE).clamp(0, 1)
