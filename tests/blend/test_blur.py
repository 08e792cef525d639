import math

import numpy as np
import pytest
import torch

from lookdev.blend.blur import _lens_by_taps, lens_blurred, motion_blurred, summed, way

WAYS = [(3.0, 0.0), (0.4, 0.3), (7.3, -2.1), (0.0, 9.5), (30.0, 12.0), (-41.7, 60.0), (120.0, -3.0)]


def dot(size: int = 301) -> torch.Tensor:
    rgba = torch.zeros(4, size, size)
    rgba[:, size // 2, size // 2] = 1
    return rgba


def moments(plane: torch.Tensor) -> np.ndarray:
    """Sum, centre (x, y) and second moments (xx, yy, xy) about the middle."""
    size = plane.shape[0] // 2
    place = torch.arange(-size, size + 1, dtype=torch.float64)
    y, x = torch.meshgrid(place, place, indexing="ij")
    weight = plane.double()
    return np.array([float((weight * q).sum()) for q in (x**0, x, y, x * x, y * y, x * y)])


def test_nothing_asked_is_the_picture_itself() -> None:
    rgba = torch.rand(4, 20, 30)
    assert lens_blurred(rgba, 0) is rgba
    assert motion_blurred(rgba, 0, 0) is rgba


@pytest.mark.parametrize("sigma", [0.5, 2.0, 5.9, 6.1, 13.0, 20.0])
def test_a_lens_blur_has_its_width_and_keeps_energy(sigma: float) -> None:
    total, x, y, xx, yy, _ = moments(lens_blurred(dot(), sigma)[0])
    print(f"sigma {sigma}: sum {total:.4f}, measured {math.sqrt(xx):.3f} {math.sqrt(yy):.3f}")
    assert total == pytest.approx(1, abs=0.002)
    assert (abs(x), abs(y)) < (0.6, 0.6)
    assert math.sqrt(xx) == pytest.approx(sigma, rel=0.03)
    assert math.sqrt(yy) == pytest.approx(sigma, rel=0.03)


def test_an_element_that_covers_the_frame_stays_full_and_none_stays_none() -> None:
    full, none = torch.ones(4, 90, 160), torch.zeros(4, 90, 160)
    for picture in (full, none):
        for sigma in (2.0, 30.0):
            assert torch.allclose(lens_blurred(picture, sigma), picture, atol=1e-5)
        for x, y in WAYS:
            assert torch.allclose(motion_blurred(picture, x, y), picture, atol=1e-5)


def test_sums_of_shifted_copies_are_the_same_blur() -> None:
    rgba = torch.rand(4, 60, 90)
    for sigma in (0.7, 3.0):
        gap = float((_lens_by_taps(rgba, sigma, 1) - lens_blurred(rgba, sigma)).abs().max())
        print(f"lens {sigma}: largest difference {gap:.1e}")
        assert gap < 1e-3
    for x, y in ((3.0, 0.0), (7.3, -2.1)):
        gap = float((summed(rgba, way(x, y)) - motion_blurred(rgba, x, y)).abs().max())
        print(f"motion {x}, {y}: largest difference {gap:.1e}")
        assert gap < 1e-5


@pytest.mark.parametrize(("x", "y"), WAYS)
def test_a_motion_blur_is_a_box_along_its_way(x: float, y: float) -> None:
    total, cx, cy, xx, yy, xy = moments(motion_blurred(dot(), x, y)[3])
    print(
        f"way {x}, {y}: sum {total:.5f}, centre {cx:.3f} {cy:.3f}, variance {xx:.2f} {yy:.2f} "
        f"{xy:.2f}; a line has {x * x / 12:.2f} {y * y / 12:.2f} {x * y / 12:.2f}"
    )
    assert total == pytest.approx(1, abs=1e-4)
    assert (abs(cx), abs(cy)) < (0.05, 0.05)
    assert -0.02 < xx - x * x / 12 < 0.55
    assert -0.02 < yy - y * y / 12 < 0.55
    assert xy == pytest.approx(x * y / 12, rel=0.02, abs=0.02)


def test_along_a_row_the_ends_are_exact_between_pixels() -> None:
    kernel = way(3.0, 0.0)[1]
    assert np.allclose(kernel, [0, 0.125 / 3, 0.875 / 3, 1 / 3, 0.875 / 3, 0.125 / 3, 0])
    growing = [
        float(motion_blurred(dot(41), length, 0)[0, 20, 20]) for length in np.arange(1, 30, 0.5)
    ]
    steps = np.diff(growing)
    print(f"the middle falls with length; largest step {steps.min():.4f}, {steps.max():.1e}")
    assert (steps <= 1e-6).all()


def test_a_long_way_reaches_no_further_than_its_end() -> None:
    blurred = motion_blurred(dot(), 100.0, 40.0)[3]
    rows, columns = torch.nonzero(blurred, as_tuple=True)
    assert int(columns.max()) - 150 <= 52
    assert int(rows.max()) - 150 <= 23
    assert float(blurred.min()) >= 0
