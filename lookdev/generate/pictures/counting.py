"""What happens around a network's own work: its evaluations are counted, and it draws no noise."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from torch import nn

from lookdev.generate.pictures.given_noise import GivenNoise


class Count:
    """Samples that went through the network."""

    def __init__(self) -> None:
        """Start at none."""
        self.samples = 0


@contextmanager
def counted(network: nn.Module, noise: GivenNoise) -> Iterator[Count]:
    """Count every sample of every call of the network, however a family calls it.

    A network draws nothing, so the noise is not asked about each of its thousands of operations;
    and what is compiled sees no mode.
    """
    count, had = Count(), "forward" in vars(network)
    inner = network.forward

    @wraps(inner)  # modular blocks ask what it takes
    def forward(*args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else next(iter(kwargs.values()))
        count.samples += len(kwargs.get("hidden_states", kwargs.get("sample", first)))
        with noise.suspended():
            return inner(*args, **kwargs)

    network.forward = forward
    try:
        yield count
    finally:
        if had:
            network.forward = inner
        else:
            del network.forward
