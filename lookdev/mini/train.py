"""Train the embedded model: `python -m lookdev.mini.train --minutes 40 --out train/`.

The run lasts for its minutes of work, however often it is stopped and started again.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import torch

from lookdev.mini import checkpoint, record
from lookdev.mini.trainer import Settings, Trainer

_SECONDS_BETWEEN_SAVES = 120.0
_STEPS_BETWEEN_LINES = 50


def main() -> None:
    """Read the command line, train, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m lookdev.mini.train", description=__doc__)
    parser.add_argument("--minutes", type=float, required=True, help="work in all, resumed or not")
    parser.add_argument("--out", type=Path, default=Path("train"), help="the checkpoint's folder")
    parser.add_argument("--weights", type=Path, help="the finished model's folder [OUT/weights]")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "run.safetensors"
    trainer = checkpoint.load(path) if path.exists() else Trainer(Settings(seed=args.seed))
    run(trainer, lambda t: t.seconds / (60 * args.minutes), path)
    record.export(trainer, args.weights or args.out / "weights", minutes=args.minutes)


def run(trainer: Trainer, progress: Callable[[Trainer], float], path: Path) -> None:
    """Train until progress is 1, saving every two minutes and at the end.

    Args:
        trainer: A new or a loaded run.
        progress: How much of it is over; 1 or more ends it.
        path: The checkpoint.
    """
    saved = started = time.monotonic()
    before = trainer.seconds
    while (done := progress(trainer)) < 1:
        trainer.step(done)
        now = time.monotonic()
        trainer.seconds = before + now - started
        if trainer.steps % _STEPS_BETWEEN_LINES == 0:
            _say(trainer, done)
        if now - saved > _SECONDS_BETWEEN_SAVES:
            checkpoint.save(trainer, path)
            saved = now
    checkpoint.save(trainer, path)


def _say(trainer: Trainer, done: float) -> None:
    recent = torch.tensor(trainer.losses[-_STEPS_BETWEEN_LINES:]).mean()
    left = trainer.seconds / max(done, 1e-6) * (1 - done) / 60
    images = trainer.steps * trainer.settings.batch
    print(  # noqa: T201 - a command line prints
        f"step {trainer.steps}  loss {recent:.4f}  {images / trainer.seconds:.1f} images/s"
        f"  {left:.1f} minutes left",
        flush=True,
    )


if __name__ == "__main__":
    main()
