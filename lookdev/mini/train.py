"""Train the embedded model: `python -m lookdev.mini.train --out train/`.

Stop it at any time: it goes on where it was, and ends in the same weights at the same number of
threads.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import torch

from lookdev.errors import LookdevError
from lookdev.mini import checkpoint, record
from lookdev.mini.trainer import Settings, Trainer

_SECONDS_BETWEEN_SAVES = 110.0
_STEPS_BETWEEN_LINES = 50
_LATE = 0.8


def main() -> None:
    """Read the command line, train, and write the weights."""
    parser = _parser()
    args = parser.parse_args()
    if args.late is not None and not args.refine:
        parser.error("--late says where --refine begins; name the weights, or leave it out")
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "run.safetensors"
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)  # numbers that small only cost time
    torch.set_float32_matmul_precision("high")  # for what a GPU does not do in bfloat16
    torch.backends.cudnn.benchmark = True  # every batch has the same shape
    try:
        is_new = not path.exists()
        trainer = _begun(args) if is_new else checkpoint.load(path, args.device)
        run(trainer, path, workers=args.workers, minutes=args.minutes)
    except LookdevError as error:
        parser.exit(1, f"{error}\n")
    if trainer.progress == 1:
        record.export(trainer, args.weights or args.out / "weights")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lookdev.mini.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("train"), help="the checkpoint's folder")
    parser.add_argument("--weights", type=Path, help="the finished model's folder [OUT/weights]")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda for a GPU")
    parser.add_argument("--threads", type=_positive, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that draw scenes ahead")
    parser.add_argument("--minutes", type=float, help="stop then, to go on another time")
    new = parser.add_argument_group("a new run", "a run that goes on keeps what it was begun with")
    new.add_argument("--steps", type=_positive, default=Settings.length, help="in all")
    new.add_argument("--batch", type=_positive, default=Settings.batch, help="scenes a step")
    new.add_argument(
        "--size", type=_positive, default=Settings.size, help="of a scene, pixels each way"
    )
    new.add_argument("--seed", type=int, default=Settings.seed)
    new.add_argument("--refine", type=Path, metavar="WEIGHTS", help="begin from this model's")
    new.add_argument(
        "--late", type=_share, help=f"how far learning is then, from 0 to below 1 [{_LATE}]"
    )
    return parser


def _begun(args: argparse.Namespace) -> Trainer:
    settings = Settings(args.seed, args.size, args.batch, args.steps)
    if not args.refine:
        return Trainer(settings, args.device)
    late = _LATE if args.late is None else args.late
    trainer = Trainer(replace(settings, late=late), args.device)
    trainer.begin_from(*record.read(args.refine))
    return trainer


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{number:g} is not from 0 to below 1")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def run(trainer: Trainer, path: Path, *, workers: int = 0, minutes: float | None = None) -> None:
    """Train to the end, saving every two minutes and then.

    Args:
        trainer: A new or a loaded run.
        path: The checkpoint.
        workers: Processes that draw scenes ahead.
        minutes: Stop after so many, or a step later.
    """
    saved = started = time.monotonic()
    before = trainer.seconds
    for batch in trainer.batches(workers):
        trainer.step(batch)
        now = time.monotonic()
        trainer.seconds = before + now - started
        if trainer.steps % _STEPS_BETWEEN_LINES == 0:
            _say(trainer)
        if now - saved > _SECONDS_BETWEEN_SAVES:
            checkpoint.save(trainer, path)
            saved = now
        if minutes and now - started > 60 * minutes:
            break
    checkpoint.save(trainer, path)


def _say(trainer: Trainer) -> None:
    recent = torch.tensor(trainer.read_losses()[-_STEPS_BETWEEN_LINES:]).mean()
    left = trainer.seconds / trainer.progress * (1 - trainer.progress) / 60
    images = trainer.steps * trainer.settings.batch
    print(  # noqa: T201 - a command line prints
        f"step {trainer.steps}  loss {recent:.4f}  {images / trainer.seconds:.1f} images/s"
        f"  {left:.1f} minutes left",
        flush=True,
    )


if __name__ == "__main__":
    main()
