"""Stable Diffusion 1.5 and XL: tiny, random, of the real classes; sides are multiples of 8."""

from pathlib import Path
from typing import Any

from tiny_models.clip import WIDTH, clip_text
from tiny_models.seeded import saved, seeded
from tiny_models.vae import picture_vae
from tiny_models.words import clip_tokenizer

DOWN: dict[str, Any] = {
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "norm_num_groups": 4,
}
"""The half of a UNet that a ControlNet has too."""
SD15_UNET: dict[str, Any] = DOWN | {"attention_head_dim": 2, "cross_attention_dim": WIDTH}
SDXL_UNET: dict[str, Any] = DOWN | {
    "attention_head_dim": (2, 4),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "transformer_layers_per_block": (1, 2),
    "projection_class_embeddings_input_dim": 6 * 8 + WIDTH,
    "cross_attention_dim": 2 * WIDTH,
}
BETAS: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "steps_offset": 1,
}


def sd15(folder: Path, *, seed: int = 0, checker: bool = False) -> Path:
    """StableDiffusionPipeline, with the scheduler (PNDM) of the published one.

    With `checker` the folder holds a safety checker too, as published ones do.
    """
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    with seeded(seed):
        parts = _sd15_parts(checker=checker)
        parts["scheduler"] = PNDMScheduler(skip_prk_steps=True, **BETAS)
        return saved(StableDiffusionPipeline(**parts), folder)


def sd15_inpaint(folder: Path, *, seed: int = 0) -> Path:
    """StableDiffusionInpaintPipeline with the 9-channel UNet."""
    from diffusers import DDIMScheduler, StableDiffusionInpaintPipeline

    with seeded(seed):
        parts = _sd15_parts(channels=9)
        parts["scheduler"] = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, **BETAS)
        return saved(StableDiffusionInpaintPipeline(**parts), folder)


def sdxl(folder: Path, *, seed: int = 0) -> Path:
    """StableDiffusionXLPipeline."""
    from diffusers import StableDiffusionXLPipeline

    with seeded(seed):
        return saved(StableDiffusionXLPipeline(**_sdxl_parts()), folder)


def sdxl_inpaint(folder: Path, *, seed: int = 0) -> Path:
    """StableDiffusionXLInpaintPipeline with the 9-channel UNet."""
    from diffusers import StableDiffusionXLInpaintPipeline

    with seeded(seed):
        return saved(StableDiffusionXLInpaintPipeline(**_sdxl_parts(channels=9)), folder)


def _sd15_parts(*, channels: int = 4, checker: bool = False) -> dict[str, Any]:
    tokenizer = clip_tokenizer()
    return {
        "vae": picture_vae(scaling_factor=0.18215),
        "text_encoder": clip_text(tokenizer),
        "tokenizer": tokenizer,
        "unet": unet(channels, SD15_UNET),
        "safety_checker": _checker() if checker else None,
        "feature_extractor": _extractor() if checker else None,
        "requires_safety_checker": checker,
    }


def _sdxl_parts(*, channels: int = 4) -> dict[str, Any]:
    from diffusers import EulerDiscreteScheduler

    tokenizer = clip_tokenizer()
    return {
        "vae": picture_vae(scaling_factor=0.13025),
        "text_encoder": clip_text(tokenizer),
        "text_encoder_2": clip_text(tokenizer, projects=True),
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer,
        "unet": unet(channels, SDXL_UNET),
        "scheduler": EulerDiscreteScheduler(timestep_spacing="leading", **BETAS),
    }


def unet(channels: int, config: dict[str, Any]) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8,
        in_channels=channels,
        out_channels=4,
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **config,
    )


def _checker() -> Any:
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig

    from tiny_models.clip import vision_config

    return StableDiffusionSafetyChecker(
        CLIPConfig(vision_config=vision_config().to_dict(), projection_dim=WIDTH)
    )


def _extractor() -> Any:
    from transformers import CLIPImageProcessorPil

    return CLIPImageProcessorPil(size=32, crop_size=32)
