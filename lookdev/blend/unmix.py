"""Alpha and colour of an element from opaque pictures of it over plain backgrounds.

An image model returns opaque pictures; an element needs alpha. What covers is pictured twice, over
black and over white, and un-mixed; what glows is pictured over black and keyed. Pictures are
linear light (H, W, 3) float32 on any device, 0..1 where they are a display's; backgrounds are their
red, green and blue.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

from lookdev.errors import ModelError

Background = tuple[float, float, float]

_CLEAR = 1 / 512  # below this alpha, 8 bits say nothing at all
_THIN = 0.05  # below this alpha, they say less of the colour than its neighbours do
_NEAR = 8  # how far neighbours are looked for (px)
_THERE = 0.02  # alpha from which a pixel is the element's
_EXPLAINED = 0.01  # of the residual; 8 bits leave at most half of it
_APART = 0.1  # two backgrounds nearer than this (largest channel) leave alpha to the noise


@dataclass(frozen=True, eq=False)
class Unmixed:
    """An element without its background."""

    alpha: Tensor
    """(H, W), 0..1."""
    colour: Tensor
    """Straight, (H, W, 3), 0 and up; 0 where nothing is there."""
    residual: Tensor
    """(H, W), 0 and up: how far the pictures are from anything that alpha and colour could make."""

    @property
    def disagreement(self) -> float:
        """Share of the element's pixels that 8 bits do not explain; 0 for pictures of one element.

        It sees colours that differ. Two pictures of grey things in different places are, pixel by
        pixel, always of *some* grey element: see `drift`.
        """
        there = self.alpha > _THERE
        odd = there & (self.residual > _EXPLAINED)
        return float(odd.sum() / there.sum().clamp_min(1))


def background_of(picture: Tensor) -> tuple[Background, float]:
    """The plain background's colour, and how plain it is, from a ring along the picture's border.

    The ring is 1/32 of the shorter side wide. The colour is its median by channel. Two thirds of
    the ring lie no further from it, in their worst channel, than the second value (display-linear),
    so an element may leave the picture across less than a third of its border.
    """
    height, width, _ = picture.shape
    margin = max(1, min(height, width) // 32)
    inside = torch.zeros(height, width, dtype=torch.bool, device=picture.device)
    inside[margin : height - margin, margin : width - margin] = True
    ring = picture[~inside]
    middle = ring.median(dim=0).values
    away = (ring - middle).abs().amax(dim=-1)
    spread = away.kthvalue(max(1, round(len(away) * 2 / 3))).values
    red, green, blue = middle.tolist()
    return (red, green, blue), float(spread)


def unmixed(
    over_black: Tensor, over_white: Tensor, black: Background, white: Background
) -> Unmixed:
    """Alpha and straight colour of one element that was pictured over two backgrounds.

    The triangulation of Smith and Blinn, "Blue Screen Matting" (SIGGRAPH 1996, theorem 4), over the
    three channels: with pictures P, backgrounds B and d = B2 - B1,

        alpha = 1 - (P2 - P1) . d / d . d    clipped to 0..1
        alpha * colour = the mean of P - (1 - alpha) B over both pictures

    which are the least squares of the difference and of the sum. Colour is clipped to 0..1, or to
    the pictures' brightest value where that is above 1; where alpha is below 0.05 it passes over
    into that of denser neighbours, or a rim of amplified noise would show. The residual is the root
    mean square, over channels and pictures, of what alpha and alpha * colour do not explain.

    Raises:
        ModelError: The backgrounds are too much alike.
    """
    first, second = over_black.new_tensor(black), over_black.new_tensor(white)
    apart = second - first
    if float(apart.abs().max()) < _APART:
        raise ModelError(
            f"the pictures' backgrounds are {_rgb(black)} and {_rgb(white)}, too much alike to "
            "tell alpha; ask for a plainer black and white, or take alpha by luminance"
        )
    clear = (((over_white - over_black) @ apart) / apart.dot(apart)).clamp(0, 1)[..., None]
    own = torch.stack([over_black - clear * first, over_white - clear * second])
    alpha = 1 - clear
    brightest = torch.maximum(over_black, over_white).amax().clamp_min(1)
    dense = torch.minimum(own.mean(dim=0).clamp_min(0), alpha * brightest)
    residual = (own - dense).square().mean(dim=(0, -1)).sqrt()
    return Unmixed(alpha[..., 0], _straight(dense, alpha), residual)


def _straight(dense: Tensor, alpha: Tensor) -> Tensor:
    """Premultiplied colour (H, W, 3) divided by alpha (H, W, 1)."""
    around = _pooled(dense * alpha) / _pooled(alpha * alpha).clamp_min(_CLEAR**2)
    sure = (alpha / _THIN).clamp(max=1)
    straight = torch.lerp(around, dense / alpha.clamp_min(_CLEAR), sure)
    return torch.where(alpha > _CLEAR, straight, 0)


def _pooled(plane: Tensor) -> Tensor:
    """Mean over a square about each pixel, of (H, W, C); squares end at the border."""
    planes = plane.movedim(-1, 0)[None]
    for near in ((_NEAR, 0), (0, _NEAR)):
        side = (2 * near[0] + 1, 2 * near[1] + 1)
        planes = F.avg_pool2d(planes, side, 1, near, count_include_pad=False)
    return planes[0].movedim(0, -1)


def drift(over_black: Tensor, over_white: Tensor) -> tuple[int, int]:
    """How far right and down (px) the second picture must be from the first for edges to agree.

    The peak of the circular cross-correlation of both gradients' magnitudes. (0, 0), or a pixel
    beside it, is an element that stayed in its place; in soft smoke it may err.
    """
    first, second = (_edges(picture) for picture in (over_black, over_white))
    product = torch.fft.rfft2(second) * torch.fft.rfft2(first).conj()
    match = torch.fft.irfft2(product, s=first.shape)
    height, width = match.shape
    down, right = divmod(int(match.argmax()), width)
    return right - width * (right > width // 2), down - height * (down > height // 2)


def _edges(picture: Tensor) -> Tensor:
    """Magnitude of the gradient of the channels' mean, less its own mean; (H - 1, W - 1)."""
    plane = picture.mean(dim=-1)
    steep = torch.hypot(plane.diff(dim=0)[:, 1:], plane.diff(dim=1)[1:])
    return steep - steep.mean()


def keyed(over_black: Tensor, black: Background) -> Unmixed:
    """Alpha and straight colour of what glows: luminance key over black.

    Alpha is the largest channel of the picture less its background, up to 1: light that covers
    nothing has no other. Alpha times colour is that difference itself, so no light is lost. The
    residual is how far the picture lies below its background, where no light can be.
    """
    difference = over_black - over_black.new_tensor(black)
    light = difference.clamp_min(0)
    alpha = light.amax(dim=-1).clamp_max(1)
    colour = light / torch.where(alpha > 0, alpha, 1)[..., None]
    return Unmixed(alpha, colour, (light - difference).amax(dim=-1))


def _rgb(background: Background) -> str:
    return "(" + ", ".join(f"{value:.3f}" for value in background) + ")"
