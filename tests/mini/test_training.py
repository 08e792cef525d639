import hashlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own documented name

from lookdev.errors import DeliveryError, ModelError
from lookdev.mini import checkpoint, record, scenes
from lookdev.mini.codec import spread
from lookdev.mini.loss import error, texture
from lookdev.mini.muon import orthogonalised
from lookdev.mini.scenes import Scenes
from lookdev.mini.supply import seeded
from lookdev.mini.train import main, run
from lookdev.mini.trainer import Settings, Trainer

_TINY = Settings(seed=4, size=32, batch=2, length=200, widths=(8, 8), depths=(1, 1))
_STOPPED, _KILLED = 120, 150
_COMMAND = """
from lookdev.mini import train
train._SECONDS_BETWEEN_SAVES = 0  # after every step: a tiny run does not last two minutes
train.main()
"""


@pytest.fixture(autouse=True, scope="module")
def _numbers_as_in_the_command() -> Iterator[None]:
    """Equal bits need the threads and the rounding that the command asks torch for."""
    threads, before = torch.get_num_threads(), torch.get_float32_matmul_precision()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_float32_matmul_precision("high")
    yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)
    torch.set_float32_matmul_precision(before)


@dataclass(frozen=True)
class _Run:
    """A run of 200 steps that nothing has stopped, and its checkpoint on the way."""

    trainer: Trainer
    halfway: Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> _Run:
    halfway = tmp_path_factory.mktemp("train") / "halfway.safetensors"
    trainer = Trainer(_TINY)
    for batch in trainer.batches():
        trainer.step(batch)
        if trainer.steps == _STOPPED:
            checkpoint.save(trainer, halfway)
    return _Run(trainer, halfway)


def _trained(steps: int, settings: Settings = _TINY) -> Trainer:
    trainer = Trainer(settings)
    for batch in islice(trainer.batches(), steps):
        trainer.step(batch)
    return trainer


def _state(trainer: Trainer) -> dict[str, Tensor]:
    """All that a run holds: weights, their mean, momenta."""
    state = {f"network {k}": v for k, v in trainer.network.state_dict().items()}
    state |= {f"mean {k}": v for k, v in trainer.mean.items()}
    for index, optimiser in enumerate(trainer.optimisers):
        for weight, parts in optimiser.state_dict()["state"].items():
            state |= {f"optimiser {index} {weight} {k}": v for k, v in parts.items()}
    return state


def _assert_equal_to_the_bit(one: Trainer, other: Trainer) -> None:
    ours, theirs = _state(one), _state(other)
    assert ours.keys() == theirs.keys()
    unequal = [name for name, value in ours.items() if not torch.equal(value, theirs[name])]
    print(f"{len(ours)} tensors after {one.steps} and {other.steps} steps; unequal: {unequal}")
    assert not unequal
    assert one.steps == other.steps
    assert one.read_losses() == other.read_losses()


