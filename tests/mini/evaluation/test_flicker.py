from dataclasses import replace

import pytest
import torch
from torch import Tensor

from lookdev.mini.evaluation.flicker import flicker
from lookdev.mini.evaluation.judging import steady
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.settings import Settings
from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control

_SMALL = Settings(pairs=6, size=96)


@pytest.mark.parametrize("kind", ["dust", "fog", "snow", "debris"])
def test_the_scenes_do_not_flicker(kind: str, real: Make) -> None:
    rows = list(steady(real, real, kind, _SMALL))
    print(*rows, sep="\n")
    assert all(row.met for row in rows)
    assert flicker(real, kind, 2, 96, whole=True).advected < 1e-4


def test_what_stands_on_the_canvas_or_boils_flickers(real: Make, still: Make) -> None:
    calls: list[int] = []

    def boiling(prompt: str, control: Control, noise: Tensor) -> Maps:
        calls.append(1)
        other = torch.randn(noise.shape, generator=torch.Generator().manual_seed(len(calls)))
        return real(prompt, control, 0.5**0.5 * (noise + other))

    def dirty(prompt: str, control: Control, noise: Tensor) -> Maps:
        made, canvas = real(prompt, control, noise), still(prompt, control, noise)
        return replace(made, density=0.5 * made.density + 0.5 * canvas.density)

    for broken in (boiling, dirty):
        rows = list(steady(broken, real, "snow", _SMALL))
        print(*rows, sep="\n")
        assert [row.met for row in rows] == [False, False, False]
