"""The classes of diffusers that may run: a card names one, and no other is ever loaded."""

from typing import Literal, get_args

Base = Literal["mini", "sd15", "sdxl", "flux", "flux2", "zimage", "qwen"]
"""A family of models that share a network: what was trained on one fits no other."""

PIPELINES: dict[str, Base] = {
    "ElementPipeline": "mini",
    "StableDiffusionPipeline": "sd15",
    "StableDiffusionInpaintPipeline": "sd15",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusionXLInpaintPipeline": "sdxl",
    "StableDiffusionXLModularPipeline": "sdxl",
    "FluxPipeline": "flux",
    "FluxFillPipeline": "flux",
    "Flux2KleinPipeline": "flux2",
    "ZImagePipeline": "zimage",
    "QwenImagePipeline": "qwen",
    "QwenImageEditPipeline": "qwen",
}
"""The pipeline's class as a model's own index names it, and its family."""

BASES: tuple[str, ...] = get_args(Base)
