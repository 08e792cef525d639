"""An optimiser for convolutions that learns in fewer steps than Adam.

Muon (Jordan et al. 2024): each weight's momentum, seen as a matrix from inputs to outputs, is
replaced by the nearest matrix with equal singular values, so that rare directions learn as fast
as common ones. torch ships it for plain matrices only; this one flattens convolutions, and takes
those of one shape together.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOMENTUM = 0.95
_QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan et al.: steep at 0, flat round 1
_ITERATIONS = 5
_DECAY = 0.01


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
            alike: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
            for weight in group["params"]:
                alike[weight.shape].append(weight)
            for weights in alike.values():
                self._step(weights, group["lr"])

    def _step(self, weights: list[nn.Parameter], rate: float) -> None:
        """Move weights of one shape."""
        for weight in weights:
            if not self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
        slopes = torch.stack(
            [weight.grad.flatten(1) for weight in weights if weight.grad is not None]
        )
        momenta = torch.stack([self.state[weight]["momentum"].flatten(1) for weight in weights])
        momenta = torch.lerp(momenta, slopes, 1 - _MOMENTUM)
        flat = orthogonalised(torch.lerp(slopes, momenta, _MOMENTUM))
        size = 0.2 * max(flat.shape[1:]) ** 0.5
        for weight, way, momentum in zip(weights, flat, momenta, strict=True):
            self.state[weight]["momentum"].copy_(momentum.view_as(weight))
            weight.mul_(1 - _DECAY * rate)
            weight.add_(way.view_as(weight), alpha=-size * rate)


def orthogonalised(matrices: Tensor) -> Tensor:
    """Bring the singular values of `(N, rows, columns)` to about 1: five Newton-Schulz steps."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    a, b, c = _QUINTIC
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
