"""A sequence that fails a gate is not approved, unless the gate is waived by name."""

from pathlib import Path
from typing import Any

import pytest
from approve.approved import WRITTEN, ApprovedShow, make_approvable
from qc.own_meter import Said
from small_show import ungate

import lookdev.qc.run as run_module
from lookdev.approve.approve import approve
from lookdev.approve.waive import parse_waiver
from lookdev.approve.wish import Wish
from lookdev.errors import SpecError, TrustError
from lookdev.finals.disclose.looks import look_facts
from lookdev.spec.approval import Approval
from lookdev.spec.event import Run
from lookdev.spec.qc import Waiver
from lookdev.store.ledger import Ledger


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    made = make_approvable(tmp_path_factory.mktemp("waivable") / "made")
    ungate(made.root, "{seam: 1.12, boil: 1.5, grain: 1.0}")
    return made


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


@pytest.fixture(autouse=True)
def meters(monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """Meters that find what these tests say: a seam at 1003, a boiling edge at 1002 and 1003."""
    made: list[Said] = []

    def fresh() -> tuple[Said, ...]:
        made[:] = [
            Said("seam", {1002: 1.0, 1003: 1.32}, "wall"),
            Said("boil", {1002: 2.0, 1003: 1.75}),
        ]
        return tuple(made)

    monkeypatch.setattr(run_module, "all_meters", fresh)
    return made


def everything(show: ApprovedShow) -> set[str]:
    """What lies where approvals do; the ledger and the cache know of the try."""
    places = show.root / "approved", show.shot_folder / "approved"
    return {str(path) for place in places for path in place.rglob("*") if path.is_file()}


def wish(show: ApprovedShow, *waived: str, **more: Any) -> Wish:
    said = {"frames": (1003,), "written_approval": WRITTEN} | more
    return Wish(
        show.show.look(), "Ana", waived=tuple(parse_waiver(one, by="Ana") for one in waived), **said
    )


def test_what_fails_is_refused_in_words_and_nothing_is_left(
    show: ApprovedShow, meters: list[Said]
) -> None:
    with pytest.raises(TrustError) as caught:
        approve(wish(show, frames=(), moving=(1001, 1002, 1003)), key=show.key)
    said = str(caught.value)
    print(said)
    assert said.startswith(f"{show.show.look_path}: does not pass QC: ")
    assert "seam: the seam of wall is visible: 1.32 where 1.12 is allowed, at 1003" in said
    assert "boil: the edge of snow boils: 2 where 1.5 is allowed, worst at 1002 and 1003" in said
    assert said.endswith("waive each gate by name and with a reason, as `seam: reason`")
    assert [one.seen for one in meters] == [[1001, 1002, 1003]] * 2
    assert everything(show) == set()
    assert not show.kept.exists()
    (event,) = Ledger.open(show.show.folder).events()
    assert isinstance(event, Run)
    assert event.outcome.startswith("failed")
    assert event.frames == (1001, 1002, 1003)


def test_a_waiver_is_of_one_gate_and_the_others_still_refuse(show: ApprovedShow) -> None:
    with pytest.raises(TrustError, match=r"does not pass QC: boil: .* at 1003; mend it") as caught:
        approve(wish(show, "seam: it is out of focus"), key=show.key)
    assert "seam" not in str(caught.value)
    assert everything(show) == set()


def test_waivers_that_were_needed_are_signed_and_the_others_are_not_kept(
    show: ApprovedShow,
) -> None:
    told: list[str] = []
    asked = wish(show, "boil: wind: it may", "grain: none", "seam: it is out of focus")
    made = approve(asked, key=show.key, say=told.append)
    print(told)
    assert told[-1] == "not kept, for their gates are passed: waivers of grain"
    assert made.approval.waived == show.open().approval.waived
    assert [(one.gate, one.by, one.reason) for one in made.approval.waived] == [
        ("boil", "Ana", "wind: it may"),
        ("seam", "Ana", "it is out of focus"),
    ]
    look_file = show.show.look()
    (fact,) = look_facts({look_file.name: look_file}, {}, {})
    assert fact.approvals[0].waived == (
        "boil, by Ana: wind: it may",
        "seam, by Ana: it is out of focus",
    )


def test_what_passes_needs_no_waiver(show: ApprovedShow) -> None:
    made = approve(wish(show, frames=(1001,)), key=show.key)
    assert made.approval.waived == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("seems: it is fine", "names no gate; write `GATE: reason`"),
        ("seam", "has no reason; write `seam: reason`"),
        ("seam:  ", "has no reason"),
        (": it is fine", "names no gate"),
        ("", "names no gate"),
        ("seam: two\nlines", "one line each"),
        ("seam: " + "x" * 501, "one line each, of at most 500"),
    ],
)
def test_a_waiver_names_a_gate_and_a_reason(text: str, wanted: str) -> None:
    with pytest.raises(SpecError, match=wanted) as caught:
        parse_waiver(text, by="Ana")
    print(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("waived", "wanted"),
    [
        (("seam: a", "seam: b"), "seam is waived twice"),
        (("palette: a",), r"gates.palette is empty in .*show.yaml: it stops nothing"),
    ],
)
def test_waivers_of_no_use_are_refused_before_anything_is_rendered(
    show: ApprovedShow, meters: list[Said], waived: tuple[str, ...], wanted: str
) -> None:
    with pytest.raises(SpecError, match=wanted):
        approve(wish(show, *waived), key=show.key)
    assert meters == []
    blank = Waiver(gate="seam", by="Ana", reason=" ")
    with pytest.raises(SpecError, match="the waiver of seam needs a reason and a name"):
        approve(
            Wish(show.show.look(), "Ana", (1003,), written_approval="W", waived=(blank,)),
            key=show.key,
        )


def test_an_approval_of_before_has_no_waivers(show: ApprovedShow) -> None:
    approval = approve(wish(show, frames=(1001,)), key=show.key).approval.model_dump(mode="json")
    del approval["waived"]
    import json

    assert Approval.model_validate_json(json.dumps(approval)).waived == ()
