from pathlib import Path

import pytest

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.card import ModelCard
from lookdev.spec.rights import clauses
from lookdev.spec.show import Policy

OLD = """\
format: card/1
id: snow
title: Snow
pipeline: ElementPipeline
weights: models/snow
licence: MIT
training_data: Our own plates.
"""
SAID = """\
allows: [explore, final]
cleared: {by: Ada Legal, day: "2026-10-01"}
consents: []
"""
TODAY = "2026-11-25"
MINI = Path(__file__).parents[2] / "params" / "models" / "mini.yaml"


def card(text: str, folder: Path) -> ModelCard:
    path = folder / "snow.yaml"
    path.write_text(text)
    return strict_yaml.read(path, ModelCard)


def final(text: str, folder: Path) -> tuple[str, ...]:
    return clauses(card(text, folder), Policy(), "final", today=TODAY)


def test_a_card_without_the_new_fields_is_read_and_says_nothing(tmp_path: Path) -> None:
    old = card(OLD, tmp_path)
    assert (old.kind, old.allows, old.cleared, old.consents, old.duties) == (
        "model", None, None, None, None,
    )  # fmt: skip
    assert old.parts == ()


def test_a_card_without_the_new_fields_may_explore_but_not_deliver(tmp_path: Path) -> None:
    old = card(OLD, tmp_path)
    assert clauses(old, Policy(), "explore", today=TODAY) == ()
    blocks = clauses(old, Policy(), "final", today=TODAY)
    assert [block.split(" is ")[0] for block in blocks] == ["allows", "cleared"]


def test_a_cleared_card_may_deliver(tmp_path: Path) -> None:
    assert final(OLD + SAID, tmp_path) == ()


def test_the_embedded_model_is_cleared_for_everything() -> None:
    mini = strict_yaml.read(MINI, ModelCard)
    for exploration in ("open", "cleared"):
        for purpose in ("explore", "final"):
            policy = Policy(exploration=exploration)
            assert clauses(mini, policy, purpose, today=TODAY) == ()


