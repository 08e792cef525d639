"""The dusk sky: gradient, glow, cloud and the sun; and the haze that carries its light."""

import math
from functools import lru_cache

import cv2
import numpy as np

from lookdev.demo.arrays import Floats, column, noise, smoothstep
from lookdev.demo.camera import Camera

_AZIMUTH = math.radians(6.5)
_ELEVATION = math.radians(5.6)
SUN = np.array(
    [
        math.sin(_AZIMUTH) * math.cos(_ELEVATION),
        math.sin(_ELEVATION),
        math.cos(_AZIMUTH) * math.cos(_ELEVATION),
    ],
    np.float32,
)
"""Unit vector towards the sun."""

SUNLIGHT = column(4.2, 2.1, 0.75)
"""The sun's irradiance over pi on a surface facing it, through the haze."""

_DISC = (0.0042, 0.0052)  # radians: the disc's limb, a little soft because haze blurs it
_DISC_RADIANCE = column(105.0, 60.0, 23.0)
_ENVIRONMENT = (64, 256)
_HAZE_METRES = 270.0


def sky_radiance(directions: Floats) -> Floats:
    """Cloudless sky without the disc, ACEScg (3, n), for unit directions (3, n)."""
    up = np.clip(directions[1], 0.0, 1.0)
    towards = SUN @ directions
    horizon = np.exp(-5.5 * up)
    warm = smoothstep(-0.9, 1.0, towards)
    low = column(0.40, 0.36, 0.45) * (1.0 - warm) + column(0.80, 0.50, 0.34) * warm
    out: Floats = column(0.115, 0.170, 0.315) * (1.0 - horizon) + low * horizon
    return out + _glow(towards)


def _glow(towards: Floats) -> Floats:
    """Forward scattering about the sun for cosines (n,): wide, middling and tight lobes, (3, n)."""
    wide = column(0.30, 0.155, 0.065) * np.exp(14.0 * (towards - 1.0))
    middle = column(1.15, 0.56, 0.19) * np.exp(110.0 * (towards - 1.0))
    tight = column(4.5, 2.5, 0.95) * np.exp(1600.0 * (towards - 1.0))
    out: Floats = wide + middle + tight
    return out


def haze_radiance(directions: Floats) -> Floats:
    """In-scattered light of an endless column of street haze, ACEScg (3, n)."""
    towards = SUN @ directions
    warm = smoothstep(-0.4, 1.0, towards)
    base = column(0.16, 0.16, 0.185) * (1.0 - warm) + column(0.30, 0.22, 0.18) * warm
    out: Floats = base + 0.8 * _glow(towards)
    return out


def transmittance(metres: Floats) -> Floats:
    """The part of a surface's light that comes through ``metres`` (n,) of haze, (n, 3)."""
    # Blue is scattered out a little sooner than red.
    rates = np.array([1.0 / 1.12, 1.0, 1.0 / 0.90], np.float32) / np.float32(-_HAZE_METRES)
    out: Floats = np.exp(metres[:, None] * rates)
    return out


def backdrop(camera: Camera, scale: float) -> tuple[Floats, Floats]:
    """Sky with clouds and haze, each (H, W, 3) at ``scale``: both are smooth, so made small."""
    small = camera.scaled(scale)
    y, x = np.mgrid[0 : small.height, 0 : small.width].astype(np.float32)
    directions = small.rays(x.ravel() + 0.5, y.ravel() + 0.5)
    directions /= np.linalg.norm(directions, axis=0)
    shape = (small.height, small.width, 3)
    sky = _clouded(directions).T.reshape(shape).astype(np.float32)
    haze = haze_radiance(directions).T.reshape(shape).astype(np.float32)
    return sky, haze


def enlarge(small: Floats, rows: Floats, camera: Camera) -> Floats:
    """These rows (n,) of a backdrop at the camera's own size, (n, W, 3), bilinear."""
    at = (rows + np.float32(0.5)) * (small.shape[0] / camera.height) - 0.5
    at = np.clip(at, 0.0, small.shape[0] - 1.0).astype(np.float32)
    above = np.minimum(at.astype(np.intp), small.shape[0] - 2)
    part = (at - above.astype(np.float32))[:, None, None]
    mixed = small[above] * (1.0 - part) + small[above + 1] * part
    size = (camera.width, len(rows))
    return np.asarray(cv2.resize(mixed, size, interpolation=cv2.INTER_LINEAR))


def _clouded(directions: Floats) -> Floats:
    """Torn altocumulus on a flat deck: thin edges glow near the sun, bodies are slate violet."""
    deck = 1.0 / np.maximum(directions[1] + 0.09, 0.03)
    x, z = directions[0] * deck, directions[2] * deck * 0.55
    broad = noise(x, z, metres=9.0)
    fine = noise(x + 0.12 * broad[3], z, metres=3.1)
    shape = 0.8 * broad[0] + 0.38 * fine[0] + 0.10 * fine[1]
    above = smoothstep(0.01, 0.12, directions[1])
    density = smoothstep(-0.15, 1.7, shape) * above * 0.85
    clear = sky_radiance(directions)
    towards = np.clip(SUN @ directions, 0.0, 1.0)
    edge = density * (1.0 - density) * 4.0
    body = column(0.17, 0.155, 0.20) + column(0.50, 0.25, 0.13) * towards**6
    rim = column(0.85, 0.43, 0.22) * (edge * (0.25 + 1.6 * towards**10))
    out: Floats = clear * (1.0 - density) + (body + 0.4 * clear) * density + rim
    return out


def sun_disc(directions: Floats) -> Floats:
    """The disc's own radiance (3, n), limb-darkened, for directions (3, n) of any length."""
    unit = directions / np.linalg.norm(directions, axis=0)
    angle = np.arcsin(np.clip(np.linalg.norm(np.cross(unit.T, SUN), axis=1), 0.0, 1.0))
    inside = 1.0 - smoothstep(_DISC[0], _DISC[1], angle)
    limb = 0.45 + 0.55 * np.sqrt(np.clip(1.0 - (angle / _DISC[1]) ** 2, 0.0, 1.0))
    out: Floats = _DISC_RADIANCE * (inside * limb * (unit.T @ SUN > 0))
    return out


@lru_cache(maxsize=1)
def environment() -> Floats:
    """What glass and paint reflect: a small (64, 256, 3) panorama with a dark city at its foot.

    Rows run from straight down to straight up, columns from azimuth -pi to pi about +z.
    """
    rows, columns = _ENVIRONMENT
    elevation = ((np.arange(rows) + 0.5) / rows - 0.5) * math.pi
    azimuth = ((np.arange(columns) + 0.5) / columns - 0.5) * math.tau
    elevation, azimuth = (a.ravel() for a in np.meshgrid(elevation, azimuth, indexing="ij"))
    flat = np.cos(elevation)
    directions = np.stack([np.sin(azimuth) * flat, np.sin(elevation), np.cos(azimuth) * flat])
    roofs = 0.17 + 0.08 * np.sin(azimuth * 9.0) + 0.07 * np.sin(azimuth * 23.0 + 1.0)
    skyline = smoothstep(-0.06, 0.06, elevation - roofs)
    light = sky_radiance(directions) * skyline + column(0.06, 0.056, 0.056) * (1.0 - skyline)
    out: Floats = light.T.reshape(rows, columns, 3).astype(np.float32)
    return out
