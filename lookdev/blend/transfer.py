"""How a premultiplied layer A goes onto what is below it, B.

Formulas are those of Nuke's Merge node, whose `over` is Porter and Duff (1984). Pictures are
(3, H, W) scene-linear float32, alpha is (H, W). Wherever A and its alpha are 0, B comes out bit for
bit: no formula may touch a pixel that the layer does not reach.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def over(colour: Tensor, alpha: Tensor, below: Tensor) -> Tensor:
    """A + B(1-a)."""
    return torch.addcmul(colour, below, 1 - alpha)


def plus(colour: Tensor, alpha: Tensor, below: Tensor) -> Tensor:  # noqa: ARG001 as its siblings
    """A + B."""
    return colour + below


def screen(colour: Tensor, alpha: Tensor, below: Tensor) -> Tensor:  # noqa: ARG001 as its siblings
    """A + B - AB where both lie in 0..1, else the larger of the two.

    Below 0 it is A + B: the larger of the two would lift a plate's negatives to 0 where A is 0.
    """
    inside = (below <= 1) & (colour <= 1)
    added = torch.addcmul(colour + below, colour, below.clamp_min(0), value=-1)
    return torch.where(inside, added, torch.maximum(colour, below))


TRANSFERS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "over": over,
    "plus": plus,
    "screen": screen,
}
