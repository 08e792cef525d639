"""What the shipped weights are held to, beside the scenes that the same noise decides."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from lookdev.mini import record
from lookdev.mini.evaluation.particles import find, found_again
from lookdev.mini.maps import SIDES, Maps
from lookdev.mini.pipeline import WEIGHTS, ElementPipeline
from lookdev.mini.scenes import Control, Noise, render
from lookdev.mini.words import KINDS

_SIZE = 160

Pair = Callable[[str], tuple[Maps, Maps]]
"""Of a kind: four scenes, and the elements made of their noise and control."""


@pytest.fixture(scope="module")
def pipeline() -> ElementPipeline:
    loaded: ElementPipeline = ElementPipeline.from_pretrained(
        WEIGHTS, use_safetensors=True, local_files_only=True
    )
    return loaded


@pytest.fixture(scope="module")
def pair(pipeline: ElementPipeline) -> Pair:
    noise, control = _noise(4), _even(0.7, 4, wind=(0.2, 0.1))
    return cache(lambda kind: (render(kind, noise, control), _made(pipeline, kind, noise, control)))


def _noise(count: int = 1, seed: int = 2) -> Noise:
    return Noise.draw(torch.Generator().manual_seed(seed), count, _SIZE)


def _even(level: float, count: int = 1, wind: tuple[float, float] = (0.0, 0.0)) -> Control:
    return Control.of(torch.full((count, _SIZE, _SIZE), level), torch.tensor([wind] * count))


def _made(
    pipeline: ElementPipeline, kind: str, noise: Noise, control: Control, steps: int = 1
) -> Maps:
    out = pipeline(kind, control=control.map(), noise=noise.pixels, num_inference_steps=steps)
    return Maps(out.density, out.light, out.emission)


def _explained(made: Tensor, real: Tensor) -> float:
    """Share of a scene's variance that is made: 1 is the scene, 0 is no better than its mean."""
    return (1 - (made - real).square().mean() / real.var()).item()


def _correlation(one: Tensor, other: Tensor) -> float:
    return torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1].item()


def _lit(maps: Maps) -> Tensor:
    """What is returned of each side's light, `(B, 4, H, W)`."""
    return maps.density[:, None] * maps.light


