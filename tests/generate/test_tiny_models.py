"""The models of other tests: real classes that load without a network, and do answer what is asked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import pytest
import tiny_models
import torch

from lookdev.generate.families import ALLOWED
from lookdev.generate.families.modular import ModularFamily
from lookdev.spec.hub import HARMLESS

BUILDERS: dict[str, Callable[..., Path]] = {
    "StableDiffusionPipeline": tiny_models.sd15,
    "StableDiffusionInpaintPipeline": tiny_models.sd15_inpaint,
    "StableDiffusionXLPipeline": tiny_models.sdxl,
    "StableDiffusionXLInpaintPipeline": tiny_models.sdxl_inpaint,
    "FluxPipeline": tiny_models.flux,
    "FluxFillPipeline": tiny_models.flux_fill,
    "Flux2KleinPipeline": tiny_models.flux2,
    "ZImagePipeline": tiny_models.zimage,
    "QwenImagePipeline": tiny_models.qwen,
    "QwenImageEditPipeline": tiny_models.qwen_edit,
}
SIDE = 32
LOCAL: dict[str, Any] = {"use_safetensors": True, "local_files_only": True}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    root = tmp_path_factory.mktemp("tiny")

    def build(name: str) -> Path:
        folder = root / name
        return folder if folder.exists() else BUILDERS[name](folder)

    return build


def load(folder: Path) -> Any:
    index = json.loads((folder / "model_index.json").read_text())
    given = {"processor": tiny_models.picture_processor(folder)} if "processor" in index else {}
    pipeline = getattr(diffusers, index["_class_name"]).from_pretrained(folder, **LOCAL, **given)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def picture(pipeline: Any, *, prompt: str = "red snow", seed: int = 0, **more: Any) -> torch.Tensor:
    asked = {"width": SIDE, "height": SIDE, "num_inference_steps": 2, "output_type": "pt"} | more
    return pipeline(prompt=prompt, generator=torch.Generator().manual_seed(seed), **asked).images


def painted() -> torch.Tensor:
    return torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(9))


def differ(a: torch.Tensor, b: torch.Tensor) -> float:
    return (a - b).abs().max().item()


def test_there_is_one_of_each_allowed_class() -> None:
    """Modular ones are built of these, beside their own tests."""
    classic = {name for name, one in ALLOWED.items() if not isinstance(one, ModularFamily)}
    assert {*BUILDERS, "ElementPipeline"} == classic


@pytest.mark.parametrize("name", BUILDERS)
def test_it_is_small_and_holds_just_the_parts_that_the_family_allows(
    built: Callable[[str], Path], name: str
) -> None:
    folder = built(name)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 2**20
    index = json.loads((folder / "model_index.json").read_text())
    parts = {part: tuple(at) for part, at in index.items() if isinstance(at, list) and at[0]}
    print(f"{name}: {size:.2f} MiB, {', '.join(parts)}")
    assert index["_class_name"] == name
    assert size < 2
    assert all(path.suffix in HARMLESS for path in files)
    family = ALLOWED[name]
    assert all(at in family.components[part] for part, at in parts.items())
    assert family.components.keys() - family.optional == parts.keys()


@pytest.mark.parametrize("name", [name for name in BUILDERS if "Edit" not in name])
def test_it_makes_a_picture_that_depends_on_words_and_seed_alone(
    built: Callable[[str], Path], name: str
) -> None:
    pipeline = load(built(name))
    given: dict[str, Any] = {}
    if "Inpaint" in name or "Fill" in name:
        given = {"image": painted(), "mask_image": torch.ones(1, 1, SIDE, SIDE)}
    first = picture(pipeline, **given)
    words = differ(first, picture(pipeline, prompt="blue dust", **given))
    seed = differ(first, picture(pipeline, seed=1, **given))
    print(f"{name}: spread {first.std():.3f}, other words {words:.4f}, another seed {seed:.3f}")
    assert first.shape == (1, 3, SIDE, SIDE)
    assert torch.isfinite(first).all()
    assert torch.equal(first, picture(pipeline, **given))
    assert words > 1e-4
    assert seed > 0.05
    assert first.std() > 0.05


def test_an_edit_sees_its_picture(
    built: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit as module

    monkeypatch.setattr(module, "calculate_dimensions", lambda _area, _ratio: (SIDE, SIDE, None))
    pipeline = load(built("QwenImageEditPipeline"))
    one, other = (pipeline.image_processor.numpy_to_pil(p.permute(0, 2, 3, 1).numpy())[0] for p in (painted(), 1 - painted()))  # fmt: skip
    first = picture(pipeline, image=one)
    assert torch.isfinite(first).all()
    assert torch.equal(first, picture(pipeline, image=one))
    assert differ(first, picture(pipeline, image=other)) > 1e-4


def test_the_seed_alone_decides_about_every_byte_and_none_is_drawn_outside(tmp_path: Path) -> None:
    state = torch.get_rng_state()
    one, same, other = (tiny_models.sdxl(tmp_path / str(n), seed=n % 2) for n in (0, 2, 1))
    assert torch.equal(torch.get_rng_state(), state)
    weights = "unet/diffusion_pytorch_model.safetensors"
    for path in one.rglob("*.safetensors"):
        assert path.read_bytes() == (same / path.relative_to(one)).read_bytes()
    assert (one / weights).read_bytes() != (other / weights).read_bytes()


@pytest.mark.parametrize(("base", "name"), [("sd15", "StableDiffusion"), ("sdxl", "StableDiffusionXL")])  # fmt: skip
def test_controlnet_and_ip_adapter_guide_what_they_were_made_for(
    built: Callable[[str], Path], tmp_path: Path, base: str, name: str
) -> None:
    pipeline = load(built(f"{name}Pipeline"))
    plain = picture(pipeline)
    net = diffusers.ControlNetModel.from_pretrained(
        tiny_models.controlnet(tmp_path / "net", base=base), **LOCAL
    )
    guided = getattr(diffusers, f"{name}ControlNetPipeline").from_pipe(pipeline, controlnet=net)
    guided.set_progress_bar_config(disable=True)
    hint = differ(picture(guided, image=painted()), picture(guided, image=1 - painted()))
    folder = tiny_models.ip_adapter(tmp_path / "adapter", base=base)
    pipeline.load_ip_adapter(
        str(folder),
        subfolder="",
        weight_name=tiny_models.ADAPTER_FILE,
        image_encoder_folder="image_encoder",
        local_files_only=True,
    )
    reference = (255 * painted()[0]).byte()  # of floats transformers would take another view
    seen = differ(plain, picture(pipeline, ip_adapter_image=[[reference]]))
    pipeline.unload_ip_adapter()
    print(f"{base}: another hint {hint:.3f}, with a reference picture {seen:.3f}")
    assert hint > 0.01
    assert seen > 0.01
    assert torch.equal(picture(pipeline), plain)


@pytest.mark.parametrize("name", ["StableDiffusionXLPipeline", "ZImagePipeline"])
def test_a_lora_changes_the_picture_and_leaves_no_trace(
    built: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    pipeline = load(built(name))
    plain = picture(pipeline)
    folder = tiny_models.lora(tmp_path / "lora", built(name))
    pipeline.load_lora_weights(folder, weight_name=tiny_models.LORA_FILE, **LOCAL)
    changed = differ(picture(pipeline), plain)
    pipeline.unload_lora_weights()
    print(f"{name}: a LoRA changes it by {changed:.3f}")
    assert changed > 0.01
    assert torch.equal(picture(pipeline), plain)


def test_a_lora_of_another_base_does_not_fit(built: Callable[[str], Path], tmp_path: Path) -> None:
    folder = tiny_models.lora(tmp_path / "lora", built("StableDiffusionPipeline"))
    pipeline = load(built("StableDiffusionXLPipeline"))
    with pytest.raises(RuntimeError, match="size mismatch"):
        pipeline.load_lora_weights(folder, weight_name=tiny_models.LORA_FILE, **LOCAL)


@pytest.mark.parametrize("channels", [4, 16])
def test_a_tiny_autoencoder_decodes_eightfold(tmp_path: Path, channels: int) -> None:
    folder = tiny_models.tiny_vae(tmp_path, channels=channels)
    net = diffusers.AutoencoderTiny.from_pretrained(folder, **LOCAL)
    with torch.no_grad():
        shown = net.decode(torch.randn(1, channels, 4, 4)).sample
    assert shown.shape == (1, 3, SIDE, SIDE)
    assert torch.isfinite(shown).all()
