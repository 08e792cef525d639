"""Every measurement, as rows of the report with their bars."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from torch import Tensor

from lookdev.mini.evaluation import flicker, obedience, particles, patches, periods, streaks
from lookdev.mini.evaluation.classifier import taught
from lookdev.mini.evaluation.making import Make, drawn, even, fresh, in_batches, winds
from lookdev.mini.evaluation.report import Row
from lookdev.mini.evaluation.settings import Settings

FLAKY = ("snow", "ash", "embers", "debris")
"""The kinds that are particles."""

_MARGIN = 16  # pixels cut off where envelopes have an edge at the picture's
_BARS = {"snow": 4.0, "ash": 4.0, "embers": 4.0, "debris": 4.0}
_CLOUD_BAR = 2.5
_ALIKE = 0.2
_STEADY = 0.01
"""Of the flicker of fresh noise: the procedural animation's own counts as no less, since a
renderer that is exactly still leaves no room for a multiple of it."""


def distances(make: Make, real: Make, kind: str, settings: Settings) -> Row:
    """Sliced Wasserstein distances of a kind as multiples of held-out against held-out."""
    ours, theirs = (
        [_compared(one, kind, settings, settings.pictures, seed + n) for n in range(sets)]
        for one, seed, sets in ((make, 100, settings.sets), (real, 200, settings.sets + 1))
    )
    found = patches.multiples(ours, theirs)
    worst = max(range(len(found)), key=found.__getitem__)
    bar = _BARS.get(kind, _CLOUD_BAR)
    return Row(
        f"{kind}: patches, farthest of {len(found)} ({patches.names()[worst]})",
        f"{found[worst]:.2f} (all: {', '.join(f'{one:.2f}' for one in found)})",
        f"at most {bar:g}; goal 1.5",
        found[worst] <= bar,
    )


def few_against_many(few: Make, many: Make, real: Make, kind: str, settings: Settings) -> Row:
    """Mean distance of few steps over that of many, the same noise and controls."""
    theirs = [_compared(real, kind, settings, settings.many, 201 + n) for n in range(3)]
    off = [
        sum(patches.multiples([_compared(one, kind, settings, settings.many, 101)], theirs))
        for one in (few, many)
    ]
    share = off[0] / off[1]
    return Row(
        f"{kind}: patches, few steps over many", f"{share:.3f}", "at most 1.25", share <= 1.25
    )


def flakes(make: Make, real: Make, kind: str, settings: Settings) -> Iterator[Row]:
    """Count, radius and contrast of flakes over those of real ones, of the same noise and other."""
    count, size = settings.flaky, settings.size
    control = even(count, size, size, wind=0.4 * winds(21, count))
    noise, other = (fresh(seed, count, size, size) for seed in (22, 23))
    made = particles.find(in_batches(make, kind, control, noise))
    twin = particles.find(in_batches(real, kind, control, noise))
    stranger = particles.find(in_batches(real, kind, control, other))
    for what, of in (
        ("count", lambda one: one.count),
        ("radius", lambda one: one.radius),
        ("contrast", lambda one: one.contrast),
    ):
        shares = [of(made) / max(of(one), 1e-9) for one in (twin, stranger)]
        yield Row(
            f"{kind}: flakes, {what} over real",
            f"{shares[0]:.3f} same noise, {shares[1]:.3f} other noise ({of(twin):.3g} real)",
            "0.8 to 1.2",
            all(abs(share - 1) <= _ALIKE for share in shares),
        )
    again = particles.found_again(made, twin)
    yield Row(f"{kind}: real flakes with a made one within 2 px, same noise", f"{again:.1%}")


def streaked(make: Make, real: Make, kind: str, settings: Settings) -> Row:
    """How far flakes are drawn out along a strong wind, over those of real ones."""
    count, size = settings.flaky, settings.size
    wind = winds(24, count, slowest=0.6)
    control, noise = even(count, size, size, wind=wind), fresh(25, count, size, size)
    made, due = (
        streaks.drawn_out(in_batches(one, kind, control, noise), wind) for one in (make, real)
    )
    share = made / due
    return Row(
        f"{kind}: drawn out along a strong wind, over real",
        f"{share:.2f} (by a factor of {math.exp(made):.2f}, real {math.exp(due):.2f})",
        "0.8 to 1.2",
        abs(share - 1) <= _ALIKE,
    )


def obeys(
    make: Make, real: Make, kinds: Sequence[str], folder: Path, settings: Settings
) -> Iterator[Row]:
    """Amount, wind and kind over the seeds."""
    seeds = settings.seeds
    for names, what in ((("snow",), "snow"), (kinds, "all kinds")):
        share = obedience.less_is_less(make, names, seeds)
        yield _share(f"light less than heavy, {what}, {seeds} seeds", share, 0.98)
    share = obedience.follows_wind(make, kinds, seeds)
    yield _share(f"moves with the wind to 15 degrees, {seeds} seeds", share, 0.95)
    judge, accuracy = taught(real, kinds, folder, settings.lesson)
    yield _share("judge of kinds: accuracy on held-out scenes", accuracy, 0.98)
    agreed = obedience.agrees(make, judge, kinds, seeds)
    told = ", ".join(f"{kind} {share:.0%}" for kind, share in agreed.items())
    share = sum(agreed.values()) / len(agreed)
    yield Row(
        f"judge agrees with the prompt, {seeds} seeds",
        f"{share:.1%} ({told})",
        "at least 95 %",
        share >= 0.95,
    )


def repeats(make: Make, kind: str, settings: Settings) -> Row:
    """Autocorrelation at the training period in wide strips."""
    height, width = settings.strip
    control = even(settings.strips, height, width)
    noise = fresh(31, settings.strips, height, width)
    one = periods.repeats(in_batches(make, kind, control, noise, 1).density, settings.period)
    return Row(
        f"{kind}: autocorrelation at {settings.period} px in {width}",
        f"{one.value:+.4f} ± {one.error:.4f}",
        "below 0.05",
        abs(one.value) < 0.05,
    )


def lattice(make: Make, real: Make, kind: str, settings: Settings) -> Row:
    """Energy on the network's grid over that of the frequencies around."""
    count, size = settings.squares, settings.square
    control, noise = even(count, size, size), fresh(32, count, size, size)
    made, twin = (in_batches(one, kind, control, noise, 2).density for one in (make, real))
    grid = {cycle: periods.lattice(made, twin, cycle) for cycle in periods.GRID}
    told = ", ".join(f"1/{c} {e.value:+.1%} ± {e.error:.1%}" for c, e in grid.items())
    return Row(
        f"{kind}: energy on the network's grid over its neighbours'",
        told,
        "within 5 %",
        all(abs(one.value) <= 0.05 for one in grid.values()),
    )


