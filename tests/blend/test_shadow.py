import time

import pytest
import torch

from lookdev.blend.shadow import shadowed
from lookdev.blend.transfer import over
from lookdev.blend.wrap import wrapped

NO_GROUND = {"ground": 0.0, "ground_size": 40.0}


def block(alpha: float = 1.0) -> torch.Tensor:
    """A layer (4, 200, 200) with a block of 20 x 20 whose centre is at 69.5."""
    rgba = torch.zeros(4, 200, 200)
    rgba[:3, 60:80, 60:80] = 0.3 * alpha
    rgba[3, 60:80, 60:80] = alpha
    return rgba


def centre(plane: torch.Tensor) -> tuple[float, float]:
    """Of mass: x, y."""
    at = torch.arange(200.0)
    return float((plane.sum(0) * at).sum() / plane.sum()), float(
        (plane.sum(1) * at).sum() / plane.sum()
    )


@pytest.mark.parametrize(("x", "y"), [(0.0, 12.0), (-7.5, 3.25), (20.0, 0.0)])
def test_a_shadow_falls_where_it_is_thrown(x: float, y: float) -> None:
    thin = block(alpha=1e-3)  # so that it hides nothing of its own shadow
    got = shadowed(thin, contact=1.0, size=5.0, x=x, y=y, **NO_GROUND)
    found = centre(got[3] - thin[3])
    print(f"thrown by {x}, {y}: found at {found[0] - 69.5:.2f}, {found[1] - 69.5:.2f}")
    assert found == pytest.approx((69.5 + x, 69.5 + y), abs=0.05)


def test_over_then_darkens_the_plate_by_the_shadow() -> None:
    rgba = torch.zeros(4, 40, 40)
    rgba[3, :, :20] = 1
    got = shadowed(rgba, contact=0.6, size=0, x=10, y=0, **NO_GROUND)
    comp = over(got[:3], got[3], torch.full((3, 40, 40), 5.0))
    assert torch.allclose(comp[:, :, 25], torch.tensor(5 * 0.4))
    assert (comp[:, :, 32:] == 5).all()


def test_ground_is_darkened_below_the_element_and_wider_than_it() -> None:
    rgba = block()
    dark = shadowed(rgba, contact=0, size=0, x=0, y=0, ground=1.0, ground_size=40.0)[3] - rgba[3]
    print(f"below {float(dark[90, 70]):.3f}, above {float(dark[50, 70]):.3f}")
    assert float(dark[90, 70]) > 5 * float(dark[50, 70]) > 0
    assert float(dark[90, 95]) > 0
    assert float(dark[190, 70]) == 0


def test_colour_stays_and_alpha_keeps_its_bits_where_no_shadow_falls() -> None:
    rgba = block(alpha=0.3)
    got = shadowed(rgba, contact=1.0, size=4.0, x=3, y=5, ground=1.0, ground_size=20.0)
    assert torch.equal(got[:3], rgba[:3])
    assert torch.equal(got[3, 150:], rgba[3, 150:])
    assert (got[3] >= rgba[3]).all()
    assert float(got[3].max()) <= 1
    far = shadowed(rgba, contact=1.0, size=1.0, x=100, y=100, **NO_GROUND)
    assert torch.equal(far[3, 60:80, 60:80], rgba[3, 60:80, 60:80])


def test_two_shadows_hold_light_back_twice() -> None:
    whole = torch.zeros(4, 64, 64)
    whole[3] = 0.5
    got = shadowed(whole, contact=0.5, size=6.0, x=2, y=3, ground=0.4, ground_size=24.0)
    wanted = 1 - 0.5 * (1 - 0.5 * 0.5) * (1 - 0.4 * 0.5)
    assert torch.allclose(got[3], torch.tensor(wanted), atol=1e-5)


def test_off_is_the_layer_itself_and_the_input_is_left_alone() -> None:
    rgba = block()
    assert shadowed(rgba, contact=0, size=9, x=1, y=1, **NO_GROUND) is rgba
    kept = rgba.clone()
    shadowed(rgba, contact=1, size=0, x=0, y=0, ground=1, ground_size=0)
    assert torch.equal(rgba, kept)


@pytest.mark.bench
def test_time_of_wrap_and_shadow_at_full_size() -> None:
    rgba, plate = torch.rand(4, 1080, 2048), torch.rand(3, 1080, 2048)
    settings = {"size": 20.0, "x": 3.5, "y": 12.0, "ground": 0.3, "ground_size": 120.0}
    times = []
    for _ in range(3):
        start = time.perf_counter()
        lit = wrapped(rgba, plate, amount=0.5, size=16.0)
        middle = time.perf_counter()
        shadowed(lit, contact=0.5, **settings)
        times.append((middle - start, time.perf_counter() - middle))
    wrap, shadow = (min(column) * 1e3 for column in zip(*times, strict=True))
    print(f"2048x1080: wrap {wrap:.0f} ms, shadow {shadow:.0f} ms; wanted 100 ms together")
