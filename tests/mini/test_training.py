from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from lookdev.mini import checkpoint, record
from lookdev.mini.train import run
from lookdev.mini.trainer import Settings, Trainer, error

_TINY = Settings(seed=4, size=32, batch=2, widths=(8, 8, 16), depths=(0, 1, 1))


def _until(steps: int) -> Callable[[Trainer], float]:
    return lambda trainer: trainer.steps / steps


def _state(trainer: Trainer) -> list[Tensor]:
    return list(trainer.network.state_dict().values()) + list(trainer.mean.values())


def test_a_killed_run_ends_in_the_same_bits(tmp_path: Path) -> None:
    whole, halved = Trainer(_TINY), Trainer(_TINY)
    run(whole, _until(6), tmp_path / "whole.safetensors")
    for done in range(3):
        halved.step(done / 6)
    checkpoint.save(halved, tmp_path / "halved.safetensors")
    resumed = checkpoint.load(tmp_path / "halved.safetensors")
    run(resumed, _until(6), tmp_path / "halved.safetensors")
    off = max(
        (a - b).abs().max().item() for a, b in zip(_state(whole), _state(resumed), strict=True)
    )
    print(f"losses {whole.losses} and {resumed.losses}; largest difference of weights {off}")
    assert whole.losses == resumed.losses
    assert off == 0


def test_a_checkpoint_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    trainer = Trainer(_TINY)
    checkpoint.save(trainer, path)
    checkpoint.save(trainer, path)
    assert [p.name for p in tmp_path.iterdir()] == ["run.safetensors"]
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["run"]


def test_training_lowers_the_loss() -> None:
    trainer = Trainer(_TINY)
    for step in range(40):
        trainer.step(step / 40)
    first, last = sum(trainer.losses[:6]) / 6, sum(trainer.losses[-6:]) / 6
    print(f"loss {first:.3f} at first, {last:.3f} at last")
    assert last < 0.8 * first


def test_the_error_of_a_perfect_guess_is_zero_and_edges_weigh_more_than_level() -> None:
    clean = torch.zeros(1, 3, 16, 16)
    level, dots = clean + 0.1, clean.clone()
    dots[..., ::4, ::4] = 0.4
    print(f"level {error(level, clean).item():.4f}, dots {error(dots, clean).item():.4f}")
    assert error(clean, clean).item() == 0
    assert error(dots, clean) > error(level, clean)


def test_the_record_says_what_was_trained(tmp_path: Path) -> None:
    trainer = Trainer(_TINY)
    trainer.step(0)
    record.export(trainer, tmp_path, minutes=1)
    written = (tmp_path / "training.json").read_text(encoding="utf-8")
    assert record.data_digest() in written
    assert '"images": 2' in written
    assert record.data_digest() == record.data_digest()
