"""Tileable noise, random tables and the lookups that make a surface's detail."""

from functools import lru_cache
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[Any]
"""A float32 array; its docstring says the shape."""

_TILE = 512
_ROW = 1024
_CELLS = 8192


@lru_cache(maxsize=1)
def noise_tiles() -> Floats:
    """Four tileable power-law noises, (512, 512, 4), each of mean 0 and deviation 1.

    The channels fall off as 1/f^p with p = 1.6 (clouds, stains), 1.1 (plaster), 0.6 (grit) and
    1.6 again, independent of the first. Spectral synthesis: white noise shaped in Fourier space.
    """
    rng = np.random.default_rng(1957)
    fy = np.fft.fftfreq(_TILE)[:, None]
    fx = np.fft.rfftfreq(_TILE)[None, :]
    radius = np.maximum(np.hypot(fx, fy), 0.5 / _TILE)
    layers = []
    for power in (1.6, 1.1, 0.6, 1.6):
        white = np.fft.rfft2(rng.standard_normal((_TILE, _TILE)))
        # The Gaussian keeps the finest octave above two texels, so bilinear lookups do not twinkle.
        shaped = white * radius**-power * np.exp(-((radius / 0.3) ** 2))
        layer = np.fft.irfft2(shaped, s=(_TILE, _TILE))
        layers.append((layer - layer.mean()) / layer.std())
    return np.stack(layers, axis=-1).astype(np.float32)


@lru_cache(maxsize=1)
def _dice() -> Floats:
    return np.random.default_rng(2203).random((_CELLS, 4), dtype=np.float32)


def dice(i: NDArray[Any], j: NDArray[Any], seed: NDArray[Any]) -> Floats:
    """Four uniform numbers in 0..1 for each integer cell (i, j) of the surface ``seed``: (4, n)."""
    key = i.astype(np.int32) * 1327 + j.astype(np.int32) * 4099 + seed.astype(np.int32) * 2357
    return np.take(_dice(), key & (_CELLS - 1), axis=0).T


def lookup(texture: Floats, x: Floats, y: Floats, *, wrap: bool = False) -> Floats:
    """Bilinear samples of ``texture`` (H, W[, C]) at texel coordinates x, y (n,): (n[, C]).

    OpenCV's remap refuses rows longer than 32767, so the list is folded into rows of 1024.
    """
    count = x.size
    rows = max(1, -(-count // _ROW))
    maps = np.zeros((2, rows * _ROW), np.float32)
    maps[0, :count] = x
    maps[1, :count] = y
    border = cv2.BORDER_WRAP if wrap else cv2.BORDER_REPLICATE
    folded = maps.reshape(2, rows, _ROW)
    out = cv2.remap(texture, folded[0], folded[1], cv2.INTER_LINEAR, borderMode=border)
    flat: Floats = np.asarray(out).reshape(rows * _ROW, *texture.shape[2:])[:count]
    return flat


def noise(x: Floats, y: Floats, *, metres: float) -> Floats:
    """The four noises (4, n) at surface x, y (n,) in metres; a tile is ``metres`` wide."""
    scale = _TILE / metres
    return lookup(noise_tiles(), wrapped(x * scale, _TILE), wrapped(y * scale, _TILE), wrap=True).T


def wrapped(x: Floats, period: Any) -> Floats:
    """Remainder of x by a positive period: several times faster than numpy's signed one."""
    out: Floats = x - np.floor(x / period) * period
    return out


def smoothstep(low: Any, high: Any, x: Any) -> Any:
    """Hermite ramp from 0 at ``low`` to 1 at ``high``."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def column(*values: float) -> Floats:
    """A colour or vector as a (len, 1) float32 column, to multiply (3, n) arrays."""
    return np.array(values, np.float32)[:, None]
