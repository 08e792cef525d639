"""Counts evaluations of a network while a pipeline runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn


class Count:
    """Samples that went through the network."""

    def __init__(self) -> None:
        """Start at none."""
        self.samples = 0


@contextmanager
def counted(network: nn.Module) -> Iterator[Count]:
    """Count every sample of every call of the network, however a family calls it."""
    count = Count()

    def before(_module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        first = args[0] if args else next(iter(kwargs.values()))
        named = kwargs.get("hidden_states", kwargs.get("sample", first))
        count.samples += len(named)

    handle = network.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield count
    finally:
        handle.remove()
