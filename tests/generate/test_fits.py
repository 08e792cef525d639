"""What a model cannot do is said before it is loaded: file, field, value, mend."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import tiny_models
import torch
from picture_show import ELEMENT, LOOK, PictureShow, add_card, with_model
from safetensors.torch import save_file
from small_show import open_small_show

from lookdev.errors import LookdevError
from lookdev.generate.families import ALLOWED
from lookdev.generate.preflight import _check_size, check_look
from lookdev.spec.pipelines import PIPELINES

MATTE = "control: {matte: tower}"


@pytest.fixture(scope="module")
def sdxl(made_show: Path, tmp_path_factory: pytest.TempPathFactory) -> PictureShow:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp("fits") / "show")
    show = open_small_show(root)
    picture = with_model(show, tiny_models.sdxl, name="sdxl", pipeline="StableDiffusionXLPipeline")
    for name, kind, base in (
        ("grain", "lora", "sd15"),
        ("unsaid", "lora", ""),
        ("lines", "controlnet", "sdxl"),
        ("eyes", "ipadapter", "sdxl"),
    ):
        folder = root / "models" / name
        folder.mkdir()
        save_file({"weight": torch.zeros(1)}, folder / "weights.safetensors")
        add_card(show, name, kind=kind, more=f"base: {base}\n" if base else "")
    folder = root / "models" / "turbo"
    shutil.copytree(picture.folder, folder)
    add_card(show, "turbo", pipeline="StableDiffusionXLPipeline", more="variant: turbo\n")
    return picture


def refusal(picture: PictureShow, text: str) -> str:
    with pytest.raises(LookdevError) as refused:
        check_look(picture.look(text))
    print(refused.value)
    return str(refused.value)


def with_patch(fields: str) -> str:
    return LOOK.replace(MATTE, f"{MATTE}\n    {fields}")


TABLE = {
    "size": (LOOK.replace("[256, 144]", "[250, 141]"), "size is [250, 141]; model sdxl takes sides that are multiples of 8, in the proportions of the plate's 128x72 at pixel aspect 1; the nearest is [256, 144]"),
    "alpha": (ELEMENT.replace("alpha: unmix, ", ""), "ash.element.alpha is model, but sdxl makes opaque pictures; write unmix"),
    "no step": (with_patch("patch: {fill: image, strength: 0.2}"), "wall.patch.strength is 0.2, which is none of 4 steps; write 0.25 or more"),
    "transfer": (with_patch("blend: {transfer: plus}"), "wall.blend.transfer is plus; a patch replaces the plate: write over"),
    "clean plate": (with_patch("patch: {start: clean_plate}"), "wall.patch.start is clean_plate, but the shot has none"),
    "differential": (with_patch("patch: {differential: true}"), "wall.patch.differential is true, but fill is inpaint"),
    "variant": (LOOK.replace("MODEL", "turbo"), "wall.element.variant is not said, but the card of turbo is of turbo, for which other settings are right; write variant: turbo, and look at it again"),
    "other variant": (LOOK.replace("kind: patch", "variant: lightning, kind: patch"), "wall.element.variant is lightning, but the card of sdxl is of no variant"),
    "lora's base": (with_patch("guides: {lora: grain}"), "wall.guides.lora is grain, whose card says base: sd15; the model is of sdxl"),
    "lora's base unsaid": (with_patch("guides: {lora: unsaid}"), "whose card says base: nothing"),
    "lora is no model": (LOOK.replace("MODEL", "grain"), "wall.element.model is grain, which is a lora"),
    "model is no lora": (with_patch("guides: {lora: sdxl}"), "wall.guides.lora is sdxl, which is a model; name a lora"),
    "depth": (with_patch("guides: {depth: lines}"), "wall.guides.depth is lines, but the shot has no depth"),
    "half an adapter": (with_patch("guides: {adapter: eyes}"), "wall.guides.reference is not written, but adapter is"),
    "step cache": (LOOK.replace("steps: 4", "steps: 4, step_cache: 0.1"), "wall.element.step_cache is 0.1, which sdxl has not"),
    "tile": (with_patch("refine: {scale: 2.0, tile: 100}"), "wall.refine.tile is 100, no multiple of 8; write 96"),
    "keys of an element": (ELEMENT.replace("velocity_y: 3.0", "key_every: 4"), "ash.motion.key_every is 4, but only a patch is carried"),
    "fresh and evolving": (LOOK.replace("anchor: 1001", "anchor: 1001, noise: fresh, evolve: 0.02"), "wall.motion.evolve is not 0, but fresh noise is another every frame; write 0, or advected"),
    "no keyframe": (LOOK.replace("anchor: 1001", "anchor: 900, key_every: 400"), "wall.motion.anchor is 900; no keyframe that is a multiple of 400 frames from it lies in the plate's 1001-1006"),
    "nearness": (LOOK.replace(MATTE, "control: {matte: tower, near: 0.7}"), "wall.control.near is not 0.5, but sdxl draws at a size of its own; write 0.5"),
    "nearness by depth": (LOOK.replace(MATTE, "control: {matte: tower, distance: 4.0}"), "wall.control.distance is not 0, but sdxl draws at a size of its own; write 0"),
    "patch of the embedded": (LOOK.replace("model: MODEL, ", "").replace("a broken wall", "dust").replace("[256, 144]", "[64, 36]"), "wall.element.kind is patch, and the embedded model makes elements only"),
    "guided embedded": ("format: look/1\nsupport: {matte: frame}\nlayers:\n  - name: d\n    element: {prompt: dust, seed: '1', size: [64, 36]}\n    guides: {lora: grain}\n", "d.guides lead another model than the embedded one"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_what_a_model_cannot_do_is_refused(sdxl: PictureShow, case: str) -> None:
    text, sentence = TABLE[case]
    assert sentence in refusal(sdxl, text)


@pytest.mark.parametrize(
    "fields",
    [
        "patch: {fill: image, strength: 0.25}",
        "patch: {fill: image, differential: true, strength: 0.5}",
        "patch: {strength: 0.0}",
        "refine: {scale: 2.0, tile: 128, overlap: 32}",
        "guides: {edges: lines}",
    ],
)
def test_what_it_can_do_is_let_through(sdxl: PictureShow, fields: str) -> None:
    check_look(sdxl.look(with_patch(fields)))


def test_every_pipeline_that_a_card_may_name_is_known_and_no_other() -> None:
    assert tuple(ALLOWED) == PIPELINES


def test_a_family_says_which_sizes_are_legal() -> None:
    klein = ALLOWED["Flux2KleinPipeline"]
    assert klein.takes(1024, 576)
    assert not klein.takes(960, 540)
    assert klein.nearest(960, 540) in ((960, 544), (1024, 576), (896, 504))
    edit = ALLOWED["QwenImageEditPipeline"]
    assert edit.nearest(1920, 1080) == (1376, 768)
    assert edit.takes(1376, 768)
    assert not edit.takes(1920, 1088)


def test_parts_of_another_class_are_refused(sdxl: PictureShow) -> None:
    index = sdxl.folder / "model_index.json"
    before = index.read_text()
    try:
        data = json.loads(before)
        index.write_text(json.dumps({**data, "unet": ["pipeline", "MyUNet"]}))
        assert "its part unet is pipeline.MyUNet" in refusal(sdxl, LOOK)
        index.write_text(json.dumps({**data, "hook": ["builtins", "eval"]}))
        assert "its part hook is builtins.eval; a StableDiffusionXLPipeline has no such part" in (
            refusal(sdxl, LOOK)
        )
        index.write_text(json.dumps({k: v for k, v in data.items() if k != "vae"}))
        assert "has no part vae" in refusal(sdxl, LOOK)
    finally:
        index.write_text(before)


def test_a_config_that_asks_for_code_from_elsewhere_is_refused(sdxl: PictureShow) -> None:
    config = sdxl.folder / "text_encoder" / "config.json"
    before = config.read_text()
    try:
        config.write_text(json.dumps({**json.loads(before), "auto_map": {"AutoModel": "m.M"}}))
        assert "holds text_encoder/config.json with auto_map" in refusal(sdxl, LOOK)
    finally:
        config.write_text(before)


PLATES = [(1920, 1080), (1998, 1080), (2048, 858), (2048, 1152), (3424, 2202), (3840, 1607), (4096, 1716), (4096, 3024), (4448, 3096), (720, 1280)]  # fmt: skip


@pytest.mark.parametrize("pipeline", [name for name in PIPELINES if ALLOWED[name].is_picture])
@pytest.mark.parametrize(("width", "height"), PLATES)
def test_the_size_that_is_offered_is_never_refused(
    sdxl: PictureShow, pipeline: str, width: int, height: int
) -> None:
    """Whatever was asked for: written as the refusal says, the look is let through."""
    look_file = sdxl.look(LOOK)
    shot = look_file.shot.model_copy(update={"width": width, "height": height})
    plate = replace(look_file, shot_file=replace(look_file.shot_file, shot=shot))
    (layer,) = look_file.look.layers
    for asked in ((512, 300), (width // 2, height // 2), (1280, 720)):
        element = layer.element.model_copy(update={"size": asked})
        size = asked
        try:
            _check_size(layer.model_copy(update={"element": element}), plate, ALLOWED[pipeline])
        except LookdevError as error:
            offered = str(error).rsplit("[", 1)[1].rstrip("]").split(", ")
            size = int(offered[0]), int(offered[1])
        element = layer.element.model_copy(update={"size": size})
        _check_size(layer.model_copy(update={"element": element}), plate, ALLOWED[pipeline])
        if ALLOWED[pipeline].area is not None:
            assert ALLOWED[pipeline].takes(*size), "it makes a picture of just that size"
