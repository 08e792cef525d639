"""The element network: a small, fully convolutional U-Net that predicts the clean element.

There is no attention and no group norm, only a norm over each pixel's channels, so a tile with a
halo of the receptive field gives the same pixels as the whole frame.
"""

import math
from itertools import pairwise

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.codec import CHANNELS
from lookdev.mini.finish import evened, only_glowing, swept, trailing
from lookdev.mini.scenes.control import CHANNELS as CONTROL
from lookdev.mini.words import KINDS

CONDITION = len(KINDS) + 3
"""Weights of the kinds and of "no kind", then turbulence and softness."""

_FREQUENCIES = 16
_SIGNAL_STD = 0.5  # of an encoded element, roughly, over the kinds


class ElementUNet(ModelMixin, ConfigMixin):
    """Predicts an element's clean channels from noise, a control map and a mix of kinds.

    Four pixels become one at the door (pixel unshuffle, Shi et al. 2016): every convolution works
    at half resolution or less, and a flake one pixel wide still has its place. Every level sees
    the noisy sample again, averaged down to its own resolution and rescaled to unit variance: the
    mean of white noise is white noise, so a large billow is as easy to read from the noise at a
    coarse level as a flake is at the finest.

    Args:
        widths: Channels of each level; the first is half resolution, each next half the former.
        depths: Residual blocks of each level, on the way down and again on the way up.
        condition: Width of the vector of timestep, kinds and character.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        widths: tuple[int, ...] = (32, 64, 128, 192),
        depths: tuple[int, ...] = (1, 1, 1, 2),
        condition: int = 128,
    ) -> None:
        """Build the network with random weights."""
        super().__init__()
        pairs = list(pairwise(widths))
        levels = list(zip(widths, depths, strict=True))
        seen = [4 * CHANNELS, *[CHANNELS] * len(pairs)]
        self.kinds = nn.Parameter(torch.randn(CONDITION, condition) / condition**0.5)
        self.time = nn.Sequential(
            nn.Linear(2 * _FREQUENCIES, condition), nn.SiLU(), nn.Linear(condition, condition)
        )
        self.reads = nn.ModuleList(
            nn.Conv2d(s + CONTROL, w, 3, padding=1) for s, w in zip(seen, widths, strict=True)
        )
        self.downs = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in pairs)
        self.encoders = nn.ModuleList(_Stage(w, n, condition) for w, n in levels)
        self.decoders = nn.ModuleList(_Stage(w, n, condition) for w, n in levels)
        self.ups = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.out = nn.Conv2d(widths[0], 4 * CHANNELS, 3, padding=1)
        for each in self.out.parameters():
            nn.init.zeros_(each)  # a new network's guess is nothing, as most pixels are

    @property
    def multiple(self) -> int:
        """Height and width of a sample must be multiples of this."""
        return int(2 ** len(self.config.widths))

    def forward(
        self, sample: Tensor, timestep: Tensor, control: Tensor, condition: Tensor
    ) -> Tensor:
        """Predict the clean sample.

        Args:
            sample: `(B, 6, H, W)`, (1 - sigma) clean + sigma noise, in the channels of `codec`.
            timestep: `(B,)`, 1000 sigma: 1000 is pure noise, 0 is clean.
            control: `(B, 4, H, W)`: envelope 0..1, wind x and wind y as fractions of
                `scenes.MAX_WIND`, -1..1 (x to the right, y down), nearness 0..1.
            condition: `(B, K + 3)`: weights over `words.KINDS` and "no kind" that sum to 1; then
                turbulence and softness, -1..1.

        Returns:
            The clean sample, `(B, 6, H, W)`, float32.
        """
        sigma = timestep.float() / 1000
        state = F.silu(self.time(_waves(sigma)) + condition @ self.kinds)
        skips = self._down(sample, sigma, control, state)
        h = self.decoders[-1](skips.pop(), state)
        for level in range(len(skips) - 1, -1, -1):
            up = F.interpolate(
                self.ups[level](h), scale_factor=2.0, mode="bilinear", align_corners=False
            )
            h = self.decoders[level](skips[level] + up, state)
        guess = F.pixel_shuffle(self.out(F.silu(h)), 2).float()
        with torch.autocast(sample.device.type, enabled=False):  # what is made is not rounded again
            guess = only_glowing(evened(guess, condition), condition)
            return trailing(swept(guess, control, condition), control, condition)

    def _down(self, sample: Tensor, sigma: Tensor, control: Tensor, state: Tensor) -> list[Tensor]:
        skips: list[Tensor] = []
        seen = F.pixel_unshuffle(_scaled(sample, sigma, 0), 2)
        for level, read in enumerate(self.reads):
            sample, control = F.avg_pool2d(sample, 2), F.avg_pool2d(control, 2)
            if skips:
                seen = _scaled(sample, sigma, level + 1)
            h = read(torch.cat([seen, control], dim=1))
            if skips:
                h = h + self.downs[level - 1](skips[-1])
            skips.append(self.encoders[level](h, state))
        return skips


class _Stage(nn.Module):
    """Residual blocks of one width, one after another."""

    def __init__(self, width: int, count: int, condition: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Block(width, condition) for _ in range(count))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x, condition)
        return x


class _Block(nn.Module):
    """A residual pair of 3x3 convolutions modulated by the condition (FiLM, Perez 2018)."""

    def __init__(self, width: int, condition: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(condition, 2 * width)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.film(condition)[:, :, None, None].chunk(2, dim=1)
        h = self.first(F.silu(_pixel_norm(x, self.gain)))
        return x + self.second(F.silu(torch.addcmul(shift, h, 1 + scale)))


def _pixel_norm(x: Tensor, gain: Tensor) -> Tensor:
    """Layer norm over the channels of each pixel: no statistics across pixels."""
    return F.layer_norm(x.permute(0, 2, 3, 1), gain.shape, gain).permute(0, 3, 1, 2)


def _scaled(pooled: Tensor, sigma: Tensor, level: int) -> Tensor:
    """Bring a noisy sample, averaged over 2^level pixels each way, to unit variance.

    The input scaling of Karras et al. 2022, with the noise's share lowered by the averaging.
    """
    noise, signal = sigma / 2**level, (1 - sigma) * _SIGNAL_STD
    return pooled * torch.rsqrt(noise.square() + signal.square() + 1e-6)[:, None, None, None]


def _waves(sigma: Tensor) -> Tensor:
    """Fourier features `(B, 32)` of sigma in 0..1, from half a turn to 4 turns."""
    turns = torch.exp2(torch.linspace(-1, 2, _FREQUENCIES, device=sigma.device))
    angle = 2 * math.pi * sigma[:, None] * turns
    return torch.cat([angle.sin(), angle.cos()], dim=1)
