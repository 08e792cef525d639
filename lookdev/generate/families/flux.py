"""FLUX.1: schnell, dev and Fill."""

from dataclasses import replace
from typing import Any

from lookdev.generate.families.family import CLIP_TOKENIZER, FLOW, Family, one
from lookdev.spec.look import ElementParams

_COMPONENTS = {
    "vae": one("diffusers", "AutoencoderKL"),
    "text_encoder": one("transformers", "CLIPTextModel"),
    "text_encoder_2": one("transformers", "T5EncoderModel"),
    "tokenizer": CLIP_TOKENIZER,
    "tokenizer_2": frozenset(
        {("transformers", "T5TokenizerFast"), ("transformers", "T5Tokenizer")}
    ),
    "transformer": one("diffusers", "FluxTransformer2DModel"),
    "scheduler": FLOW,
    "image_encoder": one("transformers", "CLIPVisionModelWithProjection"),
    "feature_extractor": frozenset(
        {("transformers", "CLIPImageProcessor"), ("transformers", "CLIPImageProcessorPil")}
    ),
}


def arguments(params: ElementParams) -> dict[str, Any]:
    """Guidance that was distilled into the network: no second evaluation, no negative prompt."""
    return {"guidance_scale": params.guidance}


PICTURE = Family(
    base="flux",
    components=_COMPONENTS,
    optional=frozenset({"image_encoder", "feature_extractor"}),
    jobs={
        "text": "FluxPipeline",
        "image": "FluxImg2ImgPipeline",
        "inpaint": "FluxInpaintPipeline",
    },
    multiple=16,
    arguments=arguments,
    has_negative=False,
    guides=frozenset({"lora"}),
    is_packed=True,
    can_cache=True,
)

FILL = replace(PICTURE, jobs={"inpaint": "FluxFillPipeline"})
