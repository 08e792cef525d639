"""Moving elements: made on the network's grid, moved the rest of the way, the same all along."""

import math
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from lookdev.generate import noise
from lookdev.generate.adapter import Moving, Request, Step
from lookdev.generate.mini_adapter import MiniAdapter, _moved, load
from lookdev.generate.on_grid import OnGrid
from lookdev.image.element import Element
from lookdev.image.frame import Pixels
from lookdev.mini.maps import Maps
from lookdev.mini.pipeline import WEIGHTS
from lookdev.spec.look import Layer

WIDTH, HEIGHT, STEP = 208, 170, 16
EDGE = 48
"""Pixels at the border that are not compared: what lies beyond it, the network cannot know."""


@pytest.fixture(scope="module")
def adapter() -> MiniAdapter:
    files: Any = SimpleNamespace(folder=WEIGHTS)
    nothing: Any = None
    return load(files, device="cpu", colour=nothing, preview=None)


def request_for(prompt: str, moved: tuple[float, float] | None, envelope: Pixels) -> Request:
    element = {"prompt": prompt, "seed": "7", "size": (WIDTH, HEIGHT), "steps": 1}
    plane = {"channels": 3, "width": WIDTH, "height": HEIGHT}
    return Request(
        layer=Layer.model_validate({"name": "one", "element": element}),
        envelope=envelope,
        wind=(2.0, 3.0),
        noise=lambda _c, _w, _h, _d: noise.drawn("7", **plane, displacement=moved or (0.0, 0.0)),
        moving=None if moved is None else Moving(moved, unmoved),
    )


def unmoved(channels: int, window: Any) -> Tensor:
    size = {"width": window.width, "height": window.height}
    return noise.drawn("7", channels=channels, **size, displacement=(-window.x, -window.y))


def made(adapter: MiniAdapter, prompt: str, moved: tuple[float, float] | None) -> Element:
    everywhere = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    (element,) = adapter.generate([request_for(prompt, moved, everywhere)], None)
    return element


def along(before: Pixels, after: Pixels, x: int, y: int) -> tuple[Pixels, Pixels]:
    """What is in both of two pictures, the second moved by so many pixels right and down."""
    inner = slice(EDGE, HEIGHT - EDGE - y), slice(EDGE, WIDTH - EDGE - x)
    later = slice(EDGE + y, HEIGHT - EDGE), slice(EDGE + x, WIDTH - EDGE)
    return before[inner], after[later]


@pytest.mark.parametrize("moved", [(0.0, 0.0), (13.99, -2.0), (14.0, 3.25), (-250.6, 1e5 + 0.5)])
def test_whole_steps_and_the_rest_are_the_way_and_the_canvas_has_room(
    moved: tuple[float, float],
) -> None:
    grid = OnGrid.of(moved, (WIDTH, HEIGHT), STEP)
    assert np.add(grid.whole, grid.rest) == pytest.approx(moved)
    assert all(one % STEP == 0 for one in grid.whole)
    assert all(-2 <= one < STEP - 2 for one in grid.rest)
    assert (grid.canvas.x, grid.canvas.y) == tuple(-2 * STEP - one for one in grid.whole)
    canvas = torch.rand(grid.canvas.height, grid.canvas.width)
    assert grid.forth(canvas).shape == grid.back(canvas[:HEIGHT, :WIDTH])[:HEIGHT, :WIDTH].shape


@pytest.mark.parametrize("moved", [(5.0, 7.0), (-1.5, 13.3), (14.0, -0.7)])
def test_a_control_map_keeps_its_place(moved: tuple[float, float]) -> None:
    """There and back: exactly by whole pixels and where it is even, softened a little otherwise."""
    grid = OnGrid.of(moved, (WIDTH, HEIGHT), STEP)
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    wave = 0.5 + 0.4 * torch.sin(x / 5) * torch.cos(y / 7)
    off = (grid.forth(grid.back(wave)) - wave).abs()[2:-2, 2:-2].max()
    assert off == 0 if all(one == int(one) for one in moved) else off < 0.01
    even = torch.full((HEIGHT, WIDTH), 0.3)
    assert torch.equal(grid.back(even), torch.full((HEIGHT + 52, WIDTH + 52), 0.3))


def test_moving_by_parts_of_a_pixel_keeps_the_mean_and_almost_all_of_a_flake() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    flake = torch.from_numpy(np.exp(-((x - 100) ** 2 + (y - 85) ** 2) / 2 / 0.9**2))
    for part in (0.25, 0.5, 0.75):
        grid = OnGrid.of((part, part), (WIDTH, HEIGHT), STEP)
        canvas = torch.zeros(HEIGHT + 52, WIDTH + 52, dtype=torch.float64)
        canvas[2 * STEP : 2 * STEP + HEIGHT, 2 * STEP : 2 * STEP + WIDTH] = flake
        moved = grid.forth(canvas)
        assert float(moved.sum()) == pytest.approx(float(flake.sum()), rel=1e-9)
        right = np.exp(-((x - 100 - part) ** 2 + (y - 85 - part) ** 2) / 2 / 0.9**2)
        assert np.abs(moved.numpy() - right).max() < 0.06


@pytest.mark.parametrize(
    ("prompt", "most"), [("heavy snow", 0.005), ("embers", 0.005), ("rolling dust", 0.01)]
)
def test_what_moves_by_whole_pixels_stays_the_same(
    adapter: MiniAdapter, prompt: str, most: float
) -> None:
    """Whichever steps of the grid it crosses; dust, which is large, feels the border from afar."""
    for x, y in ((1, 2), (3, 14), (17, 5)):
        before, after = (made(adapter, prompt, at) for at in ((10.0, 11.0), (10.0 + x, 11.0 + y)))
        for one in ("density", "emission"):
            a, b = along(getattr(before, one), getattr(after, one), x, y)
            change = float(np.abs(a - b).mean()) / max(float(a.mean()), 1e-6)
            print(f"{prompt} moved by {x}, {y}: {one} changed by {change:.2%}")
            assert change < most, (one, x, y)


