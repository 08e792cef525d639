"""A quick look at a step that is done, through a tiny autoencoder."""

from collections.abc import Callable
from typing import Any

import diffusers
import torch
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.damage import damage_told
from lookdev.generate.pictures.asked import Run
from lookdev.generate.pictures.guard import sealed
from lookdev.image.element import Element

Shown = Callable[[Tensor, Run], Element]
"""Makes an element of codes (3, h, w); no evaluation is counted."""


class Previewer:
    """A tiny autoencoder (TAESD and its kin)."""

    def __init__(self, files: ModelFiles, *, vae: Any, device: str, shown: Shown) -> None:
        """Load it as every model is loaded.

        Raises:
            ModelError: It is none, or not for the latents of this VAE.
        """
        with damage_told(files), sealed(files.folder):
            self._tiny = diffusers.AutoencoderTiny.from_pretrained(
                files.folder, use_safetensors=True, local_files_only=True
            ).to(device)
        mine, its = self._tiny.config.latent_channels, vae.config.latent_channels
        if mine != its:
            raise ModelError(
                f"model {files.card.id}: is for {mine} latent channels, and the model has {its}; "
                "name another autoencoder in its card's preview, or none"
            )
        self._shown = shown

    def of(self, pipeline: Any, latents: Tensor, run: Run) -> Callable[[], Element] | None:
        """What shows the first sample's latents when it is called.

        None where they are rows of patches that are no picture: of all families but FLUX.1.
        """
        kept = latents[:1].detach().float()
        if kept.ndim == 3 and hasattr(pipeline, "_unpack_latents"):
            width, height = run.size
            kept = pipeline._unpack_latents(kept, height, width, pipeline.vae_scale_factor)  # noqa: SLF001
        if kept.ndim != 4 or kept.shape[1] != self._tiny.config.latent_channels:
            return None

        def show() -> Element:
            with torch.no_grad():
                codes = self._tiny.decode(kept).sample[0] / 2 + 0.5
            return self._shown(codes.clamp(0, 1).cpu(), run)

        return show
