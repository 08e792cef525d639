"""What is used with a model: ControlNets, LoRAs, IP-Adapters, tiny autoencoders; tiny and random."""

from pathlib import Path
from typing import Any

from tiny_models.clip import WIDTH, vision_config
from tiny_models.seeded import saved, seeded
from tiny_models.stable import SD15_UNET, SDXL_UNET, unet

LORA_FILE = "pytorch_lora_weights.safetensors"
ADAPTER_FILE = "ip-adapter.safetensors"

_UNETS = {"sd15": SD15_UNET, "sdxl": SDXL_UNET}
_LOUD = 0.3
"""The spread of weights that are published as 0 before training: their effect shows."""


def controlnet(folder: Path, *, base: str = "sdxl", seed: int = 0) -> Path:
    """A ControlNetModel for the `sdxl` or `sd15` of this package."""
    from diffusers import ControlNetModel
    from torch import nn

    config = {key: value for key, value in _UNETS[base].items() if key != "sample_size"}
    with seeded(seed):
        net = ControlNetModel(conditioning_embedding_out_channels=(4, 8, 8, 8), **config)
        hint = (part for part in net.controlnet_cond_embedding.modules() if hasattr(part, "weight"))
        for part in [*net.controlnet_down_blocks, net.controlnet_mid_block, *hint]:
            nn.init.normal_(part.weight, std=_LOUD)
        return saved(net, folder)


def tiny_vae(folder: Path, *, channels: int = 4, seed: int = 0) -> Path:
    """An AutoencoderTiny: 4 channels for sd15 and sdxl, 16 for flux and zimage."""
    from diffusers import AutoencoderTiny

    with seeded(seed):
        net = AutoencoderTiny(
            latent_channels=channels,
            encoder_block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            num_encoder_blocks=(1, 1, 1, 1),
            num_decoder_blocks=(1, 1, 1, 1),
        )
        return saved(net, folder)


def lora(folder: Path, model: Path, *, seed: int = 0, rank: int = 2) -> Path:
    """A LoRA for a model of this package: the folder that a builder wrote."""
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    kind, network = _network_of(model)
    part = "unet" if "UNet" in type(network).__name__ else "transformer"
    with seeded(seed):
        network.add_adapter(LoraConfig(r=rank, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
        _make_loud(network)
        weights = get_peft_model_state_dict(network)
        kind.save_lora_weights(folder, **{f"{part}_lora_layers": weights})
    return folder


def ip_adapter(folder: Path, *, base: str = "sdxl", seed: int = 0) -> Path:
    """An IP-Adapter for the `sdxl` or `sd15` of this package, its image encoder beside it.

    `load_ip_adapter(folder, subfolder="", weight_name=ADAPTER_FILE,
    image_encoder_folder="image_encoder")` reads it.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import CLIPVisionModelWithProjection

    config = _UNETS[base]
    cross = config["cross_attention_dim"]
    with seeded(seed):
        saved(CLIPVisionModelWithProjection(vision_config()), folder / "image_encoder")
        weights = {
            "image_proj.proj.weight": _LOUD * torch.randn(4 * cross, WIDTH),
            "image_proj.proj.bias": torch.zeros(4 * cross),
            "image_proj.norm.weight": torch.ones(cross),
            "image_proj.norm.bias": torch.zeros(cross),
        }
        for index, inner in enumerate(_cross_attentions(base)):
            for name in ("to_k_ip", "to_v_ip"):
                key = f"ip_adapter.{2 * index + 1}.{name}.weight"
                weights[key] = _LOUD * torch.randn(inner, cross)
    save_file(weights, folder / ADAPTER_FILE)
    return folder


def _cross_attentions(base: str) -> list[int]:
    """The widths of a UNet's cross attentions, in the order in which IP-Adapters number them."""
    network = unet(4, _UNETS[base])
    names = [name for name in network.attn_processors if name.endswith("attn2.processor")]
    modules = (network.get_submodule(name.removesuffix(".processor")) for name in names)
    return [module.to_k.out_features for module in modules]


def _network_of(model: Path) -> tuple[Any, Any]:
    """The class of a saved pipeline and its network."""
    import diffusers

    index = diffusers.DiffusionPipeline.load_config(model)
    part = "unet" if "unet" in index else "transformer"
    network = getattr(diffusers, index[part][1])
    kind = getattr(diffusers, index["_class_name"])
    return kind, network.from_pretrained(model / part, use_safetensors=True)


def _make_loud(network: Any) -> None:
    from torch import nn

    for name, weight in network.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(weight, std=_LOUD)
