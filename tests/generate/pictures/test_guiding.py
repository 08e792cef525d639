"""LoRA, ControlNets, IP-Adapter and previews on tiny real parts, through the product's loader."""

import shutil
from collections.abc import Callable  # noqa: TC003 a local annotation is read by people
from pathlib import Path

import numpy as np
import pytest
import tiny_models
from picture_show import LOOK, PictureShow, add_card, with_model
from PIL import Image
from small_show import FIRST, HEIGHT, LAST, WIDTH, open_small_show

from lookdev.errors import ModelError
from lookdev.generate.adapter import Step
from lookdev.generate.preflight import check_look
from lookdev.image import exr, hints
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.spec.folder import LookFile

FRAME = 1003


@pytest.fixture(scope="module")
def sdxl(made_show: Path, tmp_path_factory: pytest.TempPathFactory) -> PictureShow:
    root = shutil.copytree(made_show, tmp_path_factory.mktemp("guiding") / "show")
    show = open_small_show(root)
    picture = with_model(
        show,
        tiny_models.sdxl,
        name="sdxl",
        pipeline="StableDiffusionXLPipeline",
        more="preview: tiny\n",
    )
    parts: dict[str, tuple[str, Callable[[Path], object]]] = {
        "grain": ("lora", lambda f: tiny_models.lora(f, picture.folder)),
        "lines": ("controlnet", lambda f: tiny_models.controlnet(f, base="sdxl")),
        "deep": ("controlnet", lambda f: tiny_models.controlnet(f, base="sdxl", seed=1)),
        "eyes": ("ipadapter", lambda f: tiny_models.ip_adapter(f, base="sdxl")),
        "tiny": ("autoencoder", lambda f: tiny_models.tiny_vae(f, channels=4)),
    }
    for name, (kind, build) in parts.items():
        build(root / "models" / name)
        add_card(show, name, kind=kind, more="base: sdxl\n")
    other = root / "models" / "sd15"
    tiny_models.sd15(other)
    tiny_models.lora(root / "models" / "foreign", other)
    add_card(show, "foreign", kind="lora", more="base: sdxl\n")  # so its card says, wrongly
    for name, value in (("dark", 20), ("light", 230)):
        folder = root / "models" / name
        folder.mkdir()
        Image.new("RGB", (64, 48), (value, value // 2, 255 - value)).save(folder / "one.png")
        add_card(show, name, kind="reference")
    return picture


class Desk:
    """One session that goes from one set of guides to the next, past its cache."""

    def __init__(self, sdxl: PictureShow) -> None:
        self.sdxl, self.session = sdxl, sdxl.session()

    def __call__(self, guides: str = "") -> Element:
        text = LOOK.replace("    matte: tower\n", f"    guides: {{{guides}}}\n    matte: tower\n")
        look_file = self.sdxl.look(text if guides else LOOK)
        check_look(look_file)
        elements = self.session.elements
        asked = elements._asking.of(look_file.look.layers[0], look_file.shot_file, FRAME)
        assert asked is not None
        return elements._made(asked, None)


@pytest.fixture(scope="module")
def element_of(sdxl: PictureShow) -> Desk:
    return Desk(sdxl)


def far(one: Element, other: Element) -> float:
    return float(np.abs(one.light - other.light).mean())


GUIDES = {
    "lora": "lora: grain",
    "half a lora": "lora: grain, lora_scale: 0.5",
    "edges": "edges: lines",
    "edges closely": "edges: lines, edges_scale: 1.5",
    "adapter": "adapter: eyes, reference: dark",
    "adapter, another picture": "adapter: eyes, reference: light",
    "adapter, less of it": "adapter: eyes, reference: light, adapter_scale: 0.1",
    "all": "lora: grain, edges: lines, adapter: eyes, reference: dark",
}


def test_each_guide_changes_the_picture_and_taken_off_leaves_no_trace(
    sdxl: PictureShow, element_of: Desk
) -> None:
    plain = element_of("")
    made = {name: element_of(guides) for name, guides in GUIDES.items()}
    for name, element in made.items():
        print(f"{name}: {far(element, plain):.5f} from plain")
    names = list(made)
    for index, name in enumerate(names):
        assert far(made[name], plain) > 0, name
        for other in names[index + 1 :]:
            assert far(made[name], made[other]) > 0, (name, other)
    fresh = sdxl.session(fresh=True)
    look_file = sdxl.look(LOOK)
    alone = fresh.elements.get(look_file.look.layers[0], look_file.shot_file, FRAME)
    assert np.array_equal(alone.light, plain.light)
    assert np.array_equal(element_of("").light, plain.light), "none after all is as none before"


def test_a_lora_of_another_base_is_refused_although_its_card_says_it_fits(
    element_of: Desk,
) -> None:
    before = element_of("lora: grain")
    with pytest.raises(ModelError, match=r"model foreign: .*base that it was made for") as refusal:
        element_of("lora: foreign")
    print(refusal.value)
    assert np.array_equal(element_of("lora: grain").light, before.light), "the model still works"


def test_a_guides_file_is_part_of_the_elements_key(sdxl: PictureShow) -> None:
    session = sdxl.session()
    text = LOOK.replace("    matte: tower\n", "    guides: {lora: grain}\n    matte: tower\n")
    look_file = sdxl.look(text)
    (layer,) = look_file.look.layers
    before = session.elements.key(layer, look_file.shot_file, FRAME)
    (path,) = (sdxl.folder.parent / "grain").glob("*.safetensors")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    try:
        assert session.elements.key(layer, look_file.shot_file, FRAME) != before
    finally:
        path.write_bytes(data)


def test_a_tiny_autoencoder_shows_each_step(sdxl: PictureShow) -> None:
    shown: list[Element] = []

    def on_step(step: Step) -> None:
        assert step.preview is not None
        shown.append(step.preview())

    look_file = sdxl.look(LOOK)
    session = sdxl.session(fresh=True)
    made = session.elements.get(
        look_file.look.layers[0], look_file.shot_file, FRAME, on_step=on_step
    )
    assert len(shown) == 4
    assert all(one.light.shape == made.light.shape for one in shown)
    assert all(np.isfinite(one.light).all() for one in shown)
    assert far(shown[0], shown[-1]) > 0


def test_flux_shows_its_steps_too_and_an_autoencoder_of_other_latents_is_refused(
    sdxl: PictureShow,
) -> None:
    root = sdxl.show.folder.root
    tiny_models.tiny_vae(root / "models" / "tiny16", channels=16)
    add_card(sdxl.show, "tiny16", kind="autoencoder", more="base: flux\n")
    shown: list[Element] = []
    for name, preview in (("flux", "tiny16"), ("flux_other", "tiny")):
        more = f"preview: {preview}\n"
        flux = with_model(
            sdxl.show, tiny_models.flux, name=name, pipeline="FluxPipeline", more=more
        )
        look_file, session = flux.look(LOOK), flux.session(fresh=True)
        (layer,) = look_file.look.layers
        if preview == "tiny":
            with pytest.raises(ModelError, match="is for 4 latent channels, and the model has 16"):
                session.elements.get(layer, look_file.shot_file, FRAME)
            continue
        made = session.elements.get(
            layer,
            look_file.shot_file,
            FRAME,
            on_step=lambda step: shown.append(step.preview()) if step.preview else None,
        )
        assert len(shown) == 4
        assert shown[0].light.shape == made.light.shape


def test_the_shots_depth_leads_alone_and_beside_edges(sdxl: PictureShow) -> None:
    root, window = sdxl.show.folder.root, Window(0, 0, WIDTH, HEIGHT)
    (root / "depth").mkdir()
    far_away = np.linspace(2, 80, WIDTH, dtype=np.float32)[None, :, None].repeat(HEIGHT, 0)
    for frame in range(FIRST, LAST + 1):
        made = Frame(far_away, ("Z",), exr.RAW, window, window, frame)
        exr.write(root / "depth" / f"z.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    ingest(
        sdxl.show.folder,
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0012",
        colourspace="ACEScg",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        depth=root / "depth" / "z.%04d.exr",
    )
    elements = sdxl.session(fresh=True).elements
    light = []
    for guides in ("depth: deep", "edges: lines, depth: deep", "edges: lines", "depth: deep"):
        path = root / "params" / "shots" / "street" / "sh0012" / "looks" / "wall_v001.yaml"
        text = LOOK.replace("MODEL", "sdxl")
        path.write_text(
            text.replace("    matte: tower\n", f"    guides: {{{guides}}}\n    matte: tower\n")
        )
        look_file = LookFile.open(str(path))
        check_look(look_file)
        asked = elements._asking.of(look_file.look.layers[0], look_file.shot_file, FRAME)
        assert asked is not None
        assert ("depth" in asked.pictures) == ("depth" in guides)
        light.append(elements._made(asked, None).light)
    depth, both, edges, again = light
    assert np.array_equal(depth, again)
    for one, other in ((depth, both), (depth, edges), (both, edges)):
        assert np.abs(one - other).mean() > 0


def test_edges_and_nearness() -> None:
    picture = np.zeros((40, 60, 3), np.float32)
    picture[:, 30:] = 0.8
    found = hints.edges(picture)
    assert set(np.unique(found)) == {0.0, 1.0}
    assert found[:, 28:32].any(axis=1).all()
    assert not found[:, :20].any()
    depth = np.linspace(1, 100, 60, dtype=np.float32)[None].repeat(40, 0)
    depth[0, 0], depth[1, 1], depth[2, 2] = np.inf, np.nan, 0
    near = hints.nearness(depth)
    assert np.isfinite(near).all()
    assert near[10, 0] == 1
    assert near[10, -1] == 0
    assert near[0, 0] == near[1, 1] == near[2, 2] == 0
    assert (hints.nearness(np.zeros((4, 4), np.float32)) == 0).all()
