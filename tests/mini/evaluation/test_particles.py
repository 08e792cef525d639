import pytest
import torch

from lookdev.mini.evaluation import particles
from lookdev.mini.evaluation.judging import flakes
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.settings import Settings
from lookdev.mini.maps import Maps

_SMALL = Settings(flaky=6, size=128)


def _discs(radius: float, height: float, *, apart: int = 32, level: float = 0.0) -> Maps:
    """Sixteen discs on a torus of 128 pixels, each somewhere else on the pixels' grid."""
    down, across = torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="ij")
    plane = torch.full((128, 128), level)
    for index in range((128 // apart) ** 2):
        row, column = divmod(index, 128 // apart)
        x, y = column * apart + 14.5 + 0.37 * row, row * apart + 15 + 0.21 * column
        distance = ((down - y).square() + (across - x).square()).sqrt()
        plane = torch.maximum(plane, height * (radius + 0.5 - distance).clamp(0, 1))
    return Maps(plane[None], torch.ones(1, 4, 128, 128), torch.zeros(1, 128, 128))


@pytest.mark.parametrize("radius", [1.5, 3.0, 5.0, 8.0])
@pytest.mark.parametrize("height", [0.3, 0.9])
def test_discs_are_counted_and_measured(radius: float, height: float) -> None:
    found = particles.find(_discs(radius, height))
    print(f"{found.count:g} of radius {found.radius:.2f} and contrast {found.contrast:.3f}")
    assert found.count == 16
    assert found.radius == pytest.approx(radius, rel=0.2)
    assert found.contrast == pytest.approx(height, rel=0.2)


def test_haze_has_no_flakes_and_none_is_found_again() -> None:
    haze = _discs(3.0, 0.0, level=0.5)
    nothing, some = particles.find(haze), particles.find(_discs(3.0, 0.8))
    assert (nothing.count, nothing.radius, nothing.contrast) == (0, 0, 0)
    assert particles.found_again(nothing, some) == 0
    assert particles.found_again(some, some) == 1


@pytest.mark.parametrize("kind", ["snow", "ash", "embers", "debris"])
def test_procedural_flakes_pass_and_melted_ones_do_not(
    kind: str, real: Make, blurred: Make, haze: Make
) -> None:
    good, melted, none = (list(flakes(one, real, kind, _SMALL)) for one in (real, blurred, haze))
    print(*good, *melted, *none, sep="\n")
    assert all(row.met is not False for row in good)
    assert any(row.met is False for row in melted)
    assert none[0].met is False
