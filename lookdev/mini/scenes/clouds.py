"""Dust, smoke and fog: volumes, read from the noise as swollen, warped and smooth fields."""

import torch
from torch import Tensor

from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control
from lookdev.mini.scenes.fields import Noise, ease, look_up, slope
from lookdev.mini.scenes.relief import bulging, lit_from_sides

_BILLOWS = ((0, 13.0, 1.0), (1, 6.0, 0.85), (2, 2.8, 0.6), (0, 1.4, 0.34))
"""Octaves of dust: noise channel, size of its lobes (pixels) and their height (of their size)."""
_PUFFS = ((0, 12.0, 1.0), (1, 5.5, 0.7), (2, 2.6, 0.35))
"""Octaves of smoke."""
_ROUND = 1.7
"""Radius of a lobe, of its size."""
_MEAN, _SPREAD = 26.0, 13.0
"""Of the height of dust at size 1, pixels."""


def dust(noise: Noise, control: Control) -> Maps:
    """Draw the rolling front of a collapse: opaque, round lobes that ride on larger ones.

    Args:
        noise: B scenes of white noise.
        control: Where and which way; the wind shears the largest lobes, turbulence roughens, and
            softness thins and blurs.

    Returns:
        Its maps.
    """
    height = _swollen(noise, control, _BILLOWS, shear=0.3)
    swell = (height / _planar(control.size) - _MEAN) / _SPREAD
    soft = _planar(control.softness)
    thick = (3.6 * _lift(control.envelope) - 1.2 + 0.9 * swell).clamp_min(0)
    density = 1 - torch.exp(-thick * torch.exp2(1.0 - 1.4 * soft))
    body = height + 10 * _planar(control.size) * (1 - torch.exp(-1.5 * thick))
    return _lit(control, density, body, swell, depth=thick * (1.3 - 0.6 * soft))


def smoke(noise: Noise, control: Control) -> Maps:
    """Draw a plume: soft lobes drawn out along the wind, curled, and torn to wisps at their rim.

    Args and result as `dust`.
    """
    x, y = _curl(noise, control)
    height = look_up(_swollen(noise, control, _PUFFS, shear=1.0), x, y)
    wisp = look_up(noise.smooth(2, 2.4 * control.size, 1.6 * control.wind), x, y)
    swell = (height / _planar(control.size) - 21.0) / 11.0
    soft, torn = _planar(control.softness), _planar(control.turbulence)
    thick = 3.4 * _lift(control.envelope) - 1.1 + 0.9 * swell
    thick = thick - (0.35 + 0.2 * torn) * ease(1.2 - 0.6 * thick) * (wisp + 0.6).abs()
    thick = _above_zero(thick, 0.35 + 0.2 * soft)
    density = 1 - torch.exp(-0.75 * torch.exp2(-0.7 * soft) * thick)
    body = 0.42 * height + 7 * _planar(control.size) * (1 - torch.exp(-0.8 * thick))
    return _lit(control, density, body, swell, depth=0.55 * thick)


def fog(noise: Noise, control: Control) -> Maps:
    """Draw a bank of fog: thin, wide and level, hardly any relief.

    Args and result as `dust`.
    """
    level = control.wind.new_tensor([1.4, 0.0]) + 0.5 * control.wind
    banks = noise.smooth(0, 17.0 * control.size, level)
    drift = noise.smooth(1, 7.0 * control.size, 1.5 * level)
    fray = noise.smooth(2, 3.2 * control.size, 1.5 * level)
    torn = _planar(control.turbulence)
    field = 0.75 * banks + (0.4 + 0.2 * torn) * drift + (0.12 + 0.12 * torn) * fray
    hard = torch.exp2(-_planar(control.softness))
    thick = 1.7 * control.envelope - 0.3 + 0.45 * control.envelope.sqrt() * field * hard.sqrt()
    thick = _above_zero(thick, 0.25)
    density = 1 - torch.exp(-0.8 * thick)
    body = 2.5 * _planar(control.size) * (field + thick)
    swell = field / 2
    return _lit(control, density, body, swell, depth=0.35 * thick)


def _swollen(
    noise: Noise, control: Control, octaves: tuple[tuple[int, float, float], ...], shear: float
) -> Tensor:
    """Lobes on lobes, pixels towards the camera, `(B, S, S)`."""
    height = torch.zeros_like(control.envelope)
    rough = torch.exp2(0.6 * control.turbulence - 0.6 * control.softness.clamp_min(0))
    for index, (channel, sd, rise) in enumerate(octaves):
        size = sd * control.size
        lobes = noise.smooth(channel, size, shear * control.wind if index < 2 else None)
        share = rise * size * (rough if index >= 2 else 1)
        height = height + _planar(share) * lobes
        height = bulging(height, _ROUND * size, reach=round(3 * sd), step=max(1, round(sd / 4)))
    return height


def _lit(control: Control, density: Tensor, body: Tensor, swell: Tensor, depth: Tensor) -> Maps:
    """Light maps: the sides by relief, behind by what is thin; creases are darker in all."""
    hardness = (0.75 - 0.4 * control.softness).clamp(0.2, 1)
    sides = lit_from_sides(body, hardness)
    open_ = 0.55 + 0.45 * ease(0.5 + 0.5 * swell)
    behind = 0.95 * torch.exp(-1.6 * depth) + 0.08
    sides = (0.1 + 0.9 * sides) * open_[:, None]
    light = torch.cat([sides, behind[:, None]], dim=1)
    return Maps(density, light, torch.zeros_like(density))


def _curl(noise: Noise, control: Control) -> tuple[Tensor, Tensor]:
    """Displacements along two fields' contours (curl noise, Bridson et al. 2007), pixels."""
    torn = torch.exp2(0.7 * control.turbulence)
    x, y = torch.zeros_like(control.envelope), torch.zeros_like(control.envelope)
    for channel, sd, pixels in ((1, 14.0, 5.0), (2, 6.0, 1.6)):
        size = sd * control.size
        dx, dy = slope(noise.smooth(channel, size))
        way = _planar(pixels * torn * control.size * size)
        x, y = x + way * dy, y - way * dx
    return x, y


def _lift(envelope: Tensor) -> Tensor:
    """How far an envelope of 0..1 raises thickness, 0..1: more, the less there is."""
    return 1.25 * envelope / (envelope + 0.25)


def _above_zero(value: Tensor, soft: Tensor | float) -> Tensor:
    """What is above 0, with a knee this wide instead of a corner."""
    return 0.5 * (value + (value.square() + soft * soft).sqrt())


def _planar(value: Tensor) -> Tensor:
    return value[:, None, None]
