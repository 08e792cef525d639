"""FLUX.1: tiny, random, of the real classes; sides are multiples of 16."""

from pathlib import Path
from typing import Any

from tiny_models.clip import WIDTH, clip_text
from tiny_models.seeded import saved, seeded
from tiny_models.vae import picture_vae
from tiny_models.words import clip_tokenizer, t5_tokenizer

CHANNELS = 16
"""Of the latents; four of them are packed to a row of 64 numbers."""
_FLUX_VAE: dict[str, Any] = {
    "channels": CHANNELS,
    "scaling_factor": 0.3611,
    "shift_factor": 0.1159,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
}


def flux(folder: Path, *, seed: int = 0, schnell: bool = False) -> Path:
    """FluxPipeline as FLUX.1 dev has it; with `schnell` without the embedding of guidance."""
    from diffusers import FluxPipeline

    with seeded(seed):
        parts = _parts(in_channels=64, guidance_embeds=not schnell)
        parts["scheduler"] = dynamic_shift() if not schnell else fixed_shift(1.0)
        return saved(FluxPipeline(**parts), folder)


def flux_fill(folder: Path, *, seed: int = 0) -> Path:
    """FluxFillPipeline: rows of latents, of the masked picture's and of 8x8 mask pixels each."""
    from diffusers import FluxFillPipeline

    with seeded(seed):
        parts = _parts(in_channels=64 + 64 + 4 * 8 * 8, out_channels=64, guidance_embeds=True)
        return saved(FluxFillPipeline(**parts, scheduler=dynamic_shift()), folder)


def flux_vae() -> Any:
    """The autoencoder that FLUX.1 and Z-Image share."""
    return picture_vae(**_FLUX_VAE)


def dynamic_shift(**config: Any) -> Any:
    """A scheduler whose noise levels depend on the size, as the published ones have it."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True, **config)


def fixed_shift(shift: float) -> Any:
    """A scheduler of the same noise levels at every size."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(shift=shift)


def _parts(**transformer: Any) -> dict[str, Any]:
    from diffusers import FluxTransformer2DModel

    tokenizer, tokenizer_2 = clip_tokenizer(), t5_tokenizer()
    return {
        "vae": flux_vae(),
        "text_encoder": clip_text(tokenizer),
        "text_encoder_2": _t5(tokenizer_2),
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer_2,
        "transformer": FluxTransformer2DModel(
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            pooled_projection_dim=WIDTH,
            axes_dims_rope=(4, 6, 6),
            **transformer,
        ),
    }


def _t5(tokenizer: Any) -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=WIDTH,
            d_kv=8,
            d_ff=WIDTH,
            num_layers=1,
            num_heads=2,
            feed_forward_proj="gated-gelu",
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
