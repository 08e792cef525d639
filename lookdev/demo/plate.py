"""Render the demo's plate and its companions: matte, depth, motion and track."""

import csv
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio

from lookdev.demo.arrays import Floats
from lookdev.demo.camera import Camera
from lookdev.demo.lens import SUPERSAMPLE, expose, resolve
from lookdev.demo.shading import Picture, render
from lookdev.demo.slate import write_slated
from lookdev.demo.street import street, tower_foot
from lookdev.spec.files import write_text

SKY_DEPTH = 10000.0
"""Metres written to the depth channel where the sky is seen."""


@dataclass(frozen=True)
class DemoPlate:
    """Where the rendered plate and its companions are (patterns like ``.../plate.%04d.exr``).

    ``plate``: half RGB, scene-linear ACEScg. ``matte``: half A, 0..1, the tower as it is seen,
    held out by what stands before it. ``depth``: float Z, metres along the lens axis of the
    nearest surface in the pixel, ``SKY_DEPTH`` for sky. ``motion``: half forward.u and forward.v,
    pixels to the next frame, x right and y down. ``track``: CSV of frame, x, y of the tower door's
    left foot in plate pixels, origin at the frame's top left corner, pixel centres at +0.5.
    """

    plate: Path
    matte: Path
    depth: Path
    motion: Path
    track: Path


def render_plate(
    folder: Path,
    *,
    first: int,
    frames: int,
    width: int,
    height: int,
    progress: Callable[[int], None] = lambda _frame: None,
    workers: int = 2,
) -> DemoPlate:
    """Render ``frames`` frames from ``first`` under ``folder``; ``progress`` hears each one done.

    A frame depends on its number and size alone, so any range and any number of worker processes
    write the same bytes.

    Raises:
        PlateError: a file could not be written.
    """
    paths = _paths(folder)
    numbers = range(first, first + frames)
    _write_track(paths.track, numbers, width, height)
    job = partial(_render_frame, paths, width=width, height=height)
    if workers <= 1:
        for number in numbers:
            progress(job(number))
        return paths
    # Spawned, not forked: OpenCV and OpenImageIO threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_one_thread) as pool:
        for done in as_completed([pool.submit(job, number) for number in numbers]):
            progress(done.result())
    return paths


def _paths(folder: Path) -> DemoPlate:
    return DemoPlate(
        folder / "plate" / "street.%04d.exr",
        folder / "matte" / "tower.%04d.exr",
        folder / "depth" / "depth.%04d.exr",
        folder / "motion" / "motion.%04d.exr",
        folder / "track.csv",
    )


def _one_thread() -> None:
    cv2.setNumThreads(1)
    oiio.attribute("threads", 1)


def _render_frame(paths: DemoPlate, frame: int, *, width: int, height: int) -> int:
    camera = Camera.at(frame, width, height)
    picture = render(camera.scaled(SUPERSAMPLE), backdrop_scale=1 / 4)
    depth = _depth(picture)
    motion = _motion(depth, camera, Camera.at(frame + 1, width, height))
    plate = expose(resolve(picture.radiance), frame)
    write_slated(_at(paths.plate, frame), plate, ("R", "G", "B"), frame)
    write_slated(_at(paths.matte, frame), _matte(picture)[..., None], ("A",), frame)
    write_slated(_at(paths.depth, frame), depth[..., None], ("Z",), frame, half=False)
    write_slated(_at(paths.motion, frame), motion, ("forward.u", "forward.v"), frame)
    return frame


def _at(pattern: Path, frame: int) -> Path:
    return pattern.with_name(pattern.name % frame)


def _matte(picture: Picture) -> Floats:
    """Coverage (H, W) of the tower, filtered exactly as the plate is."""
    inside = street().tower[picture.ids].astype(np.float32)
    return np.clip(resolve(inside), 0.0, 1.0)


def _depth(picture: Picture) -> Floats:
    """Metres (H, W) to the nearest sample in each pixel."""
    step, near = SUPERSAMPLE, picture.nearness
    corners = [near[y::step, x::step] for y in range(step) for x in range(step)]
    nearest = np.maximum.reduce(corners)
    metres: Floats = 1.0 / np.maximum(nearest, np.float32(1.0 / SKY_DEPTH))
    return np.minimum(metres, np.float32(SKY_DEPTH))


def _motion(depth: Floats, camera: Camera, after: Camera) -> Floats:
    """Where each pixel's surface moves by the next frame, (H, W, 2) pixels, by reprojection."""
    height, width = depth.shape
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)
    # In the next camera's axes a surface at (x, y) and depth d lies along turn (x, y, 1) + slide/d.
    turn = (after.axes @ camera.gradients()).astype(np.float32)
    slide = (after.axes @ (camera.position - after.position)).astype(np.float32)
    near = 1.0 / depth
    right, down, ahead = (
        row[0] * x + row[1] * y + row[2] + t * near for row, t in zip(turn, slide, strict=True)
    )
    scale = np.float32(after.focal) / ahead
    return np.stack([right * scale + (width / 2 - x), down * scale + (height / 2 - y)], axis=-1)


def _write_track(path: Path, numbers: range, width: int, height: int) -> None:
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["frame", "x", "y"])
    for number in numbers:
        x, y = Camera.at(number, width, height).project(tower_foot())[0]
        table.writerow([number, f"{x:.4f}", f"{y:.4f}"])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text.getvalue())