def test_without_the_grid_flakes_change_while_they_move(adapter: MiniAdapter) -> None:
    """What the grid is for: so that nobody takes it away as an ornament."""
    everywhere = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    noises = [
        noise.drawn("7", channels=3, width=WIDTH, height=HEIGHT, displacement=at)
        for at in ((10.0, 11.0), (11.0, 13.0))
    ]
    flat = []
    for one in noises:
        request = request_for("heavy snow", None, everywhere)
        plain = Request(request.layer, everywhere, request.wind, lambda *_, one=one: one)
        flat.append(adapter.generate([plain], None)[0].density)
    a, b = along(*flat, 1, 2)
    change = float(np.abs(a - b).mean() / a.mean())
    print(f"without the grid: changed by {change:.1%}")
    assert change > 0.1


def test_the_amount_of_what_moves_by_parts_of_a_pixel_is_steady(adapter: MiniAdapter) -> None:
    means = []
    for step in range(9):
        picture = made(adapter, "heavy snow", (40 + 0.3 * step, 40 + 0.45 * step)).density
        means.append(math.log(picture[EDGE:-EDGE, EDGE:-EDGE].mean()))
    jumps = [b - a for a, b in pairwise(means)]
    worst = max(abs(b - a) for a, b in pairwise(jumps))
    print(f"its mean jumps by at most {worst:.2%}")
    assert worst < 0.03


def test_it_stays_inside_its_envelope_wherever_it_has_moved(adapter: MiniAdapter) -> None:
    envelope = np.zeros((HEIGHT, WIDTH), np.float32)
    envelope[20:60, 30:80] = 0.8
    for moved in ((0.0, 0.0), (7.5, -3.25), (13.9, 100.1)):
        for prompt in ("dense dust", "glowing embers"):
            (element,) = adapter.generate([request_for(prompt, moved, envelope)], None)
            assert element.density[envelope == 0].max() == 0
            assert element.emission is None or element.emission[envelope == 0].max() == 0
            assert (element.density.max() > 0.1) or (element.emission.max() > 0.1)


def test_its_light_moves_with_it_and_is_a_share(adapter: MiniAdapter) -> None:
    before, after = (made(adapter, "rolling dust", at) for at in ((10.0, 10.0), (13.0, 12.0)))
    assert before.maps is not None
    assert after.maps is not None
    for side in range(4):
        a, b = along(before.maps[side], after.maps[side], 3, 2)
        dense, _ = along(before.density, after.density, 3, 2)
        assert np.abs(a - b)[dense > 0.3].max() < 0.05
    softer = made(adapter, "rolling dust", (10.5, 10.5))
    assert softer.maps is not None
    assert softer.maps.min() >= 0
    assert softer.maps.max() <= 1


def test_a_step_s_preview_is_moved_as_well(adapter: MiniAdapter) -> None:
    shown: list[Element] = []

    def see(step: Step) -> None:
        assert step.preview is not None
        shown.append(step.preview())

    everywhere = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    request = request_for("heavy snow", (7.25, 30.5), everywhere)
    (element,) = adapter.generate([request], see)
    assert shown[-1].density == pytest.approx(element.density, abs=1e-3)  # both are halves


def test_dust_whose_noise_turns_slowly_rolls_on_and_is_other_dust_in_the_end(
    adapter: MiniAdapter,
) -> None:
    """What `motion.evolve` is for: no jump from one frame to the next, and no cross-fade."""
    everywhere = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    size = {"channels": 3, "width": WIDTH, "height": HEIGHT}
    one, other = (noise.drawn("7", **size, stream=stream) for stream in (0, 1))
    pictures = []
    for share in (0.0, 0.02, 0.04, 0.5, 1.0):
        turned = noise.between(one, other, share)
        request = request_for("rolling dust", None, everywhere)
        plain = Request(request.layer, everywhere, request.wind, lambda *_, turned=turned: turned)
        pictures.append(adapter.generate([plain], None)[0].density)
    mean = float(pictures[0].mean())
    change = [float(np.abs(one - pictures[0]).mean()) / mean for one in pictures[1:]]
    print(f"changed after a frame, two, half the way, all of it: {change}")
    assert change[0] < 0.05
    assert change[0] < change[1] < 2.2 * change[0]
    assert change[3] > 0.15
    contrast = [float(one.std()) for one in pictures]
    print(f"contrast: {contrast}")
    assert contrast[3] > 0.85 * min(contrast[0], contrast[4]), "a cross-fade has 0.7 of it"


def test_light_beside_a_flake_hangs_on_no_rounding() -> None:
    """Another machine's numbers differ in the third place; its light must not differ by more."""
    generator = torch.Generator().manual_seed(3)
    grid = OnGrid.of((0.4, 0.7), (WIDTH, HEIGHT), STEP)
    shape = grid.canvas.height, grid.canvas.width
    density = (torch.rand(shape, generator=generator) - 0.9).clamp_min(0) * 10
    light = torch.rand(4, *shape, generator=generator)
    none, allowed = torch.zeros(shape), torch.ones(HEIGHT, WIDTH)
    off = 5e-4 * torch.rand(shape, generator=generator)  # also where nothing is
    one, other = (
        _moved(Maps(made, light, none), grid, allowed) for made in (density, density + off)
    )
    assert float((one.light - other.light).abs().max()) < 0.1
    assert float(one.light.max()) <= 1
    assert float((one.density * one.light - other.density * other.light).abs().max()) < 0.02
