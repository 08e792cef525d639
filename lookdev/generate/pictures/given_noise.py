"""Every random number that a pipeline draws comes from the layer's own plane.

Pipelines and schedulers draw by `torch.randn`, each in its own place and some once a step. Here
those calls are answered, through torch's own function mode, with noise of the layer: the first draw
is the noise that moves as the layer moves, each further one another plane that moves likewise. So
a seed means the same in every pipeline, frame N alone is frame N of the range, and no global
generator is seeded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from lookdev.errors import ModelError
from lookdev.generate.adapter import NoiseOf


class GivenNoise(TorchFunctionMode):
    """A context in which `torch.randn` gives the noise of these samples, in this thread."""

    def __init__(self, samples: Sequence[NoiseOf], *, model: str) -> None:
        """Take the noise of each sample of the batch; `model` is named in errors."""
        super().__init__()
        self._samples, self._model = tuple(samples), model
        self.draws = 0
        """How many were drawn."""
        self.first: Tensor | None = None
        """The first draw (samples, channels, h, w), float32 on the CPU."""

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """A stretch within the context that draws nothing, and is not watched."""
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Answer `torch.randn`; refuse its kin, which would draw from a global generator."""
        kwargs = kwargs or {}
        if func is torch.randn:
            shape = tuple(kwargs["size"] if "size" in kwargs else _shape(args))
            drawn = self._drawn(shape)
            return drawn.to(device=kwargs.get("device"), dtype=kwargs.get("dtype"))
        if func is torch.randn_like:
            drawn = self._drawn(tuple(args[0].shape))
            return drawn.to(device=args[0].device, dtype=kwargs.get("dtype") or args[0].dtype)
        return func(*args, **kwargs)

    def _drawn(self, shape: tuple[int, ...]) -> Tensor:
        if len(shape) < 4 or shape[0] != len(self._samples):
            raise ModelError(
                f"model {self._model}: draws noise of shape {shape}, which has no place in a "
                "picture; use a scheduler that draws none while it denoises"
            )
        channels, (height, width) = prod(shape[1:-2]), shape[-2:]
        planes = [noise(channels, width, height, self.draws) for noise in self._samples]
        self.draws += 1
        drawn = torch.stack(planes).reshape(shape)
        if self.first is None:
            self.first = drawn
        return drawn


def _shape(args: tuple[Any, ...]) -> Sequence[int]:
    return args[0] if len(args) == 1 and not isinstance(args[0], int) else args
