"""What a look adds to a plate, in few numbers: where it is, in which colours, how it is textured.

Two pictures of one idea have the same three. They are of what changed, not of the plate, so looks
over different plates can be compared.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.image.mattes import resized

_WIDTH = 384
"""Pictures are measured at this width: coarser than grain, finer than a flake."""
_GRID = (12, 8)
_OCTAVES, _TURNS = 4, 4
_TOE = 0.02
"""Scene-linear value below which stops no longer count as they do above."""
_LEAST = 1e-3
"""Stops of change, in the mean, below which nothing was added that has traits."""

_Plane = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Traits:
    """Of one look over one plate."""

    layout: _Plane
    """(8, 12): share of the change that lies in each part of the frame."""
    mean: _Plane
    """(3,): of red, green and blue where it changed, in stops above `_TOE`."""
    spread: _Plane
    """(3, 3): their covariance."""
    texture: _Plane
    """(4, 4): share of the change's detail in each octave, fine to coarse, and direction."""

    @classmethod
    def of(cls, below: Pixels, light: Pixels) -> "Traits | None":
        """Of a comp (H, W, 3) over its plate (H, W, 3), ACEScg; None where nothing was added."""
        plate, comp = (_stops(_small(picture)) for picture in (below, light))
        added = comp - plate
        amount = np.abs(added).mean(-1)
        if amount.mean() < _LEAST:
            return None
        layout = cv2.resize(amount, _GRID, interpolation=cv2.INTER_AREA).astype(np.float64)
        weight = (amount / amount.sum())[..., None]
        mean = (comp * weight).sum((0, 1))
        away = (comp - mean).reshape(-1, 3)
        spread = (away * weight.reshape(-1, 1)).T @ away
        texture = _texture(added @ np.array(LUMINANCE, np.float32))
        return cls(layout / layout.sum(), mean.astype(float), spread.astype(float), texture)

    def to_json(self) -> dict[str, Any]:
        """As plain data; four digits say enough."""
        named = {"layout": self.layout, "mean": self.mean}
        named |= {"spread": self.spread, "texture": self.texture}
        return {name: np.round(values, 5).tolist() for name, values in named.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Traits":
        """The inverse of `to_json`.

        Raises:
            KeyError: A part is missing.
        """
        names = ("layout", "mean", "spread", "texture")
        layout, mean, spread, texture = (np.array(data[name], np.float64) for name in names)
        return cls(layout, mean, spread, texture)


def _small(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    to = min(width, _WIDTH)
    return resized(np.ascontiguousarray(picture), to, max(1, round(height * to / width)))


def _stops(linear: Pixels) -> Pixels:
    return np.asarray(np.log2(np.maximum(linear, 0) / _TOE + 1), np.float32)


def _texture(plane: Pixels) -> _Plane:
    """Energy of the gradient by octave and direction, as shares."""
    energy = np.zeros((_OCTAVES, _TURNS))
    for octave in range(_OCTAVES):
        x, y = cv2.Sobel(plane, cv2.CV_32F, 1, 0), cv2.Sobel(plane, cv2.CV_32F, 0, 1)
        turn = np.floor((np.arctan2(y, x) / np.pi % 1) * _TURNS + 0.5).astype(int) % _TURNS
        energy[octave] = np.bincount(turn.ravel(), (x * x + y * y).ravel(), _TURNS)[:_TURNS]
        energy[octave] /= plane.size
        if min(plane.shape) < 4:
            break
        plane = cv2.pyrDown(plane)
    return np.asarray(energy / max(energy.sum(), 1e-12), np.float64)
