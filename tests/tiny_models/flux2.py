"""FLUX.2 klein: tiny, random, of the real classes; sides are multiples of 16."""

from pathlib import Path
from typing import Any

from tiny_models.flux import dynamic_shift
from tiny_models.qwen_words import qwen3_config, qwen_tokenizer
from tiny_models.seeded import saved, seeded

_CHANNELS = 32
_LAYERS = 28
"""The pipeline reads the hidden states 9, 18 and 27."""


def flux2(folder: Path, *, seed: int = 0, distilled: bool = True) -> Path:
    """Flux2KleinPipeline; a distilled one ignores guidance."""
    from diffusers import Flux2KleinPipeline, Flux2Transformer2DModel
    from transformers import Qwen3ForCausalLM

    with seeded(seed):
        tokenizer = qwen_tokenizer()
        encoder = Qwen3ForCausalLM(qwen3_config(tokenizer, layers=_LAYERS))
        pipeline = Flux2KleinPipeline(
            scheduler=dynamic_shift(),
            vae=_vae(),
            text_encoder=encoder,
            tokenizer=tokenizer,
            transformer=Flux2Transformer2DModel(
                in_channels=4 * _CHANNELS,
                num_layers=1,
                num_single_layers=1,
                attention_head_dim=16,
                num_attention_heads=2,
                joint_attention_dim=3 * encoder.config.hidden_size,
                timestep_guidance_channels=32,
                axes_dims_rope=(4, 4, 4, 4),
                guidance_embeds=False,
            ),
            is_distilled=distilled,
        )
        return saved(pipeline, folder)


def _vae() -> Any:
    """Its packed latents are scaled by the running statistics of a batch norm."""
    import torch
    from diffusers import AutoencoderKLFlux2

    vae = AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=_CHANNELS,
        layers_per_block=1,
        norm_num_groups=4,
    )
    vae.bn.running_mean.copy_(0.1 * torch.randn(4 * _CHANNELS))
    vae.bn.running_var.copy_(0.5 + torch.rand(4 * _CHANNELS))
    return vae
