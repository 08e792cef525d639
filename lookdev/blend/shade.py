"""From an element's planes to a premultiplied layer."""

import cv2
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor


def placed(plane: Tensor, width: int, height: int) -> Tensor:
    """An element's plane (h, w), or (3, h, w), at the display window's size; never below 0.

    Cubic when it grows, area average when it shrinks.
    """
    if plane.shape[-2:] == (height, width):
        return plane
    if plane.device.type == "cpu" and height >= plane.shape[-2]:
        return _grown(plane, width, height)
    planes = plane.reshape(1, -1, *plane.shape[-2:])
    if height < plane.shape[-2]:
        sized = F.interpolate(planes, (height, width), mode="area")
    else:
        sized = F.interpolate(planes, (height, width), mode="bicubic", align_corners=False)
        sized.clamp_(min=0)
    return sized.reshape(*plane.shape[:-2], height, width)


def _grown(plane: Tensor, width: int, height: int) -> Tensor:
    """The same cubic by OpenCV, twice as fast; nothing stays nothing."""
    grown = torch.zeros((*plane.shape[:-2], height, width))
    for small, large in zip(
        plane.reshape(-1, *plane.shape[-2:]), grown.reshape(-1, height, width), strict=True
    ):
        if small.any():
            cv2.resize(
                small.contiguous().numpy(),
                (width, height),
                dst=large.numpy(),
                interpolation=cv2.INTER_CUBIC,
            )
    return grown.clamp_(min=0)


def shaded(
    density: Tensor,
    light: Tensor,
    emission: Tensor,
    *,
    exposure: float,
    tint: tuple[float, float, float],
    glow: tuple[float, float, float],
    black: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Tensor:
    """Premultiplied RGBA (4, H, W), scene-linear; `light` is (H, W) or, a colour, (3, H, W).

    Colour is `density * (light * tint + black) + emission * glow`, the light in stops of
    `exposure`.
    """
    gain = 2.0**exposure
    alpha = density.clamp(max=1)
    lit = alpha * light
    rgba = torch.empty((4, *alpha.shape), dtype=alpha.dtype, device=alpha.device)
    for channel, (t, g, k) in enumerate(zip(tint, glow, black, strict=True)):
        torch.mul(lit if lit.ndim == 2 else lit[channel], gain * t, out=rgba[channel])
        rgba[channel].add_(emission, alpha=gain * g)
        if k:
            rgba[channel].add_(alpha, alpha=k)
    rgba[3] = alpha
    return rgba
