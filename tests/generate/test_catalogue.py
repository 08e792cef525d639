import json
from pathlib import Path

import pytest
from small_show import LOOK, SmallShow

from lookdev.errors import LookdevError, ModelError, SpecError
from lookdev.generate.catalogue import model_files
from lookdev.generate.preflight import check_and_warn, check_look
from lookdev.spec.folder import LookFile


def weights(show: SmallShow) -> Path:
    return show.folder.root / "models" / "mini"


@pytest.mark.parametrize("name", ["unet/diffusion_pytorch_model.bin", "x.ckpt", "a/b.pkl", "w.pt"])
def test_a_pickle_among_the_weights_is_refused(small_show: SmallShow, name: str) -> None:
    path = weights(small_show) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\x80\x04")
    with pytest.raises(ModelError, match="may run code when opened") as refusal:
        model_files(small_show.folder, "mini")
    assert name in str(refusal.value)


def test_a_class_that_is_not_allowed_is_refused(small_show: SmallShow) -> None:
    index = weights(small_show) / "model_index.json"
    data = json.loads(index.read_text())
    index.write_text(json.dumps({**data, "_class_name": "StableDiffusionPipeline"}))
    with pytest.raises(ModelError, match="is a StableDiffusionPipeline; its card says"):
        model_files(small_show.folder, "mini")
    index.write_text("{}")
    with pytest.raises(ModelError, match="names no pipeline class"):
        model_files(small_show.folder, "mini")
    index.unlink()
    with pytest.raises(ModelError, match=r"holds no model_index\.json"):
        model_files(small_show.folder, "mini")


def test_missing_weights_and_missing_cards(small_show: SmallShow) -> None:
    for path in weights(small_show).rglob("*.safetensors"):
        path.unlink()
    with pytest.raises(ModelError, match=r"holds no \.safetensors weights"):
        model_files(small_show.folder, "mini")
    with pytest.raises(SpecError, match="no card for model sdxl; this show knows mini"):
        model_files(small_show.folder, "sdxl")


def test_the_digest_is_of_every_file(small_show: SmallShow) -> None:
    before = model_files(small_show.folder, "mini").digest
    assert model_files(small_show.folder, "mini").digest == before
    (path,) = weights(small_show).rglob("*.safetensors")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert model_files(small_show.folder, "mini").digest != before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("matte: frame", "matte: wall", "names the matte wall; the shot has tower (and frame)"),
        ("holdouts: [tower]", "holdouts: [car]", "names the matte car"),
        ("[64, 36]", "[64, 64]", "snow.element.size is [64, 64]; the plate is 128x72 at pixel aspect 1, so write [64, 36]"),
        ("follow: 1.0, anchor: 1001", "follow: 1.0, anchor: 990", "dust.motion.anchor is 990; to follow a track it must be"),
        ("prompt: light snow", "model: sdxl, prompt: light snow", "no card for model sdxl"),
    ],
)  # fmt: skip
def test_a_look_that_cannot_work_is_refused_by_its_files(
    small_show: SmallShow, old: str, new: str, sentence: str
) -> None:
    assert old in LOOK
    path = small_show.add_look(LOOK.replace(old, new, 1))
    with pytest.raises(LookdevError) as refusal:
        check_look(LookFile.open(str(path)))
    print(refusal.value)
    assert sentence in str(refusal.value)


def test_a_prompt_of_no_known_kind_is_a_warning_with_file_field_value_and_kinds(
    small_show: SmallShow, caplog: pytest.LogCaptureFixture
) -> None:
    path = small_show.add_look(LOOK.replace("light snow", "a happy dog", 1))
    for _ in range(2):
        check_and_warn(LookFile.open(str(path)))
    (told,) = [record.getMessage() for record in caplog.records]
    print(told)
    assert told == (
        f"{path}: snow.element.prompt is 'a happy dog', which names no kind of element that the "
        "embedded model knows, so it makes a mix of them all; say one of dust, smoke, fog, snow, "
        "ash, embers, debris, or a word like them"
    )


def test_a_known_prompt_is_no_warning(
    small_show: SmallShow, caplog: pytest.LogCaptureFixture
) -> None:
    check_and_warn(small_show.look())
    assert caplog.records == []
