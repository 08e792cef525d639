import numpy as np
import pytest
import torch

from lookdev.blend import multiband
from lookdev.blend.edges import feathered
from lookdev.blend.log_code import encoded
from lookdev.blend.multiband import joined, pyramid

TAPS = np.array([1, 4, 6, 4, 1]) / 16


def code(linear: np.ndarray) -> np.ndarray:
    log = (np.log2(np.maximum(linear, 1e-9)) + 9.72) / 17.52
    return np.where(linear > 0.0078125, log, 10.5402377416545 * linear + 0.0729055341958355)


def light(values: np.ndarray) -> np.ndarray:
    line = (values - 0.0729055341958355) / 10.5402377416545
    return np.where(values > 0.155251141552511, 2 ** (values * 17.52 - 9.72), line)


def along(plane: np.ndarray, axis: int) -> np.ndarray:
    """The 5 taps along an axis, the border continued."""
    return np.apply_along_axis(
        lambda row: np.convolve(np.pad(row, 2, "edge"), TAPS, "valid"), axis, plane
    )


def reduce(plane: np.ndarray) -> np.ndarray:
    return along(along(plane, 0), 1)[::2, ::2]


def expand(plane: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    around = np.pad(plane, 1, "edge")
    sparse = np.zeros((2 * around.shape[0], 2 * around.shape[1]))
    sparse[::2, ::2] = 4 * around
    return along(along(sparse, 0), 1)[2 : 2 + shape[0], 2 : 2 + shape[1]]


def reference(patch: np.ndarray, plate: np.ndarray, mask: np.ndarray, bands: int) -> np.ndarray:
    """Burt and Adelson in float64, one channel, from its definition."""
    above, below, weight, mixed = code(patch), code(plate), mask, []
    floor = min(above.min(), below.min(), code(np.zeros(1))[0])
    for _ in range(bands):
        small = reduce(above), reduce(below)
        fine = [
            big - expand(little, big.shape)
            for big, little in zip((above, below), small, strict=True)
        ]
        mixed.append(weight * fine[0] + (1 - weight) * fine[1])
        (above, below), weight = small, reduce(weight)
    result = weight * above + (1 - weight) * below
    for level in reversed(mixed):
        result = level + expand(result, level.shape)
    return light(np.maximum(result, floor))


def scene(height: int, width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A patch, a plate a stop darker with negatives and a highlight, and a soft matte."""
    make = torch.Generator().manual_seed(seed)
    plate = torch.rand(3, height, width, generator=make) * 0.4 - 0.004
    plate[:, height // 2 :, width // 2 :] *= 20
    patch = torch.rand(3, height, width, generator=make) * 0.8
    patch[:, : height // 3] *= 0.02
    mask = torch.zeros(height, width)
    mask[height // 4 : height * 3 // 4 + 1, width // 5 : width * 3 // 4 + 1] = 1
    return patch, plate, feathered(mask, 1.5)


def numbers(
    patch: torch.Tensor, plate: torch.Tensor, mask: torch.Tensor, bands: int
) -> torch.Tensor:
    return joined(pyramid(patch, bands), pyramid(plate, bands), mask)


@pytest.mark.parametrize(
    ("height", "width", "bands"),
    [(96, 128, 4), (67, 53, 5), (31, 90, 10), (5, 3, 3), (1, 7, 2), (1, 1, 6)],
)
def test_it_is_burt_and_adelsons_in_double_precision(height: int, width: int, bands: int) -> None:
    patch, plate, mask = scene(height, width, 5)
    got = numbers(patch, plate, mask, bands)
    planes = zip(patch.double().numpy(), plate.double().numpy(), strict=True)
    wanted = np.stack([reference(*pair, mask.double().numpy(), bands) for pair in planes])
    error = np.abs(got.numpy() - wanted).max() / np.abs(wanted).max()
    print(f"{height} x {width}, {bands} bands: error {error:.1e} of the peak")
    assert error < 1e-5


@pytest.mark.parametrize("shape", [(3, 64, 96), (3, 33, 47), (3, 1, 5), (3, 2, 1), (1, 3, 2)])
def test_torch_and_opencv_give_the_same_numbers(shape: tuple[int, int, int]) -> None:
    planes = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    here, there = multiband._halved_on_cpu(planes), multiband._halved_by_torch(planes)
    off = float((here - there).abs().max())
    two, three = multiband._doubled_on_cpu(here)[:, 2:-2, 2:-2], multiband._doubled_by_torch(here)
    off = max(off, float((two - three).abs().max()))
    print(f"{shape}: torch and OpenCV differ by {off:.1e}")
    assert two.shape == three.shape
    assert off < 1e-6


def test_the_whole_join_by_torch_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    patch, plate, mask = scene(75, 101, 2)
    here = numbers(patch, plate, mask, 5)
    monkeypatch.setattr(multiband, "_halved_on_cpu", multiband._halved_by_torch)
    monkeypatch.setattr(
        multiband,
        "_doubled_on_cpu",
        lambda p: torch.nn.functional.pad(multiband._doubled_by_torch(p), (2, 2, 2, 2)),
    )
    off = float((encoded(numbers(patch, plate, mask, 5)) - encoded(here)).abs().max())
    print(f"the whole join: {off:.1e} in code")
    assert off < 1e-6


@pytest.mark.parametrize("size", [(64, 80), (45, 77), (3, 2), (1, 1)])
def test_a_full_matte_is_the_patch_and_an_empty_one_the_plate(size: tuple[int, int]) -> None:
    patch, plate, _ = scene(*size, 7)
    for mask, wanted in ((torch.ones(size), patch), (torch.zeros(size), plate)):
        off = float((numbers(patch, plate, mask, 4) - wanted).abs().max() / wanted.abs().max())
        print(f"{size}: {off:.1e} of the peak")
        assert off < 1e-5


def test_a_kept_pyramid_is_not_changed_by_a_join() -> None:
    patch, plate, mask = scene(50, 60, 3)
    before = patch.clone(), plate.clone(), mask.clone()
    above, below = pyramid(patch, 4), pyramid(plate, 4)
    first = joined(above, below, mask)
    joined(above, below, 1 - mask)
    assert torch.equal(joined(above, below, mask), first)
    assert all(torch.equal(a, b) for a, b in zip(before, (patch, plate, mask), strict=True))


def test_no_join_is_darker_than_its_pictures() -> None:
    patch, plate, mask = scene(128, 160, 11)
    got = numbers(patch, plate, mask, 5)
    inputs = float(torch.minimum(patch, plate).min())
    print(f"linear minimum {float(got.min()):.5f}; of patch and plate {inputs:.5f}")
    assert float(got.min()) >= inputs - 1e-6


def test_a_step_is_faded_over_the_widest_band() -> None:
    plate, patch = torch.full((3, 64, 256), 0.18), torch.full((3, 64, 256), 0.36)
    mask = torch.zeros(64, 256)
    mask[:, 128:] = 1
    steps = {
        bands: float(numbers(patch, plate, mask, bands)[1, 32].log2().diff().max())
        for bands in (1, 3, 5)
    }
    print("largest step, in stops, of a step of 1:", {k: round(v, 3) for k, v in steps.items()})
    assert steps[1] > 2 * steps[3] > 4 * steps[5]


def test_a_single_pixel_and_the_reach() -> None:
    plate, patch = torch.full((3, 128, 128), 0.18), torch.full((3, 128, 128), 0.72)
    mask = torch.zeros(128, 128)
    mask[64, 64] = 1
    got = numbers(patch, plate, mask, 3)
    away = (got - 0.18).abs().amax(0) > 1e-5
    rows = away.any(1).nonzero()
    print(f"3 bands reach {64 - int(rows.min())} px from a single pixel")
    assert torch.isfinite(got).all()
    assert 64 - int(rows.min()) <= 4 * 2**3
