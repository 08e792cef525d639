"""From what each sample sees to scene-linear light: one band of rows at a time."""

from dataclasses import dataclass

import cv2
import numpy as np

from lookdev.demo.arrays import Floats, column, lookup, noise, smoothstep
from lookdev.demo.camera import Camera
from lookdev.demo.facade import shade_wall
from lookdev.demo.ground import shade_ground
from lookdev.demo.light import daylight, nearest_axis
from lookdev.demo.raster import SKY, visibility
from lookdev.demo.sky import SUN, SUNLIGHT, backdrop, enlarge, sun_disc, transmittance
from lookdev.demo.solids import Material
from lookdev.demo.street import TINT, Street, street
from lookdev.demo.window import reflected

_BAND = 32  # rows: fewer calls than with less, and more would not stay in the cache
_LAMP = column(13.0, 8.2, 3.6)


@dataclass(frozen=True)
class Picture:
    """A rendered view: radiance (H, W, 3) ACEScg, facet ids and inverse depth (H, W)."""

    radiance: Floats
    ids: Floats
    nearness: Floats


def render(camera: Camera, *, backdrop_scale: float) -> Picture:
    """The street through ``camera``, one sample a pixel, wet road included."""
    reflection = _reflection(camera)
    return _render(camera, backdrop_scale, reflection)


def _reflection(camera: Camera) -> Floats:
    """What the ground mirrors at each pixel, a quarter as large and smeared as wet tarmac does."""
    small = camera.mirrored().scaled(0.25)
    mirrored = _render(small, 0.5, None).radiance
    spread = max(0.6, small.height / 270)
    # Roughness smears a reflection towards the viewer far more than sideways.
    np.minimum(mirrored, 12.0, out=mirrored)
    return np.asarray(cv2.GaussianBlur(mirrored, (0, 0), 0.9 * spread, sigmaY=4.5 * spread))


def _render(camera: Camera, backdrop_scale: float, reflection: Floats | None) -> Picture:
    scene = street()
    ids, nearness = visibility(scene.facets, camera, ground=reflection is not None)
    sky, haze = backdrop(camera, backdrop_scale)
    radiance = np.empty((*ids.shape, 3), np.float32)
    axes = nearest_axis(scene.normal.T)
    for top in range(0, camera.height, _BAND):
        rows = np.arange(top, min(top + _BAND, camera.height))
        window = slice(top, top + len(rows))
        seen = ids[window].ravel(), nearness[window].ravel()
        band = _Band(scene, camera, top, *seen, reflection, axes)
        light, air = (enlarge(each, rows, camera) for each in (sky, haze))
        band.shade(light.reshape(-1, 3), air.reshape(-1, 3))
        radiance[window] = light
    _add_sun(radiance, ids, camera)
    return Picture(radiance, ids, nearness)


def _add_sun(radiance: Floats, ids: Floats, camera: Camera) -> None:
    """The disc, only over the few pixels where it is."""
    where = camera.project(camera.position + SUN[None].astype(float))[0]
    reach = 0.008 * camera.focal + 2.0
    low = np.maximum(np.floor(where - reach), 0).astype(int)
    high = np.minimum(np.ceil(where + reach), [camera.width, camera.height]).astype(int)
    if (low >= high).any():
        return
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    disc = sun_disc(camera.rays(x.ravel() + 0.5, y.ravel() + 0.5)).T.reshape(*x.shape, 3)
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    radiance[window] += disc * (ids[window] == SKY)[..., None]


