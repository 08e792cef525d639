"""Modular pipelines run as classic ones do, and load nothing that lies elsewhere."""

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
import torch
from picture_show import ELEMENT, LOOK, PictureShow, add_card, with_model
from safetensors.torch import load_file, save_file
from small_show import SmallShow, open_small_show
from tiny_models.modular import modular

from lookdev.errors import LookdevError, ModelError
from lookdev.generate.adapter import Step
from lookdev.generate.families import ALLOWED
from lookdev.generate.families.modular import ModularFamily
from lookdev.generate.preflight import check_look
from lookdev.image.element import Element
from lookdev.render import Session, render_frame
from lookdev.spec.look import Layer

SDXL = "StableDiffusionXLModularPipeline"
CLASSIC = {
    "sdxl": ("StableDiffusionXLPipeline", SDXL),
    "zimage": ("ZImagePipeline", "ZImageModularPipeline"),
    "qwen": ("QwenImagePipeline", "QwenImageModularPipeline"),
    "flux": ("FluxPipeline", "FluxModularPipeline"),
}
FRAME = 1003


class UnwantedError(Exception):
    """What a cancel raises."""


@dataclass(frozen=True)
class Modern:
    """A modular model in a show, and a session that keeps it loaded."""

    picture: PictureShow
    family: ModularFamily
    session: Session
    classic: str
    """The card of the same weights in a classic pipeline."""

    def make(self, layer: Layer, **options: Any) -> Element:
        return self.session.elements.get(layer, self.picture.show.shot_file, FRAME, **options)

    @property
    def adapter(self) -> Any:
        """The loaded modular adapter."""
        loaded = self.session.elements._loaded._adapters.values()
        (found,) = [a for a in loaded if isinstance(a._pipelines.family, ModularFamily)]
        return found

    def layers(self) -> dict[str, Layer]:
        """One for each job of the family."""
        texts = {
            "text": ELEMENT.replace("unmix", "luminance"),
            "image": with_patch("{fill: image, strength: 0.6}"),
            "inpaint": LOOK,
        }
        return {job: self.picture.layer(texts[job]) for job in self.family.jobs}


def with_patch(patch: str) -> str:
    return LOOK.replace("matte: tower}", f"matte: tower}}\n    patch: {patch}")


def changed(layer: Layer, **fields: object) -> Layer:
    return layer.model_copy(update={"element": layer.element.model_copy(update=fields)})


def made(show: SmallShow, name: str) -> tuple[PictureShow, str]:
    """A modular model of the show, and the card of its classic sibling."""
    classic, modern = CLASSIC[name]
    first = with_model(show, getattr(tiny_models, name), name=name, pipeline=classic)

    def build(folder: Path) -> Path:
        return modular(first.folder, folder, modern)

    return with_model(show, build, name="modern", pipeline=modern), name


@pytest.fixture(scope="module", params=CLASSIC)
def modern(
    request: pytest.FixtureRequest, made_show: Path, tmp_path_factory: pytest.TempPathFactory
) -> Modern:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp(request.param) / "show")
    picture, classic = made(open_small_show(root), request.param)
    family = ALLOWED[picture.show.folder.card("modern").pipeline]
    assert isinstance(family, ModularFamily)
    return Modern(picture, family, picture.session(fresh=True), classic)


def test_every_job_gives_the_picture_of_the_classic_pipeline(modern: Modern) -> None:
    """As near as two evaluations are to one of a batch of two, and half floats to each other."""
    for job, layer in modern.layers().items():
        for guidance in (1.0, 4.0):
            asked = changed(layer, guidance=guidance)
            ours = modern.make(asked)
            assert np.isfinite(ours.light).all()
            assert ours.light.std() > 0.01
            theirs = modern.make(changed(asked, model=modern.classic))
            worst, peak = float(np.abs(theirs.light - ours.light).max()), theirs.light.max()
            print(f"{modern.classic} {job} guidance {guidance:g}: {worst:.1e} of {peak:.2f}")
            assert worst <= 2e-3 * peak
            assert ours.evaluations == theirs.evaluations


