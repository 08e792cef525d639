import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lookdev.blend.protect import guarded, rolled_off
from lookdev.image import encode

values = st.floats(-65504, 65504, width=16)


def pixel(r: float, g: float, b: float, a: float) -> torch.Tensor:
    return torch.tensor([r, g, b, a]).reshape(4, 1, 1)


def test_the_shoulder_is_that_of_decoded_pictures() -> None:
    picture = torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2)) * 90 - 1
    rgba = torch.cat([picture, torch.ones(1, 32, 32)])
    wanted = encode.rolled_off(np.ascontiguousarray(picture.movedim(0, -1).numpy()), 16.0)
    got = rolled_off(rgba, 16.0)
    apart = float((got[:3].movedim(0, -1) - torch.from_numpy(wanted)).abs().max())
    print(f"apart {apart:.1e}")
    assert apart < 1e-5
    assert torch.equal(got[3], rgba[3])


@given(r=values, g=values, b=values, a=st.floats(0, 1, width=16), ceiling=st.floats(1, 1000))
@settings(max_examples=300, deadline=None)
def test_nothing_passes_the_ceiling_and_what_is_dark_keeps_its_bits(
    r: float, g: float, b: float, a: float, ceiling: float
) -> None:
    rgba = pixel(r, g, b, a)
    got = rolled_off(rgba, ceiling)
    assert float(got[:3].max()) <= np.float32(ceiling)
    assert torch.equal(got[3], rgba[3])
    if max(r, g, b) <= ceiling / 2:
        assert torch.equal(got, rgba)


def test_hue_stays() -> None:
    got = rolled_off(pixel(100.0, 50.0, 10.0, 1.0), 16.0)[:3, 0, 0]
    assert torch.allclose(got / got[0], torch.tensor([1.0, 0.5, 0.1]))


def test_light_over_thin_alpha_is_not_put_out() -> None:
    for alpha in (0.0, 1e-4, 0.01, 1.0):
        got = rolled_off(pixel(5.0, 1.5, 0.3, alpha), 16.0)
        assert float(got[0]) == 5.0


def test_brighter_stays_brighter() -> None:
    ramp = torch.linspace(0, 400, 4001).expand(4, 1, -1).contiguous()
    assert (rolled_off(ramp, 16.0)[0, 0].diff() > 0).all()


def test_nothing_below_0_is_added_and_the_rest_keeps_its_bits() -> None:
    rgba = torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(3))
    kept = rgba.clone()
    got = guarded(rgba)
    assert float(got[:3].min()) == 0
    above = rgba[:3] >= 0
    assert torch.equal(got[:3][above], rgba[:3][above])
    assert torch.equal(got[3], rgba[3])
    rolled_off(rgba, 1.0)
    assert torch.equal(rgba, kept)


def test_a_layer_that_needs_no_guard_comes_back_itself() -> None:
    rgba = torch.rand(4, 8, 8)
    assert rolled_off(rgba, 2.0) is rgba
    assert guarded(rgba) is rgba
