import numpy as np
import pytest
import torch

from lookdev.blend.edges import feathered
from lookdev.blend.gradient import MARGIN, _fast, _Side, _side, gradient_domain
from lookdev.blend.waves import Waves, solved


def code(linear: np.ndarray) -> np.ndarray:
    log = (np.log2(np.maximum(linear, 1e-9)) + 9.72) / 17.52
    return np.where(linear > 0.0078125, log, 10.5402377416545 * linear + 0.0729055341958355)


def light(values: np.ndarray) -> np.ndarray:
    line = (values - 0.0729055341958355) / 10.5402377416545
    return np.where(values > 0.155251141552511, 2 ** (values * 17.52 - 9.72), line)


def second_difference(count: int, first_free: bool, last_free: bool) -> np.ndarray:
    """Minus the second difference as a matrix; a held end has a 0 beyond, a free one no neighbour."""
    matrix = 2 * np.eye(count) - np.eye(count, k=1) - np.eye(count, k=-1)
    matrix[0, 0] -= first_free
    matrix[-1, -1] -= last_free
    return matrix


def reference(
    patch: np.ndarray, plate: np.ndarray, mask: np.ndarray, rows: _Side, columns: _Side
) -> np.ndarray:
    """Least squares over all pairs of neighbours in float64, one channel, by eigenvectors of numpy's."""
    window = rows.window, columns.window
    base, own, m = code(plate[window]), code(patch[window]), mask[window]
    right = np.zeros_like(base)
    for axis in (0, 1):
        low, high = np.arange(base.shape[axis] - 1), np.arange(1, base.shape[axis])
        share = np.minimum(m.take(low, axis), m.take(high, axis))
        wanted = share * np.diff(own, axis=axis) + (1 - share) * np.diff(base, axis=axis)
        flow = wanted - np.diff(base, axis=axis)
        pad = [(0, 0), (0, 0)]
        pad[axis] = (1, 1)
        right -= np.diff(np.pad(flow, pad), axis=axis)
    right = right[rows.inner, columns.inner]
    y, a = np.linalg.eigh(second_difference(right.shape[0], rows.first_free, rows.last_free))
    x, b = np.linalg.eigh(second_difference(right.shape[1], columns.first_free, columns.last_free))
    change = a @ ((a.T @ right @ b) / (y[:, None] + x)) @ b.T
    floor = min(base.min(), own[m > 0].min(), code(np.zeros(1))[0])
    result = plate.copy()
    result[window][rows.inner, columns.inner] = light(
        np.maximum(base[rows.inner, columns.inner] + change, floor)
    )
    return result


def texture(height: int, width: int, seed: int) -> torch.Tensor:
    noise = torch.rand(3, height, width, generator=torch.Generator().manual_seed(seed))
    return torch.stack([feathered(plane, 2.0) for plane in noise]) * 0.4 + 0.02 * noise


def matte(
    height: int, width: int, box: tuple[int, int, int, int], sigma: float = 0
) -> torch.Tensor:
    mask = torch.zeros(height, width)
    mask[box[0] : box[1], box[2] : box[3]] = 1
    return torch.where(feathered(mask, sigma) > 1e-3, feathered(mask, sigma), 0)


