"""Numbers that are not finite are told at the step that made them, with what made them."""

import torch
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.spec.look import ElementParams

_STRONG = 5.0
"""Guidance above this may carry float16 past its end."""


def require_finite(
    latents: Tensor, step: int, total: int, params: ElementParams, dtype: torch.dtype
) -> None:
    """Raise where a step made a number that is no number, or an endless one.

    Args:
        latents: What the step made, any shape.
        step: The step, from 1.
        total: Of so many.
        params: The element's, for its model and guidance.
        dtype: The numbers that the network computes in.

    Raises:
        ModelError: It names the step, the settings, and what to try.
    """
    if torch.isfinite(latents).all():
        return
    numbers = str(dtype).removeprefix("torch.")
    what = "is not a number" if latents.isnan().any() else "has no end"
    raise ModelError(
        f"model {params.model}: the picture {what} after step {step} of {total} "
        f"(guidance {params.guidance:g}, {numbers}); {_mend(step, params.guidance, dtype)}"
    )


def _mend(step: int, guidance: float, dtype: torch.dtype) -> str:
    tries = []
    if dtype == torch.float16:
        tries.append("use a GPU that has bfloat16")
    if guidance > _STRONG:
        tries.append("lower element.guidance")
    if step == 1 or not tries:
        tries.append("check the model's files against its card (lookdev models check)")
    return ", or ".join(tries)
