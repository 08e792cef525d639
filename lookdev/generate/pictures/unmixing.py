"""Elements from a model of opaque pictures: drawn over plain backgrounds, and un-mixed."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.unmix import Unmixed, background_of, drift, keyed, unmixed
from lookdev.generate.adapter import OnStep, Request, Step
from lookdev.generate.pictures.asked import Made, Run
from lookdev.generate.pictures.starting import Starting
from lookdev.image.element import Element
from lookdev.image.encode import rolled_off

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


_AGREES = 0.02
"""More of an element than this that differs between its two pictures is more than rounding."""
_THIN = 1 / 512
"""Alpha below which 8 bits say nothing of a colour."""
_TO_ACESCG = np.array(
    [
        [0.6130974, 0.3395231, 0.0473795],
        [0.0701937, 0.9163540, 0.0134523],
        [0.0206156, 0.1095698, 0.8698146],
    ],
    np.float32,
)
"""From Rec.709's primaries and D65 to ACEScg's and D60 (RP 177; Bradford's adaptation)."""

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
        if is_pair:
            single = replace(
                base, prompt=_WHITE.format(prompt), noise=base.noise[index : index + 1]
            )
            again = _set_on_white(single, black, cut) if repaints else single
            white = run_one(again, _share(on_step, base.steps, is_pair))
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
    cut = unmixed(black, white, dark, bright)
    shift = max(map(abs, drift(black, white)))
    if max(dark_spread, bright_spread) > _PLAIN or cut.disagreement > _AGREES or shift > 0:
        log.warning(
            "model %s: the alpha of %r is a guess: its backgrounds spread by %.2f and %.2f (up to "
            "%.2f is plain), %.0f%% of it differs between them, and it moved by %d px; say what it "
            "is in fewer words, or take luminance",
            *(run.params.model, run.params.prompt, dark_spread, bright_spread, _PLAIN),
            *(100 * cut.disagreement, shift),
        )
    return cut


def _element(cut: Unmixed, request: Request, starting: Starting, evaluations: int) -> Element:
    """In the envelope only.

    What covers is lit by the scene: its straight colour is taken as what it reflects, 1 all of it.
    What glows sends its own light, which goes back to scene light as a picture's does.
    """
    alpha = cut.alpha.clamp(0, 1).numpy()
    if starting.encoding != "sdr-view":
        colour = rolled_off(np.maximum(cut.colour.numpy(), 0), request.ceiling)
    elif request.layer.element.alpha == "unmix":
        colour = cut.colour.clamp(0, 1).numpy() @ _TO_ACESCG.T
    else:
        codes = _coded((cut.colour * cut.alpha[..., None]).clamp(0, 1))
        light = starting.scene(codes.movedim(-1, 0), request.ceiling)
        colour = light / np.maximum(alpha, _THIN)[..., None]
    density = alpha * request.envelope
    made = np.maximum(colour, 0).astype(np.float32)
    return Element.picture(made, density=density, evaluations=evaluations)


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