def _brightest(density: Tensor) -> float:
    return density.flatten().topk(density.numel() // 100).values.mean().item()


def test_the_shipped_files_are_small_and_hold_no_pickle() -> None:
    files = {str(p.relative_to(WEIGHTS)): p for p in WEIGHTS.rglob("*") if p.is_file()}
    size = sum(p.stat().st_size for p in files.values())
    print(f"{sorted(files)}, {size / 1e6:.1f} MB")
    assert size < 16e6
    assert {p.suffix for p in files.values()} == {".json", ".csv", ".md", ".safetensors"}
    weights = WEIGHTS / "unet" / "diffusion_pytorch_model.safetensors"
    with safe_open(weights, framework="pt") as file:
        dtypes = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118 - no mapping
    assert dtypes == {torch.float16}


def test_the_weights_load_as_float32_and_the_record_counts_them(pipeline: ElementPipeline) -> None:
    written = _record()
    count = sum(p.numel() for p in pipeline.unet.parameters())
    print(f"{count / 1e6:.2f}M parameters, {written['images']} images")
    assert {p.dtype for p in pipeline.unet.parameters()} == {torch.float32}
    assert count == written["parameters"]
    assert f"{count / 1e6:.2f} million parameters" in _card()


def test_the_record_names_the_very_scenes_that_are_drawn_today() -> None:
    written, now = _record(), record.data_means()
    off = max(abs(a - b) for a, b in zip(now, written["data_means"], strict=True))
    print(f"means {now}, off by {off:.4f} at most")
    assert written["data_sha256"] == record.data_digest()
    assert written["data_sha256"] in _card()
    assert off < 0.0005  # another processor sums in another order


@pytest.mark.parametrize("kind", KINDS)
def test_density_follows_the_envelope(pipeline: ElementPipeline, kind: str) -> None:
    levels = torch.tensor([0.15, 0.35, 0.6, 0.9])
    control = Control.of(levels[:, None, None].expand(-1, _SIZE, _SIZE), torch.zeros(4, 2))
    noise = _noise()[torch.zeros(4, dtype=torch.long)]
    made = _made(pipeline, kind, noise, control).density.mean((1, 2))
    real = render(kind, noise, control).density.mean((1, 2))
    off = (made / real - 1).abs()
    print(
        f"{kind}: mean density {[f'{one:.4f}' for one in made.tolist()]}, off by "
        f"{off[0]:.3f} at the lightest, {off[1:].max():.3f} at the others"
    )
    assert (made.diff() > 0).all()
    assert made[0] < 0.6 * made[1]
    assert off[1:].max() < 0.25


_BARS = {
    "dust": 0.75,
    "smoke": 0.75,
    "fog": 0.85,
    "snow": 0.82,
    "ash": 0.68,
    "embers": 0.78,
    "debris": 0.62,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_element_is_the_scene_that_its_noise_decides(pair: Pair, kind: str) -> None:
    real, made = pair(kind)
    explained = _explained(made.density, real.density)
    print(f"{kind}: {explained:.3f} of the density's variance, at least {_BARS[kind]}")
    assert explained > _BARS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_one_step_is_as_near_to_the_scene_as_eight(
    pipeline: ElementPipeline, pair: Pair, kind: str
) -> None:
    real, made = pair(kind)
    first = slice(0, 1)
    control, noise = _even(0.7, wind=(0.2, 0.1)), _noise(4)[torch.tensor([0])]
    eight = _made(pipeline, kind, noise, control, steps=8)
    after = [_explained(each.density, real.density[first]) for each in (made[first], eight)]
    print(f"{kind}: {after[0]:.3f} of the variance after one step, {after[1]:.3f} after eight")
    assert after[0] > after[1] - 0.02


@pytest.mark.parametrize("kind", ["snow", "ash"])
def test_flakes_are_flakes_and_not_haze(pair: Pair, kind: str) -> None:
    real, made = pair(kind)
    due, got = find(real), find(made)
    again, median = found_again(got, due), made.density.median().item()
    tops = _brightest(made.density) / _brightest(real.density)
    print(
        f"{kind}: of the scene's count {got.count / due.count:.3f} ({due.count} a picture), radius "
        f"{got.radius / due.radius:.3f}, contrast {got.contrast / due.contrast:.3f}, brightest "
        f"hundredth {tops:.3f}; {again:.3f} are in their place; median {median:.5f}"
    )
    for ratio, apart in (
        (got.count / due.count, 0.2),
        (got.radius / due.radius, 0.15),
        (got.contrast / due.contrast, 0.15),
        (tops, 0.15),
    ):
        assert ratio == pytest.approx(1, abs=apart)
    assert again > 0.8
    assert median < 0.002


@pytest.mark.parametrize("kind", ["dust", "smoke"])
def test_light_maps_tell_their_sides_apart(pair: Pair, kind: str) -> None:
    real, made = (_lit(each) for each in pair(kind))
    sides = [_correlation(made[:, i], real[:, i]) for i in range(len(SIDES))]
    apart = _correlation(made[:, 0] - made[:, 1], real[:, 0] - real[:, 1])
    swapped = _correlation(made[:, 0], real[:, 1])
    print(
        f"{kind}: correlation of {SIDES} {[round(side, 3) for side in sides]}; of left less right "
        f"{apart:.3f}; of left with the scene's right {swapped:.3f}"
    )
    assert min(sides) > 0.7
    assert apart > 0.7
    assert swapped < sides[0] - 0.2


def _centre(light: Tensor) -> Tensor:
    axis = torch.arange(light.shape[-1], dtype=light.dtype)
    return (light * axis).sum((1, 2)) / light.sum((1, 2))


@pytest.mark.parametrize("kind", ["dust", "smoke"])
def test_a_lobe_lit_from_the_left_is_brighter_on_its_left(
    pipeline: ElementPipeline, kind: str
) -> None:
    axis = torch.linspace(-1, 1, _SIZE)
    island = (1.5 - 2.5 * (axis[:, None].square() + axis.square()).sqrt()).clamp(0, 1)
    control = Control.of(island.expand(4, -1, -1), torch.zeros(4, 2))
    noise = _noise(4)
    lit = [_lit(render(kind, noise, control)), _lit(_made(pipeline, kind, noise, control))]
    due, got = (_centre(light[:, 1]) - _centre(light[:, 0]) for light in lit)
    print(
        f"{kind}: the light from the left lies {[round(x, 1) for x in got.tolist()]} pixels left of "
        f"that from the right, in the scenes {[round(x, 1) for x in due.tolist()]}"
    )
    assert got.min() > 3
    assert (got.mean() / due.mean()).item() == pytest.approx(1, abs=0.3)


def test_embers_glow_above_white_and_nothing_else_glows(pair: Pair) -> None:
    real, made = (each.emission for each in pair("embers"))
    explained, mass = _explained(made, real), (made.mean() / real.mean()).item()
    print(
        f"brightest ember {made.max():.2f}, of the scenes {real.max():.2f}; {explained:.3f} of the "
        f"variance, {mass:.3f} of the light; median {made.median():.5f}"
    )
    assert made.max() > 4
    assert explained > 0.75
    assert mass == pytest.approx(1, abs=0.2)
    assert made.median() < 0.002
    assert not any(pair(kind)[1].emission.any() for kind in KINDS if kind != "embers")


def test_no_row_of_flakes_lines_the_frame(pipeline: ElementPipeline) -> None:
    noise = Noise.draw(torch.Generator().manual_seed(8), 24, 96)
    control = Control.of(torch.full((24, 96, 96), 0.7), torch.zeros(24, 2))
    planes = [
        render("snow", noise, control).density,
        _made(pipeline, "snow", noise, control).density,
    ]
    due, got = (
        torch.stack([rim.mean() for rim in (d[:, :3], d[:, -3:], d[..., :3], d[..., -3:])])
        for d in planes
    )
    print(f"density of the three outermost rows and columns, of the scenes': {got / due}")
    assert (got / due - 1).abs().max() < 0.25


@pytest.mark.parametrize("kind", KINDS)
def test_moved_noise_moves_the_element(pipeline: ElementPipeline, pair: Pair, kind: str) -> None:
    noise = _noise(4).pixels.roll((7, 3), (2, 3))
    control = _even(0.7, 4, wind=(0.2, 0.1))
    still = pair(kind)[1].density
    moved = pipeline(kind, control=control.map(), noise=noise).density
    off = [
        ((one - still)[:, 24:-24, 24:-24].square().mean() / still.var()).item()
        for one in (moved.roll((-7, -3), (1, 2)), moved)
    ]
    print(
        f"{kind}: {off[0]:.4f} of its variance is lost where the noise went, {off[1]:.4f} where it "
        "was"
    )
    assert off[0] < 0.2
    assert off[0] < 0.12 * off[1]


def test_an_empty_envelope_is_exactly_empty_and_never_evaluated(pipeline: ElementPipeline) -> None:
    made = pipeline("embers, dust", control=_even(0.0).map(), noise=_noise().pixels)
    print(f"{made.evaluations} evaluations")
    assert made.evaluations == 0
    assert not made.density.any()
    assert not made.emission.any()


def test_an_element_ends_exactly_where_its_envelope_does(pipeline: ElementPipeline) -> None:
    control = _even(0.8)
    control.envelope[..., :60] = 0
    made = _made(pipeline, "embers, dust", _noise(), control)
    print(f"mean density beside nothing {made.density[..., 60:].mean():.3f}")
    assert not made.density[..., :60].any()
    assert not made.emission[..., :60].any()
    assert made.density[..., 60:].mean() > 0.3


@pytest.mark.parametrize("kind", ["snow", "smoke"])
def test_an_odd_size_is_as_near_to_the_scene(pipeline: ElementPipeline, kind: str) -> None:
    noise, control = _noise(), _even(0.7)
    cut = (..., slice(5, 5 + 97), slice(9, 9 + 131))
    made = pipeline(kind, control=control.map()[cut], noise=noise.pixels[cut]).density
    real = render(kind, noise, control).density[cut]
    explained = _explained(made[:, 16:-16, 16:-16], real[:, 16:-16, 16:-16])
    print(f"{kind}: {tuple(made.shape)}, {explained:.3f} of the variance")
    assert made.shape == (1, 97, 131)
    assert explained > _BARS[kind]


def _record() -> dict[str, Any]:
    written: dict[str, Any] = json.loads((WEIGHTS / "training.json").read_text(encoding="utf-8"))
    return written


def _card() -> str:
    return (WEIGHTS / "README.md").read_text(encoding="utf-8")
