import numpy as np
import pytest

from lookdev.image.mattes import foot_front, moved, resized, softened


def house() -> np.ndarray:
    """A wall (x 40..99, down to row 80) with an overhanging cornice and a car before its foot."""
    matte = np.zeros((120, 160), np.float32)
    matte[20:80, 40:100] = 1
    matte[16:20, 36:104] = 1
    matte[70:80, 60:75] = 0
    return matte


def test_the_front_stands_on_the_foot_and_runs_out_at_the_sides() -> None:
    front = foot_front(house(), rise=12, drop=5, spread=20)
    assert not front[:67].any()
    assert not front[86:].any()
    assert (front[69:84, 40:100] == 1).all()
    assert front[75, 30] > 0
    assert not front[:, :19].any()
    assert front[:, 30].sum() > front[:, 22].sum() > 0
    print(
        f"rows of the front: at the wall {front[:, 70].sum():.0f}, 10 px beyond {front[:, 30].sum():.1f}"
    )


def test_no_matte_or_no_height_is_no_front() -> None:
    assert not foot_front(np.zeros((20, 20), np.float32), rise=5, drop=5, spread=5).any()
    assert not foot_front(house(), rise=0, drop=0, spread=5).any()


def test_a_front_along_a_corner_follows_both_walls() -> None:
    matte = np.zeros((100, 100), np.float32)
    for x in range(20, 80):
        matte[10 : 70 - abs(x - 50) // 2, x] = 1
    front = foot_front(matte, rise=6, drop=0, spread=1)
    bottoms = [100 - int(np.argmax(front[::-1, x] > 0.5)) for x in (25, 50, 75)]
    print(f"front ends at rows {bottoms}; the wall at 57 or 58, 70, 57 or 58")
    assert bottoms[1] == 70
    assert abs(bottoms[0] - 58) <= 1
    assert abs(bottoms[2] - 58) <= 1


def test_moving_and_softening_keep_what_there_is() -> None:
    dot = np.zeros((31, 31), np.float32)
    dot[15, 15] = 1
    shifted = moved(dot, 3.25, -2.0)
    x = np.arange(31)
    assert shifted.sum() == pytest.approx(1, abs=1e-5)
    assert (shifted.sum(0) * x).sum() == pytest.approx(18.25, abs=0.05)
    assert (shifted.sum(1) * x).sum() == pytest.approx(13, abs=0.05)
    assert softened(dot, 2.0).sum() == pytest.approx(1, abs=1e-3)
    assert resized(np.ones((30, 40), np.float32), 20, 15) == pytest.approx(1)
