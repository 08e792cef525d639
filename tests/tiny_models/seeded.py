"""Random weights by seed, and saving."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make weights inside by this seed; nothing outside notices."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def saved(pipeline: Any, folder: Path) -> Path:
    """Write a pipeline as safetensors and JSON, and nothing else."""
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder
