"""An optimiser for convolutions that learns in fewer steps than Adam.

Muon (Jordan et al. 2024): each weight's momentum, seen as a matrix from inputs to outputs, is
replaced by the nearest matrix with equal singular values, so that rare directions learn as fast
as common ones. torch ships it for plain matrices only; this one flattens convolutions.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOMENTUM = 0.95
_QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan et al.: steep at 0, flat round 1
_ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for weights of two or more dimensions.

    Args:
        weights: Parameters; all but the first dimension are flattened.
        rate: Learning rate; an update's root mean square is about 0.2 of it, as Adam's is.
    """

    def __init__(self, weights: Iterable[nn.Parameter], rate: float) -> None:
        """Start without momentum."""
        super().__init__(weights, {"lr": rate})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Take one step along the gradients."""
        for group in self.param_groups:
            for weight in group["params"]:
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                momentum = state["momentum"].lerp_(weight.grad, 1 - _MOMENTUM)
                ahead = torch.lerp(weight.grad, momentum, _MOMENTUM)
                flat = orthogonalised(ahead.flatten(1))
                size = 0.2 * max(flat.shape) ** 0.5
                weight.mul_(1 - 0.01 * group["lr"])
                weight.add_(flat.view_as(weight), alpha=-size * group["lr"])


def orthogonalised(matrix: Tensor) -> Tensor:
    """Bring a matrix's singular values to about 1, by five Newton-Schulz steps in bfloat16."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).bfloat16()
    x = x / (x.norm() + 1e-7)
    a, b, c = _QUINTIC
    for _ in range(_ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).to(matrix.dtype)
