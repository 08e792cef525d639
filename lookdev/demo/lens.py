"""From radiance to plate: softness, halation, vignette and grain."""

import cv2
import numpy as np

from lookdev.demo.arrays import Floats, column

SUPERSAMPLE = 2
_SOFTNESS = 0.52  # pixels of deviation: filters the supersamples and is the lens's own blur
_HALO = ((0.030, 0.004), (0.016, 0.016), (0.010, 0.060))  # share of light, deviation in heights
_HALO_TINT = (1.0, 0.86, 0.72)
_EXPOSURE = 1.6
_VIGNETTE = 0.20
_SHOT_NOISE, _READ_NOISE = 0.0105, 0.0011
_GRAIN_TINT = (0.95, 0.85, 1.35)  # blue is the noisiest record


def resolve(samples: Floats) -> Floats:
    """Filter supersamples (2H, 2W[, C]) down to pixels (H, W[, C]) with one Gaussian."""
    soft = cv2.GaussianBlur(
        samples, (7, 7), _SOFTNESS * SUPERSAMPLE, borderType=cv2.BORDER_REPLICATE
    )
    # A pixel's centre lies between its four samples: their mean keeps the picture from shifting.
    height, width = soft.shape[:2]
    size = (width // SUPERSAMPLE, height // SUPERSAMPLE)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_AREA))


def expose(radiance: Floats, frame: int) -> Floats:
    """Scene radiance (H, W, 3) as the camera records it: halation, vignette, grain; never below 0.

    ``frame`` alone seeds the grain, so a frame's grain is its own on any machine.
    """
    seen = _halated(radiance) * (_EXPOSURE * _vignette(radiance.shape[0], radiance.shape[1]))
    seen += _grain(seen, frame)
    np.maximum(seen, 0.0, out=seen)
    return seen


def _halated(radiance: Floats) -> Floats:
    """Part of the light scattered in lens and film, wider lobes at lower resolution."""
    height, width = radiance.shape[:2]
    out = radiance * np.float32(1.0 - sum(share for share, _ in _HALO))
    for share, deviation in _HALO:
        sigma = deviation * height
        shrink = max(1, int(sigma / 3.0))
        size = (max(8, width // shrink), max(8, height // shrink))
        small = cv2.resize(radiance, size, interpolation=cv2.INTER_AREA)
        blurred = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE)
        grown = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
        out += np.asarray(grown) * (np.float32(share) * np.array(_HALO_TINT, np.float32))
    return out


def _vignette(height: int, width: int) -> Floats:
    """Natural falloff, cos^4 in shape, (H, W, 1)."""
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, None]
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2)[None, :]
    corner = (height / 2) ** 2 + (width / 2) ** 2
    falloff = 1.0 / (1.0 + 0.5 * _VIGNETTE * (x * x + y * y) / corner) ** 2
    out: Floats = falloff[..., None]
    return out


def _grain(light: Floats, frame: int) -> Floats:
    """Sensor-like grain: variance grows with light (shot noise) over a floor (read noise)."""
    rng = np.random.default_rng((24001, frame))
    white = rng.standard_normal(light.shape, dtype=np.float32)
    # Grain spans more than a pixel; dividing restores the deviation that the blur took.
    clump = np.asarray(cv2.GaussianBlur(white, (0, 0), 0.6 * max(0.5, light.shape[0] / 1080)))
    clump /= clump.std()
    deviation = np.sqrt(_SHOT_NOISE**2 * light + _READ_NOISE**2) * column(*_GRAIN_TINT)[:, 0]
    out: Floats = clump * deviation
    return out
