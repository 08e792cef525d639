"""Reusing a step's inner results while they hardly change: quicker, and no longer exact.

First Block Cache (the ParaAttention project): where the first block's change differs from the last
computed step's by less than a share, the other blocks' change is taken from there.
"""

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from diffusers import CacheMixin, FirstBlockCacheConfig

from lookdev.errors import ModelError
from lookdev.generate.pictures.compiling import eager, network_of

_BROKEN = frozenset({"Flux2Transformer2DModel"})
"""Its first blocks give two results and its last ones one; diffusers 0.42 subtracts them."""


@contextmanager
def step_cache(pipeline: Any, threshold: float) -> Iterator[None]:
    """Run a pipeline with a step cache; afterwards there is none, whatever was raised.

    Inside, compiled blocks run as they are written: the cache decides in each step anew.

    Args:
        pipeline: A pipeline of diffusers.
        threshold: Relative change from which on a step is computed, 0..1; 0 is no cache.

    Raises:
        ModelError: The network cannot reuse anything.
    """
    if threshold == 0:
        yield
        return
    network = network_of(pipeline)
    if not isinstance(network, CacheMixin) or type(network).__name__ in _BROKEN:
        raise ModelError(
            f"element.step_cache is {threshold:g}, but a {type(pipeline).__name__} has no step "
            "cache; remove element.step_cache"
        )
    with ExitStack() as stack:
        stack.enter_context(eager(network))
        network.enable_cache(FirstBlockCacheConfig(threshold=threshold))
        stack.callback(network.disable_cache)
        if not _tells_its_passes(pipeline):
            # Such a pipeline runs its network once a step, as lookdev calls it: one context is all.
            stack.enter_context(network.cache_context("cond"))
        yield


def _tells_its_passes(pipeline: Any) -> bool:
    """Whether a pipeline keeps the pass with the prompt apart from the one without."""
    call = inspect.unwrap(type(pipeline).__call__)
    return "cache_context" in call.__code__.co_names