@dataclass(frozen=True)
class _Band:
    """A few rows of samples, flattened."""

    scene: Street
    camera: Camera
    top: int
    ids: Floats
    nearness: Floats
    reflection: Floats | None
    axes: Floats

    def shade(self, radiance: Floats, haze: Floats) -> None:
        """Replace ``radiance`` (n, 3), which holds the sky, wherever a surface is seen."""
        material = self.scene.material[self.ids]
        shaders = {
            Material.WALL: self._wall,
            Material.PLAIN: self._plain,
            Material.PAINT: self._paint,
            Material.LAMP: self._lamp,
            Material.GROUND: self._ground,
        }
        for kind, shader in shaders.items():
            at = np.flatnonzero(material == kind)
            if not at.size:
                continue
            depth = 1.0 / self.nearness[at]
            x, y = self._pixels(at)
            rays = self.camera.rays(x, y)
            points = self.camera.position.astype(np.float32)[:, None] + rays * depth
            radiance[at] = shader(_Samples(at, points, rays, depth, x, y)).T
        # The sky has its own haze: it counts as no distance at all.
        distance = np.where(self.nearness > 0, 1.0 / np.maximum(self.nearness, 1e-6), 0.0)
        radiance += (haze - radiance) * (1.0 - transmittance(distance))

    def _pixels(self, at: Floats) -> tuple[Floats, Floats]:
        row, column_ = np.divmod(at, self.camera.width)
        return column_.astype(np.float32) + 0.5, row.astype(np.float32) + (self.top + 0.5)

    def _lit(self, samples: "_Samples", normals: Floats) -> Floats:
        """Irradiance over pi (3, n) at samples facing ``normals`` (3, n)."""
        light = daylight()
        out = light.sky(samples.points, normals, self.axes[self.ids[samples.at]])
        cosine = SUN @ normals
        at = np.flatnonzero(cosine > 0)
        # The shadow map is looked up clear of the wall that the sample lies on.
        clear = samples.points.take(at, axis=1) + 0.35 * normals.take(at, axis=1)
        sun = np.zeros_like(cosine)
        sun[at] = light.sun(clear) * cosine[at]
        out += SUNLIGHT * sun
        return out

    def _normals(self, samples: "_Samples") -> Floats:
        return np.take(self.scene.normal, self.ids[samples.at], axis=0).T

    def _wall(self, samples: "_Samples") -> Floats:
        table = np.take(self.scene.walls, self.ids[samples.at], axis=0).T.copy()
        footprint = samples.depth / self.camera.focal
        wall = shade_wall(table, samples.points, samples.rays, footprint)
        light = self._lit(samples, self._normals(samples)) * wall.occlusion
        out: Floats = wall.albedo * light + wall.radiance
        return out

    def _plain(self, samples: "_Samples") -> Floats:
        """Trim, posts and tyres: the facet's tint, dirtied a little."""
        tint = np.take(self.scene.walls[:, TINT], self.ids[samples.at], axis=0).T
        x, y, z = samples.points
        dirt = 1.0 + 0.12 * noise(x + z, y, metres=5.0)[1]
        out: Floats = tint * dirt * self._lit(samples, self._normals(samples))
        return out

    def _paint(self, samples: "_Samples") -> Floats:
        """Lacquer and glass: a tint under a clear coat that mirrors sky and city."""
        normals = self._normals(samples)
        tint = np.take(self.scene.walls[:, TINT], self.ids[samples.at], axis=0).T
        rays = samples.rays / np.linalg.norm(samples.rays, axis=0)
        cosine = np.clip(-(rays * normals).sum(axis=0), 0.0, 1.0)
        mirrored = reflected(rays + 2.0 * cosine * normals)
        fresnel = 0.05 + 0.95 * (1.0 - cosine) ** 5
        shade = 0.35 + 0.65 * smoothstep(0.1, 0.9, samples.points[1])
        out: Floats = (tint * self._lit(samples, normals) + mirrored * fresnel) * shade
        return out

    def _lamp(self, samples: "_Samples") -> Floats:
        return np.repeat(_LAMP, samples.at.size, axis=1)

    def _ground(self, samples: "_Samples") -> Floats:
        assert self.reflection is not None
        grazing = samples.depth / float(self.camera.focal * self.camera.position[1])
        footprint = samples.depth * grazing
        albedo, wet, ripple = shade_ground(samples.points, footprint)
        light = self._lit(samples, np.repeat(column(0.0, 1.0, 0.0), samples.at.size, axis=1))
        touch = daylight().touch(samples.points)
        cosine = -samples.rays[1] / np.linalg.norm(samples.rays, axis=0)
        fresnel = 0.02 + 0.80 * (1.0 - cosine) ** 5
        scale = self.reflection.shape[1] / self.camera.width
        bend = ripple * (0.0025 * self.reflection.shape[0])
        x, y = samples.x * scale - 0.5 + bend[0], samples.y * scale - 0.5 + 2.5 * bend[1]
        mirrored = lookup(self.reflection, x.astype(np.float32), y.astype(np.float32)).T
        out: Floats = albedo * light * touch + mirrored * (fresnel * wet * touch)
        return out


@dataclass(frozen=True)
class _Samples:
    """Samples of one material: their place in the band, world points and rays (3, n), pixels."""

    at: Floats
    points: Floats
    rays: Floats
    depth: Floats
    x: Floats
    y: Floats
