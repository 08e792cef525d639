"""A sheet of scenes beside what the model makes of the same noise: `python -m lookdev.mini.sheet`.

Each row is a kind; each pair is the procedural scene, left, and the generated element, right.
"""

import argparse
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from lookdev.mini.pipeline import WEIGHTS, ElementPipeline
from lookdev.mini.scenes import Control, Noise, render
from lookdev.mini.words import KINDS

_GREY = 0.18
_EMBER = (0.9, 0.4, 0.12)  # linear colour of emission, for the sheet only


def main() -> None:
    """Read the command line and write the sheet."""
    parser = argparse.ArgumentParser(prog="python -m lookdev.mini.sheet", description=__doc__)
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--size", type=int, default=256, help="pixels each way of one picture")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    pipeline = ElementPipeline.from_pretrained(
        args.weights, use_safetensors=True, local_files_only=True
    )
    rows = [row(pipeline, kind, args.seed, args.size, args.steps) for kind in KINDS]
    Image.fromarray(torch.cat(rows).numpy()).save(args.picture)


def row(pipeline: ElementPipeline, kind: str, seed: int, size: int, steps: int) -> Tensor:
    """Draw one kind over grey.

    Args:
        pipeline: The model.
        kind: One of `KINDS`.
        seed: Of the noise.
        size: Pixels each way.
        steps: Of the model.

    Returns:
        sRGB-like picture `(size, 4 size, 3)`, uint8: an even envelope in still air, then a front
        in wind.
    """
    control = _two_controls(size)
    noise = Noise.draw(torch.Generator().manual_seed(seed), 2, size)
    made = pipeline(kind, control=control.map(), noise=noise.pixels, num_inference_steps=steps)
    scene = over_grey(*render(kind, noise, control))
    element = over_grey(made.density, made.light, made.emission)
    return torch.cat([scene[0], element[0], scene[1], element[1]], dim=1)


def over_grey(density: Tensor, light: Tensor, emission: Tensor) -> Tensor:
    """Lay elements `(B, H, W)` over 18 % grey: `(B, H, W, 3)` uint8, gamma 2.2."""
    lit = (density * light * 0.9 + (1 - density) * _GREY)[..., None]
    linear = lit + emission[..., None] * torch.tensor(_EMBER)
    return (linear.clamp(0, 1) ** (1 / 2.2) * 255).round().to(torch.uint8)


def _two_controls(size: int) -> Control:
    down = torch.linspace(0, 1, size)[:, None].expand(size, size)
    envelope = torch.stack([torch.full((size, size), 0.9), ((down - 0.3) / 0.4).clamp(0, 1)])
    return Control(envelope, torch.tensor([[0.0, 0.0], [-0.4, 0.5]]))


if __name__ == "__main__":
    main()
