"""One training run: its state, its loss and one step of it.

The loss is a quadratic form of the error, so its minimiser is the conditional mean that flow
matching asks for (Lipman et al. 2023); the form only says which errors to mend first.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini import scenes
from lookdev.mini.muon import Muon
from lookdev.mini.network import ElementUNet
from lookdev.mini.precision import precision
from lookdev.mini.scenes import Scenes

_AT_PURE_NOISE = 0.5  # of the samples: the first step decides where every flake is
_WITHOUT_KIND = 0.1  # of the samples, for guidance
_LEAST_SIGMA = 0.7
_KIND_WEIGHTS = (1.0, 1.5, 3.0, 6.0, 1.5)  # brings the kinds' errors to about one size
_DECAY = 0.999


@dataclass(frozen=True)
class Settings:
    """What a training run is, apart from how long it lasts.

    Attributes:
        seed: Of the weights, the scenes and the noise levels.
        size: Width and height of a crop, pixels.
        batch: Crops a step.
        rates: Highest learning rates, of Muon for the inner convolutions and of AdamW for the rest.
        widths: Of the network.
        depths: Of the network.
    """

    seed: int = 0
    size: int = 96
    batch: int = 24
    rates: tuple[float, float] = (5e-3, 2e-3)
    widths: tuple[int, ...] = (16, 48, 96, 160, 224)
    depths: tuple[int, ...] = (0, 1, 1, 1, 1)


class Trainer:
    """The state of a run: network, its running mean, optimisers, generator, steps and losses."""

    def __init__(self, settings: Settings) -> None:
        """Start a run from its seed."""
        self.settings = settings
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            self.network = ElementUNet(widths=settings.widths, depths=settings.depths)
        self.network.to(memory_format=torch.channels_last)
        self.mean = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.optimisers = _optimisers(self.network, settings)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.steps = 0
        self.seconds = 0.0
        self.losses: list[float] = []

    def step(self, progress: float) -> float:
        """Learn from one batch.

        Args:
            progress: How much of the run is over, 0..1; the learning rate follows it.

        Returns:
            The batch's loss.
        """
        pace = _pace(self.steps, progress)
        for optimiser, rate in zip(self.optimisers, self.settings.rates, strict=True):
            optimiser.param_groups[0]["lr"] = pace * rate
        batch = scenes.draw(self.generator, self.settings.batch, self.settings.size)
        loss = self._loss(batch)
        self.network.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.steps += 1
        self._average()
        self.losses.append(loss.item())
        return self.losses[-1]

    def _loss(self, batch: Scenes) -> Tensor:
        count = len(batch.clean)
        sigma = _noise_levels(self.generator, count)
        level = sigma[:, None, None, None]
        noisy = (1 - level) * batch.clean + level * batch.noise
        kinds = _forget_some(self.generator, batch.kinds)
        with precision(torch.device("cpu")):
            guess = self.network(
                noisy.contiguous(memory_format=torch.channels_last),
                1000 * sigma,
                batch.control.contiguous(memory_format=torch.channels_last),
                kinds,
            )
        weight = batch.kinds @ torch.tensor([*_KIND_WEIGHTS, 1.0])
        weight = weight / sigma.clamp_min(_LEAST_SIGMA).square()
        return (weight * error(guess, batch.clean)).mean()

    def _average(self) -> None:
        share = 1 - min(_DECAY, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                self.mean[name].lerp_(value, share)


def _optimisers(
    network: ElementUNet, settings: Settings
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Give the inner convolutions to Muon, and what reads, writes or conditions to AdamW."""
    inner: list[nn.Parameter] = []
    outer: list[nn.Parameter] = []
    for name, weight in network.named_parameters():
        is_inner = weight.ndim == 4 and not name.startswith(("reads", "out"))
        (inner if is_inner else outer).append(weight)
    adam = torch.optim.AdamW(outer, settings.rates[1], betas=(0.9, 0.99), weight_decay=0.01)
    return Muon(inner, settings.rates[0]), adam


def error(guess: Tensor, clean: Tensor) -> Tensor:
    """Mean square error of each scene `(B,)`, its differences to neighbours counted too.

    Light counts where there is something to be lit, and a tenth elsewhere; emission, which only
    embers have, counts four times. Differences make edges and small flakes weigh more than the
    level of a wide, even area.
    """
    covered = 0.1 + 0.9 * (clean[:, :1] / 2).clamp(0, 1)
    ones = torch.ones_like(covered)
    off = (guess - clean) * torch.cat([ones, covered.sqrt(), 2 * ones], dim=1)
    across = (off[..., 1:] - off[..., :-1]).square().mean((1, 2, 3))
    down = (off[..., 1:, :] - off[..., :-1, :]).square().mean((1, 2, 3))
    return off.square().mean((1, 2, 3)) + 0.5 * (across + down)


def _noise_levels(generator: torch.Generator, count: int) -> Tensor:
    """Sigmas `(count,)`: a share at exactly 1, the rest logit-normal towards noise."""
    sigma = torch.sigmoid(0.8 + 1.2 * torch.randn(count, generator=generator))
    pure = torch.rand(count, generator=generator) < _AT_PURE_NOISE
    return torch.where(pure, torch.ones(()), sigma)


def _forget_some(generator: torch.Generator, kinds: Tensor) -> Tensor:
    """Replace a share of the rows by "no kind"."""
    nothing = F.one_hot(torch.tensor(kinds.shape[1] - 1), kinds.shape[1]).float()
    forgotten = torch.rand(len(kinds), 1, generator=generator) < _WITHOUT_KIND
    return torch.where(forgotten, nothing, kinds)


def _pace(steps: int, progress: float) -> float:
    """Fraction of the highest learning rate: up over 100 steps, level, down from a third on."""
    return min(1.0, (steps + 1) / 100) * min(1.0, max(0.02, 1.5 * (1 - progress)))
