"""Which files of a repository are fetched."""

from pathlib import Path

import pytest

from lookdev.errors import ModelError
from lookdev.generate.models.choosing import chosen
from lookdev.spec import strict_yaml
from lookdev.spec.card import ModelCard

SDXL = [
    ".gitattributes",
    "01.png",
    "LICENSE.md",
    "README.md",
    "model_index.json",
    "scheduler/scheduler_config.json",
    "sd_xl_base_1.0.safetensors",
    "sd_xl_base_1.0_0.9vae.safetensors",
    "text_encoder/config.json",
    "text_encoder/flax_model.msgpack",
    "text_encoder/model.fp16.safetensors",
    "text_encoder/model.onnx",
    "text_encoder/model.safetensors",
    "text_encoder_2/config.json",
    "text_encoder_2/model.fp16.safetensors",
    "text_encoder_2/model.safetensors",
    "text_encoder_2/openvino_model.bin",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
    "unet/config.json",
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "unet/diffusion_pytorch_model.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
    "vae_1_0/config.json",
    "vae_1_0/diffusion_pytorch_model.safetensors",
    "vae_decoder/model.onnx",
]
LEFT = {".gitattributes", "01.png", "sd_xl_base_1.0.safetensors", "sd_xl_base_1.0_0.9vae.safetensors",
    "text_encoder/flax_model.msgpack", "text_encoder/model.fp16.safetensors", "text_encoder/model.onnx",
    "text_encoder_2/model.fp16.safetensors", "text_encoder_2/openvino_model.bin",
    "unet/diffusion_pytorch_model.fp16.safetensors", "vae_1_0/config.json",
    "vae_1_0/diffusion_pytorch_model.safetensors", "vae_decoder/model.onnx"}  # fmt: skip


def card(pipeline: str = "StableDiffusionXLPipeline", **more: object) -> ModelCard:
    data = {"format": "card/1", "id": "x", "title": "x", "weights": "hub:a/b@" + "0" * 40,
        "licence": "MIT", "training_data": "x", **more}  # fmt: skip
    if data.get("kind", "model") == "model":
        data["pipeline"] = pipeline
    return strict_yaml.validate(data, ModelCard, source=str(Path()))


def test_of_a_model_its_parts_once_and_nothing_else() -> None:
    assert set(SDXL) - set(chosen(card(), SDXL)) == LEFT


def test_halves_are_taken_where_there_is_nothing_else() -> None:
    offered = [name for name in SDXL if name != "unet/diffusion_pytorch_model.safetensors"]
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in chosen(card(), offered)


def test_shards_are_known_from_a_second_form() -> None:
    plain = [f"transformer/diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    halves = [
        f"transformer/diffusion_pytorch_model.fp16-0000{n}-of-00002.safetensors" for n in (1, 2)
    ]
    index = "transformer/diffusion_pytorch_model.safetensors.index.json"
    flux = card("FluxPipeline")
    assert chosen(flux, [*plain, *halves, index]) == [*plain, index]
    assert chosen(flux, halves) == halves


def test_the_safety_checker_is_left() -> None:
    offered = ["unet/m.safetensors", "safety_checker/model.safetensors", "model_index.json"]
    assert chosen(card("StableDiffusionPipeline"), offered) == [
        "model_index.json",
        "unet/m.safetensors",
    ]


def test_a_list_in_the_card_decides() -> None:
    listed = card(kind="lora", base="sdxl", files={"b.safetensors": "0" * 64})
    assert chosen(listed, ["a.safetensors", "b.safetensors"]) == ["b.safetensors"]
    with pytest.raises(ModelError, match=r"has no b\.safetensors"):
        chosen(listed, ["a.safetensors"])


def test_only_pickles_are_nothing() -> None:
    with pytest.raises(ModelError, match=r"offers no \.safetensors"):
        chosen(card(), ["unet/diffusion_pytorch_model.bin", "model_index.json"])
