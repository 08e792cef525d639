"""Which facet every sample sees, and at what depth: exact at sample centres."""

import numpy as np

from lookdev.demo.arrays import Floats
from lookdev.demo.camera import Camera
from lookdev.demo.solids import Facet

_NEAR = 0.3
SKY, GROUND, FIRST = 0, 1, 2
"""Identities: sky, ground, then the facets in the street's order from ``FIRST``."""


def visibility(
    facets: tuple[Facet, ...], camera: Camera, *, ground: bool = True
) -> tuple[Floats, Floats]:
    """Identity (H, W) int16 and inverse depth (H, W) float32 in 1/metre; the sky's is 0.

    1/depth of a plane is affine in pixel coordinates, so a depth test is one add a sample.
    """
    ids = np.zeros((camera.height, camera.width), np.int16)
    nearness = np.zeros((camera.height, camera.width), np.float32)
    if ground:
        _plane(nearness, camera, np.array([0.0, 1.0, 0.0]), 0.0)
        np.maximum(nearness, 0.0, out=nearness)
        ids[nearness > 0] = GROUND
    for index, facet in enumerate(facets):
        if float(facet.normal @ (camera.position - facet.corners[0])) > 0:
            _draw(facet, camera, ids, nearness, index + FIRST)
    return ids, nearness


def _plane(
    out: Floats, camera: Camera, normal: Floats, offset: float, first: tuple[int, int] = (0, 0)
) -> None:
    """Write 1/depth of the plane normal.p = offset into ``out``, whose first pixel is ``first``."""
    x0, y0 = first
    a, b, c = normal @ camera.gradients() / (offset - float(normal @ camera.position))
    xs = np.arange(out.shape[1]) + x0 + 0.5
    ys = np.arange(out.shape[0]) + y0 + 0.5
    np.add((a * xs + c).astype(np.float32), (b * ys).astype(np.float32)[:, None], out=out)


def _draw(facet: Facet, camera: Camera, ids: Floats, nearness: Floats, index: int) -> None:
    seen = _clip(camera.view(facet.corners))
    if len(seen) < 3:
        return
    corners = seen[:, :2] / seen[:, 2:] * camera.focal
    corners += np.array([camera.width / 2, camera.height / 2])
    low = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(corners.max(axis=0)), [camera.width, camera.height]).astype(int)
    if (low >= high).any():
        return
    start, end = _spans(corners, np.arange(low[1], high[1]) + 0.5)
    xs = np.arange(low[0], high[0], dtype=np.float32) + np.float32(0.5)
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    depth = np.empty((high[1] - low[1], high[0] - low[0]), np.float32)
    _plane(depth, camera, facet.normal, float(facet.normal @ facet.corners[0]), (low[0], low[1]))
    closer = (xs >= start[:, None]) & (xs < end[:, None])
    closer &= depth > nearness[window]
    np.copyto(nearness[window], depth, where=closer)
    np.copyto(ids[window], np.int16(index), where=closer)


def _spans(corners: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Where a convex polygon (n, 2) begins and ends on each row, in x: two (rows,) arrays."""
    start = np.full(rows.shape, -np.inf)
    end = np.full(rows.shape, np.inf)
    after = _next(corners)
    area = float(np.sum(corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]))
    for here, there in zip(corners, after, strict=True):
        edge = (there - here) * (1.0 if area > 0 else -1.0)
        if edge[1] == 0:
            inside = edge[0] * (rows - here[1]) >= 0
            end[~inside] = -np.inf
            continue
        cross = here[0] + (rows - here[1]) * edge[0] / edge[1]
        if edge[1] < 0:
            np.maximum(start, cross, out=start)
        else:
            np.minimum(end, cross, out=end)
    return start.astype(np.float32), end.astype(np.float32)


def _clip(points: Floats) -> Floats:
    """Cut a polygon in camera axes (n, 3) at the near plane (Sutherland and Hodgman, 1974)."""
    if points[:, 2].min() >= _NEAR:
        return points
    kept = []
    for here, there in zip(points, _next(points), strict=True):
        if here[2] >= _NEAR:
            kept.append(here)
        if (here[2] >= _NEAR) != (there[2] >= _NEAR):
            part = (_NEAR - here[2]) / (there[2] - here[2])
            kept.append(here + part * (there - here))
    return np.array(kept)


def _next(points: Floats) -> Floats:
    """For each corner of a polygon (n, any) the one after it."""
    return np.concatenate((points[1:], points[:1]))
