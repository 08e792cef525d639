"""In which numbers a picture model computes; its VAE always in float32."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch import Tensor

log = logging.getLogger(__name__)

_OF_LATENTS = ("parameters", "mean", "logvar", "std", "var")
"""Tensors of diffusers' distribution of latents."""


def dtype_for(device: str | torch.device, wish: torch.dtype = torch.bfloat16) -> torch.dtype:
    """The numbers of the network and its encoders: a GPU's as its family wishes, else float32.

    On a CPU it is float32 though the embedded model may take bfloat16 there: no picture model was
    measured to gain by it.

    Args:
        device: Where it runs.
        wish: What the family computes in: bfloat16, float16 or float32.
    """
    where = torch.device(device)
    is_gpu = where.type == "cuda"
    return chosen(wish, is_gpu=is_gpu, has_bfloat16=is_gpu and torch.cuda.is_bf16_supported(False))


def chosen(wish: torch.dtype, *, is_gpu: bool, has_bfloat16: bool) -> torch.dtype:
    """`dtype_for` by what a device can do; float16 in place of bfloat16 is told to the log."""
    if not is_gpu:
        return torch.float32
    if wish == torch.bfloat16 and not has_bfloat16:
        log.warning(
            "this GPU has no bfloat16: the model runs in float16, whose numbers end at 65504; "
            "where it gives numbers that are not finite, use a newer GPU or lower guidance"
        )
        return torch.float16
    return wish


def dtypes_for(
    device: str | torch.device, wish: torch.dtype = torch.bfloat16
) -> dict[str, torch.dtype]:
    """`dtype_for` by part, as `from_pretrained(dtype=...)` takes it.

    The VAE is loaded in float32 at once: through bfloat16 its weights would lose what no later
    cast brings back.
    """
    return {"default": dtype_for(device, wish), "vae": torch.float32}


def keep_vae_float32(pipeline: Any) -> None:
    """Keep a pipeline's VAE in float32: bands in a sky are worse than the time it takes.

    What it is given is cast to float32 on its way in; the latents that it encodes are cast to the
    network's numbers, which may be smaller. Pictures that it decodes stay float32.
    """
    vae = pipeline.vae.to(torch.float32)
    network = getattr(pipeline, "transformer", None) or pipeline.unet
    vae.encode = _cast_in(vae.encode, lambda made: _latents_as(made, network.dtype))
    vae.decode = _cast_in(vae.decode, lambda made: made)


def _cast_in(run: Callable[..., Any], after: Callable[[Any], Any]) -> Callable[..., Any]:
    @wraps(run)
    def in_float32(given: Tensor, *args: Any, **kwargs: Any) -> Any:
        return after(run(given.to(torch.float32), *args, **kwargs))

    return in_float32


def _latents_as(made: Any, dtype: torch.dtype) -> Any:
    """What a VAE's `encode` gave, a tuple or one of diffusers' outputs, in other numbers."""
    held = made[0]
    if isinstance(held, Tensor):
        return (held.to(dtype),) if isinstance(made, tuple) else type(made)(held.to(dtype))
    for name in _OF_LATENTS:
        setattr(held, name, getattr(held, name).to(dtype))
    return made
