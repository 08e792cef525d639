"""CLIP: tiny, random, of the real classes."""

from typing import Any

WIDTH = 32


def clip_text(tokenizer: Any, *, projects: bool = False) -> Any:
    """A text encoder for a tokenizer; `projects` as SDXL's second one."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        projection_dim=WIDTH,
        num_attention_heads=4,
        num_hidden_layers=2,
    )
    return (CLIPTextModelWithProjection if projects else CLIPTextModel)(config)


def vision_config() -> Any:
    """Of an image encoder that sees 32x32 pixels as 8x8 patches."""
    from transformers import CLIPVisionConfig

    return CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        projection_dim=WIDTH,
        num_attention_heads=4,
        num_hidden_layers=2,
        image_size=32,
        patch_size=8,
    )
