"""What is shipped of a training run: weights in diffusers' format, and how they came to be."""

import csv
import hashlib
import json
import platform
from pathlib import Path

import torch

from lookdev.mini import scenes
from lookdev.mini.network import ElementUNet
from lookdev.mini.pipeline import ElementPipeline, plain_scheduler
from lookdev.mini.trainer import Trainer

_CURVE_POINTS = 400


def export(trainer: Trainer, folder: Path, *, minutes: float) -> None:
    """Write the running mean of the weights (float16), the loss curve and the record.

    Args:
        trainer: A finished run.
        folder: `model_index.json`, `scheduler/`, `unet/`, `loss.csv` and `training.json` go here.
        minutes: The run's budget.
    """
    settings = trainer.settings
    network = ElementUNet(widths=settings.widths, depths=settings.depths)
    network.load_state_dict(trainer.mean)
    pipeline = ElementPipeline(unet=network.half(), scheduler=plain_scheduler())
    pipeline.save_pretrained(folder, safe_serialization=True)
    _write_curve(trainer.losses, folder / "loss.csv")
    written = {
        "command": f"python -m lookdev.mini.train --minutes {minutes:g} --seed {settings.seed}",
        "seed": settings.seed,
        "minutes": round(trainer.seconds / 60, 1),
        "steps": trainer.steps,
        "images": trainer.steps * settings.batch,
        "image_size": settings.size,
        "parameters": sum(p.numel() for p in network.parameters()),
        "data": "procedural; no photograph and no third party's picture",
        "data_sha256": data_digest(),
        "machine": f"{platform.machine()} CPU, torch {torch.__version__}",
    }
    (folder / "training.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def data_digest() -> str:
    """SHA-256 of the scenes' source and of a fixed batch of them, to 1/256 of a code unit.

    Rounding keeps the digest the same where another processor sums in another order; it does not
    promise as much for a value that lies on a rounding's edge.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(scenes.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    batch = scenes.draw(torch.Generator().manual_seed(0), count=16, size=64)
    digest.update((batch.clean * 256).round().to(torch.int16).numpy().tobytes())
    return digest.hexdigest()


def _write_curve(losses: list[float], path: Path) -> None:
    """Write about 400 points of the loss, each the mean of the steps since the point before."""
    every = max(1, len(losses) // _CURVE_POINTS)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["step", "loss"])
        for start in range(0, len(losses) - every + 1, every):
            rows.writerow([start + every, f"{sum(losses[start : start + every]) / every:.5f}"])
