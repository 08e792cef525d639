import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lookdev.errors import ModelError
from lookdev.generate.tiles import joined, place, tiles, touching, weights
from lookdev.image.frame import Window

SIDES = st.integers(64, 700)


@settings(max_examples=150)
@given(
    width=SIDES,
    height=SIDES,
    tile=st.integers(128, 400),
    overlap=st.integers(0, 60),
    multiple=st.sampled_from([1, 8, 16, 24, 64]),
)
def test_every_pixel_is_covered_by_legal_tiles_that_overlap_enough(
    width: int, height: int, tile: int, overlap: int, multiple: int
) -> None:
    side = min(width, height, tile) // multiple * multiple
    if side - overlap < max(64, 2 * multiple):
        return  # too small for such an overlap: refused below
    grid = tiles(width, height, tile, overlap, multiple)
    covered = torch.zeros(height, width)
    for one in grid:
        assert one.width % multiple == one.height % multiple == 0
        assert one.width <= tile
        assert one.height <= tile
        covered[place(one)] += 1
    assert covered.min() >= 1
    for start, length, whole in (("x", "width", width), ("y", "height", height)):
        starts = sorted({getattr(one, start) for one in grid})
        ends = [one + getattr(grid[0], length) for one in starts]
        assert starts[0] == 0
        assert ends[-1] == whole
        assert all(end - after >= overlap for end, after in zip(ends, starts[1:], strict=False))


def test_a_small_picture_is_one_tile_of_its_own_size() -> None:
    assert tiles(960, 540, 1024, 128) == (Window(0, 0, 960, 540),)
    assert tiles(768, 512, 768, 128, 64) == (Window(0, 0, 768, 512),)


def test_a_side_that_the_model_does_not_take_gets_two_tiles() -> None:
    grid = tiles(700, 512, 768, 128, 64)
    assert grid == (Window(0, 0, 640, 512), Window(60, 0, 640, 512))


def test_starts_lie_where_networks_see_the_same_pixels_alike() -> None:
    grid = tiles(2048, 1152, 768, 128, 8)
    print(f"{len(grid)} tiles, starts {sorted({one.x for one in grid})} across")
    assert all(one.x % 16 == 0 and one.y % 16 == 0 for one in grid)
    assert len(grid) == 6


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((1000, 1000, 256, 250, 1), "refine.overlap is 250.*at most 240"),
        ((1000, 1000, 256, 300, 1), "refine.overlap is 300"),
        ((1000, 1000, 48, 0, 64), "refine.tile is 48.*multiples of 64"),
        ((1000, 40, 768, 0, 64), "refined element 40 pixels.*multiples of 64"),
    ],
)
def test_tiles_that_cannot_be_laid_are_refused(asked: tuple[int, ...], words: str) -> None:
    with pytest.raises(ModelError, match=words) as refusal:
        tiles(*asked)
    print(refusal.value)


@pytest.mark.parametrize(
    "asked", [(960, 540, 256, 64), (700, 300, 256, 180), (500, 500, 200, 0), (333, 77, 500, 9)]
)
def test_windows_sum_to_one_and_are_never_nothing(asked: tuple[int, int, int, int]) -> None:
    width, height = asked[:2]
    grid = tiles(*asked)
    total = torch.zeros(height, width, dtype=torch.float64)
    least = 1.0
    for one, weight in zip(grid, weights(grid), strict=True):
        total[place(one)] += weight
        least = min(least, float(weight.min()))
    off = float((total - 1).abs().max())
    print(f"{asked}: {len(grid)} tiles, sum off by {off:.1e}, least weight {least:.1e}")
    assert off < 1e-6
    assert least > 0


def test_windows_rise_without_a_step() -> None:
    grid = tiles(900, 400, 400, 128)
    steepest = max(
        float(weight.diff(dim=dim).abs().max()) for weight in weights(grid) for dim in (0, 1)
    )
    print(f"steepest {steepest:.4f} a pixel; a raised cosine over 128 has {3.1416 / 256:.4f}")
    assert steepest < 1.01 * 3.1416 / 256


def test_tiles_of_one_picture_are_joined_to_that_picture() -> None:
    picture = torch.randn(5, 300, 500, generator=torch.Generator().manual_seed(1))
    grid = tiles(500, 300, 160, 48)
    whole = joined(grid, (picture[(..., *place(one))] for one in grid), picture)
    off = float((whole - picture).abs().max())
    print(f"{len(grid)} tiles, off by {off:.1e}")
    assert off < 1e-6 * float(picture.abs().max()) * 2


def test_only_tiles_that_share_a_pixel_touch() -> None:
    grid = tiles(512, 256, 256, 0)
    assert touching(grid, Window(0, 0, 256, 256)) == (grid[0],)
    assert touching(grid, Window(255, 10, 2, 2)) == grid
    assert touching(grid, Window(600, 10, 5, 5)) == ()
