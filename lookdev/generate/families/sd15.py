"""Stable Diffusion 1.5 and its relatives, without the checker that blackens whole frames."""

from dataclasses import replace
from typing import Any

from lookdev.generate.families.family import CLIP_TOKENIZER, SCHEDULERS, Family, floor_of, one
from lookdev.spec.look import ElementParams

_COMPONENTS = {
    "vae": one("diffusers", "AutoencoderKL"),
    "text_encoder": one("transformers", "CLIPTextModel"),
    "tokenizer": CLIP_TOKENIZER,
    "unet": one("diffusers", "UNet2DConditionModel"),
    "scheduler": SCHEDULERS,
    "safety_checker": one("stable_diffusion", "StableDiffusionSafetyChecker"),
    "feature_extractor": frozenset(
        {
            ("transformers", "CLIPImageProcessor"),
            ("transformers", "CLIPFeatureExtractor"),
            ("transformers", "CLIPImageProcessorPil"),
        }
    ),
    "image_encoder": one("transformers", "CLIPVisionModelWithProjection"),
}
_OPTIONAL = frozenset({"safety_checker", "feature_extractor", "image_encoder"})
_LOAD = {"safety_checker": None, "requires_safety_checker": False}


def arguments(params: ElementParams) -> dict[str, Any]:
    """Classifier-free guidance, off at 1."""
    return {"guidance_scale": params.guidance, "negative_prompt": params.negative_prompt}


PICTURE = Family(
    base="sd15",
    components=_COMPONENTS,
    optional=_OPTIONAL,
    unused=frozenset({"safety_checker"}),
    jobs={
        "text": "StableDiffusionPipeline",
        "image": "StableDiffusionImg2ImgPipeline",
        "inpaint": "StableDiffusionInpaintPipeline",
    },
    controlled={
        "text": "StableDiffusionControlNetPipeline",
        "image": "StableDiffusionControlNetImg2ImgPipeline",
        "inpaint": "StableDiffusionControlNetInpaintPipeline",
    },
    multiple=8,
    steps_done=floor_of,
    arguments=arguments,
    guides=frozenset({"lora", "edges", "depth", "adapter"}),
    load=_LOAD,
)

INPAINT = replace(
    PICTURE,
    jobs={"inpaint": "StableDiffusionInpaintPipeline"},
    controlled={},
    guides=frozenset({"lora", "adapter"}),
)
