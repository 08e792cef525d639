"""Whether the model does as it is told: how much, which kind, which way."""

from collections.abc import Sequence

import torch
from torch import Tensor

from lookdev.mini.evaluation.classifier import SIZE, Judge, asked_for
from lookdev.mini.evaluation.making import (
    Make,
    even,
    fresh,
    in_batches,
    moved,
    pixels,
    seen,
    winds,
)

_SEED = 40_000
_WHITENED = 0.01  # of the mean amplitude: below it a frequency says nothing about the shift


def less_is_less(make: Make, kinds: Sequence[str], seeds: int, size: int = SIZE) -> float:
    """Share of seeds where "light" is less in mean density than "heavy", of the same noise.

    Args:
        make: What is judged.
        kinds: The seeds are dealt out among them.
        seeds: How many.
        size: Pixels each way.
    """
    hits = []
    for index, rows in enumerate(_dealt(seeds, len(kinds))):
        noise = fresh(_SEED + index, rows, size, size)
        control = even(rows, size, size, level=0.5)
        light, heavy = (
            in_batches(make, f"{word} {kinds[index]}", control, noise).density.mean((1, 2))
            for word in ("light", "heavy")
        )
        hits.append(light < heavy)
    return torch.cat(hits).float().mean().item()


def agrees(make: Make, judge: Judge, kinds: Sequence[str], seeds: int) -> dict[str, float]:
    """Share of seeds, dealt out among the kinds, where the judge names the kind asked for."""
    found = {}
    for index, rows in enumerate(_dealt(seeds, len(kinds))):
        seed = _SEED + 100 + index
        made = in_batches(make, kinds[index], asked_for(seed, rows), fresh(seed, rows, SIZE, SIZE))
        found[kinds[index]] = (judge.judge(made) == index).float().mean().item()
    return found


def follows_wind(
    make: Make, kinds: Sequence[str], seeds: int, size: int = SIZE, *, within: float = 15.0
) -> float:
    """Share of seeds where what is seen moves with the wind, to so many degrees.

    Two frames are made, the second of noise that the wind has moved; how far the picture has moved
    is measured by phase correlation (Kuglin and Hines 1975). A picture that has not moved does not
    follow.
    """
    hits = []
    for index, rows in enumerate(_dealt(seeds, len(kinds))):
        wind = winds(_SEED + 200 + index, rows)
        noise = fresh(_SEED + 300 + index, rows, size, size)
        control = even(rows, size, size, wind=wind)
        before = seen(in_batches(make, kinds[index], control, noise))
        after = seen(in_batches(make, kinds[index], control, moved(noise, pixels(wind))))
        hits.append(_turned(displacement(before, after), wind) <= within)
    return torch.cat(hits).float().mean().item()


def displacement(before: Tensor, after: Tensor) -> Tensor:
    """Pixels right and down, `(B, 2)`, by which pictures `(B, S, S)` have moved.

    They are tapered (Hann): their edges, which do not move, would be the sharpest lines in them.
    """
    taper = torch.hann_window(before.shape[-1], device=before.device)
    taper = taper * taper[:, None]
    before, after = (taper * (each - each.mean((1, 2), keepdim=True)) for each in (before, after))
    cross = torch.fft.rfft2(after) * torch.fft.rfft2(before).conj()
    cross[:, 0, 0] = 0
    strength = cross.abs()
    trust = _WHITENED * strength.mean((1, 2), keepdim=True)
    found = torch.fft.irfft2(cross / (strength + trust).clamp_min(1e-12), s=before.shape[-2:])
    return torch.stack([_peak(row) for row in found])


def _peak(correlation: Tensor) -> Tensor:
    """Where `(S, S)` is greatest, x and y in -S/2..S/2, to part of a pixel by a parabola."""
    down, right = divmod(int(correlation.argmax()), correlation.shape[1])
    place = []
    for dim, at in ((1, right), (0, down)):
        line = correlation[down] if dim == 1 else correlation[:, right]
        size = len(line)
        low, top, high = (line[(at + step) % size].item() for step in (-1, 0, 1))
        bend = low - 2 * top + high
        part = 0.5 * (low - high) / bend if bend < 0 else 0.0
        place.append((at + part + size / 2) % size - size / 2)
    return torch.tensor(place)


def _turned(motion: Tensor, wind: Tensor) -> Tensor:
    """Degrees between two vectors `(B, 2)`; 180 where there is no motion."""
    lengths = motion.norm(dim=1) * wind.norm(dim=1)
    cosine = (motion * wind).sum(1) / lengths.clamp_min(1e-6)
    still = motion.norm(dim=1) < 0.5
    return torch.where(still, torch.tensor(180.0), torch.rad2deg(cosine.clamp(-1, 1).acos()))


def _dealt(seeds: int, hands: int) -> list[int]:
    """So many each, as evenly as can be."""
    return [seeds // hands + (index < seeds % hands) for index in range(hands)]
