"""Z-Image: tiny, random, of the real classes; sides are multiples of 16."""

from pathlib import Path

from tiny_models.flux import CHANNELS, fixed_shift, flux_vae
from tiny_models.qwen_words import qwen3_config, qwen_tokenizer
from tiny_models.seeded import saved, seeded

_DIM = 32


def zimage(folder: Path, *, seed: int = 0) -> Path:
    """ZImagePipeline."""
    import torch
    from diffusers import ZImagePipeline, ZImageTransformer2DModel
    from transformers import Qwen3Model

    with seeded(seed):
        tokenizer = qwen_tokenizer()
        encoder = Qwen3Model(qwen3_config(tokenizer, layers=2))
        transformer = ZImageTransformer2DModel(
            in_channels=CHANNELS,
            dim=_DIM,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=encoder.config.hidden_size,
            axes_dims=[8, 4, 4],
            axes_lens=[1536, 512, 512],
        )
        for token in (transformer.x_pad_token, transformer.cap_pad_token):  # made without values
            torch.nn.init.normal_(token, std=0.02)
        pipeline = ZImagePipeline(
            scheduler=fixed_shift(3.0),
            vae=flux_vae(),
            text_encoder=encoder,
            tokenizer=tokenizer,
            transformer=transformer,
        )
        return saved(pipeline, folder)
