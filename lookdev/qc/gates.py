"""The gates that a sequence must pass, and what a failing one says to the person who must act."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lookdev.spec.qc import Failure, Gates, Meter, QcReport, Reading

_SAID: dict[Meter, str] = {
    "plate_bits": "the plate is changed where nothing may change (values that differ)",
    "broken": "the comp holds values that are NaN or infinite (how many)",
    "negative": "{of} is pushed below 0 (share of the changed pixels)",
    "ceiling": "{of} is brighter than the shot's ceiling (share of the changed pixels)",
    "coverage": "the support permits more of the frame than it should (share)",
    "seam": "the seam of {of} is visible",
    "warping": "{of} swims: it is unsteady along its own motion",
    "sticking": "{of} sticks to the picture, and does not follow its own motion",
    "flicker": "{of} flickers: its mean jumps (share)",
    "boil": "the edge of {of} boils",
    "frozen": "{of} repeats the frame before, while the rest goes on",
    "grain": "the grain on {of} is stronger or weaker than the plate's (stops)",
    "grain_spectrum": "the grain on {of} is coarser or finer than the plate's (stops)",
    "black": "the darkest tones of {of} are not the plate's",
    "white": "the brightest tones of {of} are not those of the plate around it (stops)",
    "slope": "{of} is sharper or softer than the plate",
    "saturation": "the saturation of {of} is not that of the plate around it (stops)",
    "palette": "the colours of {of} are not those of the plate around it",
}
_NAMED = 3
"""How many frames a sentence names."""


@dataclass(frozen=True)
class Line:
    """What one meter said of one layer, over all frames."""

    meter: Meter
    layer: str
    """Empty for the whole frame."""
    values: dict[int, float]
    """By frame; the worst, where a frame was measured more than once."""
    allowed: float | None
    """None where the show sets no gate."""

    @property
    def worst(self) -> int:
        """The frame of the largest value."""
        return self._ranked[0]

    @property
    def above(self) -> tuple[int, ...]:
        """Frames above what is allowed, the worst first."""
        if self.allowed is None:
            return ()
        return tuple(frame for frame in self._ranked if not self.values[frame] <= self.allowed)

    @property
    def _ranked(self) -> list[int]:
        return sorted(self.values, key=lambda frame: (-self.values[frame], frame))


def lines(readings: Iterable[Reading], gates: Gates) -> tuple[Line, ...]:
    """Readings by meter, in the order of `Gates`, and layer, in the order they came."""
    found: dict[tuple[Meter, str], dict[int, float]] = {}
    for one in readings:
        values = found.setdefault((one.meter, one.layer), {})
        values[one.frame] = max(one.value, values.get(one.frame, one.value))
    order = list(Gates.model_fields)
    ranked = sorted(found, key=lambda key: order.index(key[0]))
    return tuple(Line(*key, found[key], getattr(gates, key[0])) for key in ranked)


def failures(readings: Iterable[Reading], gates: Gates) -> tuple[Failure, ...]:
    """The gates that readings do not pass: one failure a gate and layer, in a sentence.

    Args:
        readings: Of all frames, in any order.
        gates: The most that passes; a meter whose gate is empty fails nothing.
    """
    return tuple(_failures(lines(readings, gates)))


def table(report: QcReport) -> list[str]:
    """A line a meter and layer: the worst value, its frame, what is allowed, whether it passes."""
    rows = [("meter", "layer", "worst", "frame", "allowed", "")]
    for line in lines(report.readings, report.gates):
        allowed = "" if line.allowed is None else figure(line.allowed)
        verdict = "" if line.allowed is None else "FAIL" if line.above else "pass"
        worst = figure(line.values[line.worst])
        rows.append((line.meter, line.layer, worst, str(line.worst), allowed, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def figure(value: float) -> str:
    """A measure as a person reads it: three digits, and whole numbers whole."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.3g}"


def _failures(found: Iterable[Line]) -> Iterator[Failure]:
    for line in found:
        if line.allowed is not None and line.above:
            yield Failure(
                gate=line.meter,
                layer=line.layer,
                allowed=line.allowed,
                worst=line.values[line.worst],
                frames=line.above,
                sentence=_sentence(line, line.allowed),
            )


def _sentence(line: Line, allowed: float) -> str:
    said = _SAID[line.meter].format(of=line.layer or "the frame")
    if line.meter == "frozen":  # which is so, or is not
        return f"{said}: {_where(line.above)}"
    worst = line.values[line.worst]
    texts = figure(worst), figure(allowed)
    if texts[0] == texts[1]:  # three digits do not tell them apart
        texts = f"{worst:.9g}", f"{allowed:.9g}"
    return f"{said}: {texts[0]} where {texts[1]} is allowed, {_where(line.above)}"


def _where(frames: tuple[int, ...]) -> str:
    named = [str(frame) for frame in frames[:_NAMED]]
    if len(frames) == 1:
        return f"at {named[0]}"
    told = f"{', '.join(named[:-1])} and {named[-1]}"
    return f"worst at {told}" + (f", of {len(frames)} frames" if len(frames) > _NAMED else "")
