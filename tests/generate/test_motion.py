import pytest

from lookdev.generate.motion import displacement, evolved, moves
from lookdev.spec.look import Motion


def test_constant_velocity_in_closed_form_about_the_anchor() -> None:
    motion = Motion(velocity_x=2.0, velocity_y=-0.5, anchor=1001)
    assert displacement(motion, 1001, None) == (0, 0)
    assert displacement(motion, 1011, None) == (20, -5)
    assert displacement(motion, 991, None) == (-20, 5)


def test_a_curve_of_velocity_is_integrated() -> None:
    motion = Motion(velocity_x={1001: 0.0, 1011: 10.0}, anchor=1001)
    assert displacement(motion, 1011, None)[0] == pytest.approx(50)
    assert displacement(motion, 1021, None)[0] == pytest.approx(150)


def test_a_followed_track_adds_its_share() -> None:
    track = {1001: (10.0, 20.0), 1002: (12.0, 19.0)}
    assert displacement(Motion(follow=0.5, anchor=1001), 1002, track) == (1.0, -0.5)


def test_what_is_held_or_fresh_or_without_wind_does_not_move() -> None:
    assert not moves(Motion())
    assert moves(Motion(velocity_y=0.5))
    assert moves(Motion(velocity_x={1001: 0.0, 1011: 10.0}))
    assert moves(Motion(follow=0.5))
    assert not moves(Motion(velocity_y=0.5, noise="held"))
    assert not moves(Motion(velocity_y=0.5, noise="fresh"))


def test_what_evolves_does_so_since_its_anchor_and_by_a_curve_s_integral() -> None:
    assert evolved(Motion(), 1101) == 0
    assert evolved(Motion(evolve=0.02, anchor=1001), 1051) == pytest.approx(1)
    assert evolved(Motion(evolve=0.02, anchor=1001), 991) == pytest.approx(-0.2)
    curve = Motion(evolve={1001: 0.0, 1011: 0.1}, anchor=1001)
    assert evolved(curve, 1011) == pytest.approx(0.5)
    assert evolved(Motion(evolve=0.02, noise="fresh"), 1051) == 0
