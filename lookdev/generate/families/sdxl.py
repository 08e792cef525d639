"""Stable Diffusion XL and its relatives, Turbo and Lightning among them."""

from dataclasses import replace

from lookdev.generate.families.family import CLIP_TOKENIZER, SCHEDULERS, Family, floor_of, one
from lookdev.generate.families.sd15 import arguments

_COMPONENTS = {
    "vae": one("diffusers", "AutoencoderKL"),
    "text_encoder": one("transformers", "CLIPTextModel"),
    "text_encoder_2": one("transformers", "CLIPTextModelWithProjection"),
    "tokenizer": CLIP_TOKENIZER,
    "tokenizer_2": CLIP_TOKENIZER,
    "unet": one("diffusers", "UNet2DConditionModel"),
    "scheduler": SCHEDULERS,
    "image_encoder": one("transformers", "CLIPVisionModelWithProjection"),
    "feature_extractor": frozenset(
        {("transformers", "CLIPImageProcessor"), ("transformers", "CLIPImageProcessorPil")}
    ),
}
_OPTIONAL = frozenset({"image_encoder", "feature_extractor"})
_LOAD = {"add_watermarker": False}

PICTURE = Family(
    base="sdxl",
    components=_COMPONENTS,
    optional=_OPTIONAL,
    jobs={
        "text": "StableDiffusionXLPipeline",
        "image": "StableDiffusionXLImg2ImgPipeline",
        "inpaint": "StableDiffusionXLInpaintPipeline",
    },
    controlled={
        "text": "StableDiffusionXLControlNetPipeline",
        "image": "StableDiffusionXLControlNetImg2ImgPipeline",
        "inpaint": "StableDiffusionXLControlNetInpaintPipeline",
    },
    multiple=8,
    steps_done=floor_of,
    arguments=arguments,
    guides=frozenset({"lora", "edges", "depth", "adapter"}),
    load=_LOAD,
)

INPAINT = replace(
    PICTURE,
    jobs={"inpaint": "StableDiffusionXLInpaintPipeline"},
    controlled={},
    guides=frozenset({"lora", "adapter"}),
)
