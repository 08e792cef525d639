import json
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from lookdev.mini.pipeline import WEIGHTS, ElementPipeline
from lookdev.mini.scenes import Control, Noise, render
from lookdev.mini.words import KINDS

_SIZE = 192


@pytest.fixture(scope="module")
def pipeline() -> ElementPipeline:
    return ElementPipeline.from_pretrained(WEIGHTS, use_safetensors=True, local_files_only=True)


def _noise(seed: int = 2) -> Noise:
    return Noise.draw(torch.Generator().manual_seed(seed), 1, _SIZE)


def _even(level: float = 0.8, wind: tuple[float, float] = (0.0, 0.0)) -> Control:
    return Control(torch.full((1, _SIZE, _SIZE), level), torch.tensor([wind]))


def _particles(density: Tensor) -> int:
    """Count local maxima of at least half of full density: the crisp flakes, not the far ones."""
    highest = F.max_pool2d(density[:, None], 5, 1, 2)[:, 0]
    return int(((density == highest) & (density > 0.5)).sum())


def _travel(before: Tensor, after: Tensor) -> tuple[int, int]:
    """Displacement (down, right) of the peak of the phase correlation, pixels."""
    cross = torch.fft.rfft2(after) * torch.fft.rfft2(before).conj()
    peak = int(torch.fft.irfft2(cross / (cross.abs() + 1e-6), s=before.shape[-2:]).argmax())
    down, right = divmod(peak, _SIZE)
    return (down + _SIZE // 2) % _SIZE - _SIZE // 2, (right + _SIZE // 2) % _SIZE - _SIZE // 2


def test_the_shipped_files_are_small_and_hold_no_pickle() -> None:
    names = sorted(str(p.relative_to(WEIGHTS)) for p in WEIGHTS.rglob("*") if p.is_file())
    size = sum(p.stat().st_size for p in WEIGHTS.rglob("*.safetensors"))
    print(f"{names}, {size / 1e6:.1f} MB of weights")
    assert size < 16e6
    assert {Path(n).suffix for n in names} == {".json", ".csv", ".safetensors"}


def test_the_weights_load_as_float32_and_say_how_they_were_made(pipeline: ElementPipeline) -> None:
    record = json.loads((WEIGHTS / "training.json").read_text(encoding="utf-8"))
    count = sum(p.numel() for p in pipeline.unet.parameters())
    print(f"{count / 1e6:.2f}M parameters, {record['images']} images")
    assert {p.dtype for p in pipeline.unet.parameters()} == {torch.float32}
    assert count == record["parameters"]


@pytest.mark.parametrize("kind", KINDS)
def test_density_follows_the_envelope(pipeline: ElementPipeline, kind: str) -> None:
    control, noise = _even(), _noise()
    control.envelope[:, :, : _SIZE // 2] = 0.1
    made = pipeline(kind, control=control.map(), noise=noise.pixels)
    low, high = made.density[..., : _SIZE // 2].mean(), made.density[..., _SIZE // 2 :].mean()
    print(f"{kind}: mean density {low:.4f} at an envelope of 0.1, {high:.4f} at 0.8")
    assert high > 2 * low
    assert high > 0.002


@pytest.mark.parametrize("steps", [4, 6, 8])
def test_snow_is_flakes_and_not_haze(pipeline: ElementPipeline, steps: int) -> None:
    control, noise = _even(), _noise()
    drawn = render("snow", noise, control)[0]
    made = pipeline(
        "snow", control=control.map(), noise=noise.pixels, num_inference_steps=steps
    ).density
    counts = _particles(drawn), _particles(made)
    brightest = [d.flatten().topk(_SIZE**2 // 100).values.mean().item() for d in (drawn, made)]
    between = [d.median().item() for d in (drawn, made)]
    print(
        f"{steps} steps: {counts} flakes drawn and generated; brightest hundredth "
        f"{brightest[0]:.3f} and {brightest[1]:.3f}; median {between[0]:.4f} and {between[1]:.4f}"
    )
    # The first weights join or lose about half of the flakes; haze would lose nearly all.
    assert 0.35 < counts[1] / counts[0] < 1.6
    assert brightest[1] > 0.75 * brightest[0]
    assert between[1] < 0.02


def test_no_row_of_flakes_lines_the_frame(pipeline: ElementPipeline) -> None:
    noise = Noise.draw(torch.Generator().manual_seed(8), 4, _SIZE).pixels
    control = _even().map().expand(4, -1, -1, -1)
    density = pipeline("snow", control=control, noise=noise).density
    rim = torch.cat([density[:, :3], density[:, -3:]]).mean() / density[:, 16:-16, 16:-16].mean()
    print(f"density of the outermost rows is {rim:.2f} of the middle's")
    assert 0.6 < rim < 1.4


def test_embers_glow_above_white(pipeline: ElementPipeline) -> None:
    made = pipeline("embers", control=_even().map(), noise=_noise().pixels)
    print(f"brightest ember {made.emission.max():.2f}, median {made.emission.median():.4f}")
    assert made.emission.max() > 1.5
    assert made.emission.median() < 0.02


@pytest.mark.parametrize("kind", ["snow", "dust", "debris"])
def test_moved_noise_moves_the_element(pipeline: ElementPipeline, kind: str) -> None:
    control, noise = _even(0.6, (0.2, 0.3)).map(), _noise().pixels
    still = pipeline(kind, control=control, noise=noise).density
    moved = pipeline(kind, control=control, noise=noise.roll((7, 3), (2, 3))).density
    travel = _travel(still[0], moved[0])
    back = moved.roll((-7, -3), (1, 2))[:, 24:-24, 24:-24]
    off = (back - still[:, 24:-24, 24:-24]).abs().mean() / still.std()
    print(f"{kind}: noise moved (7, 3), element {travel}; changed by {off:.3f} of its deviation")
    assert travel == (7, 3)
