"""What a model's own files say of it: its pipeline's class, and the family it was made for."""

from pathlib import Path

from lookdev.errors import ModelError
from lookdev.generate.models.contents import header_of, json_of, names_in
from lookdev.generate.models.known import KnownModel
from lookdev.spec.card import CardKind
from lookdev.spec.pipelines import PIPELINES, Base

_WIDTHS: dict[int, Base] = {768: "sd15", 2048: "sdxl"}
"""Of the text that cross-attention sees: what a ControlNet or an IP-Adapter was made for."""

_ARCHITECTURES: tuple[tuple[str, Base], ...] = (
    ("stable-diffusion-xl", "sdxl"),
    ("stable-diffusion-v1", "sd15"),
    ("flux-2", "flux2"),
    ("flux2", "flux2"),
    ("flux-1", "flux"),
    ("qwen-image", "qwen"),
    ("z-image", "zimage"),
    ("sdxl", "sdxl"),
    ("sd_v1", "sd15"),
)
"""How `modelspec.architecture` (github.com/Stability-AI/ModelSpec) or `ss_base_model_version`
(kohya's scripts) begin, and what they mean."""


INDEXES = ("model_index.json", "modular_model_index.json")
"""What names a pipeline's class and parts; a folder that has both is a classic one."""


def pipeline_of(folder: Path) -> str:
    """The class that the folder's index, `model_index.json` or a modular one, names.

    Raises:
        ModelError: There is none, or it is none that lookdev runs.
    """
    found = next((folder / name for name in INDEXES if (folder / name).is_file()), None)
    if found is None:
        raise ModelError(
            f"{folder}: holds no model_index.json; name a folder in diffusers' form, or say --kind"
        )
    named = str(json_of(found).get("_class_name", "nothing"))
    if named not in PIPELINES:
        raise ModelError(f"{folder}: is a {named}; lookdev runs {', '.join(PIPELINES)}")
    return named


def base_of(folder: Path, kind: CardKind) -> Base | None:
    """The family that something was made for, where its files say it."""
    match kind:
        case "controlnet":
            return _WIDTHS.get(json_of(folder / "config.json").get("cross_attention_dim", 0))
        case "ipadapter":
            return _base_of_adapter(folder)
        case "lora":
            return _base_of_lora(folder)
        case _:
            return None


def require_known(folder: Path, pipeline: str, known: KnownModel) -> None:
    """Raise a ModelError where the files are those of another model than the known one."""
    if pipeline != known.pipeline:
        raise ModelError(
            f"{folder}: is a {pipeline}, and {known.id} is a {known.pipeline}; leave --known out, "
            "and say its own terms"
        )
    for name, values in known.tells.items():
        said = json_of(folder / name)
        for key, value in values.items():
            if said.get(key) != value:
                raise ModelError(
                    f"{folder}: {name} has {key} {said.get(key, 'not at all')}, and {known.id} has "
                    f"{value}; it is another model: leave --known out, and say its own terms"
                )


def _base_of_lora(folder: Path) -> Base | None:
    for name in names_in(folder):
        if name.endswith(".safetensors"):
            told = (header_of(folder / name) or {}).get("__metadata__", {})
            for key in ("modelspec.architecture", "ss_base_model_version"):
                for begin, base in _ARCHITECTURES:
                    if str(told.get(key, "")).lower().startswith(begin):
                        return base
    return None


def _base_of_adapter(folder: Path) -> Base | None:
    for path in sorted(folder.glob("*.safetensors")):
        for name, tensor in (header_of(path) or {}).items():
            if name.endswith("to_k_ip.weight"):
                return _WIDTHS.get(tensor["shape"][-1])
    return None
