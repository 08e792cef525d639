"""Proving a model's files: every one that differs is named, and nothing unproven is in order."""

from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.generate.models.adding import Terms, add
from lookdev.generate.models.checking import check, check_cards
from lookdev.generate.models.listing import listing


def quiet(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def proven(small_show: SmallShow) -> SmallShow:
    terms = Terms(id="new", licence="MIT", training_data="Nothing.")
    add(small_show.folder, str(small_show.folder.root / "models" / "mini"), terms, progress=quiet)
    return small_show


def test_each_file_that_differs_is_named(proven: SmallShow) -> None:
    place = proven.folder.root / "models" / "mini"
    assert check(proven.folder, "new", progress=quiet).is_proven
    (place / "more.json").write_text("{}")
    (place / "scheduler" / "scheduler_config.json").unlink()
    config = place / "unet" / "config.json"
    config.write_text(config.read_text() + " ")
    found = check(proven.folder, "new", progress=quiet)
    print("\n".join(found.troubles))
    assert not found.is_proven
    assert len(found.troubles) == 3
    assert found.troubles[0].startswith("holds more.json, which its card does not list")
    assert found.troubles[1].startswith("lacks scheduler/scheduler_config.json")
    assert found.troubles[2].startswith("unet/config.json is not the file that its card lists")


def test_a_flipped_bit_of_the_same_size_is_found(proven: SmallShow) -> None:
    path = proven.folder.root / "models" / "mini" / "unet" / "diffusion_pytorch_model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    (trouble,) = check(proven.folder, "new", progress=quiet).troubles
    assert trouble.startswith("unet/diffusion_pytorch_model.safetensors is not the file")


def test_a_card_without_a_list_proves_nothing(small_show: SmallShow) -> None:
    found = check(small_show.folder, "mini", progress=quiet)
    assert found.troubles == ()
    assert not found.is_listed
    assert not found.is_proven


def test_what_the_loader_would_refuse_is_found_without_a_list(small_show: SmallShow) -> None:
    (small_show.folder.root / "models" / "mini" / "model_index.json").write_text("{}")
    (trouble,) = check(small_show.folder, "mini", progress=quiet).troubles
    assert "model_index.json" in trouble


def test_one_that_is_not_here_hides_none_that_is(proven: SmallShow) -> None:
    card = proven.folder.root / "params" / "models" / "far.yaml"
    text = Path(card.with_name("new.yaml")).read_text().replace("id: new", "id: far")
    card.write_text(text.replace("weights: models/mini", f"weights: hub:a/b@{'0' * 40}"))
    card.with_name("torn.yaml").write_text("format: card/1\n")
    done, problems = check_cards(proven.folder, None, progress=quiet)
    assert [one.model for one in done] == ["mini", "new"]
    assert len(problems) == 2
    found, torn = listing(proven.folder)
    assert {one.card.id: one.place.is_here for one in found} == {
        "far": False,
        "mini": True,
        "new": True,
    }
    assert {one.card.id: one.use for one in found} == {
        "far": "explore",
        "mini": "final",
        "new": "explore",
    }
    assert len(torn) == 1
