"""A judge of our own that tells the kinds apart, trained on procedural scenes only."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.evaluation.making import Make, fresh, in_batches, winds
from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control

SIZE = 96
"""Pixels each way of the scenes it is trained on; it takes any size."""

_WIDTHS = (20, 32, 48, 64)
_THIN = 0.05  # density below which the light of what is there fades from what the judge sees
_BATCH = 32
_RATE = 2e-3
_HELD_OUT = 28_000_000
"""Seeds from here on are never trained on."""


@dataclass(frozen=True)
class Lesson:
    """How long it is taught.

    Attributes:
        scenes: Of each kind.
        rounds: How often each is seen, somewhere else on its torus each time.
        examined: Scenes of each kind it is tried on, which it has never seen.
    """

    scenes: int = 384
    rounds: int = 8
    examined: int = 120


class Judge(nn.Module):
    """Four halvings, then the mean over what is dense or glows and the greatest over the picture.

    It sees straight light, so that dark flakes are told from bright ones however few they are.
    """

    def __init__(self, kinds: int) -> None:
        """Build it with random weights."""
        super().__init__()
        steps = zip((6, *_WIDTHS), _WIDTHS, strict=False)
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2) for a, b in steps)
        self.mix = nn.Linear(2 * _WIDTHS[-1] + 6, _WIDTHS[-1])
        self.out = nn.Linear(_WIDTHS[-1], kinds)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits `(B, kinds)` of `_shown` elements `(B, 6, H, W)` on a torus."""
        h = pictures
        for layer in self.layers:
            h = F.silu(layer(F.pad(h, (1, 1, 1, 1), mode="circular")))
        there = pictures[:, :1] + pictures[:, -1:] + 1e-6
        seen = [
            _mean(pictures, there),
            _mean(h, F.adaptive_avg_pool2d(there, (h.shape[2], h.shape[3]))),
        ]
        return self.out(F.silu(self.mix(torch.cat([*seen, h.amax((2, 3))], dim=1))))

    @torch.no_grad()
    def judge(self, maps: Maps) -> Tensor:
        """The most likely kind of each element, `(B,)` indices."""
        return self(_shown(maps)).argmax(1)


def _mean(fields: Tensor, weight: Tensor) -> Tensor:
    return (fields * weight).sum((2, 3)) / weight.sum((2, 3))


def asked_for(seed: int, count: int, size: int = SIZE) -> Control:
    """The controls it is taught and asked about: an even envelope that is not faint, any wind."""
    level = torch.rand(count, 1, 1, generator=torch.Generator().manual_seed(seed))
    envelope = (0.45 + 0.55 * level).expand(-1, size, size)
    return Control.of(envelope, winds(seed + 1, count, slowest=0.0))


def taught(
    make: Make, kinds: Sequence[str], folder: Path, lesson: Lesson, size: int = SIZE
) -> tuple[Judge, float]:
    """A judge of the kinds, and its accuracy on held-out scenes.

    It is kept in the folder, as `judge-DIGEST.safetensors`, and not taught again for what `make`
    makes alike.

    Args:
        make: Of the scenes it is taught with.
        kinds: What it tells apart.
        folder: Of its file.
        lesson: How long.
        size: Pixels each way.
    """
    path = folder / f"judge-{_digest(make, kinds, lesson, size)}.safetensors"
    judge = Judge(len(kinds))
    if path.exists():
        judge.load_state_dict(load_file(path))
    else:
        _teach(judge, make, kinds, lesson, size)
        save_file(judge.state_dict(), path)
    pictures, names = _scenes(make, kinds, lesson.examined, _HELD_OUT, size)
    with torch.no_grad():
        guesses = torch.cat([judge(part).argmax(1) for part in pictures.split(64)])
    return judge.eval(), (guesses == names).float().mean().item()


def _teach(judge: Judge, make: Make, kinds: Sequence[str], lesson: Lesson, size: int) -> None:
    generator = torch.Generator().manual_seed(5)
    _begin(judge, generator)
    pictures, names = _scenes(make, kinds, lesson.scenes, 1000, size)
    steps = lesson.rounds * (-(-len(names) // _BATCH))
    optimiser = torch.optim.AdamW(judge.parameters(), lr=_RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for _ in range(lesson.rounds):
        for rows in _shuffled(len(names), generator):
            loss = F.cross_entropy(judge(_rolled(pictures[rows], generator)), names[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()


def _begin(judge: Judge, generator: torch.Generator) -> None:
    """Weights from the generator, so that no global seed decides."""
    for weight in judge.parameters():
        if weight.ndim > 1:
            nn.init.kaiming_normal_(weight, generator=generator)
        else:
            nn.init.zeros_(weight)


def _shuffled(count: int, generator: torch.Generator) -> Iterator[Tensor]:
    yield from torch.randperm(count, generator=generator).split(_BATCH)


def _rolled(pictures: Tensor, generator: torch.Generator) -> Tensor:
    down, right = torch.randint(pictures.shape[-1], (2,), generator=generator).tolist()
    return pictures.roll((down, right), (2, 3))


def _shown(maps: Maps) -> Tensor:
    """Density, straight light where there is any of it, glow; `(B, 6, H, W)`."""
    dense = maps.density[:, None]
    glow = torch.log2(1 + maps.emission[:, None])
    return torch.cat([dense, maps.light * dense / (dense + _THIN), glow], dim=1)


def _scenes(
    make: Make, kinds: Sequence[str], count: int, seed: int, size: int
) -> tuple[Tensor, Tensor]:
    """Scenes as `_shown`, so many of each kind, and the index of each one's kind."""
    control, noise = asked_for(seed, count, size), fresh(seed + 2, count, size, size)
    parts = [_shown(in_batches(make, kind, control, noise, 32)) for kind in kinds]
    return torch.cat(parts), torch.arange(len(kinds)).repeat_interleave(count)


def _digest(make: Make, kinds: Sequence[str], lesson: Lesson, size: int) -> str:
    """Twelve figures that change with what is made, to 1/256, and with how the judge is taught."""
    pictures, _ = _scenes(make, kinds, 2, 3, size)
    digest = hashlib.sha256((pictures * 256).round().to(torch.int16).numpy().tobytes())
    digest.update(repr((tuple(kinds), astuple(lesson), _WIDTHS, _BATCH, _RATE, size)).encode())
    return digest.hexdigest()[:12]
