import math

import pytest
import torch

from lookdev.mini.evaluation.judging import streaked
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.settings import Settings
from lookdev.mini.evaluation.streaks import drawn_out
from lookdev.mini.maps import Maps

_SMALL = Settings(flaky=6, size=128)


def _ellipse(turn: float, longer: float) -> Maps:
    """A soft ellipse, `longer` times as long as wide, its long axis so far round from x to y."""
    down, across = torch.meshgrid(*2 * [torch.arange(128.0) - 63.6], indexing="ij")
    along = across * math.cos(turn) + down * math.sin(turn)
    beside = down * math.cos(turn) - across * math.sin(turn)
    plane = torch.exp(-((along / (3 * longer)) ** 2 + (beside / 3) ** 2) / 2)
    return Maps(plane[None], torch.ones(1, 4, 128, 128), torch.zeros(1, 128, 128))


@pytest.mark.parametrize("turn", [0.0, 0.6, 2.2])
@pytest.mark.parametrize("longer", [1.0, 2.0, 4.0])
def test_an_ellipse_is_as_drawn_out_as_it_is_long(turn: float, longer: float) -> None:
    wind = torch.tensor([[math.cos(turn), math.sin(turn)]])
    along, across = (drawn_out(_ellipse(turn, longer), way) for way in (wind, wind.roll(1, 1) * torch.tensor([-1.0, 1.0])))  # fmt: skip
    print(f"{longer:g} times as long: factor {math.exp(along):.3f} along, {math.exp(across):.3f}")
    assert math.exp(along) == pytest.approx(longer, rel=0.03)
    assert across == pytest.approx(-along, abs=1e-4)


@pytest.mark.parametrize("kind", ["snow", "ash", "embers", "debris"])
def test_real_streaks_pass_and_round_ones_do_not(kind: str, real: Make, blurred: Make) -> None:
    good, round_ = (streaked(one, real, kind, _SMALL) for one in (real, blurred))
    print(good, round_, sep="\n")
    assert good.met
    assert not round_.met
