"""Taking a model into the show: what is written, what is refused, and that nothing is cleared."""

import json
import shutil
from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.errors import LookdevError, ModelError, SpecError
from lookdev.generate.models.adding import Terms, add
from lookdev.generate.models.checking import check
from lookdev.generate.models.known import known_model
from lookdev.generate.models.listing import use_of
from lookdev.generate.models.telling import require_known
from lookdev.spec.files import sha256

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = "unet/diffusion_pytorch_model.safetensors"
OWN = {"licence": "Apache-2.0", "training_data": "Nothing."}


def quiet(stage: str, done: int, total: int) -> None:
    pass


def put(show: SmallShow, source: object, name: str = "new", **terms: str) -> Path:
    return add(show.folder, str(source), Terms(id=name, **{**OWN, **terms}), progress=quiet)


@pytest.fixture
def model(small_show: SmallShow) -> Path:
    """A folder outside the show."""
    return Path(
        shutil.copytree(
            small_show.folder.root / "models" / "mini", small_show.folder.root.parent / "tiny"
        )
    )


def tensors(path: Path, names: dict[str, list[int]], **metadata: str) -> None:
    """A .safetensors with such tensors, all zero."""
    header, at = {"__metadata__": metadata} if metadata else {}, 0
    for name, shape in names.items():
        size = 2 * shape[0] * shape[1]
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(at))


def test_a_folder_is_taken_in_with_every_hash_and_no_clearance(small_show: SmallShow) -> None:
    path = put(small_show, small_show.folder.root / "models" / "mini", variant="fast")
    card = small_show.folder.card("new")
    assert path == small_show.folder.root / "params" / "models" / "new.yaml"
    assert (card.weights, card.pipeline, card.variant) == ("models/mini", "ElementPipeline", "fast")
    place = small_show.folder.root / "models" / "mini"
    names = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert card.files == {name: sha256(place / name) for name in names}
    assert card.allows is None
    assert card.cleared is None
    assert use_of(small_show.folder, "new") == "explore"
    assert check(small_show.folder, "new", progress=quiet).is_proven
    with pytest.raises(SpecError, match="there is a card of that id already"):
        put(small_show, place)


def test_a_licence_without_an_id_is_kept(small_show: SmallShow, model: Path) -> None:
    (model / "LICENSE.txt").write_text("Be kind.")
    put(small_show, model, licence="LicenseRef-Kind")
    copy = small_show.folder.card("new").licence_copy
    assert copy is not None
    assert copy.path == "licences/new.txt"
    assert (small_show.folder.root / copy.path).read_text() == "Be kind."
    assert check(small_show.folder, "new", progress=quiet).is_proven


INDEX = """{{"_class_name": "{}", "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
 "unet": ["{}", "{}"]}}"""
SHARDS = "unet/m.safetensors.index.json"
SPOILT = {
    "pickle": ("unet/model.bin", "x", r"holds unet/model\.bin, a pickle"),
    "code": ("pipeline.py", "import os", r"holds pipeline\.py, which is code"),
    "auto_map": ("unet/config.json", '{"auto_map": {}}', r"unet/config\.json with auto_map"),
    "other class": ("model_index.json", INDEX.format("MyPipeline", "a", "b"), "is a MyPipeline; lookdev runs"),
    "no index": ("model_index.json", None, r"holds no model_index\.json"),
    "other part": ("model_index.json", INDEX.format("ElementPipeline", "os", "system"), r"its part unet is os\.system"),
    "pointer": (WEIGHTS, "version https://git-lfs.github.com/spec/v1", "git lfs pull"),
    "torn": (WEIGHTS, "\0" * 100, "is damaged or no safetensors"),
    "no shard": (SHARDS, '{"weight_map": {"a": "lost.safetensors"}}', r"lacks lost\.safetensors, which unet/m\."),
    "hidden": (".git/config", "x", r"holds '\.git/config', which no card can list"),
    "picture": ("unet/a.png", "x", r"holds unet/a\.png, which lookdev does not read"),
}  # fmt: skip


def spoil(path: Path, text: str | None) -> None:
    path.parent.mkdir(exist_ok=True)
    if text is None:
        path.unlink()
    else:
        path.write_text(text)


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_not_harmless_gets_no_card(small_show: SmallShow, model: Path, case: str) -> None:
    name, text, wanted = SPOILT[case]
    spoil(model / name, text)
    before = {p: p.read_bytes() for p in small_show.folder.root.rglob("*") if p.is_file()}
    with pytest.raises(ModelError, match=wanted) as caught:
        put(small_show, model)
    print(caught.value)
    assert {p: p.read_bytes() for p in small_show.folder.root.rglob("*") if p.is_file()} == before


def test_a_linked_folder_gets_no_card(small_show: SmallShow, model: Path) -> None:
    (model / "vae").symlink_to(model / "unet")
    with pytest.raises(ModelError, match="holds the linked folder vae"):
        put(small_show, model)


