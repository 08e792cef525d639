import numpy as np
import pytest

from lookdev.blend.distance import distances


@pytest.fixture(params=[0, 1, 2])
def there(request: pytest.FixtureRequest) -> np.ndarray:
    rng = np.random.default_rng(request.param)
    result = rng.random((72, 128)) < 0.98
    result[:20] = True
    result[:, 60:] = True
    return result


def test_every_distance_is_the_smallest_there_is(there: np.ndarray) -> None:
    rows, columns = np.nonzero(~there)
    y, x = np.mgrid[: there.shape[0], : there.shape[1]]
    squares = (y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2
    expected = np.sqrt(squares.min(-1)).astype(np.float32)
    print(f"up to {expected.max():.2f} px")
    assert np.array_equal(distances(there), expected)


def test_the_same_bits_wherever_it_lies_in_memory(there: np.ndarray) -> None:
    rng, memory = np.random.default_rng(7), np.zeros(there.size + 256, np.bool_)
    results = set()
    for start in range(128):
        held = [np.empty(int(rng.integers(1, 5000))) for _ in range(5)]
        moved = memory[start : start + there.size].reshape(there.shape)
        moved[...] = there
        results.add(distances(moved).tobytes())
        del held
    assert len(results) == 1


def test_all_of_it_is_infinitely_far_and_none_of_it_at_nothing() -> None:
    assert np.isinf(distances(np.ones((4, 5), bool))).all()
    assert not distances(np.zeros((4, 5), bool)).any()


def test_far_away_it_is_no_longer_exact_but_right() -> None:
    there = np.ones((1, 3000), bool)
    there[0, 0] = False
    measured = distances(there)[0]
    assert np.array_equal(measured[:1400], np.arange(1400, dtype=np.float32))
    assert np.allclose(measured, np.arange(3000), rtol=1e-6)
