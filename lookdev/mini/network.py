"""The element network: a small, fully convolutional U-Net that predicts the clean element.

There is no attention and no group norm, only a per-pixel RMS norm, so a tile with a halo of the
receptive field gives the same pixels as the whole frame.
"""

import math
from itertools import pairwise

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.words import KINDS

_CHANNELS = 3
_FREQUENCIES = 16
_SIGNAL_STD = 0.6  # of an encoded element, roughly, over the five kinds


class ElementUNet(ModelMixin, ConfigMixin):
    """Predicts an element's clean channels from noise, a control map and a mix of kinds.

    Every level sees the noisy sample again, averaged down to its own resolution and rescaled to
    unit variance: the mean of white noise is white noise, so a large billow is as easy to read
    from the noise at a coarse level as a flake is at the finest.

    Args:
        widths: Channels of each level; the first is full resolution, each next half the former.
        depths: Residual blocks of each level, on the way down and again on the way up.
        condition: Width of the vector of timestep and kinds.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        widths: tuple[int, ...] = (16, 40, 88, 160, 224),
        depths: tuple[int, ...] = (0, 1, 1, 1, 1),
        condition: int = 128,
    ) -> None:
        """Build the network with random weights."""
        super().__init__()
        pairs = list(pairwise(widths))
        levels = list(zip(widths, depths, strict=True))
        self.kinds = nn.Parameter(torch.randn(len(KINDS) + 1, condition) / condition**0.5)
        self.time = nn.Sequential(
            nn.Linear(2 * _FREQUENCIES, condition), nn.SiLU(), nn.Linear(condition, condition)
        )
        self.reads = nn.ModuleList(nn.Conv2d(2 * _CHANNELS, w, 3, padding=1) for w in widths)
        self.downs = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairs)
        self.encoders = nn.ModuleList(_Stage(w, n, condition) for w, n in levels)
        self.decoders = nn.ModuleList(_Stage(w, n, condition) for w, n in levels)
        # The finest step up keeps four values a pixel, so a flake one pixel wide has its place.
        self.ups = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.ups[0] = nn.Conv2d(widths[1], 4 * widths[0], 1)
        self.refine = nn.Conv2d(widths[0] + _CHANNELS, 2 * widths[0], 3, padding=1)
        self.out = nn.Conv2d(2 * widths[0], _CHANNELS, 3, padding=1)

    @property
    def multiple(self) -> int:
        """Height and width of a sample must be multiples of this."""
        return int(2 ** (len(self.config.widths) - 1))

    def forward(self, sample: Tensor, timestep: Tensor, control: Tensor, kinds: Tensor) -> Tensor:
        """Predict the clean sample.

        Args:
            sample: `(B, 3, H, W)`, (1 - sigma) clean + sigma noise, in the channels of `codec`.
            timestep: `(B,)`, 1000 sigma: 1000 is pure noise, 0 is clean.
            control: `(B, 3, H, W)`: envelope 0..1, wind x and wind y as fractions of
                `scenes.MAX_WIND`, -1..1 (x to the right, y down).
            kinds: `(B, K + 1)` weights over `words.KINDS` and, last, "no kind"; they sum to 1.

        Returns:
            The clean sample, `(B, 3, H, W)`, float32.
        """
        sigma = timestep.float() / 1000
        condition = F.silu(self.time(_waves(sigma)) + kinds @ self.kinds)
        skips = self._down(sample, sigma, control, condition)
        h = self.decoders[-1](skips.pop(), condition)
        for level in range(len(skips) - 1, -1, -1):
            h = skips[level] + _enlarge(self.ups[level](h), shuffle=level == 0)
            h = self.decoders[level](h, condition)
        h = torch.cat([h, _scaled(sample, sigma, 0).to(h.dtype)], dim=1)
        return _only_glowing(self.out(F.silu(self.refine(h))).float(), kinds)

    def _down(
        self, sample: Tensor, sigma: Tensor, control: Tensor, condition: Tensor
    ) -> list[Tensor]:
        skips: list[Tensor] = []
        for level, read in enumerate(self.reads):
            h = read(torch.cat([_scaled(sample, sigma, level), control], dim=1))
            if skips:
                h = h + self.downs[level - 1](skips[-1])
            skips.append(self.encoders[level](h, condition))
            if level < len(self.downs):
                sample, control = F.avg_pool2d(sample, 2), F.avg_pool2d(control, 2)
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
        h = self.first(F.silu(_rms_norm(x) * self.gain[:, None, None].to(x.dtype)))
        return x + self.second(F.silu(h * (1 + scale) + shift))


def _rms_norm(x: Tensor) -> Tensor:
    """Divide each pixel by the root mean square of its channels: no statistics across pixels."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-5)


def _only_glowing(guess: Tensor, kinds: Tensor) -> Tensor:
    """Leave emission, the last channel, to embers and to "no kind".

    Were it not so, the many scenes without emission would teach its weights to vanish long before
    the few with it could use them.
    """
    glowing = kinds[:, [KINDS.index("embers"), -1]].sum(1) > 0
    emission = guess[:, 2:] * glowing[:, None, None, None]
    return torch.cat([guess[:, :2], emission], dim=1)


def _enlarge(x: Tensor, *, shuffle: bool) -> Tensor:
    if shuffle:
        return F.pixel_shuffle(x, 2)
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


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
