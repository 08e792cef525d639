"""A step cache: off is exact, on is a setting, and nothing of it stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diffusers
import pytest
import tiny_models
import torch
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.generate.pictures.compiling import network_of
from lookdev.generate.pictures.step_cache import step_cache

STEPS = 4


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("step_cache")
    build = (
        tiny_models.flux,
        tiny_models.flux2,
        tiny_models.qwen,
        tiny_models.zimage,
        tiny_models.sd15,
    )
    return {one.__name__: one(root / one.__name__) for one in build}


def opened(folder: Path, kind: Any = diffusers.DiffusionPipeline) -> Any:
    pipeline = kind.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def made(pipeline: Any, **options: Any) -> Tensor:
    picture = torch.full((1, 3, 32, 32), 0.5)
    takes = {"image": picture} if "Img2Img" in type(pipeline).__name__ else {}
    return pipeline(
        prompt="dust",
        height=32,
        width=32,
        num_inference_steps=STEPS,
        output_type="pt",
        generator=torch.Generator().manual_seed(1),
        **takes,
        **options,
    ).images


@contextmanager
def blocks_run(network: Any) -> Iterator[list[str]]:
    """Names of the blocks' attention modules that ran: a block that is reused runs none."""
    ran: list[str] = []
    handles = [
        module.register_forward_hook(lambda *_args, name=name: ran.append(name))
        for name, module in network.named_modules()
        if name.endswith((".attn", ".attention"))
    ]
    try:
        yield ran
    finally:
        for handle in handles:
            handle.remove()


CACHED = {
    "flux": diffusers.FluxPipeline,
    "qwen": diffusers.QwenImagePipeline,
}


@pytest.mark.parametrize("family", CACHED)
def test_a_cache_skips_blocks_and_leaves_nothing_behind(
    family: str, folders: dict[str, Path]
) -> None:
    pipeline = opened(folders[family], CACHED[family])
    network = network_of(pipeline)
    with blocks_run(network) as plain:
        exact = made(pipeline)
    with step_cache(pipeline, 1.0), blocks_run(network) as fewer:
        made(pipeline)
    with step_cache(pipeline, 1e-9):
        never = made(pipeline)
    print(f"{family}: {len(plain)} blocks run, {len(fewer)} with a cache")
    assert 0 < len(fewer) < len(plain)
    assert torch.equal(never, exact), "a threshold that nothing stays below changes nothing"
    assert not network.is_cache_enabled
    with blocks_run(network) as again:
        assert torch.equal(made(pipeline), exact)
    assert again == plain


def test_a_pipeline_that_does_not_tell_its_passes_is_cached_too(folders: dict[str, Path]) -> None:
    pipeline = opened(folders["flux"], diffusers.FluxImg2ImgPipeline)
    exact = made(pipeline, strength=1.0)
    with step_cache(pipeline, 1e-9):
        assert torch.equal(made(pipeline, strength=1.0), exact)
    with step_cache(pipeline, 1.0), blocks_run(pipeline.transformer) as fewer:
        made(pipeline, strength=1.0)
    assert len(fewer) < 2 * STEPS


def test_two_runs_share_nothing(folders: dict[str, Path]) -> None:
    pipeline = opened(folders["flux"])
    runs = []
    for _ in range(2):
        with step_cache(pipeline, 0.5):
            runs.append(made(pipeline))
    assert torch.equal(*runs)


def test_it_is_off_after_an_error_too(folders: dict[str, Path]) -> None:
    pipeline = opened(folders["flux"])
    with pytest.raises(RuntimeError, match="cancelled"), step_cache(pipeline, 0.5):
        raise RuntimeError("cancelled")
    assert not pipeline.transformer.is_cache_enabled


def test_nothing_is_nothing(folders: dict[str, Path]) -> None:
    pipeline = opened(folders["sd15"])
    before = pipeline.unet.forward
    with step_cache(pipeline, 0):
        assert pipeline.unet.forward == before


@pytest.mark.parametrize("family", ["flux2", "sd15", "zimage"])
def test_a_network_that_cannot_is_refused_with_the_mend(
    family: str, folders: dict[str, Path]
) -> None:
    pipeline = opened(folders[family])
    wanted = (
        rf"is 0\.1, but a {type(pipeline).__name__} has no step cache; remove element\.step_cache"
    )
    with pytest.raises(ModelError, match=wanted), step_cache(pipeline, 0.1):
        pytest.fail("it must not run")


def test_compiled_blocks_run_as_written_while_it_decides(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = opened(folders["flux"])
    exact = made(pipeline)

    def compiler(_call: object, **_options: object) -> Any:
        return lambda *_args, **_kwargs: pytest.fail("a compiled block ran")

    monkeypatch.setattr(torch, "compile", compiler)
    pipeline.transformer.compile_repeated_blocks(fullgraph=True)
    with step_cache(pipeline, 1e-9):
        assert torch.equal(made(pipeline), exact)
