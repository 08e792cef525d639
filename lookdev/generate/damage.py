"""What a library says of damaged files, in one sentence for who must copy them again."""

from collections.abc import Iterator
from contextlib import contextmanager

from safetensors import SafetensorError

from lookdev.errors import ModelError
from lookdev.generate.catalogue import ModelFiles

_DAMAGED = (OSError, ValueError, LookupError, TypeError, RuntimeError, SafetensorError)
"""What diffusers, transformers, peft and safetensors raise over damaged or foreign files."""


@contextmanager
def damage_told(files: ModelFiles) -> Iterator[None]:
    """Around loading: whatever the libraries raise is a ModelError that names the folder."""
    try:
        yield
    except ModelError:
        raise
    except _DAMAGED as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        raise ModelError(
            f"model {files.card.id}: {files.folder}: cannot be loaded ({reason}); {_mend(files)}"
        ) from error


def _mend(files: ModelFiles) -> str:
    if files.card.kind == "model":
        return "copy it again"
    return (
        f"copy it again, or use it with a model of the base that it was made for ({_base(files)})"
    )


def _base(files: ModelFiles) -> str:
    return f"its card says {files.card.base}" if files.card.base else "its card does not say"
