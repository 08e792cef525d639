"""The classes of diffusers that may run: a card names one, and no other is ever loaded."""

from typing import Literal

Base = Literal["mini", "sd15", "sdxl", "flux", "flux2", "zimage", "qwen"]
"""A family of models that share a network: what was trained on one fits no other."""

PIPELINES = (
    "ElementPipeline",
    "StableDiffusionPipeline",
    "StableDiffusionInpaintPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLInpaintPipeline",
    "FluxPipeline",
    "FluxFillPipeline",
    "Flux2KleinPipeline",
    "ZImagePipeline",
    "QwenImagePipeline",
    "QwenImageEditPipeline",
    "StableDiffusionXLModularPipeline",
    "FluxModularPipeline",
    "ZImageModularPipeline",
    "QwenImageModularPipeline",
)
"""As a model's own index names them; `generate/families` knows what each is."""
