"""Qwen's tokenizer and its language model, tiny and random, of the real classes."""

from typing import Any

from tiny_models.words import byte_vocabulary

HIDDEN = 16
ENDS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
SEES = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
"""As Qwen3 puts a message in words."""


def qwen_tokenizer() -> Any:
    """Qwen2Tokenizer over bytes, with the special tokens that pipelines write."""
    from transformers import Qwen2Tokenizer

    vocabulary, merges = byte_vocabulary()
    return Qwen2Tokenizer(
        vocab={one: index for index, one in enumerate([*vocabulary, *ENDS, *SEES])},
        merges=merges,
        eos_token="<|im_end|>",  # noqa: S106 no password
        extra_special_tokens=[*ENDS, *SEES],
        chat_template=TEMPLATE,
        model_max_length=4096,
    )


def qwen3_config(tokenizer: Any, *, layers: int) -> Any:
    """Of Qwen3, for a tokenizer."""
    from transformers import Qwen3Config

    return Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=HIDDEN,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        tie_word_embeddings=True,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
