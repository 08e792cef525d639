"""What a loaded pipeline keeps between runs: prompts and plates that it has encoded before."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_MOST = 8
"""Of each encoder: of a language model's outputs one may take a quarter of a gigabyte."""


class Kept:
    """The last results of one encoder by what it was given; the same numbers as if made anew."""

    def __init__(self, run: Callable[..., Any]) -> None:
        """Stand before a function of a module."""
        self._run = run
        self._results: OrderedDict[str, Any] = OrderedDict()
        self.runs = 0
        """How often it was really run."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the kept result for these arguments, or run."""
        key = _key((args, sorted(kwargs.items())))
        if key is None:
            return self._run(*args, **kwargs)
        if key not in self._results:
            self.runs += 1
            self._results[key] = self._run(*args, **kwargs)
            while len(self._results) > _MOST:
                self._results.popitem(last=False)
        self._results.move_to_end(key)
        return self._results[key]

    def forget(self) -> None:
        """Forget all: the module's weights have changed."""
        self._results.clear()


class _Mean:
    """A latent distribution that gives its mean: the plate's latents depend on no noise."""

    def __init__(self, mean: Tensor) -> None:
        self._mean = mean

    def sample(self, generator: object = None) -> Tensor:  # noqa: ARG002 as diffusers calls it
        return self._mean

    def mode(self) -> Tensor:
        return self._mean


def keep_encoders(pipeline: Any) -> dict[str, Kept]:
    """Put a `Kept` before each encoder of a pipeline; returns them by the part's name."""
    kept = {}
    for name in ("text_encoder", "text_encoder_2", "image_encoder"):
        module = getattr(pipeline, name, None)
        if module is not None:
            kept[name] = module.forward = Kept(module.forward)
    kept["vae"] = pipeline.vae.encode = Kept(_by_mean(pipeline.vae.encode))
    return kept


def _by_mean(encode: Callable[..., Any]) -> Callable[..., Any]:
    def encoded(*args: Any, **kwargs: Any) -> Any:
        result = encode(*args, **kwargs)
        if hasattr(result, "latent_dist"):
            result.latent_dist = _Mean(result.latent_dist.mode())
        return result

    return encoded


def _key(value: Any) -> str | None:
    """A digest of arguments; None where one of them cannot be digested."""
    total = hashlib.sha256()
    return total.hexdigest() if _take(value, total) else None


def _take(value: Any, total: Any) -> bool:
    if isinstance(value, Tensor):
        total.update(f"tensor {tuple(value.shape)} {value.dtype} {value.device}".encode())
        plain = value.detach().cpu().contiguous().flatten()
        total.update(plain.view(torch.uint8).numpy().tobytes())
        return True
    if isinstance(value, tuple | list):
        total.update(f"{len(value)}(".encode())
        return all(_take(one, total) for one in value)
    if value is None or isinstance(value, str | int | float | bool):
        total.update(f"{value!r};".encode())
        return True
    return False
