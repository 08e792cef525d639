"""Every adapter on a tiny random model of its real class, loaded by the product's own loader.

One matrix: adapter by what may happen to it. It is printed at the end (`pytest -rP`).
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import tiny_models
import torch
from picture_show import ELEMENT, LOOK, PictureShow, add_card, with_model
from safetensors.torch import load_file, save_file
from small_show import open_small_show

from lookdev.errors import ModelError
from lookdev.generate.adapter import Step
from lookdev.generate.draft import Draft
from lookdev.generate.families import ALLOWED
from lookdev.generate.preflight import check_look
from lookdev.render import comp_frame, render_frame
from lookdev.spec import parameter
from lookdev.spec.look import Layer

MODELS = {
    "sd15": "StableDiffusionPipeline",
    "sd15_inpaint": "StableDiffusionInpaintPipeline",
    "sdxl": "StableDiffusionXLPipeline",
    "sdxl_inpaint": "StableDiffusionXLInpaintPipeline",
    "flux": "FluxPipeline",
    "flux_fill": "FluxFillPipeline",
    "flux2": "Flux2KleinPipeline",
    "zimage": "ZImagePipeline",
    "qwen": "QwenImagePipeline",
    "qwen_edit": "QwenImageEditPipeline",
}
SEEN: dict[str, dict[str, str]] = {}
FRAME = 1003


class UnwantedError(Exception):
    """What a cancel raises."""


def said(model: str, check: str, result: str) -> None:
    SEEN.setdefault(model, {})[check] = result


@pytest.fixture(scope="module", params=MODELS)
def picture(
    request: pytest.FixtureRequest, made_show: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PictureShow]:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp(request.param) / "show")
    name, pipeline = request.param, MODELS[request.param]
    with pytest.MonkeyPatch.context() as patch:
        made = with_model(
            open_small_show(root), getattr(tiny_models, name), name=name, pipeline=pipeline
        )
        if ALLOWED[pipeline].area is not None:
            made = replace(made, size=_smaller(patch, pipeline))
        yield made


def _smaller(patch: pytest.MonkeyPatch, pipeline: str) -> tuple[int, int]:
    """A family that works at a megapixel and no other size does so at a seventh, for speed."""
    module = "diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_inpaint"
    dimensions = import_module(module).calculate_dimensions
    patch.setattr(f"{module}.calculate_dimensions", lambda _, shape: dimensions(512 * 288, shape))
    patch.setitem(ALLOWED, pipeline, replace(ALLOWED[pipeline], area=512 * 288))
    return 512, 288


def variants(picture: PictureShow) -> dict[str, Layer]:
    """A layer for each job of the family."""
    found = {}
    jobs = ALLOWED[MODELS[picture.model]].jobs
    if "inpaint" in jobs:
        found["inpaint"] = picture.layer()
    if "image" in jobs:
        text = LOOK.replace(
            "matte: tower}", "matte: tower}\n    patch: {fill: image, strength: 0.6}"
        )
        found["image"] = picture.layer(text)
    if "text" in jobs:
        found["text"] = picture.layer(ELEMENT.replace("unmix", "luminance"))
    return found


def test_draft(picture: PictureShow) -> None:
    session = picture.session()
    for job, layer in variants(picture).items():
        draft = session.elements.get(layer, picture.show.shot_file, FRAME, draft=Draft())
        assert np.isfinite(draft.light).all()
        assert draft.density.shape[1] <= picture.size[0] // 2 or ALLOWED[MODELS[picture.model]].area
        assert not session.elements.is_kept(layer, picture.show.shot_file, FRAME), job
    said(picture.model, "draft", "+".join(variants(picture)))


def test_final(picture: PictureShow) -> None:
    """The spine's frame: the plate's bits outside, another picture inside, twice the same."""
    look_file = picture.look()
    check_look(look_file)
    pixels = []
    for _ in range(2):
        session = picture.session(fresh=True)
        rendered = render_frame(look_file.shot_file, look_file.look, FRAME, session=session)
        pixels.append(comp_frame(rendered, session).pixels)
        outside = (rendered.layers["wall"][3] == 0).numpy()
        assert np.array_equal(pixels[-1][outside], rendered.plate.pixels[outside])
        assert not np.array_equal(pixels[-1][~outside], rendered.plate.pixels[~outside])
        assert pixels[-1].max() <= max(rendered.plate.pixels.max(), 16.0)
    assert np.array_equal(*pixels)
    said(picture.model, "final", f"{session.elements.evaluations} evaluations, repeats")


def test_sequence(picture: PictureShow) -> None:
    """Frame N alone is frame N of the range."""
    shot_file, look = picture.show.shot_file, picture.look().look
    alone = picture.session(fresh=True)
    one = render_frame(shot_file, look, FRAME, session=alone).comp
    walking = picture.session(fresh=True)
    for frame in (FRAME - 1, FRAME, FRAME + 1):
        comp = render_frame(shot_file, look, frame, session=walking).comp
        if frame == FRAME:
            assert torch.equal(comp, one)
        else:
            assert not torch.equal(comp, one)
    said(picture.model, "sequence", "equal")


def test_cancel(picture: PictureShow) -> None:
    shot_file = picture.show.shot_file
    layer = parameter.replace(picture.look().look, "wall.element.seed", "99").layers[0]
    session = picture.session()
    steps = []

    def on_step(step: Step) -> None:
        steps.append((step.done, step.total))
        if step.done == 2:
            raise UnwantedError

    with pytest.raises(UnwantedError):
        session.elements.get(layer, shot_file, FRAME, on_step=on_step)
    assert [done for done, _ in steps] == [1, 2]
    assert steps[0][1] in (4, 5), "PNDM takes one more"
    assert not session.elements.is_kept(layer, shot_file, FRAME)
    after = session.elements.get(layer, shot_file, FRAME)
    fresh = picture.session(fresh=True).elements.get(layer, shot_file, FRAME)
    assert np.array_equal(after.light, fresh.light), "a cancelled run leaves nothing behind"
    said(picture.model, "cancel", "raises")


def test_out_of_memory(picture: PictureShow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: the network takes two samples a call, and three are missing."""
    shot_file, look = picture.show.shot_file, picture.look().look
    layers = [
        parameter.replace(look, "wall.element.seed", str(seed)).layers[0] for seed in range(4)
    ]
    session, told = picture.session(fresh=True), []
    session.elements.get(layers[0], shot_file, FRAME)
    (adapter,) = session.elements._loaded._adapters.values()
    network = adapter._pipelines.network
    forward = network.forward

    def small(*args: object, **kwargs: object) -> object:
        samples = kwargs.get("hidden_states", args[0] if args else None)
        if len(samples) > 2:
            raise torch.OutOfMemoryError("simulated")
        return forward(*args, **kwargs)

    monkeypatch.setattr(network, "forward", small)
    made = session.elements.get_batch(layers, shot_file, FRAME, told=told.append)
    assert len(made) == 4
    assert len(told) >= 1
    print(told[0])
    alone = picture.session(fresh=True).elements.get(layers[3], shot_file, FRAME)
    worst = float(np.abs(alone.light - made[3].light).max())
    assert worst < 0.05, "the same element, but for what a batch rounds otherwise"
    said(picture.model, "out of memory", f"halved, {worst:.0e} from alone")


