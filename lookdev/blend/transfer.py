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


def multiply(colour: Tensor, alpha: Tensor, below: Tensor) -> Tensor:
    """B(1-a+A): Nuke's AB where A covers, B where it does not, mixed by its alpha."""
    return below * (colour + (1 - alpha))


def brighter(colour: Tensor, alpha: Tensor, below: Tensor) -> Tensor:  # noqa: ARG001 as its siblings
    """The larger of A and B, which is Nuke's max; where B is below 0, B + max(A, 0).

    So a plate's negatives are not lifted to 0 where A is 0, and A rises from nothing over them.
    """
    added = below + colour.clamp_min(0)
    return torch.where(below < 0, added, torch.where(colour > below, colour, below))


TRANSFERS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "over": over,
    "plus": plus,
    "screen": screen,
    "multiply": multiply,
    "max": brighter,
}
