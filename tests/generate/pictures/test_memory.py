"""What fits is chosen by numbers. No GPU was measured here: these are the published sizes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, get_args
from unittest.mock import create_autospec

import pytest
import torch
from diffusers import DiffusionPipeline
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lookdev.errors import ModelError
from lookdev.generate.pictures import memory
from lookdev.generate.pictures.memory import Offload, in_batches, offload_for

GB = 10**9
CARDS = (8, 12, 16, 24, 80)
LEFT = 0.92
"""Of a card's memory, beside the driver and a desktop."""
NETWORK, VAE = "network", "vae"
ACTIVE = {NETWORK: int(0.9 * GB), VAE: int(3.2 * GB)}
"""At 1024x1024 with the VAE in float32; rough, and generous."""

QWEN3_4B, CLIP_L, BIG_G, T5_XXL, QWEN_VL_7B = 8.04, 0.25, 1.39, 9.52, 16.6
MODELS: dict[str, dict[str, float]] = {
    "SDXL": {NETWORK: 5.14, "text_encoder": CLIP_L, "text_encoder_2": BIG_G, VAE: 0.33},
    "klein-4B": {NETWORK: 7.75, "text_encoder": QWEN3_4B, VAE: 0.34},
    "Z-Image": {NETWORK: 12.3, "text_encoder": QWEN3_4B, VAE: 0.33},
    "FLUX.1 dev": {NETWORK: 23.8, "text_encoder": CLIP_L, "text_encoder_2": T5_XXL, VAE: 0.33},
    "Qwen-Image": {NETWORK: 40.9, "text_encoder": QWEN_VL_7B, VAE: 0.51},
}
EXPECTED: dict[str, tuple[Offload, ...]] = {
    "SDXL": ("model", "none", "none", "none", "none"),
    "klein-4B": ("group", "model", "model", "none", "none"),
    "Z-Image": ("group", "group", "model", "model", "none"),
    "FLUX.1 dev": ("group", "group", "group", "group", "none"),
    "Qwen-Image": ("sequential", "group", "group", "group", "none"),
}


def sizes(model: str) -> dict[str, int]:
    return {part: int(size * GB) for part, size in MODELS[model].items()}


@pytest.mark.parametrize("model", MODELS)
def test_the_fastest_way_that_fits_is_chosen(model: str) -> None:
    chosen = tuple(offload_for(int(card * LEFT * GB), sizes(model), ACTIVE) for card in CARDS)
    total = sum(MODELS[model].values())
    print(
        f"{model:<11} {total:5.1f} GB:",
        *(f"{c} GB {o}" for c, o in zip(CARDS, chosen, strict=True)),
    )
    assert chosen == EXPECTED[model]


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 50 * GB), min_size=1),
    st.integers(0, 4 * GB),
)
def test_more_memory_is_never_slower_and_what_is_chosen_fits(
    weights: Any, activations: int
) -> None:
    order, most = get_args(Offload), max(weights.values())
    needs = (sum(weights.values()), most, most // 8, most // 10)
    found = [offload_for(need + activations, weights, activations) for need in needs]
    ranks = [order.index(offload) for offload in found]
    assert all(a <= b for a, b in pairwise(ranks))
    assert all(
        needs[order.index(offload)] + activations <= need + activations
        for offload, need in zip(found, needs, strict=True)
    )


def test_what_fits_in_no_way_is_refused_with_its_sizes() -> None:
    with pytest.raises(
        ModelError, match=r"needs 5\.4 GB .* and 4\.0 GB are free; choose a smaller size"
    ):
        offload_for(4 * GB, sizes("FLUX.1 dev"), 3 * GB)


@pytest.mark.parametrize("offload", get_args(Offload))
def test_each_way_is_asked_of_diffusers_as_it_takes_it(offload: Offload) -> None:
    pipeline = create_autospec(DiffusionPipeline, instance=True)
    memory.apply(pipeline, offload, "cuda:1")
    asked = {
        "none": pipeline.to,
        "model": pipeline.enable_model_cpu_offload,
        "group": pipeline.enable_group_offload,
        "sequential": pipeline.enable_sequential_cpu_offload,
    }
    assert [name for name, method in asked.items() if method.called] == [offload]
    told = asked[offload].call_args
    assert {"cuda:1", torch.device("cuda:1")} & {*told.args, *told.kwargs.values()}


def test_nothing_is_offloaded_from_the_cpu() -> None:
    with pytest.raises(ModelError, match="offload is model on the CPU; it must be none"):
        memory.apply(create_autospec(DiffusionPipeline, instance=True), "model", "cpu")


def test_weights_are_counted_once_and_with_their_buffers() -> None:
    layer = nn.Linear(10, 10, bias=False)
    both = [nn.Sequential(layer, nn.BatchNorm1d(10)), nn.Sequential(layer.bfloat16())]
    assert memory.weights_bytes(both) == 200 + 4 * 40 + 8, "weight, norm's four, its counter"


def test_free_memory_of_a_gpu_includes_what_torch_holds_and_does_not_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("mem_get_info", (5, 24)), ("memory_reserved", 9), ("memory_allocated", 6)):
        monkeypatch.setattr(torch.cuda, name, lambda _device, value=value: value)
    assert memory.free_bytes("cuda") == 8
    assert 0 < memory.free_bytes("cpu") < 2**50


