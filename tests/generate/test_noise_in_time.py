"""Noise that the wind carries: still white and Gaussian, and of no other frame."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from small_show import SmallShow
from torch import Tensor

from lookdev.generate.asked import Asked
from lookdev.generate.motion import displacement, wind
from lookdev.generate.noise import drawn
from lookdev.image.frame import Window
from lookdev.render import Session
from lookdev.spec.look import Motion

SIZE = 512
CURVED = Motion(
    velocity_x={"smooth": {1001: 2.0, 1041: 9.5, 1071: -3.25, 1101: 6.0}},
    velocity_y={1001: -1.0, 1051: 4.3, 1101: 0.7},
    anchor=1001,
)
"""A wind that gusts and turns."""

ERRORS = 4.5
"""Standard errors that a figure may be off: one of ten thousand is further."""


def noise_at(frame: int, motion: Motion = CURVED, seed: str = "7") -> Tensor:
    moved = displacement(motion, frame, None)
    return drawn(seed, channels=3, width=SIZE, height=SIZE, displacement=moved)


def off(noise: Tensor) -> dict[str, float]:
    """How far noise is from white and standard normal, in standard errors of each figure."""
    count, double = noise.numel(), noise.double()
    variance = float(double.var())
    kurtosis = float((double - double.mean()).pow(4).mean() / variance**2)
    skewness = float((double - double.mean()).pow(3).mean() / variance**1.5)
    return {
        "mean": float(double.mean()) * math.sqrt(count),
        "variance": (variance - 1) / math.sqrt(2 / count),
        "skewness": skewness / math.sqrt(6 / count),
        "kurtosis": (kurtosis - 3) / math.sqrt(24 / count),
        **spectrum(noise),
    }


def spectrum(noise: Tensor) -> dict[str, float]:
    """Power in 64 cells of the plane of frequencies, the worst of them and all together.

    Power of a mode is 1 on average, and so is its standard deviation.
    """
    power = torch.fft.fft2(noise.double()).abs().square() / SIZE**2
    half = power[:, :, 1 : SIZE // 2]  # of a real field the other half is the same
    cell = SIZE // 8
    rows = half.unflatten(1, (8, cell)).mean(2)
    cells = torch.stack([part.mean(-1) for part in rows.tensor_split(8, dim=-1)], -1).mean(0)
    modes = len(noise) * cell * half.shape[-1] / 8
    errors = (cells - 1) * math.sqrt(modes)
    chi = (float(errors.square().sum()) - 64) / math.sqrt(2 * 64)
    return {"worst cell": float(errors.abs().max()), "all cells": chi}


@pytest.mark.parametrize("frame", [1001, 1002, 1037, 1101, 951])
def test_white_and_gaussian_after_a_hundred_frames_of_a_curved_wind(frame: int) -> None:
    found = off(noise_at(frame))
    moved = displacement(CURVED, frame, None)
    told = ", ".join(f"{name} {value:+.2f}" for name, value in found.items())
    print(
        f"frame {frame}, moved by ({moved[0]:.2f}, {moved[1]:.2f}): off by {told} standard errors"
    )
    assert max(map(abs, found.values())) < ERRORS


def test_the_same_figures_show_what_interpolation_does() -> None:
    """Noise that is moved between pixels by a linear interpolation is neither, by far."""
    still = drawn("7", channels=3, width=SIZE, height=SIZE + 1)
    found = off((0.5 * still[:, 1:] + 0.5 * still[:, :-1]).contiguous())
    enlarged = F.interpolate(still[None, :, : SIZE // 2, : SIZE // 2], scale_factor=2.0)[0]
    print(f"half a pixel, linear: {found}; enlarged: {off(enlarged)}")
    assert abs(found["variance"]) > 10 * ERRORS
    assert found["worst cell"] > 10 * ERRORS
    assert off(enlarged)["worst cell"] > 10 * ERRORS


def test_a_hundred_steps_one_by_one_lead_to_the_same_place() -> None:
    """The displacement is an integral in closed form; so summing speeds comes to it."""
    parts = 64
    times = 1001 + (np.arange(100 * parts) + 0.5) / parts
    summed = np.array([wind_at(CURVED, time) for time in times]).sum(0) / parts
    exact = displacement(CURVED, 1101, None)
    print(f"closed form {exact}, summed {summed}")
    assert exact == pytest.approx(summed, abs=2e-2)


def wind_at(motion: Motion, time: float) -> tuple[float, float]:
    """Speeds take fractional frames, too."""
    return wind(motion, time)  # type: ignore[arg-type]


def test_at_its_anchor_nothing_has_moved_and_another_anchor_moves_the_whole_way_alike() -> None:
    plain = drawn("7", channels=3, width=SIZE, height=SIZE)
    assert torch.equal(noise_at(1001), plain)
    later = CURVED.model_copy(update={"anchor": 1101})
    assert torch.equal(noise_at(1101, later), plain)
    way = np.subtract(displacement(CURVED, 1101, None), displacement(CURVED, 1001, None))
    other = np.subtract(displacement(later, 1101, None), displacement(later, 1001, None))
    assert other == pytest.approx(way)


def test_neighbouring_frames_are_one_noise_moved_by_the_wind_between_them() -> None:
    """Read off the phase, in part of a pixel; fresh noise has none in common."""
    before, after = noise_at(1060)[0], noise_at(1061)[0]
    step = np.subtract(displacement(CURVED, 1061, None), displacement(CURVED, 1060, None))
    cross = torch.fft.rfft2(after) * torch.fft.rfft2(before).conj()
    fy, fx = torch.fft.fftfreq(SIZE)[:, None], torch.fft.rfftfreq(SIZE)[None]
    turned = cross * torch.polar(torch.ones(()), 2 * math.pi * (fx * step[0] + fy * step[1]))
    agreement = float(turned.sum().real / cross.abs().sum())
    fresh = torch.fft.rfft2(after) * torch.fft.rfft2(noise_at(1060, seed="8")[0]).conj()
    chance = float(fresh.sum().real / fresh.abs().sum())
    print(f"moved by {step}: phases agree by {agreement:.3f}, by chance {chance:.3f}")
    assert agreement > 0.9
    assert abs(chance) < 0.02


def test_a_frame_alone_is_that_of_the_range_whichever_way_it_is_walked(
    small_show: SmallShow,
) -> None:
    layer = small_show.look().look.layers[0].model_copy(update={"motion": CURVED})

    def asked(session: Session, frame: int) -> Tensor:
        found = session.elements._asking.of(layer, small_show.shot_file, frame)
        assert found is not None
        return found.noise(3, *layer.element.size, 0)

    session = Session(small_show.folder)
    ranged = {frame: asked(session, frame) for frame in range(1001, 1007)}
    backwards = {frame: asked(session, frame) for frame in range(1006, 1000, -1)}
    for frame, there in ranged.items():
        torch.manual_seed(frame)
        assert torch.equal(backwards[frame], there)
        assert torch.equal(asked(Session(small_show.folder), frame), there)
    assert not torch.equal(ranged[1003], ranged[1004])


def test_noise_that_evolves_is_white_all_along_and_another_after_its_time(
    small_show: SmallShow,
) -> None:
    session = Session(small_show.folder)
    layer = small_show.look().look.layers[0]
    size = layer.element.model_copy(update={"size": (SIZE, SIZE)})
    turning = Motion(evolve=0.25, velocity_x=1.5, anchor=1001)

    def asked(frame: int, motion: Motion) -> Asked:
        moving = layer.model_copy(update={"element": size, "motion": motion})
        found = session.elements._asking.of(moving, small_show.shot_file, frame)
        assert found is not None
        return found

    def noise(frame: int, motion: Motion) -> Tensor:
        moving = asked(frame, motion).moving
        assert moving is not None
        return moving.noise(3, Window(0, 0, SIZE, SIZE))

    there = asked(1003, turning)
    assert there.moving is not None
    way = round(there.moving.by[0])
    assert way == there.moving.by[0] > 0
    moved = there.noise(3, SIZE, SIZE, 0)
    assert torch.allclose(moved[..., way:], noise(1003, turning)[..., :-way], atol=1e-5)

    planes = {frame: noise(frame, turning) for frame in range(1000, 1010)}
    for frame, plane in planes.items():
        found = off(plane)
        print(frame, found)
        assert max(map(abs, found.values())) < ERRORS
    still = noise(1001, turning.model_copy(update={"evolve": 0.0}))
    assert torch.equal(planes[1001], still)

    def alike(a: int, b: int) -> float:
        return float((planes[a] * planes[b]).mean())

    turn = math.cos(0.25 * math.pi / 2)
    for frame in range(1000, 1009):
        assert alike(frame, frame + 1) == pytest.approx(turn, abs=0.01)
    assert alike(1001, 1005) == pytest.approx(0, abs=0.01)
    assert alike(1001, 1009) == pytest.approx(0, abs=0.01)
