"""The network in the device's numbers, the VAE in float32. No GPU was measured here."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import diffusers
import pytest
import tiny_models
import torch

from lookdev.generate.pictures.precision import chosen, dtype_for, dtypes_for, keep_vae_float32

BF16, F16, F32 = torch.bfloat16, torch.float16, torch.float32


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.sd15(tmp_path_factory.mktemp("precision") / "sd15")


@pytest.mark.parametrize(
    ("wish", "device", "dtype", "is_told"),
    [
        (BF16, (True, True), BF16, False),
        (BF16, (True, False), F16, True),
        (F16, (True, True), F16, False),
        (F32, (True, False), F32, False),
        (BF16, (False, False), F32, False),
        (F16, (False, True), F32, False),
    ],
)
def test_a_gpu_computes_as_its_family_wishes_and_a_cpu_in_float32(
    wish: torch.dtype,
    device: tuple[bool, bool],
    dtype: torch.dtype,
    is_told: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert chosen(wish, is_gpu=device[0], has_bfloat16=device[1]) == dtype
    assert ("runs in float16" in caplog.text) == is_told


def test_here_it_is_float32() -> None:
    assert dtype_for("cpu") == dtype_for(torch.device("cpu"), F16) == F32


def test_emulated_bfloat16_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda emulated: emulated)
    assert dtype_for("cuda:1") == F16


def test_a_vae_is_loaded_in_float32_beside_a_network_that_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda _emulated: True)
    load = diffusers.StableDiffusionPipeline.from_pretrained
    mixed, exact = load(folder, dtype=dtypes_for("cuda")), load(folder)
    assert (mixed.unet.dtype, mixed.text_encoder.dtype, mixed.vae.dtype) == (BF16, BF16, F32)
    for made, stored in zip(mixed.vae.parameters(), exact.vae.parameters(), strict=True):
        assert torch.equal(made, stored)


@pytest.mark.parametrize("returns_tuple", [False, True])
def test_what_goes_in_is_cast_to_the_vae_and_what_comes_out_to_the_network(
    returns_tuple: bool, folder: Path
) -> None:
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(folder)
    picture = torch.rand(1, 3, 32, 32).to(BF16)
    with torch.no_grad():
        exact = pipeline.vae.encode(picture.float()).latent_dist.mode()
        decoded = pipeline.vae.decode(exact.to(BF16).float()).sample
    pipeline.unet.to(BF16)
    keep_vae_float32(pipeline)
    options: dict[str, Any] = {"return_dict": not returns_tuple}
    with torch.no_grad():
        made = pipeline.vae.encode(picture, **options)
        found = made[0] if returns_tuple else made.latent_dist
        assert torch.equal(found.mode(), exact.to(BF16))
        assert found.sample(torch.Generator().manual_seed(0)).dtype == BF16
        back = pipeline.vae.decode(found.mode(), **options)[0]
    assert back.dtype == F32
    assert torch.equal(back, decoded)


def test_a_tiny_autoencoder_s_latents_are_cast_too() -> None:
    vae = diffusers.AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    )
    pipeline = SimpleNamespace(vae=vae, unet=torch.nn.Linear(1, 1, dtype=BF16))
    pipeline.unet.dtype = BF16
    keep_vae_float32(pipeline)
    with torch.no_grad():
        picture = torch.rand(1, 3, 16, 16)
        assert vae.encode(picture).latents.dtype == BF16
        assert vae.encode(picture, return_dict=False)[0].dtype == BF16


def test_a_run_in_bfloat16_has_a_picture_in_float32_and_fewer_bands(folder: Path) -> None:
    """Distinct values tell: a bfloat16 picture has but 128 between a half and one."""
    counts = {}
    for kept in (False, True):
        pipeline = diffusers.StableDiffusionPipeline.from_pretrained(folder, dtype=BF16)
        pipeline.set_progress_bar_config(disable=True)
        if kept:
            keep_vae_float32(pipeline)
        made = pipeline("dust", height=64, width=64, num_inference_steps=1, output_type="pt").images
        counts[kept] = (made.dtype, len(made.unique()))
    print(f"VAE in bfloat16: {counts[False]}; in float32: {counts[True]}")
    assert counts[True][0] == F32
    assert counts[True][1] > 4 * counts[False][1]
