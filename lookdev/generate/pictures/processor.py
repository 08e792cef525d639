"""The part of Qwen-Image-Edit that shows pictures to its text encoder, without its part for films.

That part wants torchvision even to be made; lookdev shows no films to a text encoder.
"""

from pathlib import Path
from typing import Any

from transformers import ProcessorMixin, Qwen2VLProcessor


class PictureProcessor(Qwen2VLProcessor):
    """`Qwen2VLProcessor` for pictures only."""

    def __init__(self, image_processor: Any, tokenizer: Any, chat_template: Any = None) -> None:
        """As its parent, but for the video processor."""
        ids = tokenizer.convert_tokens_to_ids
        self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
        self.image_token_id, self.video_token_id = ids(self.image_token), ids(self.video_token)
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)


def load_processor(folder: Path) -> PictureProcessor:
    """The one of a model's folder."""
    processor: PictureProcessor = PictureProcessor.from_pretrained(
        folder / "processor", local_files_only=True
    )
    return processor
