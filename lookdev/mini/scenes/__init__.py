"""Procedural scenes: what the embedded model learns from.

A scene is a function of white noise and a control map, and training pairs it with *that* noise
instead of an independent one. This is a coupling, in the sense of rectified flow (Liu et al. 2022)
and minibatch optimal transport (Tong et al. 2023), but a designed one: flakes lie at the peaks of
their noise, billows are its swollen octaves. The noise alone is still exactly Gaussian, so fresh
noise makes fresh scenes; what the network learns is close to a renderer of noise, not a free
imagination. It is bought for two things: few steps give particles and not their average, which is
haze; and noise that is moved by the wind moves the element with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.codec import encode, gate
from lookdev.mini.maps import SIDES, Maps, over
from lookdev.mini.scenes.clouds import dust, fog, smoke
from lookdev.mini.scenes.control import MAX_WIND, Control, draw_control
from lookdev.mini.scenes.fields import Noise, uniform
from lookdev.mini.scenes.particles import ash, debris, embers, snow
from lookdev.mini.words import KINDS

__all__ = [
    "KIND_SHARES",
    "MAX_WIND",
    "Control",
    "Noise",
    "Scenes",
    "draw",
    "draw_control",
    "render",
]

_PAINTERS = {
    "dust": dust,
    "smoke": smoke,
    "fog": fog,
    "snow": snow,
    "ash": ash,
    "embers": embers,
    "debris": debris,
}
KIND_SHARES = {
    "dust": 0.2,
    "smoke": 0.15,
    "fog": 0.06,
    "snow": 0.2,
    "ash": 0.13,
    "embers": 0.11,
    "debris": 0.15,
}
"""How often each kind is drawn: more often where the picture is harder."""

_MARGIN = 16  # pixels thrown away on each side, where the torus would show
_MIXED = 0.08  # of the scenes are two kinds at once


@dataclass(frozen=True)
class Scenes:
    """A batch to learn from.

    Attributes:
        clean: Encoded element, `(B, 6, H, W)`.
        noise: The white noise it was read from, `(B, 3, H, W)`.
        control: Control map, `(B, 4, H, W)`.
        condition: Weights over `KINDS` and "no kind", then turbulence and softness,
            `(B, K + 3)`.
    """

    clean: Tensor
    noise: Tensor
    control: Tensor
    condition: Tensor

    def to(self, device: torch.device) -> "Scenes":
        """Copy to a device; from pinned memory without waiting for it."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def pin_memory(self) -> "Scenes":
        """Copy to memory that a GPU can fetch from by itself (torch's loader calls this)."""
        return self._each(Tensor.pin_memory)

    def _each(self, change: Callable[[Tensor], Tensor]) -> "Scenes":
        parts = (self.clean, self.noise, self.control, self.condition)
        return Scenes(*map(change, parts))


def draw(generator: torch.Generator, count: int, size: int) -> Scenes:
    """Draw a batch of scenes.

    Args:
        generator: Source of all randomness; the scenes are drawn on its device.
        count: Scenes.
        size: Pixels each way.

    Returns:
        `count` scenes of `size` x `size` pixels, some of them of two kinds mixed.
    """
    side = size + 2 * _MARGIN
    noise, control = Noise.draw(generator, count, side), draw_control(generator, count, side)
    shares = torch.tensor([KIND_SHARES[kind] for kind in KINDS], device=generator.device)
    pair = torch.multinomial(shares.expand(count, -1), 2, generator=generator)
    single = uniform(generator, count) >= _MIXED
    pair[single, 1] = pair[single, 0]
    maps = _paint(noise, control, pair[:, 0])
    two = (~single).nonzero()[:, 0]
    if len(two):
        _put(maps, two, over(maps[two], _paint(noise[two], control[two], pair[two, 1])))
    kinds = F.one_hot(pair, len(KINDS) + 1).float().mean(dim=1)
    inner = (..., slice(_MARGIN, -_MARGIN), slice(_MARGIN, -_MARGIN))
    return Scenes(
        encode(maps.cut(_MARGIN)),
        noise.pixels[inner],
        control.map()[inner],
        torch.cat([kinds, control.character], dim=1),
    )


def render(kind: str, noise: Noise, control: Control) -> Maps:
    """Draw one kind of element from noise.

    Args:
        kind: One of `KINDS`.
        noise: B scenes of white noise.
        control: Their control.

    Returns:
        Its maps, `(B, S, S)`; empty where the envelope is.
    """
    maps = _PAINTERS[kind](noise, control)
    opening = gate(control.envelope)
    return Maps(maps.density * opening, maps.light.clamp(0, 1), maps.emission * opening)


def _paint(noise: Noise, control: Control, kind: Tensor) -> Maps:
    """Render scenes, each of its own kind, an index into `KINDS`."""
    plane = control.envelope
    maps = Maps(
        torch.empty_like(plane),
        plane.new_empty(len(plane), len(SIDES), *plane.shape[1:]),
        torch.empty_like(plane),
    )
    for index, name in enumerate(KINDS):
        rows = (kind == index).nonzero()[:, 0]
        if len(rows):
            _put(maps, rows, render(name, noise[rows], control[rows]))
    return maps


def _put(maps: Maps, rows: Tensor, some: Maps) -> None:
    maps.density[rows], maps.light[rows], maps.emission[rows] = (
        some.density,
        some.light,
        some.emission,
    )
