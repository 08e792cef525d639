"""Qwen-Image, and Qwen-Image-Edit, which inpaints."""

from typing import Any

from lookdev.generate.families.family import FLOW, Family, one
from lookdev.spec.look import ElementParams

_COMPONENTS = {
    "vae": one("diffusers", "AutoencoderKLQwenImage"),
    "text_encoder": one("transformers", "Qwen2_5_VLForConditionalGeneration"),
    "tokenizer": frozenset(
        {("transformers", "Qwen2Tokenizer"), ("transformers", "Qwen2TokenizerFast")}
    ),
    "transformer": one("diffusers", "QwenImageTransformer2DModel"),
    "scheduler": FLOW,
}


def arguments(params: ElementParams) -> dict[str, Any]:
    """Classifier-free guidance, which this family calls true, and which needs a negative prompt."""
    return {"true_cfg_scale": params.guidance, "negative_prompt": params.negative_prompt or " "}


PICTURE = Family(
    base="qwen",
    components=_COMPONENTS,
    jobs={
        "text": "QwenImagePipeline",
        "image": "QwenImageImg2ImgPipeline",
        "inpaint": "QwenImageInpaintPipeline",
    },
    multiple=16,
    least_steps=2,
    arguments=arguments,
    guides=frozenset({"lora"}),
    is_packed=True,
    can_cache=True,
)

EDIT = Family(
    base="qwen",
    components={**_COMPONENTS, "processor": one("transformers", "Qwen2VLProcessor")},
    jobs={"inpaint": "QwenImageEditInpaintPipeline"},
    multiple=32,
    area=1024 * 1024,
    wants_8_bits=True,
    least_steps=2,
    arguments=arguments,
    guides=frozenset({"lora"}),
    is_packed=True,
    can_cache=True,
)
