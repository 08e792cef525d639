"""Whether flakes are drawn out along the wind, as a shutter draws them."""

from torch import Tensor

from lookdev.mini.evaluation.making import seen
from lookdev.mini.maps import Maps


def drawn_out(maps: Maps, wind: Tensor) -> float:
    """How much steeper pictures are across their wind than along it: logarithm of the ratio.

    0 is round, or drawn out any way; a trail many times as long as it is wide has 2 and more. Of
    each picture, on a torus; the mean over pictures.

    Args:
        maps: B elements.
        wind: `(B, 2)`, x to the right and y down, not 0.
    """
    picture = seen(maps)
    right, down = ((picture.roll(-1, dim) - picture.roll(1, dim)) / 2 for dim in (2, 1))
    x, y = (wind / wind.norm(dim=1, keepdim=True))[..., None, None].unbind(1)
    along, across = x * right + y * down, x * down - y * right
    steep = (across.square().sum((1, 2)) / along.square().sum((1, 2)).clamp_min(1e-12)).log()
    return float(steep.mean() / 2)
