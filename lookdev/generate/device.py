"""Where models and blends run."""

import os

import torch

from lookdev.errors import SpecError

VARIABLE = "LOOKDEV_DEVICE"


def chosen_device() -> str:
    """`$LOOKDEV_DEVICE` where it is set; else the first GPU if there is one; else the processor.

    It is part of every element's key, and in the ledger, the approval and the delivery.

    Raises:
        SpecError: The variable names what this machine has not.
    """
    named = os.environ.get(VARIABLE)
    has_gpu = torch.cuda.is_available()
    if not named:
        return "cuda" if has_gpu else "cpu"
    kind, _, index = named.partition(":")
    known = kind == "cpu" if not has_gpu else kind in ("cpu", "cuda")
    fits = not index or (kind == "cuda" and index.isdigit() and int(index) < _count())
    if not (known and fits):
        has = f"cpu, and cuda:0 to cuda:{_count() - 1}" if has_gpu else "only cpu"
        raise SpecError(f"{VARIABLE} is {named}; this machine has {has}")
    return named


def _count() -> int:
    return torch.cuda.device_count()
