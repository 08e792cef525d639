"""How different the looks of a set are, and when they are all one idea."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookdev.qc.traits import Traits
from lookdev.qc.wasserstein import Array, to_each

LAYOUT, PALETTE, TEXTURE = 0.25, 0.6, 0.2
"""Distance at which a person calls two looks plainly different in that respect: share of the change
that lies elsewhere; stops between the colours; share of the detail of another size or direction."""

ONE_IDEA = 0.5
"""Looks that are nearer than this in every respect are one idea."""


@dataclass(frozen=True)
class Distance:
    """Between two looks; 1 is plainly different, 0 the same."""

    layout: float
    palette: float
    texture: float

    @property
    def most(self) -> float:
        """In the respect in which they differ most."""
        return max(self.layout, self.palette, self.texture)


def distance(a: Traits, b: Traits) -> Distance:
    """How different two looks are.

    Layout and texture are total variation distances of shares (0 to 1); palette is the
    2-Wasserstein distance of both colours taken as normal distributions (Dowson and Landau, 1982),
    in stops. Each is divided by what is plainly different.
    """
    layout, palette, texture = _apart(a, [b])[0]
    return Distance(float(layout), float(palette), float(texture))


def _apart(one: Traits, others: Sequence[Traits]) -> Array:
    """Layout, palette and texture distance (N, 3) from one look to each of N others."""
    layout = np.abs(np.array([other.layout for other in others]) - one.layout).sum((1, 2)) / 2
    texture = np.abs(np.array([other.texture for other in others]) - one.texture).sum((1, 2)) / 2
    means = np.array([other.mean for other in others])
    spreads = np.array([other.spread for other in others])
    palette = to_each(one.mean, one.spread, means, spreads)
    return np.stack([layout / LAYOUT, palette / PALETTE, texture / TEXTURE], 1)


@dataclass(frozen=True)
class Diversity:
    """Of a set of looks."""

    nearest: tuple[float | None, ...]
    """Of each look: how far the nearest other one is; None where it adds nothing, or is alone."""
    typical: Distance | None
    """Medians over all pairs; None where there is no pair."""

    @property
    def is_one_idea(self) -> bool:
        """Whether half of all looks have another one that is the same idea, and pairs too are."""
        known = [value for value in self.nearest if value is not None]
        return len(known) > 2 and self.typical is not None and self.typical.most < ONE_IDEA

    @property
    def sentence(self) -> str:
        """What there is to say of it, in words."""
        typical = self.typical
        if typical is None:
            return "fewer than two looks add anything: there is nothing to compare"
        parts = {"layout": typical.layout, "palette": typical.palette, "texture": typical.texture}
        said = ", ".join(f"{name} {value:.2f}" for name, value in parts.items())
        if self.is_one_idea:
            return (
                f"all of these are one idea ({said}; 1 is plainly different): vary something else"
            )
        apart = [name for name, value in parts.items() if value >= 1]
        how = f"differ in {' and '.join(apart)}" if apart else "differ a little"
        return f"these {how} ({said}; 1 is plainly different)"


def diversity(looks: Sequence[Traits | None]) -> Diversity:
    """How different the looks of a set are; None stands for one that adds nothing."""
    there = [number for number, traits in enumerate(looks) if traits is not None]
    known = [traits for traits in looks if traits is not None]
    if len(known) < 2:
        return Diversity((None,) * len(looks), None)
    rows = [_apart(traits, known[n + 1 :]) for n, traits in enumerate(known[:-1])]
    closest = np.full(len(known), np.inf)
    for n, row in enumerate(rows):
        most = row.max(1)
        closest[n] = min(closest[n], most.min())
        closest[n + 1 :] = np.minimum(closest[n + 1 :], most)
    nearest: list[float | None] = [None] * len(looks)
    for number, value in zip(there, closest, strict=True):
        nearest[number] = round(float(value), 4)
    layout, palette, texture = np.median(np.concatenate(rows), axis=0)
    return Diversity(tuple(nearest), Distance(float(layout), float(palette), float(texture)))
