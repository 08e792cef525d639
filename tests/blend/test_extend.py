import pytest
import torch

from lookdev.blend.edges import feathered
from lookdev.blend.extend import extended

RED = torch.tensor([0.8, 0.1, 0.05])[:, None, None]
BLUE = torch.tensor([0.0, 0.1, 0.9])[:, None, None]


def disc(radius: float, height: int = 96, width: int = 128) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    away = ((x - width // 2) ** 2 + (y - height // 2) ** 2).float().sqrt()
    return (radius + 0.5 - away).clamp(0, 1)


def soft_patch() -> tuple[torch.Tensor, torch.Tensor]:
    """Red with blue in its soft rim, as a generated patch has its old background there."""
    cover = feathered(disc(30), 3.0)
    return torch.lerp(BLUE.expand(3, 96, 128), RED, cover), cover


def test_a_soft_rim_shows_the_patchs_own_colour() -> None:
    colour, cover = soft_patch()
    rim = (cover > 0.02) & (cover < 0.995)
    before = float((colour - RED).abs().amax(0)[rim].max())
    after = float((extended(colour, cover, 24) - RED).abs().amax(0)[rim].max())
    print(f"old background in the rim: {before:.3f} before, {after:.6f} after")
    assert before > 0.5
    assert after < 0.01


def test_full_cover_is_untouched_and_so_is_all_that_is_too_far() -> None:
    colour = torch.rand(3, 96, 128, generator=torch.Generator().manual_seed(3))
    cover = disc(20)
    got = extended(colour, cover, 6)
    assert torch.equal(got[:, cover == 1], colour[:, cover == 1])
    far = disc(20 + 8) == 0
    assert torch.equal(got[:, far], colour[:, far])
    assert not torch.equal(got, colour)


def test_nothing_to_do_is_the_input_itself() -> None:
    colour, cover = soft_patch()
    assert extended(colour, cover, 0) is colour
    assert extended(colour, torch.zeros_like(cover), 8) is colour
    assert extended(colour, torch.ones_like(cover), 8) is colour


def test_lines_do_not_run_outwards() -> None:
    height, width = 96, 128
    stripes = (torch.arange(height) % 2).float()[:, None].expand(height, width)
    colour = stripes.expand(3, height, width)
    cover = torch.zeros(height, width)
    cover[:, :64] = 1
    got = extended(colour * cover, cover, 24)[0]
    spread = [float(got[20:76, 63 + out].std()) for out in (1, 6, 12, 20)]
    print("contrast of stripes, 1, 6, 12, 20 px out:", [round(value, 3) for value in spread])
    assert spread[0] > 0.4
    assert spread[1] > spread[2] > spread[3]
    assert float(got[20:76, 63 + 12].mean()) == pytest.approx(0.5, abs=0.05)


def test_it_rises_from_nothing_and_ends_without_a_step() -> None:
    colour, cover = soft_patch()
    little = (extended(colour, cover, 0.01) - colour).abs().max()
    print(f"0.01 px changes {float(little):.4f}")
    assert float(little) < 0.02
    hard = disc(30)
    row = extended(torch.lerp(BLUE.expand(3, 96, 128), RED, hard), hard, 16)[0, 48, 95:]
    print(f"largest step at the far end: {float(row.diff().abs().max()):.3f}")
    assert float(row.diff().abs().max()) < 0.25


def test_inputs_stay_and_a_single_full_pixel_is_carried() -> None:
    colour = torch.zeros(3, 21, 21)
    colour[:, 10, 10] = 1
    cover = torch.zeros(21, 21)
    cover[10, 10] = 1
    kept = colour.clone()
    got = extended(colour, cover, 4)
    assert torch.equal(kept, colour)
    assert float(got[0, 10, 13]) == pytest.approx(1, abs=1e-3)
    assert float(got[0, 10, 16]) == 0
