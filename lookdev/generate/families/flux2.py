"""FLUX.2 klein, distilled and not."""

from typing import Any

from lookdev.generate.families.family import FLOW, Family, one
from lookdev.spec.look import ElementParams


def arguments(params: ElementParams) -> dict[str, Any]:
    """Classifier-free guidance against an empty prompt; a distilled one ignores it."""
    return {"guidance_scale": params.guidance}


KLEIN = Family(
    base="flux2",
    components={
        "vae": one("diffusers", "AutoencoderKLFlux2"),
        "text_encoder": one("transformers", "Qwen3ForCausalLM"),
        "tokenizer": frozenset(
            {("transformers", "Qwen2TokenizerFast"), ("transformers", "Qwen2Tokenizer")}
        ),
        "transformer": one("diffusers", "Flux2Transformer2DModel"),
        "scheduler": FLOW,
    },
    jobs={"text": "Flux2KleinPipeline", "inpaint": "Flux2KleinInpaintPipeline"},
    multiple=16,
    arguments=arguments,
    has_negative=False,
    guides=frozenset({"lora"}),
    is_packed=True,
)
