"""What is judged, as one function: prompt, control and noise in, maps out."""

from collections.abc import Callable
from dataclasses import replace
from math import lcm

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini import scenes
from lookdev.mini.maps import Maps
from lookdev.mini.pipeline import ElementPipeline
from lookdev.mini.scenes.control import MAX_WIND, Control, draw_control
from lookdev.mini.scenes.fields import Noise
from lookdev.mini.words import asked

Make = Callable[[str, Control, Tensor], Maps]
"""From a prompt, the control of B elements and noise `(B, 3, H, W)` to their maps."""

_KEY = (0.48, 0.62, 0.0, 0.0)
_FILL = 0.3
_SEED_OF_CONTROLS = 7001


def of_scenes(prompt: str, control: Control, noise: Tensor) -> Maps:
    """Make elements as the procedural scenes: a `Make` without a model.

    The scenes are square, so a wide strip is repeated into a square; on their torus, that is the
    same.
    """
    height, width = noise.shape[-2:]
    side = lcm(height, width)
    times = (side // height, side // width)
    square = noise.repeat(1, 1, *times)
    wide = replace(control, envelope=control.envelope.repeat(1, *times))
    kind, wide = _as_asked(prompt, wide)
    made = scenes.render(kind, Noise(square, torch.fft.rfft2(square)), wide)
    return Maps(*(one[..., :height, :width] for one in (made.density, made.light, made.emission)))


def of_pipeline(pipeline: ElementPipeline, steps: int) -> Make:
    """Make elements with the model, in so many steps and without guidance.

    What a prompt says of density, wind and size is put into the control map, as whoever calls the
    pipeline has to; of a control's turbulence and softness it hears only by the prompt.
    """

    def make(prompt: str, control: Control, noise: Tensor) -> Maps:
        map_ = _as_asked(prompt, control)[1].map()
        out = pipeline(prompt, control=map_, noise=noise, num_inference_steps=steps)
        return Maps(out.density, out.light, out.emission)

    return make


@torch.no_grad()
def in_batches(make: Make, prompt: str, control: Control, noise: Tensor, size: int = 16) -> Maps:
    """Make many elements, `size` at a time."""
    cuts = [slice(at, at + size) for at in range(0, len(noise), size)]
    parts = [make(prompt, control[cut], noise[cut]) for cut in cuts]
    return Maps(
        torch.cat([one.density for one in parts]),
        torch.cat([one.light for one in parts]),
        torch.cat([one.emission for one in parts]),
    )


def fresh(seed: int, count: int, height: int, width: int) -> Tensor:
    """White noise `(count, 3, height, width)`, decided by the seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, 3, height, width, generator=generator)


def even(
    count: int, height: int, width: int, *, level: float = 0.6, wind: Tensor | None = None
) -> Control:
    """An even envelope and the usual nearness and character; calm, or each with its wind."""
    calm = torch.zeros(count, 2)
    return Control.of(torch.full((count, height, width), level), calm if wind is None else wind)


def drawn(count: int, size: int, seed: int = _SEED_OF_CONTROLS) -> Control:
    """Controls as in training, of the usual character: that is asked for by words, not by maps."""
    control = draw_control(torch.Generator().manual_seed(seed), count, size)
    usual = torch.zeros(count)
    return replace(control, turbulence=usual, softness=usual)


def winds(seed: int, count: int, slowest: float = 0.25) -> Tensor:
    """Winds `(count, 2)` any way round, their lengths even between `slowest` and 1."""
    turn, speed = torch.rand(2, count, generator=torch.Generator().manual_seed(seed))
    angle = 2 * torch.pi * turn
    length = slowest + (1 - slowest) * speed
    return torch.stack([angle.cos(), angle.sin()], dim=1) * length[:, None]


def moved(fields: Tensor, by: Tensor) -> Tensor:
    """Shift fields round the torus, any part of a pixel, in frequency space.

    Args:
        fields: `(B, C, H, W)` or `(B, H, W)`.
        by: Pixels right and down, `(B, 2)`.
    """
    height, width = fields.shape[-2:]
    fy, fx = torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None]
    x, y = by[:, 0, None, None], by[:, 1, None, None]
    angle = -2 * torch.pi * (fx * x + fy * y)
    turn = torch.polar(torch.ones_like(angle), angle)
    turn = turn if fields.ndim == 3 else turn[:, None]
    return torch.fft.irfft2(torch.fft.rfft2(fields) * turn, s=(height, width))


def pixels(wind: Tensor) -> Tensor:
    """Pixels a frame of a control's wind."""
    return wind * MAX_WIND


def lit(maps: Maps) -> Tensor:
    """Light returned `(B, H, W)` of a key from the upper left and some fill, not yet by density."""
    key = torch.tensor(_KEY, device=maps.light.device)
    by_key = (maps.light * key[None, :, None, None]).sum(1)
    return by_key + _FILL * maps.light.mean(1)


def seen(maps: Maps) -> Tensor:
    """How much of an element is seen, 0..1, `(B, H, W)`: what is dense hides, what glows shines."""
    return 1 - (1 - maps.density) * torch.exp(-maps.emission)


def halved(pictures: Tensor, times: int) -> Tensor:
    """Halve `(B, C, H, W)` by averaging, so many times."""
    return F.avg_pool2d(pictures, 2**times) if times else pictures


def _as_asked(prompt: str, control: Control) -> tuple[str, Control]:
    """The first kind that a prompt names, and the control with the prompt's attributes in it."""
    words = asked(prompt)
    return words.kinds[0], Control(
        (control.envelope * words.density).clamp(0, 1),
        _at_most_one(control.wind * words.wind),
        (control.near + words.near).clamp(0, 1),
        (control.turbulence + words.turbulence).clamp(-1, 1),
        (control.softness + words.softness).clamp(-1, 1),
    )


def _at_most_one(wind: Tensor) -> Tensor:
    return wind / wind.norm(dim=1, keepdim=True).clamp_min(1)
