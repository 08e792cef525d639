import pytest
import torch

from lookdev.blend.bloom import bloomed


def ember(brightness: float = 30.0) -> tuple[torch.Tensor, torch.Tensor]:
    """A layer (4, 401, 401), grey, with one glowing square of 9 px; and its glow."""
    glow = torch.zeros(3, 401, 401)
    glow[:, 196:205, 196:205] = brightness * torch.tensor([1.0, 0.3, 0.06])[:, None, None]
    rgba = torch.cat([glow + 0.1, torch.full((1, 401, 401), 0.5)])
    return rgba, glow


@pytest.mark.parametrize("size", [1.5, 6.0, 11.0])
def test_no_light_is_made_or_lost(size: float) -> None:
    rgba, glow = ember()
    got = bloomed(rgba, glow, amount=0.7, size=size)
    before, after = rgba[:3].double().sum((1, 2)), got[:3].double().sum((1, 2))
    lost = float(((after - before) / glow.double().sum((1, 2))).abs().max())
    print(f"size {size}: {lost:.1e} of the glow lost, allowed 1e-4")
    assert lost < 1e-4


def test_a_share_stays_and_the_rest_lies_around() -> None:
    rgba, glow = ember()
    got = bloomed(rgba, glow, amount=0.25, size=8.0)
    assert float(got[0, 200, 200]) > 0.75 * 30
    row = got[0, 200, 205:]
    assert (row.diff() <= 1e-6).all()
    assert float(row[0]) > 0.1 + 0.05
    assert torch.equal(got[:, :20, :20], rgba[:, :20, :20])
    assert torch.equal(got[3], rgba[3])


def test_all_of_it_may_spread_and_nothing_falls_below_0() -> None:
    _, glow = ember()
    rgba = torch.cat([glow, torch.zeros(1, 401, 401)])
    got = bloomed(rgba, glow, amount=1.0, size=8.0)
    assert float(got.min()) >= 0
    assert float(got[0].max()) < 10


def test_no_light_comes_in_from_beyond_the_border() -> None:
    glow = torch.zeros(3, 64, 64)
    glow[:, :, 0] = 1
    got = bloomed(torch.cat([glow, glow[:1]]), glow, amount=1.0, size=4.0)
    print(f"at the border {float(got[0].sum()):.1f} of {float(glow[0].sum()):.0f} remain")
    assert float(got[0].sum()) < 0.6 * float(glow[0].sum())


def test_off_is_the_layer_itself_and_inputs_are_left_alone() -> None:
    rgba, glow = ember()
    assert bloomed(rgba, glow, amount=0, size=8) is rgba
    assert bloomed(rgba, glow, amount=1, size=0) is rgba
    kept = rgba.clone(), glow.clone()
    bloomed(rgba, glow, amount=1, size=0.5)
    assert torch.equal(rgba, kept[0])
    assert torch.equal(glow, kept[1])
