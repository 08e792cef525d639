"""What fits into a device's memory: how a model lies in it, and how many samples go at once."""

import gc
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import psutil
import torch
from torch import nn

from lookdev.errors import ModelError

Offload = Literal["none", "model", "group", "sequential"]
"""All on the device; or there only the part that works; or its next few layers; or one layer."""

Item = TypeVar("Item")
Made = TypeVar("Made")

_CPU_MARGIN = 2**30
"""Of the machine's memory, left to all else that runs on it."""
_BATCH_SHARE = 0.9
"""Of free memory; the rest is lost between blocks of it."""
_GROUP_SHARE = 1 / 8
"""Of the largest part: two layers of it, as the next is fetched while one works. The largest layers
are the tables of words: 0.78 of Qwen3-4B's 8.0 GB."""
_LAYER_SHARE = 1 / 10
"""Of the largest part: one layer of it."""


def free_bytes(device: str | torch.device) -> int:
    """Memory of a device that a model can get now.

    On a GPU that includes what torch holds of it and does not use; on the CPU it is what the
    system can give without swapping, less a gigabyte for its other work.
    """
    where = torch.device(device)
    if where.type == "cpu":
        return max(0, int(psutil.virtual_memory().available) - _CPU_MARGIN)
    free, _total = torch.cuda.mem_get_info(where)
    return free + torch.cuda.memory_reserved(where) - torch.cuda.memory_allocated(where)


def weights_bytes(modules: Iterable[nn.Module]) -> int:
    """Memory of the modules' weights and buffers, each counted once where modules share it."""
    tensors = {
        id(tensor): tensor.nbytes
        for module in modules
        for tensor in (*module.parameters(), *module.buffers())
    }
    return sum(tensors.values())


def parts_bytes(pipeline: Any) -> dict[str, int]:
    """`weights_bytes` of each part of a pipeline, by its name."""
    parts = {k: v for k, v in pipeline.components.items() if isinstance(v, nn.Module)}
    return {name: weights_bytes([part]) for name, part in parts.items()}


def offload_for(
    free: int, weights: Mapping[str, int], activations: int | Mapping[str, int]
) -> Offload:
    """The fastest way for a model to lie in memory that fits.

    Args:
        free: Bytes, as `free_bytes` has them before the model is on the device.
        weights: Bytes of each part.
        activations: Bytes of everything else while a part works: of each part, or of any.

    Raises:
        ModelError: Not one layer fits beside the activations.
    """
    beside = dict.fromkeys(weights, activations) if isinstance(activations, int) else activations
    most = max((beside.get(name, 0) for name in weights), default=0)
    largest = max(weights.values(), default=0)
    needs: dict[Offload, int] = {
        "none": sum(weights.values()) + most,
        "model": max((size + beside.get(name, 0) for name, size in weights.items()), default=0),
        "group": int(largest * _GROUP_SHARE) + most,
        "sequential": int(largest * _LAYER_SHARE) + most,
    }
    for offload, need in needs.items():
        if need <= free:
            return offload
    raise ModelError(
        f"element.size needs {_gigabytes(needs['sequential'])} of memory with one layer of the "
        f"model at a time, and {_gigabytes(free)} are free; choose a smaller size or model, or "
        "close what else uses the device"
    )


def apply(pipeline: Any, offload: Offload, device: str) -> None:
    """Lay a pipeline's parts into memory; before anything stands before their `forward`.

    Args:
        pipeline: A pipeline of diffusers, on the CPU.
        offload: As `offload_for` has it.
        device: `cpu`, `cuda`.

    Raises:
        ModelError: There is nothing to offload from: the device is the CPU.
    """
    if offload != "none" and torch.device(device).type == "cpu":
        raise ModelError(f"offload is {offload} on the CPU; it must be none, all is there already")
    match offload:
        case "none":
            pipeline.to(device)
        case "model":
            pipeline.enable_model_cpu_offload(device=device)
        case "group":
            pipeline.enable_group_offload(
                onload_device=torch.device(device),
                offload_device=torch.device("cpu"),
                offload_type="leaf_level",
                use_stream=True,
            )
        case "sequential":
            pipeline.enable_sequential_cpu_offload(device=device)


def batch_for(free: int, per_sample: int) -> int:
    """Samples that go at once into free memory, at least 1.

    Args:
        free: Bytes, with the weights on the device already.
        per_sample: Bytes that one more takes, above 0.
    """
    return max(1, int(free * _BATCH_SHARE) // per_sample)


def in_batches(
    items: Sequence[Item],
    size: int,
    run: Callable[[list[Item]], list[Made]],
    told: Callable[[str], None],
) -> list[Made]:
    """Run many items, so many a call; half as many from where memory ran out.

    What is made stays made: only the call that failed is done again.

    Args:
        items: In the order of the results.
        size: Items of a call, at least 1.
        run: Makes as many results as it is given items.
        told: Told of each halving, in a sentence.

    Raises:
        ModelError: Memory runs out with one.
    """
    made: list[Made] = []
    while len(made) < len(items):
        chunk = list(items[len(made) : len(made) + size])
        try:
            made += run(chunk)
            continue
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            traceback.clear_frames(error.__traceback__)  # they hold what filled the memory
            release()
            if len(chunk) == 1:
                raise ModelError(
                    "memory ran out with one picture at a time; choose a smaller element.size, "
                    "or close what else uses the device, so that the model can be loaded anew "
                    "with more of it offloaded"
                ) from error
        size = len(chunk) // 2
        told(f"memory ran out with {len(chunk)} at once; going on with {size}")
    return made


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on a GPU or on the CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    said = str(error)
    return isinstance(error, RuntimeError) and (
        "DefaultCPUAllocator: can't allocate memory" in said
        or "DefaultCPUAllocator: not enough memory" in said
        or "CUBLAS_STATUS_ALLOC_FAILED" in said
    )


def release() -> None:
    """Give back what is held and not used."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
