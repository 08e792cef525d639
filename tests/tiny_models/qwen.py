"""Qwen-Image and Qwen-Image-Edit: tiny, random, of the real classes; sides are multiples of 16."""

import json
from pathlib import Path
from typing import Any

from tiny_models.flux import dynamic_shift
from tiny_models.qwen_words import HIDDEN, qwen_tokenizer
from tiny_models.seeded import saved, seeded

_CHANNELS = 16


def qwen(folder: Path, *, seed: int = 0) -> Path:
    """QwenImagePipeline."""
    from diffusers import QwenImagePipeline

    with seeded(seed):
        return saved(QwenImagePipeline(**_parts()), folder)


def qwen_edit(folder: Path, *, seed: int = 0) -> Path:
    """QwenImageEditPipeline.

    Its processor's class wants torchvision for films, even to be made: without torchvision load the
    folder with `processor=picture_processor(folder)`.
    """
    from diffusers import QwenImageEditPipeline

    with seeded(seed):
        parts = _parts()
        processor = _new_processor(parts["tokenizer"])
        saved(QwenImageEditPipeline(**parts, processor=processor), folder)
    index = folder / "model_index.json"
    named = json.loads(index.read_text()) | {"processor": ["transformers", "Qwen2VLProcessor"]}
    index.write_text(json.dumps(named, indent=2))
    return folder


def _parts() -> dict[str, Any]:
    from diffusers import AutoencoderKLQwenImage, QwenImageTransformer2DModel

    tokenizer = qwen_tokenizer()
    vae = AutoencoderKLQwenImage(
        base_dim=8,
        z_dim=_CHANNELS,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        latents_mean=[0.1 * index for index in range(-8, 8)],
        latents_std=[1.0 + 0.1 * index for index in range(_CHANNELS)],
    )
    vae.decoder.conv_out.weight.data *= 5  # or its pictures are nearly grey
    return {
        "scheduler": dynamic_shift(
            base_shift=0.5, max_shift=0.9, max_image_seq_len=8192, shift_terminal=0.02
        ),
        "vae": vae,
        "text_encoder": _encoder(tokenizer),
        "tokenizer": tokenizer,
        "transformer": QwenImageTransformer2DModel(
            in_channels=4 * _CHANNELS,
            out_channels=_CHANNELS,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=HIDDEN,
            axes_dims_rope=(8, 4, 4),
        ),
    }


def _encoder(tokenizer: Any) -> Any:
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    ids = tokenizer.convert_tokens_to_ids
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": HIDDEN,
            "intermediate_size": HIDDEN,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e6,
                "mrope_section": [2, 1, 1],
            },
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
        vision_config={
            "depth": 2,
            "hidden_size": HIDDEN,
            "intermediate_size": HIDDEN,
            "num_heads": 2,
            "out_hidden_size": HIDDEN,
            "fullatt_block_indexes": [1],
        },
        image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|video_pad|>"),
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
        tie_word_embeddings=True,
    )
    return Qwen2_5_VLForConditionalGeneration(config)


def picture_processor(folder: Path) -> Any:
    """The processor of a saved Qwen-Image-Edit, without torchvision: for pictures, not for films."""
    from lookdev.generate.pictures.processor import load_processor

    return load_processor(folder)


def _new_processor(tokenizer: Any) -> Any:
    from transformers import Qwen2VLImageProcessorPil

    from lookdev.generate.pictures.processor import PictureProcessor

    pictures = Qwen2VLImageProcessorPil(min_pixels=56 * 56, max_pixels=112 * 112)
    return PictureProcessor(pictures, tokenizer)