def tiled(make: Make, kind: str, settings: Settings) -> Row:
    """A tile against the whole."""
    width = 5 * settings.reach // 32 * 32
    control, noise = even(1, 128, width, wind=winds(41, 1)), fresh(42, 1, 128, width)
    off = periods.tiled(make, kind, control, noise, settings.reach)
    return Row(f"{kind}: tile against whole", f"{off:.1e}", "at most 1e-5", off <= 1e-5)


def steady(make: Make, real: Make, kind: str, settings: Settings) -> Iterator[Row]:
    """Flicker over that of fresh noise, and over the procedural animation's own."""
    count, size = settings.pairs, settings.size
    for whole, how in ((True, "whole pixels"), (False, "parts of a pixel")):
        one = flicker.flicker(make, kind, count, size, whole=whole)
        share = one.advected / max(one.afresh, 1e-9)
        yield Row(
            f"{kind}: flicker over fresh noise's, moved by {how}",
            f"{share:.3f} ({one.advected:.4f} of {one.afresh:.4f})",
            "at most 0.333",
            share <= 1 / 3,
        )
    one, own = (
        flicker.flicker(each, kind, count, size, whole=False, fronts=True) for each in (make, real)
    )
    share = one.advected / max(own.advected, _STEADY * own.afresh)
    yield Row(
        f"{kind}: flicker over the procedural animation's",
        f"{share:.2f} ({one.advected:.4f} of {own.advected:.4f})",
        "at most 1.5",
        share <= 1.5,
    )


def everything(
    make: Make,
    many: Make | None,
    real: Make,
    kinds: Sequence[str],
    *,
    folder: Path,
    settings: Settings,
) -> Iterator[Row]:
    """All rows of quality, one after another.

    Args:
        make: What is judged.
        many: The same in many steps; None where there are no steps.
        real: The procedural scenes.
        kinds: The kinds.
        folder: Where the judge of kinds is kept.
        settings: How much.
    """
    for kind in kinds:
        yield distances(make, real, kind, settings)
    if many is not None:
        for kind in kinds:
            yield few_against_many(make, many, real, kind, settings)
    for kind in kinds:
        if kind in FLAKY:
            yield from flakes(make, real, kind, settings)
            yield streaked(make, real, kind, settings)
    yield from obeys(make, real, kinds, folder, settings)
    for kind in kinds:
        yield repeats(make, kind, settings)
        yield lattice(make, real, kind, settings)
    yield tiled(make, kinds[0], settings)
    for kind in kinds:
        yield from steady(make, real, kind, settings)


def _compared(make: Make, kind: str, settings: Settings, count: int, seed: int) -> Tensor:
    control = drawn(count, settings.size)
    made = in_batches(make, kind, control, fresh(seed, count, settings.size, settings.size))
    return patches.channels(made.cut(_MARGIN))


def _share(what: str, share: float, least: float) -> Row:
    return Row(what, f"{share:.1%}", f"at least {least:.0%}", share >= least)
