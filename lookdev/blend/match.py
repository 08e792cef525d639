"""A layer's own light brought to the plate's: levels, and a transfer of colours.

Colours are straight, scene-linear ACEScg. What is applied is torch, on any device; what is fitted
is numpy, from samples (N, 3), in float64. Fits belong to a shot, never to a frame: what follows
each frame's own statistics flickers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lookdev.blend.log_code import decoded, encoded
from lookdev.image.colour import LUMINANCE
from lookdev.spec.base import Rgb
from lookdev.spec.blending import NO_MAP

Samples = npt.NDArray[np.floating]
"""Colours (N, 3)."""

Row4 = tuple[float, float, float, float]
ColourMap = tuple[Row4, Row4, Row4]
"""Three rows of 3 factors and an offset, on ACEScct code values."""

_PROBES = np.linspace(2, 98, 97)
"""Quantiles (percent) that are compared; the ends beyond are glints and noise."""
_FLOOR = 0.05
"""Of the median: below this a tone's error counts as an absolute one."""
_OFFSET = 0.2
"""How strongly a black offset is doubted: only tones that lie apart can tell it from a gain."""
_TELLS, _ALL = 3.0, 1e12
"""How many times the darkest tone the brightest must be to tell an offset from a gain at all: over
less, a wall's own shading passes for contrast, and its blacks would be crushed to make it."""
_ROUNDS = 8
_REGULAR = 1e-4
"""Added to variances of code values: what has no spread of its own is not stretched."""
_BRIGHT, _NEUTRAL, _DARK = 90.0, 25.0, 2.0
_SURFACE = 2.0
"""A colour further from the other's than this, largest over smallest ratio, is brick, not light:
daylight of 4200 K is as far from that of 6500 K."""
_HAS_BLACK = 0.1
"""The darkest is a black where it is below this share of the brightest."""


@dataclass(frozen=True)
class Levels:
    """`colour * 2^exposure * white + black`; white has a luminance of 1."""

    exposure: float
    white: Rgb
    black: Rgb


def matched(colour: Tensor, *, exposure: float, white: Rgb, black: Rgb) -> Tensor:
    """Straight colour (3, H, W), or one of any trailing shape, times gains, plus black.

    Without any the same object is returned.
    """
    gain = [2.0**exposure * channel for channel in white]
    if gain == [1.0, 1.0, 1.0] and not any(black):
        return colour
    shape = (3, *[1] * (colour.ndim - 1))
    scaled = colour * colour.new_tensor(gain).reshape(shape)
    return scaled.add_(colour.new_tensor(black).reshape(shape)) if any(black) else scaled


def transferred(colour: Tensor, colour_map: ColourMap, amount: float) -> Tensor:
    """Straight colour (3, ...) through an affine map of its ACEScct codes, mixed in by an amount.

    With an amount of 0, or the map that changes nothing, the same object is returned.
    """
    if amount == 0 or colour_map == NO_MAP:
        return colour
    rows = colour.new_tensor(colour_map)
    codes = encoded(colour).flatten(1)
    mapped = torch.addmm(rows[:, 3:], rows[:, :3], codes).reshape(colour.shape)
    return torch.lerp(colour, decoded(mapped), amount)


def fit_levels(source: Samples, target: Samples) -> Levels:
    """The levels that bring colours to others that show the same things, or things like them.

    Each channel's quantiles are fitted by gain and offset: least squares of relative errors (of
    absolute ones near black), reweighted by Huber's function so that what only one of the two
    shows does not pull. The offset is 0 unless the tones tell it from a gain.

    Args:
        source: (N, 3) of the layer, at least one.
        target: (M, 3) of the plate, at least one.
    """
    fits = [
        _affine(np.percentile(source[:, c], _PROBES), np.percentile(target[:, c], _PROBES))
        for c in range(3)
    ]
    return _levels(np.array([gain for gain, _ in fits]), np.array([black for _, black in fits]))


