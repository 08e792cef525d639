"""Patches between keyframes, through the product's own elements and cache."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import tiny_models
from picture_show import LOOK, PictureShow, with_model
from small_show import FIRST, HEIGHT, LAST, WIDTH, open_small_show

from lookdev.generate.preflight import check_look
from lookdev.generate.span import frames_read, span
from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.render import render_frame

KEYED = LOOK.replace("anchor: 1001}", "anchor: 1001, key_every: 3}").replace(
    "velocity_x: 1.5, ", "noise: held, "
)


@pytest.fixture(scope="module")
def sdxl(made_show: Path, tmp_path_factory: pytest.TempPathFactory) -> PictureShow:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp("carrying") / "show")
    _paint_wall(root / "plates")
    return with_model(
        open_small_show(root), tiny_models.sdxl, name="sdxl", pipeline="StableDiffusionXLPipeline"
    )


def _paint_wall(folder: Path) -> None:
    """Another plate in the same files: a rough wall that drifts to the right by a pixel a frame."""
    rough = np.random.default_rng(3).normal(0, 1, (HEIGHT, WIDTH + 16)).astype(np.float32)
    wall = 0.4 * np.exp(0.6 * cv2.GaussianBlur(rough, (0, 0), 1.2))[..., None].repeat(3, -1)
    window = Window(0, 0, WIDTH, HEIGHT)
    for frame in range(FIRST, LAST + 1):
        left = 8 - (frame - FIRST)
        pixels = np.ascontiguousarray(wall[:, left : left + WIDTH])
        made = Frame(pixels, ("R", "G", "B"), "ACEScg", window, window, frame)
        exr.write(folder / f"plate.{frame:04d}.exr", made, date_time=exr.NO_DATE)


def test_only_keyframes_run_the_model_and_a_frame_alone_is_that_of_the_range(
    sdxl: PictureShow,
) -> None:
    look_file = sdxl.look(KEYED)
    check_look(look_file)
    look, shot_file = look_file.look, look_file.shot_file
    walking = sdxl.session(fresh=True)
    comps = {
        frame: render_frame(shot_file, look, frame, session=walking).comp
        for frame in range(1001, 1007)
    }
    assert walking.elements.evaluations == 2 * 4, "keyframes 1001 and 1004; 1007 is no frame"
    alone = sdxl.session(fresh=True)
    one = render_frame(shot_file, look, 1003, session=alone).comp
    assert np.array_equal(one.numpy(), comps[1003].numpy())
    assert not np.array_equal(comps[1002].numpy(), comps[1003].numpy())
    assert walking.elements.is_kept(look.layers[0], shot_file, 1003)


def test_what_a_carried_frame_reads(sdxl: PictureShow) -> None:
    look_file = sdxl.look(KEYED)
    (layer,), shot = look_file.look.layers, look_file.shot
    assert list(span(layer, shot, 1004)) == [1004]
    assert list(span(layer, shot, 1002)) == [1001, 1002, 1003, 1004]
    assert list(span(layer, shot, 1006)) == [1004, 1005, 1006]
    assert frames_read(look_file.look, shot, [1002]) == {1001, 1002, 1003, 1004}
