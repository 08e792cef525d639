import torch

from lookdev.blend.wrap import wrapped


def half(size: int = 96) -> torch.Tensor:
    """A premultiplied grey layer (4, H, W) over the right half, with an edge of 3 px."""
    alpha = ((torch.arange(size) - size / 2) / 3).clamp(0, 1).expand(size, size)
    return torch.stack([alpha * 0.2] * 3 + [alpha])


def test_light_comes_around_the_edge_and_not_deep_inside() -> None:
    rgba, plate = half(), torch.full((3, 96, 96), 4.0)
    added = wrapped(rgba, plate, amount=1.0, size=6.0)[0, 48] - rgba[0, 48]
    print("added from the edge inwards:", [round(float(v), 3) for v in added[49:75:5]])
    inside = added[51:]
    assert float(inside[0]) > 1
    assert (inside.diff() <= 1e-6).all()
    assert torch.equal(inside[24:], torch.zeros_like(inside[24:]))


def test_nothing_is_added_where_alpha_is_0_and_alpha_stays() -> None:
    rgba = half()
    got = wrapped(rgba, torch.full((3, 96, 96), 9.0), amount=1.0, size=8.0)
    assert torch.equal(got[:, rgba[3] == 0], rgba[:, rgba[3] == 0])
    assert torch.equal(got[3], rgba[3])


def test_a_highlight_wraps_as_far_as_it_is_bright_and_amount_is_a_gain() -> None:
    rgba, plate = half(), torch.ones(3, 96, 96)
    once = wrapped(rgba, plate, amount=1.0, size=6.0) - rgba
    bright = wrapped(rgba, plate * 50, amount=1.0, size=6.0) - rgba
    less = wrapped(rgba, plate, amount=0.25, size=6.0) - rgba
    assert torch.allclose(bright, once * 50, rtol=1e-4, atol=1e-5)
    assert torch.allclose(less, once * 0.25, atol=1e-6)


def test_a_plate_below_0_darkens_nothing() -> None:
    rgba = half()
    assert torch.equal(wrapped(rgba, torch.full((3, 96, 96), -1.0), amount=1, size=6), rgba)


def test_what_the_layer_hides_does_not_wrap() -> None:
    rgba, plate = half(), torch.zeros(3, 96, 96)
    plate[:, :, 60:] = 100.0
    assert torch.equal(wrapped(rgba, plate, amount=1.0, size=6.0), rgba)


def test_the_border_is_no_edge() -> None:
    whole = torch.cat([torch.full((3, 48, 48), 0.2), torch.ones(1, 48, 48)])
    assert torch.equal(wrapped(whole, torch.ones(3, 48, 48), amount=1.0, size=8.0), whole)


def test_off_is_the_layer_itself_and_inputs_are_left_alone() -> None:
    rgba, plate = half(), torch.full((3, 96, 96), 2.0)
    assert wrapped(rgba, plate, amount=0, size=6.0) is rgba
    kept = rgba.clone(), plate.clone()
    wrapped(rgba, plate, amount=1.0, size=0)
    assert torch.equal(rgba, kept[0])
    assert torch.equal(plate, kept[1])
