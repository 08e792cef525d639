"""Compiling a network's repeated blocks on a GPU: after the first picture, when nobody waits.

One block is compiled for all of its kind ("regional"), for any size, so it takes a fraction of the
time that a whole network does; still far too long to be paid at start.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch
from diffusers.utils.constants import DIFFUSERS_ATTN_BACKEND
from torch import nn

log = logging.getLogger(__name__)

State = Literal["cold", "warm", "compiled", "refused"]
"""No picture yet; waits for an idle moment; is compiled; cannot be, and stays as it is."""


def network_of(pipeline: Any) -> Any:
    """What of a pipeline denoises."""
    transformer = getattr(pipeline, "transformer", None)
    return pipeline.unet if transformer is None else transformer


class Idle:
    """When one network is compiled: cold, warm after a picture, compiled after an idle moment."""

    def __init__(self, network: Any, *, device: str) -> None:
        """Nothing is compiled yet.

        Args:
            network: Of diffusers.
            device: Where it runs; on a CPU it is never compiled: that takes longer than it gains.
        """
        self._network, self._can = network, torch.device(device).type == "cuda"
        self.state: State = "cold"

    def picture_done(self) -> None:
        """Tell that a picture was finished."""
        if self.state == "cold":
            self.state = "warm"

    def moment(self, again: Callable[[], object]) -> bool:
        """Tell that nobody waits; the first such moment after a picture compiles.

        Args:
            again: Makes pictures as they are made, to be thrown away: the compiler works when the
                network first runs. One alone and two a call: torch compiles a single sample apart,
                and any other number together. What it raises beside a RuntimeError (the person
                came back) goes through; the next idle moment tries anew.

        Returns:
            Whether it was compiled in this moment. What cannot be compiled is told to the log.
        """
        if self.state != "warm" or not self._can:
            return False
        try:
            self._network.compile_repeated_blocks(fullgraph=True, dynamic=True)
            again()
        except (RuntimeError, ValueError) as error:
            self._undo()
            self.state = "refused"
            log.warning("%s is not compiled: %s", type(self._network).__name__, error)
            return False
        except BaseException:
            self._undo()
            raise
        self.state = "compiled"
        return True

    def identity(self) -> str:
        """How it runs, for cache keys: `eager` or `regional`, and the kind of attention."""
        how = "regional" if self.state == "compiled" else "eager"
        return f"{how} {attention()}"

    def _undo(self) -> None:
        for block in _compiled(self._network):
            block._compiled_call_impl = None  # noqa: SLF001 torch has no other way back


def compile_when_idle(pipeline: Any, *, device: str) -> Idle:
    """Watch a pipeline's network; it is compiled by `Idle.moment`, and never here."""
    return Idle(network_of(pipeline), device=device)


def attention() -> str:
    """The kind of attention: torch's own (`sdpa`), unless the environment names another."""
    return "sdpa" if DIFFUSERS_ATTN_BACKEND == "native" else DIFFUSERS_ATTN_BACKEND


@contextmanager
def eager(network: nn.Module) -> Iterator[None]:
    """Run a network as if it were not compiled, for what cannot be: hooks in its blocks."""
    taken = {block: block._compiled_call_impl for block in _compiled(network)}  # noqa: SLF001
    for block in taken:
        block._compiled_call_impl = None  # noqa: SLF001
    try:
        yield
    finally:
        for block, call in taken.items():
            block._compiled_call_impl = call  # noqa: SLF001


def _compiled(network: nn.Module) -> list[Any]:
    return [
        module
        for module in network.modules()
        if module._compiled_call_impl is not None  # noqa: SLF001
    ]
