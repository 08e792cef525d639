"""From an element's planes to a premultiplied layer."""

import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor


def placed(plane: Tensor, width: int, height: int) -> Tensor:
    """An element's plane (h, w) at the display window's size; never below 0.

    Cubic when it grows, area average when it shrinks.
    """
    if plane.shape == (height, width):
        return plane
    if height < plane.shape[0]:
        return F.interpolate(plane[None, None], (height, width), mode="area")[0, 0]
    grown = F.interpolate(plane[None, None], (height, width), mode="bicubic", align_corners=False)
    return grown[0, 0].clamp_(min=0)


def shaded(
    density: Tensor,
    light: Tensor,
    emission: Tensor,
    *,
    weight: Tensor,
    exposure: float,
    tint: tuple[float, float, float],
    glow: tuple[float, float, float],
) -> Tensor:
    """Premultiplied RGBA (4, H, W), scene-linear.

    Colour is `density * light * tint + emission * glow`, in stops of `exposure`; all of it, alpha
    included, is scaled by `weight` (H, W): opacity, mattes, holdouts and support.
    """
    gain = 2.0**exposure
    alpha = (density * weight).clamp_(max=1)
    lit = alpha * light
    own = emission * weight
    rgba = torch.empty((4, *alpha.shape), dtype=alpha.dtype, device=alpha.device)
    for channel, (t, g) in enumerate(zip(tint, glow, strict=True)):
        torch.mul(lit, gain * t, out=rgba[channel])
        rgba[channel].add_(own, alpha=gain * g)
    rgba[3] = alpha
    return rgba
