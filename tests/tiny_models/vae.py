"""Autoencoders: tiny, random, of the real classes, and of the published factor of 8."""

from typing import Any


def picture_vae(*, channels: int = 4, **config: Any) -> Any:
    """An AutoencoderKL, (B, 3, 8h, 8w) to (B, channels, h, w) and back."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=channels,
        layers_per_block=1,
        norm_num_groups=4,
        **config,
    )
