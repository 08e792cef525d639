"""NaN and Inf in a sequence: found, and mended where that was asked for."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lookdev.errors import PlateError
from lookdev.image.exr import RAW, read
from lookdev.image.frame import Frame, Pixels
from lookdev.image.survey import Progress, Survey

_HALF_MAX = 65520.0
"""From here on, rounding to half gives Inf."""
_NAMED = 4


@dataclass(frozen=True)
class Checked:
    """A sequence whose pixels have all been read."""

    survey: Survey
    channels: tuple[str, ...]
    defects: Mapping[int, str]
    """The frames with NaN or Inf, each as `R 12 NaN, G 1 Inf`."""

    @property
    def role(self) -> str:
        """`plate`, `matte tower`, `depth`, ..."""
        return self.survey.role


def check(
    survey: Survey,
    channels: tuple[str, ...],
    progress: Progress,
    *,
    scene: bool = False,
    opaque: bool = False,
) -> Checked:
    """Read every frame.

    Args:
        survey: The sequence.
        channels: What is read of it.
        progress: Told of every frame.
        scene: Whether it is light that will be delivered as half.
        opaque: Whether a fourth channel, alpha, must be 1 everywhere.

    Raises:
        PlateError: A frame is damaged or lacks a channel, holds a finite value that half cannot, or
            is not opaque; the first such frame is named.
    """

    def look(number: int) -> str:
        frame = read(survey.sequence.path(number), channels, colourspace=RAW, number=number)
        if scene:
            _require_half(frame, survey)
        if opaque and (frame.pixels[..., 3:] != 1).any():
            raise PlateError(
                f"{survey.sequence.path(number)}: its alpha is not 1 everywhere; write the plate "
                "without alpha, or as EXR"
            )
        return _described(frame)

    found = {}
    with ThreadPoolExecutor(2) as pool:
        for number, text in zip(survey.frames, pool.map(look, survey.frames), strict=True):
            progress(f"pixels of the {survey.role}", number - survey.first + 1, len(survey.frames))
            if text:
                found[number] = text
    return Checked(survey, channels, found)


def refuse(checked: Sequence[Checked]) -> None:
    """Raise a PlateError that counts the defective frames of each sequence and names the first."""
    bad = [one for one in checked if one.defects]
    if bad:
        parts = ", ".join(f"the {one.role} has {_summary(one.defects)}" for one in bad)
        pattern = bad[0].survey.sequence.pattern
        raise PlateError(f"{pattern}: {parts}; mend it, or ingest with --repair-nan")


def mended(frame: Frame) -> Frame:
    """NaN and Inf replaced by the median of the finite ones among the 8 neighbours, else by 0."""
    bad = ~np.isfinite(frame.pixels)
    if not bad.any():
        return frame
    pixels = frame.pixels.copy()
    pixels[bad] = _median_of_neighbours(np.where(bad, np.nan, frame.pixels), bad)
    return replace(frame, pixels=pixels)


def _summary(found: Mapping[int, str]) -> str:
    named = [f"frame {number}: {text}" for number, text in found.items()]
    rest = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    count = "1 frame" if len(named) == 1 else f"{len(named)} frames"
    return f"NaN or Inf in {count} ({'; '.join(named[:_NAMED])}{rest})"


def _median_of_neighbours(holed: Pixels, bad: npt.NDArray[np.bool_]) -> Pixels:
    padded = np.pad(holed, ((1, 1), (1, 1), (0, 0)), constant_values=np.nan)
    rows, columns, channels = np.nonzero(bad)
    around = [padded[rows + dy, columns + dx, channels] for dy in range(3) for dx in range(3)]
    values = np.sort(np.stack(around, axis=1), axis=1)  # NaN comes last
    count = np.isfinite(values).sum(axis=1)
    row = np.arange(len(values))
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    middle = (values[row, low] + values[row, high]) / 2
    return np.where(count == 0, np.float32(0), middle).astype(np.float32)


def _require_half(frame: Frame, survey: Survey) -> None:
    with np.errstate(invalid="ignore"):
        large = (np.abs(frame.pixels) >= _HALF_MAX) & np.isfinite(frame.pixels)
    if large.any():
        row, column, channel = np.argwhere(large)[0]
        raise PlateError(
            f"{survey.sequence.path(frame.number)}: frame {frame.number}: "
            f"channel {frame.channels[channel]} is {frame.pixels[row, column, channel]:g} "
            f"in {int(large.sum())} places, which half cannot hold (65504 at most); "
            "lower the exposure or mend the plate"
        )


def _described(frame: Frame) -> str:
    if np.isfinite(frame.pixels).all():
        return ""
    parts = []
    for n, name in enumerate(frame.channels):
        plane = frame.pixels[..., n]
        for kind, count in (("NaN", np.isnan(plane).sum()), ("Inf", np.isinf(plane).sum())):
            if count:
                parts.append(f"{name} {count} {kind}")
    return ", ".join(parts)
