"""Dust and smoke: volumes, read from the noise as layered and warped smooth fields."""

import torch
from torch import Tensor

from lookdev.mini.scenes.control import Control
from lookdev.mini.scenes.fields import Noise, ease, look_up, slope
from lookdev.mini.scenes.light import lambert, transmittance

_LOBES = ((0, 14.0, 12.0), (1, 7.0, 6.5), (2, 3.6, 3.2), (0, 1.7, 1.1))
"""Octaves of dust: noise channel, size of its lobes and their height, both pixels."""

_UNEVEN = 0.7  # moves the creases off zero: a fold that is even in the noise is slow to learn

_WISPS = ((0, 11.0, 1.0), (1, 5.0, 0.5), (2, 2.4, 0.25))
"""Octaves of smoke: noise channel, size in pixels, amount."""


def dust(noise: Noise, control: Control) -> tuple[Tensor, Tensor, Tensor]:
    """Draw a billowing front.

    The absolute value of a smooth field is round lobes with creases between them; octaves of it,
    the finer riding on the crests of the coarser, are a cauliflower. The front is where the
    envelope outweighs the lobes.

    Args:
        noise: B scenes of white noise.
        control: Where and which way.

    Returns:
        Density, light and emission, each `(B, S, S)`.
    """
    height, riding = torch.zeros_like(control.envelope), torch.ones_like(control.envelope)
    for channel, sd, rise in _LOBES:
        field = noise.smooth(channel, sd, 0.5 * control.wind) + _UNEVEN
        lobe = (field.square() + 0.01).sqrt()
        height = height + rise * riding * lobe
        riding = riding * (0.55 + 0.45 * ease(lobe / 1.2))
    swell = (height - 20.0) / 10.5
    depth = (5.0 * control.envelope.sqrt() - 2.4 + swell).clamp_min(0)
    density = 1 - torch.exp(-1.9 * depth)
    facing = lambert(0.62 * height + 6 * (1 - torch.exp(-1.5 * depth)))
    crease = ease((swell + 1.9) / 2.4)
    arriving = transmittance(density * (0.2 + 0.8 * ease((swell + 1) / 2)), 0.04)
    light = (0.16 + 0.84 * facing * (0.3 + 0.7 * arriving)) * (0.5 + 0.5 * crease)
    return density, light, torch.zeros_like(density)


def smoke(noise: Noise, control: Control) -> tuple[Tensor, Tensor, Tensor]:
    """Draw wispy plumes: fields stretched along the wind, folded twice by swirling fields.

    Args:
        noise: B scenes of white noise.
        control: Where and which way.

    Returns:
        Density, light and emission, each `(B, S, S)`.
    """
    x, y = _swirl(noise.smooth(1, 13.0), 130.0)
    u, v = _swirl(noise.smooth(2, 6.0), 18.0)
    body = torch.zeros_like(control.envelope)
    for channel, sd, amount in _WISPS:
        body = body + amount * noise.smooth(channel, sd, 1.2 * control.wind)
    body = look_up(body, x + u, y + v) / 1.15
    strand = torch.exp(-1.5 * (body - 0.6).square())
    thickness = (3.5 * control.envelope.sqrt() - 2.0 + 0.85 * body).clamp_min(0)
    density = 1 - torch.exp(-thickness * (0.15 + 0.75 * strand))
    arriving = transmittance(density, 0.06)
    facing = lambert(14 * density + 2 * body)
    light = 0.08 + 0.92 * arriving * (0.45 + 0.55 * facing)
    return density, light, torch.zeros_like(density)


def _swirl(field: Tensor, pixels: float) -> tuple[Tensor, Tensor]:
    """Displacements along a field's contours (curl noise, Bridson et al. 2007)."""
    dx, dy = slope(field)
    return pixels * dy, -pixels * dx
