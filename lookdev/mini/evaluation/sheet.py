"""A sheet of procedural scenes, left, beside what is made of other noise, right; a row a kind.

`python -m lookdev.mini.evaluation.sheet docs/mini.jpg` draws that of the shipped weights.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from lookdev.mini.evaluation.making import (
    Make,
    fresh,
    in_batches,
    lit,
    of_pipeline,
    of_scenes,
)
from lookdev.mini.maps import Maps
from lookdev.mini.pipeline import WEIGHTS, ElementPipeline
from lookdev.mini.scenes.control import Control
from lookdev.mini.words import KINDS
from lookdev.spec.files import whole_file

_GREY = 0.18
_KEY = 0.9  # radiance that a full return of the key sends
_EMBER = (0.9, 0.4, 0.12)  # linear colour of emission, for the sheet only
_GAP = 4


def write(make: Make, real: Make, kinds: Sequence[str], path: Path, size: int) -> None:
    """Write the sheet, as PNG or JPEG: for each kind five controls, each real and then made.

    The controls: thin and even in still air, even in a wind, a front, an island, and near.
    """
    rows = [_row(make, real, kind, size) for kind in kinds]
    with whole_file(path) as temporary:
        Image.fromarray(torch.cat(rows).numpy()).save(
            temporary, format="PNG" if path.suffix == ".png" else "JPEG", quality=85
        )


def over_grey(maps: Maps) -> Tensor:
    """Lay elements over 18 % grey under the key: `(B, H, W, 3)` uint8, gamma 2.2."""
    density = maps.density
    planes = (density * lit(maps) * _KEY + (1 - density) * _GREY)[..., None]
    linear = planes + maps.emission[..., None] * torch.tensor(_EMBER)
    return (linear.clamp(0, 1) ** (1 / 2.2) * 255).round().to(torch.uint8).cpu()


def _row(make: Make, real: Make, kind: str, size: int) -> Tensor:
    control = _controls(size)
    pictures = [
        over_grey(in_batches(each, kind, control, fresh(seed, len(control.near), size, size), 5))
        for each, seed in ((real, 11), (make, 12))
    ]
    pairs = torch.stack(pictures, dim=1).flatten(0, 1)
    framed = torch.nn.functional.pad(pairs, (0, 0, 0, _GAP, 0, _GAP))
    return torch.cat(list(framed), dim=1)


def _controls(size: int) -> Control:
    down, across = torch.meshgrid(*2 * [torch.linspace(-1, 1, size)], indexing="ij")
    full = torch.ones_like(down)
    front = ((down + 0.2) / 0.8).clamp(0, 1)
    island = (1.3 - 1.6 * (down.square() + across.square()).sqrt()).clamp(0, 1)
    envelope = torch.stack([0.4 * full, 0.8 * full, front, island, 0.8 * full])
    wind = torch.tensor([[0.0, 0.0], [-0.6, 0.4], [0.2, -0.2], [0.0, 0.0], [0.1, 0.3]])
    usual = torch.zeros(5)
    return Control(envelope, wind, torch.tensor([0.5, 0.5, 0.5, 0.5, 0.85]), usual, usual)


if __name__ == "__main__":
    _shipped = ElementPipeline.from_pretrained(WEIGHTS, use_safetensors=True, local_files_only=True)
    write(of_pipeline(_shipped, steps=1), of_scenes, KINDS, Path(sys.argv[1]), size=192)
