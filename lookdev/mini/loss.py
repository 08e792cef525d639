"""What a guess of an element is charged for: its errors, and patches that the scene has not."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.codec import CHANNELS
from lookdev.mini.maps import SIDES

_SCALES = 3
_PATCH, _APART, _DIRECTIONS = 7, 3, 16


def error(guess: Tensor, clean: Tensor, knee: float) -> Tensor:
    """Error of each scene `(B,)`, its differences to neighbours counted too.

    Of all channels, the light maps by half, emission, which only embers have, fourfold; and of
    their differences to the right and down, which make edges and small flakes weigh more than the
    level of a wide, even area. Errors count by their square up to the knee, and in proportion
    beyond (pseudo-Huber, Charbonnier et al. 1997): where it is undecided whether there is a flake,
    the square makes half a flake of it, which is haze, and the proportional one decides.
    """
    weight = guess.new_tensor([1.0, *[0.5] * len(SIDES), 2.0])[:, None, None]
    off = (guess - clean) * weight
    across, down = off[..., 1:] - off[..., :-1], off[..., 1:, :] - off[..., :-1, :]
    return _counted(off, knee) + 0.5 * (_counted(across, knee) + _counted(down, knee))


def texture(guess: Tensor, clean: Tensor, generator: torch.Generator) -> Tensor:
    """How far the patches of each scene are, as a set, from those it should have, `(B,)`.

    The sliced Wasserstein loss (Heitz et al. 2021): patches of 7 x 7 pixels at three scales are
    looked at along random directions, and what is seen is sorted and compared. An error that
    cannot be avoided, such as a wisp a pixel beside its place, then costs less where it is as
    crisp as the scene than where it is smoothed away.
    """
    device, off = guess.device, guess.new_zeros(len(guess))
    for scale in range(_SCALES):
        if scale:
            guess, clean = F.avg_pool2d(guess, 2), F.avg_pool2d(clean, 2)
        shape = (_DIRECTIONS, CHANNELS, _PATCH, _PATCH)
        ways = torch.randn(shape, generator=generator, device=device)
        ways = ways / ways.flatten(1).norm(dim=1)[:, None, None, None]
        seen, due = (
            F.conv2d(each, ways, stride=_APART).flatten(2).sort(dim=-1).values
            for each in (guess, clean)
        )
        off = off + (seen - due).abs().mean((1, 2))
    return off / _SCALES


def _counted(off: Tensor, knee: float) -> Tensor:
    return 2 * knee * ((off.square() + knee * knee).sqrt() - knee).mean((1, 2, 3))