def spoilt(picture: PictureShow, name: str, spoil: Callable[[Path], None]) -> PictureShow:
    """The model copied under another name, and spoilt."""
    folder = shutil.copytree(picture.folder, picture.folder.with_name(name))
    spoil(folder)
    add_card(picture.show, name, pipeline=MODELS[picture.model])
    return replace(picture, model=name)


def network_file(folder: Path) -> Path:
    (path,) = [p for n in ("unet", "transformer") for p in (folder / n).glob("*.safetensors")]
    return path


def test_corrupt_weights(picture: PictureShow) -> None:
    def cut(folder: Path) -> None:
        path = network_file(folder)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    broken = spoilt(picture, "corrupt", cut)
    with pytest.raises(ModelError, match=r"model corrupt: .*copy it again") as refusal:
        broken.session().elements.get(broken.layer(), picture.show.shot_file, FRAME)
    print(refusal.value)
    said(picture.model, "corrupt", "refused")


def test_wrong_revision(
    picture: PictureShow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    add_card(picture.show, "hub", pipeline=MODELS[picture.model])
    card = picture.show.folder.root / "params" / "models" / "hub.yaml"
    card.write_text(card.read_text().replace("models/hub", f'"hub:someone/model@{"0" * 40}"'))
    with pytest.raises(ModelError, match="lookdev models pull hub"):
        check_look(replace(picture, model="hub").look())
    said(picture.model, "wrong revision", "refused")


def test_missing_component(picture: PictureShow) -> None:
    lacking = spoilt(picture, "lacking", lambda folder: shutil.rmtree(folder / "vae"))
    with pytest.raises(ModelError, match="lacks the folder vae; copy the model again"):
        check_look(lacking.look())
    said(picture.model, "missing part", "refused")


def test_weights_that_are_not_numbers(picture: PictureShow) -> None:
    def poison(folder: Path) -> None:
        path = network_file(folder)
        weights = load_file(path)
        for name in weights:
            weights[name] = torch.full_like(weights[name], torch.nan)
        save_file(weights, path, metadata={"format": "pt"})

    poisoned = spoilt(picture, "poisoned", poison)
    with pytest.raises(ModelError, match=r"after step 1 of [45]") as refusal:
        poisoned.session().elements.get(poisoned.layer(), picture.show.shot_file, FRAME)
    print(refusal.value)
    said(picture.model, "NaN weights", "refused at step 1")


def test_the_matrix_is_whole() -> None:
    """Printed, for the record; every adapter met everything."""
    checks = list(dict.fromkeys(check for row in SEEN.values() for check in row))
    print("adapter".ljust(14), *(check.ljust(24) for check in checks))
    for model, row in SEEN.items():
        print(model.ljust(14), *(row.get(check, "-").ljust(24) for check in checks))
    if len(SEEN) == len(MODELS):
        assert all(len(row) == len(checks) for row in SEEN.values())
