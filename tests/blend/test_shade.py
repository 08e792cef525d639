import torch

from lookdev.blend.shade import placed, shaded


def test_premultiplied_colour_of_light_and_emission() -> None:
    one = torch.ones(2, 2)
    rgba = shaded(
        one * 0.5,
        one * 0.8,
        one * 0.1,
        exposure=1.0,
        tint=(1.0, 0.5, 0.0),
        glow=(0.0, 0.0, 2.0),
        black=(0.1, 0.0, -0.1),
    )
    assert torch.allclose(rgba[:, 0, 0], torch.tensor([0.85, 0.4, 0.35, 0.5]))


def test_what_is_not_there_has_no_black_level_either() -> None:
    nothing, one = torch.zeros(4, 4), torch.ones(4, 4)
    rgba = shaded(
        nothing, one, nothing, exposure=5.0, tint=(1.0,) * 3, glow=(1.0,) * 3, black=(1.0,) * 3
    )
    assert not rgba.any()


def test_a_placed_plane_stays_registered_and_above_zero() -> None:
    small = torch.zeros(9, 16)
    small[4, 8] = 1
    grown = placed(small, 64, 36)
    y, x = torch.meshgrid(torch.arange(36) + 0.5, torch.arange(64) + 0.5, indexing="ij")
    centre = (grown * x).sum() / grown.sum(), (grown * y).sum() / grown.sum()
    assert float(grown.min()) >= 0
    assert abs(float(centre[0]) - 8.5 * 4) < 0.05
    assert abs(float(centre[1]) - 4.5 * 4) < 0.05
    assert placed(small, 16, 9) is small