NC = OLD.replace("MIT", "CC-BY-NC-4.0") + SAID
REF = OLD.replace("MIT", "LicenseRef-Studio") + SAID
BLOCKING = {
    "allows not said": (OLD + 'cleared: {by: Ada, day: "2026-10-01"}\n', "allows is not said"),
    "allows explore only": (OLD + SAID.replace("explore, final", "explore"), "allows is [explore]; final must be cleared"),
    "allows nothing": (OLD + SAID.replace("explore, final", ""), "allows is []"),
    "nobody cleared it": (OLD + "allows: [final]\n", "cleared is not said"),
    "cleared in days to come": (OLD + SAID.replace("2026-10-01", "2026-11-27"), "cleared.day is 2026-11-27, a day to come"),
    "licence without text": (REF + "non_commercial: false\n", "licence is LicenseRef-Studio, whose text nobody kept"),
    "commerce not said": (REF, "non_commercial is not said"),
    "non-commercial by its id": (NC, "licence is CC-BY-NC-4.0, which is non-commercial"),
    "non-commercial by word": (OLD + SAID + "non_commercial: true\n", "licence is MIT, which is non-commercial"),
    "research only": (REF.replace("LicenseRef-Studio", "LicenseRef-research-only"), "which is non-commercial"),
    "no changes": (OLD.replace("MIT", "CC-BY-ND-4.0") + SAID, "allows no changed copies"),
    "attribution not said": (OLD.replace("MIT", "CC-BY-4.0") + SAID, "duties.attribution is not said"),
    "purchase expired": (NC + 'purchased: {reference: PO-7, until: "2026-11-24"}\n', "purchased.until is 2026-11-24, which is past; renew the licence PO-7"),
    "consent expired": (OLD + SAID.replace("[]", '[{of: Eve, reference: C-1, day: "2025-01-01", until: "2026-11-24"}]'), "consents[0].until is 2026-11-24, which is past; ask Eve again"),
    "consent to come": (OLD + SAID.replace("[]", '[{of: Eve, reference: C-1, day: "2027-01-01"}]'), "consents[0].day is 2027-01-01, a day to come"),
    "training not told": (OLD.replace("Our own plates.", '" "') + SAID, "training_data is empty"),
    "likeness not said": (OLD.replace("pipeline: ElementPipeline", "kind: lora") + SAID.replace("consents: []\n", ""), "consents is not said, and a lora may hold"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKING)
def test_every_clause_that_can_block_blocks_and_is_named(name: str, tmp_path: Path) -> None:
    text, clause = BLOCKING[name]
    found = final(text, tmp_path)
    print(name, found)
    assert any(clause in block for block in found)
    assert all(";" in block for block in found), "each says a mend"


UNLOCKING = {
    "final includes explore": OLD + SAID.replace("explore, final", "final"),
    "tomorrow is today in the east": OLD + SAID.replace("2026-10-01", "2026-11-26"),
    "a licence that was bought": NC + 'purchased: {reference: PO-7, until: "2026-11-25"}\n',
    "bought for ever": NC + "purchased: {reference: PO-7}\n",
    "text bought": REF + "purchased: {reference: PO-7}\n",
    "attribution": OLD.replace("MIT", "CC-BY-4.0") + SAID + "duties: {attribution: Snow by Ada}\n",
    "consent on its last day": OLD + SAID.replace("[]", '[{of: Eve, reference: C-1, day: "2025-01-01", until: "2026-11-25"}]'),
    "kept text": REF + f"non_commercial: false\nlicence_copy: {{path: legal/l.txt, sha256: {'a' * 64}}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", UNLOCKING)
def test_what_is_said_rightly_unlocks(name: str, tmp_path: Path) -> None:
    assert final(UNLOCKING[name], tmp_path) == ()
    policy = Policy(exploration="cleared")
    assert clauses(card(UNLOCKING[name], tmp_path), policy, "explore", today=TODAY) == ()


def test_exploration_that_must_be_cleared_asks_who_cleared_it(tmp_path: Path) -> None:
    policy = Policy(exploration="cleared")
    found = clauses(card(OLD, tmp_path), policy, "explore", today=TODAY)
    assert [block.split(" is ")[0] for block in found] == ["allows", "cleared"]
    assert clauses(card(NC, tmp_path), policy, "explore", today=TODAY) == ()


REFUSED = {
    "unknown licence": (OLD.replace("MIT", "openrail++"), "licence is openrail++, no SPDX id"),
    "sentence for a licence": (OLD.replace("MIT", "free to use"), "licence is free to use, no SPDX id"),
    "its id denies it": (NC + "non_commercial: false\n", "non_commercial is false, but licence CC-BY-NC-4.0 says that it is"),
    "model without pipeline": (OLD.replace("pipeline: ElementPipeline\n", ""), "pipeline is missing"),
    "lora with pipeline": (OLD + "kind: lora\n", "pipeline is ElementPipeline; a lora has none"),
    "no training statement": (OLD.replace("training_data: Our own plates.\n", ""), "training_data is missing"),
    "a day that is none": (OLD + 'cleared: {by: Ada, day: "2026-02-30"}\n', "cleared.day is"),
    "a use that is none": (OLD + "allows: [sell]\n", "allows"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_card_that_contradicts_itself_is_refused(name: str, tmp_path: Path) -> None:
    text, sentence = REFUSED[name]
    with pytest.raises(SpecError) as refusal:
        card(text, tmp_path)
    print(refusal.value)
    assert sentence in str(refusal.value)


def test_an_unknown_licence_is_read_with_its_text_kept(tmp_path: Path) -> None:
    copy = f"licence_copy: {{path: legal/l.txt, sha256: {'a' * 64}}}\n"
    assert card(OLD.replace("MIT", "openrail-m") + copy, tmp_path).licence == "openrail-m"


def test_a_reference_needs_no_training_statement(tmp_path: Path) -> None:
    text = OLD.replace("pipeline: ElementPipeline", "kind: reference")
    text = text.replace("training_data: Our own plates.\n", "") + SAID
    assert final(text, tmp_path) == ()