def test_steps_are_those_that_the_family_says(modern: Modern) -> None:
    for strength in (0.3, 0.5, 0.76, 1.0):
        layer = modern.picture.layer(with_patch(f"{{fill: image, strength: {strength}}}"))
        found = modern.make(changed(layer, guidance=1.0)).evaluations
        assert found == modern.family.steps_done(4, strength)


def test_a_cancel_raises_between_steps_and_leaves_nothing(
    modern: Modern, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("diffusers"), "propagate", True)
    layer = changed(next(iter(modern.layers().values())), seed="99", steps=4)
    steps = []

    def on_step(step: Step) -> None:
        steps.append((step.done, step.total))
        if step.done == 2:
            raise UnwantedError

    with pytest.raises(UnwantedError):
        modern.make(layer, on_step=on_step)
    assert steps == [(1, 4), (2, 4)]
    assert "block" not in caplog.text, "no trace is shown"
    after = modern.make(layer)
    fresh = replace(modern, session=modern.picture.session(fresh=True)).make(layer)
    assert np.array_equal(after.light, fresh.light)


def test_seeds_of_a_batch_and_words_and_plates_are_encoded_once(modern: Modern) -> None:
    text = with_patch("{fill: image, strength: 0.6}").replace("a broken wall", "another wall")
    layers = [changed(modern.picture.layer(text), seed=str(seed)) for seed in range(3)]
    modern.make(layers[0])
    before = modern.adapter.encoder_runs
    shot_file = modern.picture.show.shot_file
    batch = modern.session.elements.get_batch(layers, shot_file, FRAME)
    assert modern.adapter.encoder_runs == before
    alone = modern.make(layers[2])
    worst = float(np.abs(alone.light - batch[2].light).max())
    print(f"{modern.family.base}: {worst:.1e} from alone; encoded {before}")
    assert worst < 0.05
    assert not np.array_equal(batch[1].light, batch[2].light)


def test_a_frame_alone_is_that_of_the_range(modern: Modern) -> None:
    text = with_patch("{fill: image, strength: 0.6}")
    look, shot_file = modern.picture.look(text).look, modern.picture.show.shot_file
    alone = modern.picture.session(fresh=True)
    one = render_frame(shot_file, look, FRAME, session=alone).comp
    found = [
        render_frame(shot_file, look, frame, session=modern.session).comp
        for frame in (FRAME - 1, FRAME)
    ]
    assert torch.equal(found[1], one)
    assert not torch.equal(found[0], one)


def test_a_differential_patch_holds_what_may_not_change(modern: Modern) -> None:
    text = with_patch("{fill: image, differential: true, strength: 1.0}")
    if modern.family.is_packed:
        with pytest.raises(LookdevError, match="latents are no picture"):
            check_look(modern.picture.look(text))
        return
    soft = modern.make(modern.picture.layer(text))
    hard = modern.make(modern.picture.layer(with_patch("{fill: image, strength: 1.0}")))
    assert not np.array_equal(soft.light, hard.light)


def test_numbers_that_are_none_are_told_with_their_step(modern: Modern) -> None:
    def poison(folder: Path) -> None:
        (path,) = [p for n in ("unet", "transformer") for p in (folder / n).glob("*.safetensors")]
        weights = {name: torch.full_like(one, torch.nan) for name, one in load_file(path).items()}
        save_file(weights, path, metadata={"format": "pt"})

    layer = changed(next(iter(modern.layers().values())), steps=4)
    poisoned = spoilt(modern.picture, "poisoned", poison)
    with pytest.raises(ModelError, match="after step 1 of 4") as refusal:
        modern.make(changed(layer, model=poisoned.model))
    print(refusal.value)