def _killed_at(step: int, folder: Path) -> None:
    """Run the training command on the folder and kill it (SIGKILL) when it says the step."""
    command = [sys.executable, "-c", _COMMAND, "--out", str(folder), "--threads", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(f"step {step} "):
                process.kill()
                break
    assert process.returncode == -9


def test_a_run_stopped_and_killed_ends_after_200_steps_in_the_same_bits(
    whole: _Run, tmp_path: Path
) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(whole.halfway.read_bytes())
    _killed_at(_KILLED, tmp_path)
    resumed = checkpoint.load(path)
    print(f"stopped at {_STOPPED}, killed at {_KILLED} or later, saved at {resumed.steps}")
    assert _KILLED - 1 <= resumed.steps < _TINY.length
    run(resumed, path)
    assert resumed.steps == _TINY.length
    _assert_equal_to_the_bit(whole.trainer, resumed)


def test_all_of_a_run_survives_its_checkpoint(tmp_path: Path) -> None:
    trainer = _trained(5)
    trainer.seconds = 12.5
    checkpoint.save(trainer, tmp_path / "run.safetensors")
    loaded = checkpoint.load(tmp_path / "run.safetensors")
    assert loaded.settings == _TINY
    assert loaded.seconds == trainer.seconds
    assert len(loaded.read_losses()) == loaded.steps == 5
    _assert_equal_to_the_bit(trainer, loaded)


def test_a_checkpoint_is_tensors_and_json_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    checkpoint.save(_trained(1), path)
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    head: dict[str, Any] = json.loads(data[8 : 8 + length])
    numbers = json.loads(head.pop("__metadata__")["run"])
    end = max(entry["data_offsets"][1] for entry in head.values())
    print(f"{len(data)} bytes: a head of {length}, {len(head)} tensors of {end}; {numbers}")
    assert len(data) == 8 + length + end
    assert {entry["dtype"] for entry in head.values()} == {"F32"}
    assert numbers["steps"] == 1


def test_a_half_written_checkpoint_never_replaces_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.safetensors"
    trainer = Trainer(_TINY)
    checkpoint.save(trainer, path)
    before = path.read_bytes()

    def full(_tensors: dict[str, Tensor], place: Path, **_: Any) -> None:
        Path(place).write_bytes(before[: len(before) // 2])
        raise OSError("No space left on device")

    trainer.step(next(trainer.batches()))
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save_file", full)
        with pytest.raises(
            DeliveryError, match=r"run\.safetensors: cannot be written: No space left"
        ):
            checkpoint.save(trainer, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.safetensors"]
    assert checkpoint.load(path).steps == 0
    checkpoint.save(trainer, path)
    assert [p.name for p in tmp_path.iterdir()] == ["run.safetensors"]
    assert checkpoint.load(path).steps == 1


def _parts(batch: Scenes) -> list[Tensor]:
    return [batch.clean, batch.noise, batch.control, batch.condition]


def test_batch_k_is_the_same_whichever_process_draws_it() -> None:
    trainer = Trainer(replace(_TINY, length=11))
    trainer.steps = 4  # as after four steps and a kill
    here, ahead = ([_parts(b) for b in trainer.batches(workers)] for workers in (0, 2))
    alone = [_parts(scenes.draw(seeded(4, k), 2, 32)) for k in range(4, 11)]
    print(f"{len(here)} batches drawn here, {len(ahead)} by two processes")
    assert len(here) == len(ahead) == len(alone) == 7
    for one, two, three in zip(here, ahead, alone, strict=True):
        assert all(map(torch.equal, one, two))
        assert all(map(torch.equal, one, three))
    assert not torch.equal(here[0][0], here[1][0])


def test_a_network_learns_a_batch_by_heart() -> None:
    trainer, batch = Trainer(replace(_TINY, length=400)), scenes.draw(seeded(4, 1), 4, 32)
    pure = torch.full((len(batch.noise),), 1000.0)

    def off() -> float:
        """By a measure that stays: the loss itself falls with its knee, learnt or not."""
        with torch.no_grad():
            guess = trainer.network(spread(batch.noise), pure, batch.control, batch.condition)
        return error(guess, batch.clean, 1.0).mean().item()

    first = off()
    for _ in range(110):
        trainer.step(batch)
    print(f"error {first:.4f} untrained, {off():.4f} after 110 steps")
    assert off() < 0.6 * first


def test_the_error_of_a_perfect_guess_is_zero_and_edges_weigh_more_than_level() -> None:
    clean = torch.zeros(1, 6, 16, 16)
    level, dots = clean + 0.1, clean.clone()
    dots[..., ::4, ::4] = 0.4
    off = [error(guess, clean, 1.0).item() for guess in (clean, level, dots)]
    print(f"level {off[1]:.4f}, dots {off[2]:.4f}")
    assert off[0] == 0
    assert off[2] > off[1] > 0


def test_a_small_knee_decides_where_the_square_hesitates() -> None:
    clean = torch.zeros(4, 6, 2, 2)
    clean[0] = 2.0  # a flake in one of four scenes that look the same beforehand
    halves, none = torch.full_like(clean, 0.5), torch.zeros_like(clean)
    for knee, better, worse in ((1000.0, halves, none), (0.01, none, halves)):
        wrong = [error(guess, clean, knee).mean().item() for guess in (better, worse)]
        print(f"knee {knee}: {wrong[0]:.4f} against {wrong[1]:.4f}")
        assert wrong[0] < wrong[1]


def _blurred(channels: Tensor, sd: float) -> Tensor:
    """Filter with a Gaussian, around the torus."""
    kernel = torch.exp(-torch.arange(-6, 7.0).square() / (2 * sd * sd))
    flat = F.pad(channels.flatten(0, 1)[:, None], 4 * [6], mode="circular")
    across = F.conv2d(flat, (kernel / kernel.sum())[None, None, None])
    return F.conv2d(across, (kernel / kernel.sum())[None, None, :, None]).view_as(channels)


def test_texture_minds_a_blur_more_than_a_shift_and_the_square_less() -> None:
    clean = scenes.draw(seeded(1, 0), 16, 64).clean
    shifted, blurred = clean.roll(1, 3), _blurred(clean, 1.75)

    def patches(guess: Tensor) -> float:
        return texture(guess, clean, seeded(3, 0)).mean().item()

    def square(guess: Tensor) -> float:
        return (guess - clean).square().mean().item()

    print(
        f"patches: same {patches(clean)}, shifted {patches(shifted):.4f}, blurred "
        f"{patches(blurred):.4f}; square: {square(shifted):.4f}, {square(blurred):.4f}"
    )
    assert patches(clean) == 0
    assert patches(blurred) > 1.1 * patches(shifted) > 0
    assert square(blurred) < 0.9 * square(shifted)


def test_texture_leads_a_guess_back_to_the_scene() -> None:
    clean = scenes.draw(seeded(1, 0), 4, 32).clean
    guess = _blurred(clean, 1.75).requires_grad_()
    (slope,) = torch.autograd.grad(texture(guess, clean, seeded(3, 0)).sum(), guess)
    step = 1e-3 * slope / slope.abs().max()
    off = [texture(each, clean, seeded(3, 0)).sum().item() for each in (guess, guess - step)]
    print(f"{off[0]:.5f} before a step along the gradient, {off[1]:.5f} after")
    assert off[1] < off[0]


@pytest.mark.parametrize("shape", [(3, 24, 72), (3, 72, 24), (1, 16, 16)])
def test_muon_brings_the_singular_values_of_each_matrix_to_about_one(
    shape: tuple[int, int, int],
) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    scales = torch.tensor([1e-3, 1.0, 1e3])[: len(matrices), None, None]
    even = orthogonalised(scales * matrices)
    values = torch.linalg.svdvals(even)
    alone = torch.cat([orthogonalised(one[None]) for one in scales * matrices])
    print(f"{shape}: singular values {values.min():.3f} to {values.max():.3f}")
    assert even.shape == shape
    assert values.max() < 1.3
    assert values.median() > 0.6
    assert torch.allclose(even, alone, atol=1e-5)


def _shipped(folder: Path) -> Path:
    record.export(_trained(3), folder)
    return folder


def test_refining_begins_with_the_weights_it_is_given_and_late(tmp_path: Path) -> None:
    weights, written = record.read(_shipped(tmp_path / "first"))
    trainer = Trainer(replace(_TINY, seed=9, late=0.8))
    trainer.begin_from(weights, written)
    assert all(torch.equal(trainer.mean[name], value) for name, value in weights.items())
    begun = dict(trainer.network.named_parameters())
    assert all(torch.equal(begun[name], value) for name, value in weights.items())
    assert (trainer.progress, trainer.maturity) == (0, 0.8)
    trainer.steps = 100
    assert (trainer.progress, trainer.maturity) == (0.5, pytest.approx(0.9))


def test_a_refined_run_remembers_what_it_refines(tmp_path: Path) -> None:
    first = _shipped(tmp_path / "first")
    trainer = Trainer(replace(_TINY, late=0.8))
    trainer.begin_from(*record.read(first))
    checkpoint.save(trainer, tmp_path / "run.safetensors")
    loaded = checkpoint.load(tmp_path / "run.safetensors")
    record.export(loaded, tmp_path / "second")
    written = json.loads((tmp_path / "second" / "training.json").read_text(encoding="utf-8"))
    before = json.loads((first / "training.json").read_text(encoding="utf-8"))
    path = first / "unet" / "diffusion_pytorch_model.safetensors"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(written["command"], written["refines"])
    assert "--refine" in written["command"]
    assert written["refines"] == {**before, "weights_sha256": digest}


def test_weights_of_a_network_that_had_less_begin_what_it_lacked_anew(tmp_path: Path) -> None:
    weights, written = record.read(_shipped(tmp_path))
    older = {name: value for name, value in weights.items() if name != "out.bias"}
    trainer = Trainer(_TINY)
    trainer.begin_from(older, written)
    assert not trainer.mean["out.bias"].any()
    with pytest.raises(ModelError, match=r"this network has no wings\.bias"):
        trainer.begin_from({**weights, "wings.bias": torch.zeros(1)}, written)
    with pytest.raises(ModelError, match="another network"):
        Trainer(replace(_TINY, widths=(16, 16))).begin_from(weights, written)


def test_a_folder_without_a_model_cannot_be_refined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--out", str(tmp_path / "run"), "--refine", str(tmp_path / "none")]
    arguments = ["train", "--threads", "1", *folders]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr().err
    print(said)
    assert left.value.code == 1
    assert said.startswith(f"{tmp_path / 'none'} holds no model to refine: ")
    assert not list((tmp_path / "run").iterdir())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--late", "0.9"], "--late says where --refine begins"),
        (["--refine", "x", "--late", "1"], "1 is not from 0 to below 1"),
        (["--refine", "x", "--late", "nan"], "nan is not from 0 to below 1"),
    ],
)
def test_a_late_that_means_nothing_is_refused(
    given: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["train", "--out", str(tmp_path / "run"), *given])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_run_from_before_there_was_refining_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    checkpoint.save(_trained(1), path)
    with safe_open(path, framework="pt") as file:
        numbers = json.loads(file.metadata()["run"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    del numbers["refines"], numbers["settings"]["late"]
    save_file(tensors, path, metadata={"run": json.dumps(numbers)})
    loaded = checkpoint.load(path)
    assert (loaded.refines, loaded.settings, loaded.steps) == (None, _TINY, 1)


def test_the_record_says_what_was_trained(tmp_path: Path) -> None:
    trainer = _trained(1)
    record.export(trainer, tmp_path)
    written = json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))
    print(written)
    assert written["data_sha256"] == record.data_digest()
    assert written["data_means"] == record.data_means()
    assert (written["steps"], written["images"], written["image_size"]) == (1, 2, 32)
    assert written["parameters"] == sum(p.numel() for p in trainer.network.parameters())
    assert "--steps 200 --batch 2 --size 32 --seed 4 --device cpu" in written["command"]
