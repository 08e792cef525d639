"""A quick look at a step that is done, through a tiny autoencoder."""

from collections.abc import Callable
from typing import Any

import diffusers
import torch
from torch import Tensor

from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.pictures.asked import Run
from lookdev.generate.pictures.guard import sealed
from lookdev.image.element import Element

Shown = Callable[[Tensor, Run], Element]
"""Makes an element of codes (3, h, w); no evaluation is counted."""


class Previewer:
    """A tiny autoencoder (TAESD and its kin) of a family whose latents are a picture."""

    def __init__(self, files: ModelFiles, *, device: str, shown: Shown) -> None:
        """Load it as every model is loaded."""
        with sealed(files.folder):
            self._tiny = diffusers.AutoencoderTiny.from_pretrained(
                files.folder, use_safetensors=True, local_files_only=True
            ).to(device)
        self._shown = shown

    def of(self, _pipeline: Any, latents: Tensor, run: Run) -> Callable[[], Element]:
        """What shows the first sample's latents (B, C, h, w) when it is called."""
        kept = latents[:1].detach().float()

        def show() -> Element:
            with torch.no_grad():
                codes = self._tiny.decode(kept).sample[0] / 2 + 0.5
            return self._shown(codes.clamp(0, 1).cpu(), run)

        return show