def test_the_vae_is_float32_whatever_the_network_computes_in(
    modern: Modern, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a GPU: the network in bfloat16."""
    monkeypatch.setattr(
        "lookdev.generate.pictures.modular.dtypes_for",
        lambda _: {"default": torch.bfloat16, "vae": torch.float32},
    )
    smaller = replace(modern, session=modern.picture.session(fresh=True))
    for job, layer in modern.layers().items():
        rough, exact = smaller.make(layer).light, modern.make(layer).light
        far = float(np.abs(rough - exact).mean() / exact.std())
        print(f"{modern.family.base} {job} in bfloat16: {far:.3f} of the spread")
        assert far < 0.5
    assert smaller.adapter._pipelines.network.dtype == torch.bfloat16
    assert smaller.adapter._pipelines.loaded.vae.dtype == torch.float32


def spoilt(picture: PictureShow, name: str, spoil: Callable[[Path], None]) -> PictureShow:
    """The model copied under another name, and spoilt."""
    folder = shutil.copytree(picture.folder, picture.folder.with_name(name))
    spoil(folder)
    add_card(picture.show, name, pipeline=picture.show.folder.card(picture.model).pipeline)
    return replace(picture, model=name)


@pytest.fixture(scope="module")
def sdxl(made_show: Path, tmp_path_factory: pytest.TempPathFactory) -> PictureShow:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp("refused") / "show")
    return made(open_small_show(root), "sdxl")[0]


def part(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def spoil(index: dict[str, Any]) -> None:
        index["unet"][2][key] = value

    return spoil


def everywhere(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def spoil(index: dict[str, Any]) -> None:
        for entry in index.values():
            if isinstance(entry, list) and entry[0]:
                entry[2][key] = value

    return spoil


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "hub": (part("pretrained_model_name_or_path", "someone/else"), "unet is to come from someone/else"),
    "hub_all": (everywhere("pretrained_model_name_or_path", "someone/else"), "lookdev loads only what lies in the model's folder"),
    "url": (part("pretrained_model_name_or_path", "https://example.org/unet"), "is to come from https://example.org/unet"),
    "list": (part("pretrained_model_name_or_path", ["a", "b"]), "is to come from"),
    "elsewhere": (part("pretrained_model_name_or_path", "/models/other"), "its parts come from /models/other and "),
    "subfolder": (part("subfolder", "../other/unet"), "is to lie in '../other/unet'; it must lie in unet"),
    "key": (part("trust_remote_code", True), "unet is not written as diffusers writes one"),
    "hint": (part("type_hint", ["diffusers", "AutoModel"]), "said to be both diffusers.UNet2DConditionModel"),
    "blocks": (lambda index: index.update(_blocks_class_name="SequentialPipelineBlocks"), "runs the blocks SequentialPipelineBlocks; lookdev runs diffusers' own StableDiffusionXLAutoBlocks only"),
    "class": (lambda index: index.update(_class_name="WanModularPipeline"), "is a WanModularPipeline; its card says"),
    "controlnet": (lambda index: index.update(controlnet=[*index["vae"][:2], index["vae"][2] | {"subfolder": "controlnet"}]), "a StableDiffusionXLModularPipeline has no such part"),
    "missing": (lambda index: index.pop("vae"), "has no part vae"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_index_that_asks_for_more_is_refused(sdxl: PictureShow, case: str) -> None:
    change, sentence = REFUSED[case]

    def spoil(folder: Path) -> None:
        path = folder / "modular_model_index.json"
        index = json.loads(path.read_text())
        change(index)
        path.write_text(json.dumps(index))

    with pytest.raises(ModelError) as refusal:
        check_look(spoilt(sdxl, case, spoil).look())
    print(refusal.value)
    assert sentence in str(refusal.value)


def test_code_of_a_models_own_and_missing_files_are_refused(sdxl: PictureShow) -> None:
    def with_code(folder: Path) -> None:
        told = {"auto_map": {"ModularPipelineBlocks": "block.Evil"}}
        (folder / "modular_config.json").write_text(json.dumps(told))

    with pytest.raises(ModelError, match="auto_map, which asks for code"):
        check_look(spoilt(sdxl, "mapped", with_code).look())
    script = spoilt(sdxl, "script", lambda folder: (folder / "block.py").touch())
    with pytest.raises(ModelError, match=r"holds block\.py, which is code"):
        check_look(script.look())
    lacking = spoilt(sdxl, "lacking", lambda folder: shutil.rmtree(folder / "unet"))
    with pytest.raises(ModelError, match="lacks the folder unet; copy the model again"):
        check_look(lacking.look())
    bare = spoilt(sdxl, "bare", lambda folder: (folder / "modular_model_index.json").unlink())
    with pytest.raises(ModelError, match=r"holds no modular_model_index\.json"):
        check_look(bare.look())


def test_where_it_was_saved_is_never_read(
    sdxl: PictureShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A show can move: parts that were saved in another folder are those of this one."""

    def saved_at(place: str | None) -> Callable[[Path], None]:
        def spoil(folder: Path) -> None:
            path = folder / "modular_model_index.json"
            index = json.loads(path.read_text())
            everywhere("pretrained_model_name_or_path", place)(index)
            path.write_text(json.dumps(index))

        return spoil

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    layer = sdxl.layer()
    first = sdxl.session(fresh=True).elements.get(layer, sdxl.show.shot_file, FRAME)
    for name, place in (("moved", "/nowhere/at/all"), ("relative", "relative"), ("silent", None)):
        other = spoilt(sdxl, name, saved_at(place))
        check_look(other.look())
        asked = changed(layer, model=name)
        found = other.session(fresh=True).elements.get(asked, sdxl.show.shot_file, FRAME)
        assert np.array_equal(found.light, first.light)


def test_a_network_made_for_inpainting_does_no_other_job(made_show: Path, tmp_path: Path) -> None:
    show = open_small_show(shutil.copytree(made_show, tmp_path / "show"))
    classic = "StableDiffusionXLInpaintPipeline"
    first = with_model(show, tiny_models.sdxl_inpaint, name="sdxl", pipeline=classic)
    nine = with_model(
        show, lambda folder: modular(first.folder, folder, SDXL), name="modern", pipeline=SDXL
    )
    session, layer = nine.session(fresh=True), nine.layer()
    ours, theirs = (
        session.elements.get(changed(layer, model=model, guidance=1.0), show.shot_file, FRAME)
        for model in ("modern", "sdxl")
    )
    assert np.array_equal(ours.light, theirs.light)
    for text in (ELEMENT.replace("unmix", "luminance"), with_patch("{fill: image}")):
        with pytest.raises(ModelError, match="takes 9 channels, so it only fills"):
            session.elements.get(nine.layer(text), show.shot_file, FRAME)


@pytest.mark.parametrize("guide", ["edges: lines", "lora: style"])
def test_guides_are_refused(sdxl: PictureShow, guide: str) -> None:
    field, name = guide.split(": ")
    kind = {"edges": "controlnet", "lora": "lora"}[field]
    add_card(sdxl.show, name, kind=kind, more="base: sdxl\n")
    folder = sdxl.folder.with_name(name)
    folder.mkdir(exist_ok=True)
    save_file({"a": torch.zeros(1)}, folder / "one.safetensors")
    text = LOOK.replace("matte: tower}", f"matte: tower}}\n    guides: {{{guide}}}")
    with pytest.raises(LookdevError, match=f"no {field} leads a model of sdxl here") as refusal:
        check_look(sdxl.look(text))
    print(refusal.value)


def test_every_job_of_every_family_is_a_workflow_of_its_blocks() -> None:
    import diffusers

    families = {n: f for n, f in ALLOWED.items() if isinstance(f, ModularFamily)}
    assert len(families) == 4
    for name, family in families.items():
        blocks = getattr(diffusers, family.blocks)()
        assert getattr(diffusers, name).default_blocks_name == family.blocks
        assert set(family.jobs.values()) <= set(blocks.available_workflows)
        assert family.configs <= {spec.name for spec in blocks.expected_configs}
        assert not family.guides
        assert not family.can_cache
