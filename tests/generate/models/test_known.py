"""The known models: read strictly, and their terms end where the rights say."""

import pytest

from lookdev.errors import ModelError
from lookdev.generate.families import ALLOWED
from lookdev.generate.models.known import KnownModel, known_model, known_models
from lookdev.spec import strict_yaml
from lookdev.spec.card import ModelCard
from lookdev.spec.hub import trouble_with
from lookdev.spec.licences import SPDX
from lookdev.spec.rights import clauses
from lookdev.spec.show import Policy

TODAY = "2026-11-26"
NON_COMMERCIAL = {"flux1-dev", "flux1-fill-dev", "flux2-klein-9b"}
BOUGHT = {"reference": "order 4711"}


def cleared(known: KnownModel, **more: object) -> ModelCard:
    """A card of it that everything else allows."""
    terms = {} if known.licence in SPDX else {"non_commercial": known.non_commercial}
    text = {"path": "licences/x.txt", "sha256": "0" * 64}
    data = {
        "format": "card/1", "id": known.id, "title": known.title, "pipeline": known.pipeline,
        "weights": "x", "licence": known.licence, "training_data": known.training_data,
        "allows": ["final"], "cleared": {"by": "x", "day": TODAY}, "licence_copy": text,
        **terms, **more,
    }  # fmt: skip
    return strict_yaml.validate(data, ModelCard, source="x")


def test_they_are_these_and_of_allowed_classes() -> None:
    known = {one.id: one for one in known_models()}
    assert set(known) >= {"sdxl-base", "sd15", "z-image-turbo", "flux2-klein-4b", "flux2-klein-9b",
        "flux1-schnell", "flux1-dev", "flux1-fill-dev", "qwen-image", "qwen-image-edit"}  # fmt: skip
    for one in known.values():
        assert ALLOWED[one.pipeline].base == one.base
        assert trouble_with(f"hub:{one.repository}@{'0' * 40}") is None
    assert {one.id for one in known.values() if one.non_commercial} == NON_COMMERCIAL


@pytest.mark.parametrize("known", known_models(), ids=lambda one: one.id)
def test_non_commercial_ones_are_closed_to_finals_until_a_licence_is_bought(
    known: KnownModel,
) -> None:
    found = clauses(cleared(known), Policy(), "final", today=TODAY)
    assert bool(found) == (known.id in NON_COMMERCIAL)
    assert all("non-commercial" in clause for clause in found)
    assert clauses(cleared(known, purchased=BOUGHT), Policy(), "final", today=TODAY) == ()
    assert clauses(cleared(known), Policy(), "explore", today=TODAY) == ()


def test_an_unknown_one_names_the_known() -> None:
    with pytest.raises(ModelError, match="there are flux1-dev, "):
        known_model("midjourney")
