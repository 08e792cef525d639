"""A training run on disk: one safetensors file, tensors and numbers together, never a pickle."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.mini.trainer import Settings, Trainer
from lookdev.spec.files import whole_file


def save(trainer: Trainer, path: Path) -> None:
    """Write a run whole: the old file stands until the new one is complete.

    Raises:
        DeliveryError: The file cannot be written.
    """
    numbers = {
        "settings": asdict(trainer.settings),
        "steps": trainer.steps,
        "seconds": trainer.seconds,
        "losses": trainer.read_losses(),
        "refines": trainer.refines,
    }
    with whole_file(path) as unfinished:
        save_file(_tensors(trainer), unfinished, metadata={"run": json.dumps(numbers)})


def load(path: Path, device: str = "cpu") -> Trainer:
    """Read a run and continue exactly where it stood, on the kind of device it was on.

    Raises:
        ModelError: The file is damaged, or no training run.
    """
    try:
        with safe_open(path, framework="pt") as file:
            numbers = json.loads(file.metadata()["run"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} cannot be read as a training run ({error}); move it away to begin anew"
        ) from error
    settings: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in numbers["settings"].items()
    }
    trainer = Trainer(Settings(**settings), device)
    trainer.steps, trainer.seconds = numbers["steps"], numbers["seconds"]
    trainer.losses = numbers["losses"]
    trainer.refines = numbers.get("refines")  # older runs began from nothing, and do not say so
    trainer.network.load_state_dict(_under("network.", tensors))
    for name, value in _under("mean.", tensors).items():
        trainer.mean[name].copy_(value)
    for index, optimiser in enumerate(trainer.optimisers):
        _restore(optimiser, _under(f"optimiser{index}.", tensors))
    return trainer


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    tensors = {f"network.{k}": v for k, v in trainer.network.state_dict().items()}
    tensors |= {f"mean.{k}": v for k, v in trainer.mean.items()}
    for index, optimiser in enumerate(trainer.optimisers):
        for weight, state in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser{index}.{weight}.{k}": v for k, v in state.items()}
    return {name: value.contiguous() for name, value in tensors.items()}


def _restore(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        weight, field = name.split(".")
        state.setdefault(int(weight), {})[field] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