REFUSED = {
    "no licence": ({"licence": ""}, "--licence is not said"),
    "no training data": ({"training_data": ""}, "--training-data is not said"),
    "no such licence": ({"licence": "Free"}, "no SPDX id"),
    "no such kind": ({"kind": "video"}, "--kind is video"),
    "no such known": ({"known": "x"}, "--known is x"),
    "another than the known": (
        {"known": "sdxl-base"},
        "is a ElementPipeline, and sdxl-base is a Stable",
    ),
    "another pipeline": ({"pipeline": "FluxPipeline"}, "--pipeline says FluxPipeline"),
    "bad encoding": ({"encoding": "srgb"}, "encoding is"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_terms_that_make_no_card(small_show: SmallShow, model: Path, case: str) -> None:
    terms, wanted = REFUSED[case]
    with pytest.raises(LookdevError, match=wanted) as caught:
        put(small_show, model, **terms)
    print(caught.value)
    assert not (small_show.folder.root / "params" / "models" / "new.yaml").exists()


@pytest.mark.parametrize("name", ["../x", "a/b", "", "9"])
def test_an_id_that_is_no_name(small_show: SmallShow, model: Path, name: str) -> None:
    with pytest.raises(SpecError, match="is no name"):
        put(small_show, model, name)


def test_one_of_the_hub_is_written_down_before_it_is_pulled(small_show: SmallShow) -> None:
    source = f"hub:black-forest-labs/FLUX.1-dev@{COMMIT}"
    put(small_show, source, known="flux1-dev", licence="", training_data="")
    card = small_show.folder.card("new")
    assert (card.weights, card.pipeline, card.variant, card.files) == (
        source,
        "FluxPipeline",
        "dev",
        None,
    )
    assert card.is_non_commercial
    with pytest.raises(ModelError, match="lookdev models pull new"):
        check(small_show.folder, "new", progress=quiet)
    with pytest.raises(
        SpecError, match=r"is black-forest-labs/FLUX\.1-schnell on the hub, and no other"
    ):
        put(small_show, source, "other", known="flux1-schnell")
    with pytest.raises(SpecError, match="--pipeline is not said"):
        put(small_show, source, "other")
    with pytest.raises(SpecError, match="can be moved"):
        put(small_show, "hub:a/b@main", "other")


def test_terms_of_ones_own_take_none_of_the_known_ones_along(small_show: SmallShow) -> None:
    source = f"hub:black-forest-labs/FLUX.1-dev@{COMMIT}"
    put(small_show, source, known="flux1-dev", licence="LicenseRef-Bought", training_data="")
    assert small_show.folder.card("new").non_commercial is None


def test_a_non_commercial_model_does_not_pass_for_its_free_relative(tmp_path: Path) -> None:
    (tmp_path / "transformer").mkdir()
    (tmp_path / "transformer" / "config.json").write_text('{"guidance_embeds": true}')
    with pytest.raises(ModelError, match="guidance_embeds True, and flux1-schnell has False"):
        require_known(tmp_path, "FluxPipeline", known_model("flux1-schnell"))
    require_known(tmp_path, "FluxPipeline", known_model("flux1-dev"))


def test_a_part_says_by_its_files_what_it_was_made_for(small_show: SmallShow) -> None:
    root = small_show.folder.root / "parts"
    tensors(
        root / "lora" / "l.safetensors",
        {"a": [2, 2]},
        **{"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"},
    )
    tensors(root / "ip" / "ip.safetensors", {"ip_adapter.1.to_k_ip.weight": [4, 768]})
    tensors(root / "ip" / "image_encoder" / "model.safetensors", {"a": [2, 2]})
    tensors(root / "net" / "diffusion_pytorch_model.safetensors", {"a": [2, 2]})
    (root / "net" / "config.json").write_text(
        '{"_class_name": "ControlNetModel", "cross_attention_dim": 2048}'
    )
    tensors(root / "dumb" / "l.safetensors", {"a": [2, 2]})
    for folder, kind, base in (
        ("lora", "lora", "sdxl"),
        ("ip", "ipadapter", "sd15"),
        ("net", "controlnet", "sdxl"),
    ):
        put(small_show, root / folder, folder, kind=kind)
        card = small_show.folder.card(folder)
        assert (card.kind, card.base, card.weights) == (kind, base, f"parts/{folder}")
    with pytest.raises(ModelError, match="was made for sdxl, by its files; --base says flux"):
        put(small_show, root / "lora", "other", kind="lora", base="flux")
    with pytest.raises(SpecError, match="--base is not said"):
        put(small_show, root / "dumb", "dumb", kind="lora")
    put(small_show, root / "dumb", "dumb", kind="lora", base="qwen")
    assert small_show.folder.card("dumb").base == "qwen"


def test_reference_pictures_need_no_training_data(small_show: SmallShow) -> None:
    pictures = small_show.folder.root / "refs"
    pictures.mkdir()
    (pictures / "a.png").write_bytes(b"\x89PNG")
    put(small_show, pictures, "refs", kind="reference", training_data="")
    card = small_show.folder.card("refs")
    assert (card.kind, card.training_data, list(card.files or {})) == ("reference", None, ["a.png"])