def test_a_batch_is_what_fits_and_at_least_one() -> None:
    assert [memory.batch_for(free * GB, 3 * GB) for free in (0, 1, 4, 7, 20, 75)] == [
        1,
        1,
        1,
        2,
        6,
        22,
    ]


# Halved batches


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own collection takes half a second in a process this full."""
    monkeypatch.setattr(memory, "release", lambda: None)


def runs_out_above(most: int, calls: list[int], error: Callable[[], BaseException]) -> Any:
    def run(chunk: list[int]) -> list[int]:
        calls.append(len(chunk))
        if len(chunk) > most:
            raise error()
        return [item * item for item in chunk]

    return run


OUT = {
    "GPU": lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    "CPU": lambda: RuntimeError(
        "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"
    ),
    "numpy": MemoryError,
}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("where", OUT)
def test_out_of_memory_halves_the_batch_says_so_and_repeats_nothing(where: str) -> None:
    calls: list[int] = []
    said: list[str] = []
    made = in_batches(range(10), 8, runs_out_above(3, calls, OUT[where]), said.append)
    assert made == [item * item for item in range(10)]
    assert calls == [8, 4, 2, 2, 2, 2, 2]
    assert said == [
        "memory ran out with 8 at once; going on with 4",
        "memory ran out with 4 at once; going on with 2",
    ]


@pytest.mark.usefixtures("quick")
def test_what_was_made_before_memory_ran_out_is_not_made_again() -> None:
    done: list[int] = []

    def run(chunk: list[int]) -> list[int]:
        if len(chunk) > 1 and 4 in chunk:
            raise torch.OutOfMemoryError
        done.extend(chunk)
        return chunk

    assert in_batches(range(7), 4, run, lambda _: None) == list(range(7))
    assert done == list(range(7))


@pytest.mark.usefixtures("quick")
def test_with_one_it_is_an_error_with_its_mend() -> None:
    calls: list[int] = []
    with pytest.raises(
        ModelError, match=r"with one picture at a time; choose a smaller element\.size"
    ):
        in_batches(range(4), 4, runs_out_above(0, calls, OUT["GPU"]), lambda _: None)
    assert calls == [4, 2, 1]


def test_any_other_error_is_not_taken_for_it() -> None:
    calls: list[int] = []
    with pytest.raises(RuntimeError, match="shapes"):
        in_batches(
            range(4), 4, runs_out_above(0, calls, lambda: RuntimeError("shapes")), lambda _: None
        )
    assert calls == [4]


def test_what_filled_the_memory_is_let_go_before_it_goes_on() -> None:
    class Large:
        alive = 0

        def __init__(self) -> None:
            Large.alive += 1

        def __del__(self) -> None:
            Large.alive -= 1

    def run(chunk: list[int]) -> list[int]:
        assert Large.alive == 0
        held = Large()
        if len(chunk) > 1:
            raise torch.OutOfMemoryError
        return chunk if held else []

    assert in_batches(range(4), 4, run, lambda _: None) == [0, 1, 2, 3]
