"""Z-Image, base and Turbo."""

from typing import Any

from lookdev.generate.families.family import FLOW, Family, one
from lookdev.spec.look import ElementParams


def arguments(params: ElementParams) -> dict[str, Any]:
    """Classifier-free guidance, which this family counts from 0 where it is off."""
    scale = max(0.0, params.guidance - 1)
    return {"guidance_scale": scale, "negative_prompt": params.negative_prompt}


PICTURE = Family(
    base="zimage",
    components={
        "vae": one("diffusers", "AutoencoderKL"),
        "text_encoder": frozenset(
            {("transformers", "Qwen3Model"), ("transformers", "Qwen3ForCausalLM")}
        ),
        "tokenizer": frozenset(
            {("transformers", "Qwen2TokenizerFast"), ("transformers", "Qwen2Tokenizer")}
        ),
        "transformer": one("diffusers", "ZImageTransformer2DModel"),
        "scheduler": FLOW,
    },
    jobs={
        "text": "ZImagePipeline",
        "image": "ZImageImg2ImgPipeline",
        "inpaint": "ZImageInpaintPipeline",
    },
    multiple=16,
    arguments=arguments,
    guides=frozenset({"lora"}),
)
