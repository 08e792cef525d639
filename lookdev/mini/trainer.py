"""One training run: its state, its loss and one step of it.

The network is trained as it is sampled: one evaluation from pure noise, and one from what the
first made, with noise added again. So it learns to mend its own mistakes and not those of a
perfect start, as in the "backward simulation" of few-step distillation (DMD2, Yin et al. 2024);
what it is distilled from is no larger network but the scenes themselves, which their noise decides
(pairs, as in knowledge distillation of samplers, Luhman and Luhman 2021).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lookdev.errors import ModelError
from lookdev.mini.codec import spread
from lookdev.mini.loss import error, texture
from lookdev.mini.muon import Muon
from lookdev.mini.network import ElementUNet
from lookdev.mini.precision import precision
from lookdev.mini.scenes import Scenes
from lookdev.mini.scenes.fields import uniform
from lookdev.mini.supply import Supply, seeded
from lookdev.mini.words import KINDS

_OWN = 0.7  # of the second samples begin from what the first evaluation made, not from the scene
_WITHOUT_KIND = 0.08  # of the samples, for guidance
_KIND_WEIGHTS = {
    "dust": 1.0,
    "smoke": 1.5,
    "fog": 1.0,
    "snow": 10.0,
    "ash": 14.0,
    "embers": 16.0,
    "debris": 8.0,
}
"""Brings the kinds' errors to about one size."""
_DECAY = 0.999
_KNEE = (1.0, 0.04)
"""Where errors begin to count in proportion and no longer by their square: at first, at last."""
_TEXTURE = 0.2
"""What a distance of patches counts, beside an error."""


@dataclass(frozen=True)
class Settings:
    """What a training run is, apart from how long it lasts.

    Attributes:
        seed: Of the weights, the scenes and the noise levels.
        size: Width and height of a scene, pixels.
        batch: Scenes a step.
        length: Steps; learning rates and the loss follow how much of them is done.
        rates: Highest learning rates, of Muon for the inner convolutions and of AdamW for the rest.
        widths: Of the network.
        depths: Of the network.
        late: How far learning is when the run begins: 0 from random weights, more where it refines
            weights that were trained before.
    """

    seed: int = 0
    size: int = 128
    batch: int = 10
    length: int = 7000
    rates: tuple[float, float] = (2e-3, 1.5e-3)
    widths: tuple[int, ...] = (32, 64, 128, 192)
    depths: tuple[int, ...] = (1, 1, 1, 2)
    late: float = 0.0


