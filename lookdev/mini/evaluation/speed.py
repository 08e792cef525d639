"""Seconds a picture takes: shown, and never a reason to fail, as another machine's are others."""

import time
from collections.abc import Iterator

import torch
from torch import Tensor

from lookdev.mini.evaluation.making import Make, even, fresh
from lookdev.mini.evaluation.report import Row
from lookdev.mini.scenes.control import Control

_SIZES = ((960, 540, 0.8), (2048, 1080, 5.0))


def speeds(make: Make, kind: str) -> Iterator[Row]:
    """The quickest of three pictures of each size, after one that warms up."""
    for width, height, bar in _SIZES:
        control, noise = even(1, height, width), fresh(51, 1, height, width)
        taken = [_seconds(make, kind, control, noise) for _ in range(4)][1:]
        threads = torch.get_num_threads()
        what = f"{kind} at {width}x{height}, {threads} thread{'s' * (threads > 1)}"
        yield Row(what, f"{min(taken):.2f} s", f"at most {bar:g} s on two cores")


def _seconds(make: Make, kind: str, control: Control, noise: Tensor) -> float:
    start = time.perf_counter()
    with torch.no_grad():
        made = make(kind, control, noise)
    float(made.density[0, 0, 0])  # waits for a device to be done
    return time.perf_counter() - start
