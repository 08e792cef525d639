"""Elements from a model of opaque pictures: drawn over plain backgrounds, and un-mixed."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.unmix import Unmixed, background_of, keyed, unmixed
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.pictures.asked import Made, Run
from lookdev.generate.pictures.starting import Starting
from lookdev.image.element import Element

log = logging.getLogger(__name__)

_BLACK = "{}, isolated on a plain black background"
_WHITE = "{}, isolated on a plain white background"
_AGAIN = 0.6
"""How far the picture over white may go from the one over black, set on white."""
_PLAIN = 0.05
"""A background that spreads more than this is none: its alpha is a guess."""


def over_black(prompt: str) -> str:
    """The prompt of an element that is drawn to be un-mixed or keyed."""
    return _BLACK.format(prompt)


RunOne = Callable[[Run, OnStep | None], Made]


def elements(
    run_one: RunOne,
    starting: Starting,
    base: Run,
    request: Request,
    on_step: OnStep | None,
    *,
    repaints: bool,
) -> tuple[Element, ...]:
    """Elements of a batch, by the method that the layer names (`element.alpha`).

    Args:
        run_one: Runs the model.
        starting: The way between scene light and the model's pixels.
        base: The run from words.
        request: The first of the batch; they differ in noise only.
        on_step: As `Adapter.generate`.
        repaints: Whether the model repaints pictures: then the one over white is made of the one
            over black; else from the same noise.
    """
    prompt, is_pair = base.params.prompt, base.params.alpha == "unmix"
    dark = run_one(replace(base, prompt=over_black(prompt)), _share(on_step, 0, is_pair))
    found = []
    for index, picture in enumerate(dark.pictures):
        black = _linear(picture, starting)
        cut, evaluations = keyed(black, background_of(black)[0]), dark.evaluations
        if base.params.alpha == "unmix":
            single = replace(
                base, prompt=_WHITE.format(prompt), noise=base.noise[index : index + 1]
            )
            white = run_one(_set_on_white(single, black, cut) if repaints else single, on_step)
            cut = _compared(black, _linear(white.pictures[0], starting), base)
            evaluations += white.evaluations
        found.append(_element(cut, request, starting, evaluations))
    return tuple(found)


def _share(on_step: OnStep | None, before: int, is_pair: bool) -> OnStep | None:  # noqa: FBT001
    """Steps of a pair of runs, told as those of one run of twice as many."""
    if on_step is None or not is_pair:
        return on_step

    def told(step: Step) -> None:
        on_step(Step(before + step.done, before + step.total if before else 2 * step.total, None))

    return told


def _set_on_white(run: Run, black: Tensor, cut: Unmixed) -> Run:
    """The picture over black with white behind it, as far as its luminance tells; repainted."""
    white = black + (1 - cut.alpha.clamp(0, 1))[..., None]
    codes = _coded(white.clamp(0, 1)).movedim(-1, 0)[None]
    return replace(run, job="image", image=codes.contiguous(), strength=_AGAIN)


def _compared(black: Tensor, white: Tensor, run: Run) -> Unmixed:
    (dark, dark_spread), (bright, bright_spread) = background_of(black), background_of(white)
    if max(dark_spread, bright_spread) > _PLAIN:
        log.warning(
            "%s: the model drew no plain backgrounds (spread %.2f and %.2f; up to %.2f is plain), "
            "so the alpha of %r is a guess; say what it is in fewer words, or use luminance",
            *(run.params.model, dark_spread, bright_spread, _PLAIN, run.params.prompt),
        )
    return unmixed(black, white, dark, bright)


def _element(cut: Unmixed, request: Request, starting: Starting, evaluations: int) -> Element:
    """In the envelope only; its straight colour goes back to scene light as pictures do."""
    codes = _coded(cut.colour.clamp(0, 1)) if starting.encoding == "sdr-view" else None
    colour = (
        cut.colour.numpy()
        if codes is None
        else starting.scene(codes.movedim(-1, 0), request.ceiling)
    )
    density = cut.alpha.clamp(0, 1).numpy() * request.envelope
    return Element.picture(np.maximum(colour, 0), density=density, evaluations=evaluations)


def _linear(codes: Tensor, starting: Starting) -> Tensor:
    """Codes (3, h, w) as light that mixes (h, w, 3): display light of display pixels."""
    if starting.encoding != "sdr-view":
        return torch.from_numpy(starting.scene(codes, 1000.0))
    picture = codes.movedim(0, -1)
    low = picture / 12.92
    return torch.where(picture <= 0.04045, low, ((picture + 0.055) / 1.055) ** 2.4)


def _coded(light: Tensor) -> Tensor:
    """The inverse for display light (IEC 61966-2-1)."""
    high = 1.055 * light.clamp_min(1e-8) ** (1 / 2.4) - 0.055
    return torch.where(light <= 0.0031308, light * 12.92, high)
