"""Modular pipelines: a model's parts, and blocks of diffusers' own that are put together to jobs.

What diffusers has as a modular pipeline, it may have as nothing else; these are run by one generic
adapter. A family here does without LoRA, ControlNet and IP-Adapter.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from lookdev.generate.families import flux, qwen, sdxl, zimage
from lookdev.generate.families.family import Family, Part, ceiling_of, floor_of
from lookdev.spec.look import ElementParams


@dataclass(frozen=True)
class ModularFamily(Family):
    """One allowed modular pipeline class; `jobs` names the workflow of its blocks for each job."""

    blocks: str = ""
    """The class of diffusers that has its blocks, as its index must name it."""
    configs: frozenset[str] = field(default_factory=frozenset)
    """Settings of its blocks that its index may have."""
    guided_by: Literal["guider", "argument"] = "guider"
    """Whether guidance is a part of the pipeline, or an argument of the network."""


def negative(params: ElementParams) -> dict[str, Any]:
    """What its guider compares with."""
    return {"negative_prompt": params.negative_prompt}


def negative_or_space(params: ElementParams) -> dict[str, Any]:
    """The same of Qwen-Image, for which nothing is a space."""
    return {"negative_prompt": params.negative_prompt or " "}


def parts_of(family: Family) -> dict[str, frozenset[Part]]:
    """Those of a classic family, without what only its guides need."""
    return {n: part for n, part in family.components.items() if n not in family.optional}


SDXL = ModularFamily(
    base="sdxl",
    blocks="StableDiffusionXLAutoBlocks",
    components=parts_of(sdxl.PICTURE),
    configs=frozenset({"force_zeros_for_empty_prompt", "requires_aesthetics_score"}),
    jobs={"text": "text2image", "image": "image2image", "inpaint": "inpainting"},
    multiple=8,
    steps_done=floor_of,
    arguments=negative,
)

ZIMAGE = ModularFamily(
    base="zimage",
    blocks="ZImageAutoBlocks",
    components=parts_of(zimage.PICTURE),
    jobs={"text": "text2image", "image": "image2image"},
    multiple=16,
    steps_done=ceiling_of,
    arguments=negative,
)

QWEN = ModularFamily(
    base="qwen",
    blocks="QwenImageAutoBlocks",
    components=parts_of(qwen.PICTURE),
    jobs={"text": "text2image", "image": "image2image", "inpaint": "inpainting"},
    multiple=16,
    steps_done=ceiling_of,
    arguments=negative_or_space,
    is_packed=True,
)

FLUX = ModularFamily(
    base="flux",
    blocks="FluxAutoBlocks",
    components=parts_of(flux.PICTURE),
    jobs={"text": "text2image", "image": "image2image"},
    multiple=16,
    steps_done=ceiling_of,
    arguments=flux.arguments,
    has_negative=False,
    is_packed=True,
    guided_by="argument",
)
