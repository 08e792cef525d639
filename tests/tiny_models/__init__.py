"""Models for tests: tiny and random, of the real classes of diffusers and transformers.

Each builder writes a folder that `from_pretrained` loads without a network, and returns it.
"""

from tiny_models.flux import flux, flux_fill
from tiny_models.flux2 import flux2
from tiny_models.parts import ADAPTER_FILE, LORA_FILE, controlnet, ip_adapter, lora, tiny_vae
from tiny_models.qwen import picture_processor, qwen, qwen_edit
from tiny_models.stable import sd15, sd15_inpaint, sdxl, sdxl_inpaint
from tiny_models.zimage import zimage

__all__ = [
    "ADAPTER_FILE",
    "LORA_FILE",
    "controlnet",
    "flux",
    "flux2",
    "flux_fill",
    "ip_adapter",
    "lora",
    "picture_processor",
    "qwen",
    "qwen_edit",
    "sd15",
    "sd15_inpaint",
    "sdxl",
    "sdxl_inpaint",
    "tiny_vae",
    "zimage",
]