CASES = {
    "inside": (60, 150, 50, 200),
    "below": (90, 180, 50, 200),
    "above": (0, 60, 40, 140),
    "corner": (100, 180, 190, 240),
    "first corner": (0, 90, 0, 120),
    "across": (60, 140, 0, 240),
    "near the border": (1, 100, 2, 239),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_the_least_squares_of_double_precision(case: str) -> None:
    plate, patch = texture(180, 240, 1), texture(180, 240, 2) * 3
    plate[:, :90, 100:] *= 30
    plate -= 0.004
    mask = matte(180, 240, CASES[case], sigma=2.5)
    got = gradient_domain(patch, plate, mask)
    rows, columns = (_side((mask > 0).any(dim), MARGIN) for dim in (1, 0))
    planes = zip(patch.double().numpy(), plate.double().numpy(), strict=True)
    wanted = np.stack([reference(*pair, mask.double().numpy(), rows, columns) for pair in planes])
    error = np.abs(got.numpy() - wanted).max() / np.abs(wanted).max()
    print(f"{case}: {rows}, {columns}, error {error:.1e} of the peak")
    assert error < 1e-5


@pytest.mark.parametrize("ends", [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize("count", [1, 2, 7, 12])
def test_waves_solve_any_ends(ends: tuple[bool, bool], count: int) -> None:
    rows, columns = Waves(count, *ends), Waves(5)
    right = torch.randn(2, count, 5, generator=torch.Generator().manual_seed(4))
    matrix = np.kron(second_difference(count, *ends), np.eye(5)) + np.kron(
        np.eye(count), second_difference(5, False, False)
    )
    wanted = np.linalg.solve(-matrix, right.double().numpy().reshape(2, -1).T).T.reshape(
        right.shape
    )
    off = np.abs(solved(right, rows, columns).numpy() - wanted).max()
    turned = np.abs(
        solved(right.transpose(1, 2), columns, rows).numpy() - wanted.swapaxes(1, 2)
    ).max()
    print(f"{count} x 5, free {ends}: {off:.1e}, turned {turned:.1e}")
    assert max(off, turned) < 5e-6


def test_a_wrong_level_of_a_patch_is_lost_and_its_detail_kept() -> None:
    plate = texture(160, 200, 3) + 0.1
    detail = 1 + 0.3 * torch.randn(160, 200, generator=torch.Generator().manual_seed(9)).clamp(
        -2, 2
    )
    mask = matte(160, 200, (50, 110, 60, 150), sigma=2)
    inside, around = mask == 1, (mask == 0) & (feathered(mask, 8) > 0.02)
    smooth = torch.full((3, 160, 200), float(plate.mean()))
    for stops in (-2.0, 1.0, 3.0):
        got = gradient_domain(smooth * detail * 2**stops, smooth, mask)
        levels = [float(got[1][where].log2().mean()) for where in (inside, around)]
        kept = float(got[1][inside].log2().std() / (smooth[1] * detail)[inside].log2().std())
        print(
            f"a patch of {stops:+} stops is {levels[0] - levels[1]:+.3f} after; detail kept {kept:.3f}"
        )
        assert abs(levels[0] - levels[1]) < 0.06 * abs(stops)
        assert kept == pytest.approx(1, abs=0.03)
    same = gradient_domain(plate * 4, plate, mask)
    off = float((same / plate).log2().abs().max())
    print(f"the plate itself, two stops up: back within {off:.1e} stops")
    assert off < 1e-4


def test_outside_the_box_every_bit_is_the_plates_and_its_border_shows_no_ring() -> None:
    plate, patch = texture(200, 260, 5) + 0.05, texture(200, 260, 6) * 4
    mask = matte(200, 260, (70, 130, 80, 180), sigma=2)
    kept = patch.clone(), plate.clone(), mask.clone()
    got = gradient_domain(patch, plate, mask)
    rows, columns = (_side((mask > 0).any(dim), MARGIN) for dim in (1, 0))
    outside = torch.ones(200, 260, dtype=torch.bool)
    outside[rows.start : rows.stop, columns.start : columns.stop] = False
    assert torch.equal(got[:, outside], plate[:, outside])
    ring = torch.zeros(200, 260, dtype=torch.bool)
    ring[rows.start : rows.stop, columns.start : columns.stop] = True
    ring[rows.start + 1 : rows.stop - 1, columns.start + 1 : columns.stop - 1] = False
    change = (got / plate).log2().abs()
    print(
        f"first row inside the box: {float(change[:, ring].max()):.4f} stops; most in the matte {float(change[:, mask > 0.5].max()):.2f}"
    )
    assert float(change[:, ring].max()) < 0.04
    assert all(torch.equal(a, b) for a, b in zip(kept, (patch, plate, mask), strict=True))


def test_a_patch_at_the_pictures_edge_is_not_pulled_to_the_plate_there() -> None:
    plate, patch = torch.full((3, 120, 160), 0.2), torch.full((3, 120, 160), 0.6)
    plate[:, 90:, 45:115] = 0.02  # dark, only where the patch covers it
    mask = matte(120, 160, (60, 120, 40, 120))
    got = gradient_domain(patch, plate, mask)
    middle = float(got[1, 119, 80])
    print(f"bottom row of a flat patch: {middle:.3f}; the plate above it 0.2, under it 0.02")
    assert middle == pytest.approx(0.2, abs=0.09)


def test_the_patch_is_read_only_where_its_matte_is() -> None:
    plate, patch = texture(90, 120, 8) + 0.1, texture(90, 120, 9) + 0.1
    mask = matte(90, 120, (30, 60, 40, 80), sigma=1.5)
    holes = torch.where(mask > 0, patch, torch.nan)
    assert torch.equal(gradient_domain(patch, plate, mask), gradient_domain(holes, plate, mask))


def test_no_join_is_darker_than_its_pictures() -> None:
    plate, patch = texture(120, 150, 10) * 0.02 - 0.002, texture(120, 150, 11) * 5
    patch[:, ::7] = 0
    mask = matte(120, 150, (30, 90, 40, 110), sigma=2)
    got = gradient_domain(patch, plate, mask)
    inputs = min(float(patch.min()), float(plate.min()))
    print(f"linear minimum {float(got.min()):.5f}; of patch and plate {inputs:.5f}")
    assert float(got.min()) >= inputs - 1e-6


def test_empty_full_and_tiny_mattes() -> None:
    plate, patch = texture(70, 90, 12) + 0.1, texture(70, 90, 13) + 0.3
    assert gradient_domain(patch, plate, torch.zeros(70, 90)) is plate
    off = float((gradient_domain(patch, plate, torch.ones(70, 90)) - patch).abs().max())
    print(f"a full matte: off the patch by {off:.1e}")
    assert off < 1e-5
    for place in ((35, 45), (0, 0), (69, 89), (0, 45)):
        mask = torch.zeros(70, 90)
        mask[place] = 1
        off = float((gradient_domain(patch, plate, mask) - plate).abs().max())
        assert off < 1e-5
    one = torch.ones(1, 1)
    assert torch.allclose(
        gradient_domain(patch[:, :1, :1], plate[:, :1, :1], one), patch[:, :1, :1], atol=1e-5
    )


def test_a_frame_of_matte_keeps_the_plates_level_in_its_middle() -> None:
    plate, patch = texture(80, 100, 14) + 0.2, texture(80, 100, 15) + 1.5
    mask = 1 - matte(80, 100, (20, 60, 25, 75))
    got = gradient_domain(patch, plate, mask)
    middle = (got / plate)[:, 20:60, 25:75].log2().mean()
    print(f"the middle is off by {float(middle):+.4f} stops")
    assert abs(float(middle)) < 0.02


def test_boxes_grow_to_lengths_that_transforms_are_fast_at() -> None:
    there = torch.zeros(2000, dtype=torch.bool)
    for first, last in ((200, 900), (0, 701), (1300, 1999), (1, 1998)):
        there[:] = False
        there[first : last + 1] = True
        side = _side(there, MARGIN)
        assert side is not None
        period = side.waves._period
        print(f"{first}..{last}: {side.start}..{side.stop}, period {period}, fast {_fast(period)}")
        assert side.start <= first
        assert side.stop > last
    assert _fast(side.waves._period) or (side.start, side.stop) == (1, 1999)
