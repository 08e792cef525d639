"""What every model family's adapter does for the rest of the product."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from safetensors import SafetensorError
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.generate.catalogue import ALLOWED, ModelFiles
from lookdev.image.element import Element
from lookdev.image.frame import Pixels
from lookdev.spec.look import ElementParams

_DAMAGED = (OSError, ValueError, LookupError, TypeError, RuntimeError, SafetensorError)
"""What diffusers and safetensors raise over damaged files and wrong configurations."""


@dataclass(frozen=True)
class Step:
    """One denoising step that is done."""

    done: int
    total: int
    preview: Callable[[], Element]
    """Decodes the element as it would be if the model stopped here; costs only when called."""


OnStep = Callable[[Step], None]
"""Called after each denoising step; raising in it cancels."""


@dataclass(frozen=True)
class Request:
    """All that one element of one frame depends on."""

    params: ElementParams
    envelope: Pixels
    """(h, w), 0..1."""
    wind: tuple[float, float]
    """Element pixels a frame."""
    noise: Tensor
    """(channels, h, w), standard normal, on the CPU."""


class Adapter(Protocol):
    """One loaded model."""

    noise_channels: int

    def generate(self, request: Request, on_step: OnStep | None) -> Element:
        """Make one element."""


def load(files: ModelFiles, *, device: str) -> Adapter:
    """Load a model by its allowed pipeline class: safetensors, local files, no remote code."""
    module = import_module(ALLOWED[files.card.pipeline].adapter)
    try:
        adapter: Adapter = module.load(files, device=device)
    except _DAMAGED as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        raise ModelError(
            f"model {files.card.id}: {files.folder}: cannot be loaded ({reason}); copy it again"
        ) from error
    return adapter
