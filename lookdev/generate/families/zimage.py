"""Z-Image, base and Turbo."""

from lookdev.generate.families.family import FLOW, Family, one
from lookdev.generate.families.sd15 import arguments

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
