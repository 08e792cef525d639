from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_hub import Hub, serving


@pytest.fixture
def hub(tmp_path: Path, made_show: Path) -> Iterator[Hub]:
    """A hub that has the small show's tiny model, and all that a repository has beside it."""
    made = made_show / "models" / "mini"
    files = {p.relative_to(made).as_posix(): p.read_bytes() for p in made.rglob("*") if p.is_file()}
    weights = files["unet/diffusion_pytorch_model.safetensors"]
    files |= {
        "README.md": b"A tiny model.",
        "LICENSE.md": b"Do what is right with it.",
        ".gitattributes": b"*.safetensors filter=lfs",
        "picture.png": b"\x89PNG",
        "whole.safetensors": weights,
        "unet/diffusion_pytorch_model.fp16.safetensors": weights,
        "unet/diffusion_pytorch_model.bin": b"\x80\x04.",
        "unet/network.py": b"raise SystemExit",
        "other/diffusion_pytorch_model.safetensors": weights,
    }
    with serving(Hub(tmp_path / "home", files)) as served:
        yield served
