from pathlib import Path

import cv2
import numpy as np
import pytest

from lookdev.blend.sharpness import blur_to_match, measured_sharpness
from lookdev.errors import PlateError
from lookdev.image import exr
from lookdev.image.sequence import frame_path

SIZE = (320, 480)
FINER = 4


def edges(
    sigma: float, *, grain: float = 0.0, soft: float = 0.0, lines: bool = False
) -> np.ndarray:
    """Turned squares and discs, drawn four times as large, blurred and averaged down."""
    height, width = (side * FINER for side in SIZE)
    plane = np.full((height, width), 0.2, np.float32)
    for i, (x, y) in enumerate(
        [(80, 80), (200, 90), (330, 70), (110, 230), (250, 220), (390, 230)]
    ):
        box = cv2.boxPoints(((x * FINER, y * FINER), (75 * FINER, 60 * FINER), 11.0 * i))
        tone = (0.05, 0.8, 1.6)[i % 3]
        if i % 2:
            cv2.circle(plane, (x * FINER, y * FINER), 38 * FINER, tone, -1)
        else:
            cv2.fillPoly(plane, [box.astype(np.int32)], tone)
    if lines:
        for x in range(20, 460, 24):
            cv2.line(plane, (x * FINER, 1150), ((x + 6) * FINER, 1270), 1.5, 5)
    # averaging over a pixel is a blur of variance 1/12: part of the plate's own
    plane = cv2.GaussianBlur(plane, (0, 0), FINER * np.sqrt(sigma**2 - 1 / 12))
    picture = cv2.resize(plane, SIZE[::-1], interpolation=cv2.INTER_AREA)
    if soft:
        picture[:, 160:] = cv2.GaussianBlur(picture, (0, 0), soft)[:, 160:]
    noise = np.random.default_rng(0).normal(size=(*SIZE, 3))
    return (picture[..., None] * (1 + grain * noise)).astype(np.float32)


@pytest.mark.parametrize("sigma", [0.6, 0.8, 1.2, 2.0, 3.0])
@pytest.mark.parametrize("grain", [0.0, 0.02, 0.05])
def test_the_blur_of_edges_is_found_through_grain(sigma: float, grain: float) -> None:
    found = measured_sharpness([edges(sigma, grain=grain)])
    print(f"sigma {sigma}, grain {grain:.0%}: {found:.3f} ({found / sigma - 1:+.1%})")
    assert abs(found / sigma - 1) < 0.15


def test_what_is_out_of_focus_and_thin_lines_do_not_count() -> None:
    soft = measured_sharpness([edges(1.0, grain=0.02, soft=3.0)])
    lined = measured_sharpness([edges(1.0, grain=0.02, lines=True)])
    print(f"sigma 1: two thirds out of focus {soft:.3f}, with thin lines {lined:.3f}")
    assert abs(soft - 1) < 0.15
    assert abs(lined - 1) < 0.15


def test_grain_alone_has_no_edge() -> None:
    flat = np.random.default_rng(1).normal(0.5, 0.04, (*SIZE, 3)).astype(np.float32)
    with pytest.raises(PlateError, match="no distinct edge"):
        measured_sharpness([flat])
    with pytest.raises(PlateError, match="no distinct edge"):
        measured_sharpness([])


def test_blurs_add_as_squares() -> None:
    assert blur_to_match(1.3, 0.5) == pytest.approx(1.2)
    assert blur_to_match(0.5, 1.3) == 0


def test_a_real_plate_has_a_sharpness(beachball: Path) -> None:
    frame = exr.read(frame_path(str(beachball), 1), ("R", "G", "B"), colourspace="ACEScg", number=1)
    print(f"beachball: {measured_sharpness([frame.over_window(frame.display).pixels]):.2f} px")