class Trainer:
    """The state of a run: network, its running mean, optimisers, steps and losses."""

    def __init__(self, settings: Settings, device: str = "cpu") -> None:
        """Start a run from its seed; `begin_from` then gives it weights to refine."""
        self.settings, self.device = settings, torch.device(device)
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            self.network = ElementUNet(widths=settings.widths, depths=settings.depths)
        self.network.to(self.device, memory_format=torch.channels_last)
        self.mean = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.optimisers = _optimisers(self.network, settings)
        self.steps = 0
        self.seconds = 0.0
        self.losses: list[float] = []
        self.refines: Mapping[str, object] | None = None
        """The record (`training.json`) of the weights that it began from, if it did."""
        self._unread: list[Tensor] = []

    def begin_from(self, weights: Mapping[str, Tensor], record: Mapping[str, object]) -> None:
        """Refine weights that were trained before, which an older network may have none of.

        Raises:
            ModelError: They are not of this network.
        """
        try:
            found = self.network.load_state_dict(dict(weights), strict=False)
        except RuntimeError as error:
            raise ModelError(f"these weights are of another network: {error}") from error
        if found.unexpected_keys:
            raise ModelError(f"this network has no {', '.join(found.unexpected_keys)}")
        for name, value in self.network.state_dict().items():
            self.mean[name].copy_(value)
        self.refines = record

    @property
    def progress(self) -> float:
        """How much of the run is over, 0..1."""
        return self.steps / self.settings.length

    @property
    def maturity(self) -> float:
        """How far learning is, 0..1: rates and the loss follow it."""
        late = self.settings.late
        return late + (1 - late) * self.progress

    def batches(self, workers: int = 0) -> Iterator[Scenes]:
        """Yield what is still to be learnt from, a batch a step, drawn ahead by `workers`."""
        settings = self.settings
        steps = range(self.steps, settings.length)
        supply = Supply(settings.seed, steps, settings.batch, settings.size)
        return supply.drawn_by(workers, pinned=self.device.type == "cuda")

    def step(self, batch: Scenes) -> None:
        """Learn from the next batch."""
        pace = _pace(self.steps, self.maturity)
        for optimiser, rate in zip(self.optimisers, self.settings.rates, strict=True):
            optimiser.param_groups[0]["lr"] = pace * rate
        self.network.zero_grad()
        loss = self._learn(batch.to(self.device))
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.steps += 1
        self._average()
        self._unread.append(loss)

    def read_losses(self) -> list[float]:
        """Return the loss of every step; a GPU is waited for."""
        if self._unread:
            self.losses += torch.stack(self._unread).tolist()
            self._unread.clear()
        return self.losses

    def _learn(self, batch: Scenes) -> Tensor:
        """Gradients of two evaluations: from noise, and from what came of it, made noisy again.

        The second is of a quarter of the scenes only, for its price. The first's loss is returned.
        """
        dice = seeded(self.settings.seed, -1 - self.steps, self.device.type)
        noise, condition = spread(batch.noise), _forget_some(dice, batch.condition)
        weight = batch.condition[:, : len(KINDS)] @ noise.new_tensor([*_KIND_WEIGHTS.values()])
        pure = noise.new_ones(len(noise))
        first = self._guess(noise, pure, batch.control, condition)
        loss = (weight * self._charge(first, batch.clean, dice)).mean()
        loss.backward()
        few = slice(0, max(1, len(noise) // 4))
        noise, clean = noise[few], batch.clean[few]
        sigma = _noise_levels(dice, len(noise))
        level = sigma[:, None, None, None]
        own = uniform(dice, len(noise), 1, 1, 1) < _OWN
        begun = torch.where(own, first.detach()[few], clean)
        noisy = (1 - level) * begun + level * noise
        second = self._guess(noisy, sigma, batch.control[few], condition[few])
        share = len(noise) / len(batch.noise)
        (share * weight[few] * self._charge(second, clean, dice)).mean().backward()
        return loss.detach()

    def _charge(self, guess: Tensor, clean: Tensor, dice: torch.Generator) -> Tensor:
        """What each scene's guess is charged for, `(B,)`."""
        charged, share = error(guess, clean, _knee(self.maturity)), _texture_share(self.maturity)
        return charged + share * texture(guess, clean, dice) if share else charged

    def _guess(self, noisy: Tensor, sigma: Tensor, control: Tensor, condition: Tensor) -> Tensor:
        with precision(self.device):
            guess: Tensor = self.network(
                noisy.contiguous(memory_format=torch.channels_last),
                1000 * sigma,
                control.contiguous(memory_format=torch.channels_last),
                condition,
            )
        return guess

    def _average(self) -> None:
        share = 1 - min(_DECAY, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            now = self.network.state_dict()
            torch._foreach_lerp_(list(self.mean.values()), [now[name] for name in self.mean], share)


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


def _noise_levels(generator: torch.Generator, count: int) -> Tensor:
    """Sigmas `(count,)` of second evaluations: half of them at 0.5, the others 0.1..0.95."""
    sigma, half = uniform(generator, 2, count)
    return torch.where(half < 0.5, 0.5, 0.1 + 0.85 * sigma)


def _forget_some(generator: torch.Generator, condition: Tensor) -> Tensor:
    """Replace the kinds of a share of the rows by "no kind"."""
    nothing = condition.new_zeros(len(KINDS) + 1)
    nothing[-1] = 1
    kinds = condition[:, : len(KINDS) + 1]
    forgotten = uniform(generator, len(kinds), 1) < _WITHOUT_KIND
    kinds = torch.where(forgotten, nothing, kinds)
    return torch.cat([kinds, condition[:, len(KINDS) + 1 :]], dim=1)


def _knee(maturity: float) -> float:
    first, last = _KNEE
    return float(first * (last / first) ** min(1.0, 1.5 * maturity))


def _texture_share(maturity: float) -> float:
    """What a distance of patches counts: nothing until 0.4 of the run, all of it from 0.6 on."""
    return _TEXTURE * min(1.0, max(0.0, 5 * maturity - 2))


def _pace(steps: int, maturity: float) -> float:
    """Fraction of the highest learning rate: up over 100 steps, level, down from a third on."""
    return min(1.0, (steps + 1) / 100) * min(1.0, max(0.02, 1.5 * (1 - maturity)))
