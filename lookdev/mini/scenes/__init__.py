"""Procedural scenes: what the embedded model learns from.

A scene is a function of white noise and a control map, and training pairs it with *that* noise
instead of an independent one. This is a coupling, in the sense of rectified flow (Liu et al. 2022)
and minibatch optimal transport (Tong et al. 2023), but a designed one: flakes lie at the peaks of
their noise, billows are its smoothed octaves. The noise alone is still exactly Gaussian, so fresh
noise makes fresh scenes; what the network learns is close to a renderer of noise, not a free
imagination. It is bought for two things: few steps give particles and not their average, which is
haze; and noise that is moved by the wind moves the element with it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.mini.codec import encode, gate
from lookdev.mini.scenes.clouds import dust, smoke
from lookdev.mini.scenes.control import MAX_WIND, Control, draw_control
from lookdev.mini.scenes.fields import Noise
from lookdev.mini.scenes.particles import debris, embers, snow
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

_PAINTERS = {"dust": dust, "smoke": smoke, "snow": snow, "embers": embers, "debris": debris}
KIND_SHARES = {"dust": 0.24, "smoke": 0.16, "snow": 0.26, "embers": 0.15, "debris": 0.19}
"""How often each kind is drawn: more often where the picture is harder."""

_MARGIN = 16  # pixels thrown away on each side, where the torus would show
_MIXED = 0.1  # of the scenes are two kinds at once


@dataclass(frozen=True)
class Scenes:
    """A batch to learn from.

    Attributes:
        clean: Encoded element, `(B, 3, H, W)`.
        noise: The white noise it was read from, `(B, 3, H, W)`.
        control: Control map, `(B, 3, H, W)`.
        kinds: Weights over `KINDS` and "no kind", `(B, K + 1)`.
    """

    clean: Tensor
    noise: Tensor
    control: Tensor
    kinds: Tensor


def draw(generator: torch.Generator, count: int, size: int) -> Scenes:
    """Draw a batch of scenes.

    Args:
        generator: Source of all randomness.
        count: Scenes.
        size: Pixels each way.

    Returns:
        `count` scenes of `size` x `size` pixels, a tenth of them of two kinds mixed.
    """
    side = size + 2 * _MARGIN
    noise, control = Noise.draw(generator, count, side), draw_control(generator, count, side)
    shares = torch.tensor([KIND_SHARES[kind] for kind in KINDS])
    pair = torch.multinomial(shares.expand(count, -1), 2, generator=generator)
    single = torch.rand(count, generator=generator) >= _MIXED
    pair[single, 1] = pair[single, 0]
    clean = _paint(noise, control, pair[:, 0])
    two = (~single).nonzero()[:, 0]
    clean[two] = _over(clean[two], _paint(noise[two], control[two], pair[two, 1]))
    kinds = torch.nn.functional.one_hot(pair, len(KINDS) + 1).float().mean(dim=1)
    inner = (..., slice(_MARGIN, -_MARGIN), slice(_MARGIN, -_MARGIN))
    return Scenes(encode(*clean.unbind(1))[inner], noise.pixels[inner], control.map()[inner], kinds)


def render(kind: str, noise: Noise, control: Control) -> tuple[Tensor, Tensor, Tensor]:
    """Draw one kind of element from noise.

    Args:
        kind: One of `KINDS`.
        noise: B scenes of white noise.
        control: Their control.

    Returns:
        Density 0..1, light 0..1 and emission, each `(B, S, S)`; empty where the envelope is.
    """
    density, light, emission = _PAINTERS[kind](noise, control)
    opening = gate(control.envelope)
    return density * opening, light.clamp(0, 1), emission * opening


def _paint(noise: Noise, control: Control, kind: Tensor) -> Tensor:
    """Render scenes `(B, 3, S, S)`, each of its own kind, an index into `KINDS`."""
    maps = torch.empty_like(noise.pixels)
    for index, name in enumerate(KINDS):
        rows = (kind == index).nonzero()[:, 0]
        if len(rows):
            maps[rows] = torch.stack(render(name, noise[rows], control[rows]), dim=1)
    return maps


def _over(front: Tensor, back: Tensor) -> Tensor:
    """Lay one element over another; its light hides the other's, emission adds."""
    (density, light, emission), (beneath, dim, glow) = front.unbind(1), back.unbind(1)
    behind = (1 - density) * beneath
    both = (density * light + behind * dim + 1e-3 * light) / (density + behind + 1e-3)
    return torch.stack([density + behind, both, emission + (1 - density) * glow], dim=1)
