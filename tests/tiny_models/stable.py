"""Stable Diffusion XL: tiny, random, of the real classes."""

from pathlib import Path
from typing import Any

from tiny_models.clip import WIDTH, clip_text
from tiny_models.seeded import saved, seeded
from tiny_models.vae import picture_vae
from tiny_models.words import clip_tokenizer

SDXL_UNET: dict[str, Any] = {
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "sample_size": 8,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "attention_head_dim": (2, 4),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "transformer_layers_per_block": (1, 2),
    "projection_class_embeddings_input_dim": 6 * 8 + WIDTH,
    "cross_attention_dim": 2 * WIDTH,
    "norm_num_groups": 4,
}


def sdxl(folder: Path, *, seed: int = 0) -> Path:
    """StableDiffusionXLPipeline; sides are multiples of 8."""
    from diffusers import StableDiffusionXLPipeline

    with seeded(seed):
        return saved(StableDiffusionXLPipeline(**_sdxl_parts()), folder)


def sdxl_inpaint(folder: Path, *, seed: int = 0) -> Path:
    """StableDiffusionXLInpaintPipeline with the 9-channel UNet."""
    from diffusers import StableDiffusionXLInpaintPipeline

    with seeded(seed):
        return saved(StableDiffusionXLInpaintPipeline(**_sdxl_parts(channels=9)), folder)


def _sdxl_parts(*, channels: int = 4) -> dict[str, Any]:
    from diffusers import EulerDiscreteScheduler, UNet2DConditionModel

    tokenizer = clip_tokenizer()
    return {
        "vae": picture_vae(scaling_factor=0.13025),
        "text_encoder": clip_text(tokenizer),
        "text_encoder_2": clip_text(tokenizer, projects=True),
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer,
        "unet": UNet2DConditionModel(
            in_channels=channels,
            out_channels=4,
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            **SDXL_UNET,
        ),
        "scheduler": EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            timestep_spacing="leading",
            steps_offset=1,
        ),
    }
