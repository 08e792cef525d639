"""The network's last layers, in which there is nothing to learn: shutter, smoothness, glow."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.mini.codec import dimmed, glowing
from lookdev.mini.scenes.control import MAX_WIND
from lookdev.mini.words import KINDS

_SHUTTER = 0.5  # of a frame, as `scenes.peaks` has it
_REACH = math.ceil(MAX_WIND * _SHUTTER / 2)
_PACES = {"snow": 1.0, "ash": 0.5, "debris": 1.0}
"""How fast what is drawn out whole is in a wind, as in the scenes."""
_TAIL, _GLOW = 2.2, 0.5
"""Length of a spark's trail, in paths of the wind, and its brightness where it begins."""
_VOLUMES = ("dust", "smoke", "fog")
_SMOOTH = torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16


def swept(guess: Tensor, control: Tensor, condition: Tensor) -> Tensor:
    """Draw flakes and chunks out along the wind, as a shutter does that is open while they fly.

    Convolutions that know the wind hardly learn to turn with it; a line of its length, any way
    round, is theirs for nothing.

    Args:
        guess: `(B, C, H, W)`.
        control: `(B, 4, H, W)`, as the network takes it.
        condition: `(B, K + 3)`, as the network takes it.
    """
    flying = _share(condition, tuple(_PACES))
    kinds = condition[:, : len(KINDS)]
    pace = kinds @ kinds.new_tensor([_PACES.get(kind, 0.0) for kind in KINDS])
    travel = _path(control) * pace[:, None]
    if not travel.any():
        return guess
    count, channels, *plane = guess.shape
    lines = _lines(travel).repeat_interleave(channels, 0)[:, None]
    side_by_side = guess.reshape(1, count * channels, *plane)
    drawn = F.conv2d(
        side_by_side.contiguous(memory_format=torch.channels_last),
        lines,
        padding=_REACH,
        groups=count * channels,
    )
    return torch.lerp(guess, drawn.reshape(guess.shape), flying)


def trailing(guess: Tensor, control: Tensor, condition: Tensor) -> Tensor:
    """Give sparks a trail of light behind them, which fades to nothing.

    It is what is brightest at a pixel: the spark, or one upwind whose trail passes there.

    Args:
        guess: `(B, 6, H, W)`, in the channels of `codec`.
        control: `(B, 4, H, W)`, as the network takes it.
        condition: `(B, K + 3)`, as the network takes it.
    """
    paths = _TAIL * _path(control) * _share(condition, ("embers",))[:, 0, 0]
    if not paths.any():
        return guess
    light = glowing(guess[:, -1:])
    trails = torch.cat([_trail(*each) for each in zip(light, paths.tolist(), strict=True)])
    seen = torch.where(trails > light[:, 0], dimmed(trails), guess[:, -1])
    return torch.cat([guess[:, :-1], seen[:, None]], dim=1)


def evened(guess: Tensor, condition: Tensor) -> Tensor:
    """Smooth volumes over 3 x 3 pixels (1 2 1, which takes away all that alternates).

    They have next to nothing as fine as a cycle of two pixels, and cells of 2 x 2 pixels leave
    more there. Particles, which are that fine, stay as they are.
    """
    share = _share(condition, _VOLUMES)
    if not share.any():
        return guess
    channels = guess.shape[1]
    kernel = _SMOOTH.to(guess).expand(channels, 1, 3, 3)
    return torch.lerp(guess, F.conv2d(guess, kernel, padding=1, groups=channels), share)


def only_glowing(guess: Tensor, condition: Tensor) -> Tensor:
    """Leave emission, the last channel, to embers and to "no kind".

    Were it not so, the many scenes without emission would teach its weights to vanish long before
    the few with it could use them.
    """
    glowing = condition[:, [KINDS.index("embers"), len(KINDS)]].sum(1) > 0
    emission = guess[:, -1:] * glowing[:, None, None, None]
    return torch.cat([guess[:, :-1], emission], dim=1)


def _share(condition: Tensor, kinds: tuple[str, ...]) -> Tensor:
    """Weight of these kinds together, `(B, 1, 1, 1)`."""
    return condition[:, [KINDS.index(kind) for kind in kinds]].sum(1)[:, None, None, None]


def _path(control: Tensor) -> Tensor:
    """Pixels right and down that the wind goes while the shutter is open, `(B, 2)`.

    Of a wind that differs from place to place it is the middle one; an even wind is that middle to
    the bit, however a picture is cut into tiles.
    """
    low, high = torch.aminmax(control[:, 1:3].flatten(2), dim=2)
    return (low + high) * (0.5 * MAX_WIND * _SHUTTER)


def _lines(travel: Tensor) -> Tensor:
    """Kernels `(B, K, K)` that average along paths `(B, 2)`, as far before as behind."""
    share = torch.linspace(-0.5, 0.5, 4 * _REACH + 1, device=travel.device)
    pixels = torch.arange(-_REACH, _REACH + 1, device=travel.device)
    place = travel.clamp(-2 * _REACH, 2 * _REACH)[:, None] * share[:, None]
    near = (1 - (place[..., None] - pixels).abs()).clamp_min(0)
    return torch.einsum("bny,bnx->byx", near[:, :, 1], near[:, :, 0]) / len(share)


def _trail(light: Tensor, path: list[float]) -> Tensor:
    """The light `(1, H, W)` of trails that lie so far (right, down) before what passes."""
    length = math.hypot(*path)
    reach = math.ceil(length) + 1
    wide, found = F.pad(light, 4 * [reach]), torch.zeros_like(light)
    for step in range(1, round(length) + 1):
        share = step / round(length)
        strength = _GLOW * min(1.0, length / 2) * (1 - share) ** 2
        upwind = _shifted(wide, share * path[0], share * path[1], reach, light.shape)
        found = torch.maximum(found, strength * upwind)
    return found


def _shifted(wide: Tensor, right: float, down: float, margin: int, shape: torch.Size) -> Tensor:
    """What lies so far to the right and down, bilinear, of a field with a margin all round."""
    top, left = math.floor(down), math.floor(right)
    shares = [
        (y, x, abs(1 - y - (down - top)) * abs(1 - x - (right - left)))
        for y in (0, 1)
        for x in (0, 1)
    ]
    height, width = shape[-2:]
    parts = [
        share * wide[:, margin + top + y :, margin + left + x :][:, :height, :width]
        for y, x, share in shares
        if share
    ]
    return torch.stack(parts).sum(0)
