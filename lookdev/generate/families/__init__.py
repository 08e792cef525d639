"""What is known of each family of models without loading one: no torch here."""

from lookdev.generate.families import flux, flux2, mini, modular, qwen, sd15, sdxl, zimage
from lookdev.generate.families.family import Family, Job

__all__ = ["ALLOWED", "Family", "Job"]

ALLOWED: dict[str, Family] = {
    "ElementPipeline": mini.ELEMENT,
    "StableDiffusionPipeline": sd15.PICTURE,
    "StableDiffusionInpaintPipeline": sd15.INPAINT,
    "StableDiffusionXLPipeline": sdxl.PICTURE,
    "StableDiffusionXLInpaintPipeline": sdxl.INPAINT,
    "FluxPipeline": flux.PICTURE,
    "FluxFillPipeline": flux.FILL,
    "Flux2KleinPipeline": flux2.KLEIN,
    "ZImagePipeline": zimage.PICTURE,
    "QwenImagePipeline": qwen.PICTURE,
    "QwenImageEditPipeline": qwen.EDIT,
    "StableDiffusionXLModularPipeline": modular.SDXL,
    "FluxModularPipeline": modular.FLUX,
    "ZImageModularPipeline": modular.ZIMAGE,
    "QwenImageModularPipeline": modular.QWEN,
}
"""By the class that a model's own index names."""
