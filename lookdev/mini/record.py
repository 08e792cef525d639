"""What is shipped of a training run: weights in diffusers' format, and how they came to be."""

import csv
import hashlib
import json
import platform
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.mini import scenes
from lookdev.mini.network import ElementUNet
from lookdev.mini.pipeline import ElementPipeline, plain_scheduler
from lookdev.mini.trainer import Trainer
from lookdev.spec.files import sha256

_CURVE_POINTS = 400


def export(trainer: Trainer, folder: Path) -> None:
    """Write the running mean of the weights (float16), the loss curve and the record.

    Args:
        trainer: A finished run.
        folder: `model_index.json`, `scheduler/`, `unet/`, `loss.csv` and `training.json` go here.
    """
    settings = trainer.settings
    network = ElementUNet(widths=settings.widths, depths=settings.depths)
    network.load_state_dict({name: value.cpu() for name, value in trainer.mean.items()})
    pipeline = ElementPipeline(unet=network.half(), scheduler=plain_scheduler())
    pipeline.save_pretrained(folder, safe_serialization=True)
    _write_curve(trainer.read_losses(), folder / "loss.csv")
    written = {
        "command": "python -m lookdev.mini.train"
        f" --steps {settings.length} --batch {settings.batch} --size {settings.size}"
        f" --seed {settings.seed} --device {trainer.device.type}"
        + (f" --refine WEIGHTS --late {settings.late:g}" if trainer.refines else ""),
        "seed": settings.seed,
        "minutes": round(trainer.seconds / 60, 1),
        "steps": trainer.steps,
        "images": trainer.steps * settings.batch,
        "image_size": settings.size,
        "parameters": sum(p.numel() for p in network.parameters()),
        "data": "procedural; no photograph and no third party's picture",
        "data_sha256": data_digest(),
        "data_means": data_means(),
        "machine": f"{_machine(trainer.device)}, torch {torch.__version__}",
    }
    if trainer.refines:
        written["refines"] = trainer.refines
    (folder / "training.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> tuple[dict[str, Tensor], dict[str, object]]:
    """Read a model's weights (float32) and its record, to be refined.

    Raises:
        ModelError: A file is missing or damaged.
    """
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    try:
        weights = {name: value.float() for name, value in load_file(path).items()}
        written = dict(json.loads((folder / "training.json").read_text(encoding="utf-8")))
    except (OSError, SafetensorError, TypeError, ValueError) as error:
        raise ModelError(f"{folder} holds no model to refine: {error}") from error
    return weights, {**written, "weights_sha256": sha256(path)}


def _machine(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{platform.machine()} CPU"


def data_digest() -> str:
    """SHA-256 of the scenes' source, from which all data are drawn."""
    digest = hashlib.sha256()
    for path in sorted(Path(scenes.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def data_means() -> list[float]:
    """Means of the six channels of a fixed batch of 64 scenes, to four decimals.

    They tell whether a machine draws the same scenes: to a few of the last decimal, for another
    processor or version of torch sums in another order.
    """
    batch = scenes.draw(torch.Generator().manual_seed(0), count=64, size=64)
    return [round(mean, 4) for mean in batch.clean.mean((0, 2, 3)).tolist()]


def _write_curve(losses: list[float], path: Path) -> None:
    """Write about 400 points of the loss, each the mean of the steps since the point before."""
    every = max(1, len(losses) // _CURVE_POINTS)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["step", "loss"])
        for start in range(0, len(losses) - every + 1, every):
            rows.writerow([start + every, f"{sum(losses[start : start + every]) / every:.5f}"])