def fit_ends(source: Samples, target: Samples) -> Levels:
    """The levels that bring colours to others that show different things in the same light.

    Only the ends are compared, as a compositor does with snow over brick: the brightest tones give
    the exposure, the most neutral of them the colour of the light, and the darkest the black level,
    where the source has something that dark at all. Everything in between is left alone, and white
    is too where the plate has nothing as neutral as light is: brick must not tint snow.

    Args: as `fit_levels`.
    """
    light, other = _light(source), _light(target)
    ratio = other / light
    if ratio.max() > _SURFACE * ratio.min():
        ratio = np.ones(3)
    bright = _luminance(target, _BRIGHT) / _luminance(source, _BRIGHT)
    gain = bright * ratio / float(ratio @ LUMINANCE)
    dark = np.percentile(source, _DARK, axis=0) * gain
    black = np.percentile(target, _DARK, axis=0) - dark
    has_black = float(dark @ LUMINANCE) < _HAS_BLACK * _luminance(target, _BRIGHT)
    return _levels(gain, black if has_black else np.zeros(3))


def monge_kantorovich(source: Samples, target: Samples) -> ColourMap:
    """The linear map between two clouds of ACEScct codes that moves colours least.

    Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour mapping for example-based
    colour transfer": with covariances S and T, the map is S^-1/2 (S^1/2 T S^1/2)^1/2 S^-1/2, which
    is symmetric. Both are regularised: directions in which neither spreads are only shifted.

    Args: as `fit_levels`.
    """
    codes, others = _codes(source), _codes(target)
    root, inverse = _roots(_covariance(codes))
    middle, _ = _roots(root @ _covariance(others) @ root)
    linear = inverse @ middle @ inverse
    offset = others.mean(0) - linear @ codes.mean(0)
    first, second, third = (
        (float(row[0]), float(row[1]), float(row[2]), float(shift))
        for row, shift in zip(linear, offset, strict=True)
    )
    return first, second, third


def _affine(source: Samples, target: Samples) -> tuple[float, float]:
    """Gain and offset of one channel's quantiles, by iterated weighted least squares."""
    level = np.maximum(target, 0)
    relative = 1 / (level + _FLOOR * np.median(level) + 1e-4)
    huber = np.ones_like(relative)
    low, high = float(source.min()), float(source.max())
    doubt = _OFFSET if high > _TELLS * max(low, 0) else _ALL
    gain, black = 1.0, 0.0
    for _ in range(_ROUNDS):
        weight = relative**2 * huber
        moments = np.array(
            [
                [weight @ source**2 + 1e-9, weight @ source],
                [weight @ source, weight.sum() + doubt],
            ]
        )
        gain, black = np.linalg.solve(moments, [weight @ (source * target) + 1e-9, weight @ target])
        error = np.abs(gain * source + black - target) * relative
        scale = 1.345 * max(1e-4, 1.4826 * float(np.median(error)))
        huber = np.minimum(1, scale / np.maximum(error, 1e-12))
    return float(gain), float(black) if doubt == _OFFSET else 0.0


def _levels(gain: Samples, black: Samples) -> Levels:
    """Gains as stops and a white of luminance 1, within what a look may say."""
    gain = gain.clip(2.0**-19, 2.0**19)
    common = float(gain @ LUMINANCE)
    red, green, blue = (float(one) for one in (gain / common).clip(0, 1000))
    lift = [float(one) for one in black.clip(-10, 10)]
    return Levels(float(np.log2(common)), (red, green, blue), (lift[0], lift[1], lift[2]))


def _light(samples: Samples) -> Samples:
    """The colour of the light, of luminance 1: the most neutral of the brightest tones."""
    luminance = np.maximum(samples @ LUMINANCE, 1e-6)
    bright = samples[luminance >= np.percentile(luminance, _BRIGHT)].clip(min=1e-6)
    spread = bright.max(1) / bright.min(1)
    colour = np.median(bright[spread <= np.percentile(spread, _NEUTRAL)], axis=0)
    return np.asarray(colour / (colour @ LUMINANCE))


def _luminance(samples: Samples, percent: float) -> float:
    return max(1e-6, float(np.percentile(samples @ LUMINANCE, percent)))


def _codes(samples: Samples) -> Samples:
    linear = torch.from_numpy(np.ascontiguousarray(samples, np.float64))
    codes: Samples = encoded(linear).numpy()
    return codes


def _covariance(codes: Samples) -> Samples:
    centred = codes - codes.mean(0)
    return np.asarray(centred.T @ centred / len(codes) + _REGULAR * np.eye(3))


def _roots(matrix: Samples) -> tuple[Samples, Samples]:
    """The symmetric square root and its inverse."""
    values, vectors = np.linalg.eigh(matrix)
    root = np.sqrt(values.clip(min=1e-12))
    return (vectors * root) @ vectors.T, (vectors / root) @ vectors.T
