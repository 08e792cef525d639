"""Approving: what is refused before anything is rendered, what is written, and only once."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from approve.approved import ApprovedShow, make_approvable, trust
from approve.spoil import refusal
from small_show import LOOK, open_small_show

import lookdev.approve.approve as approve_module
from lookdev.approve.approval_file import ApprovalFile, approvals_of, is_approval
from lookdev.approve.approve import approve
from lookdev.approve.wish import Wish
from lookdev.attest.keys import new_key
from lookdev.errors import (
    DeliveryError,
    LookdevError,
    ModelError,
    PlateError,
    RightsError,
    SpecError,
    TrustError,
)
from lookdev.image import exr
from lookdev.image.pixels import pixel_hash
from lookdev.spec.event import Approved, Run
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile
from lookdev.store.ledger import Ledger

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nformat: look/1\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    return make_approvable(tmp_path_factory.mktemp("approvable") / "made")


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


def edit(path: Path, was: str, now: str) -> None:
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now))


def no_written_approval(_show: ApprovedShow) -> dict[str, Any]:
    return {"written_approval": None}


def an_untrusted_key(show: ApprovedShow) -> dict[str, Any]:
    trust(show.root, new_key(show.root.parent / "others", "other"))
    return {}


def an_expired_key(show: ApprovedShow) -> dict[str, Any]:
    trust(show.root, show.key, until="2026-01-01")
    return {}


def a_key_of_tomorrow(show: ApprovedShow) -> dict[str, Any]:
    trust(show.root, show.key, since="2999-01-01")
    return {}


def a_draft(show: ApprovedShow) -> dict[str, Any]:
    path = show.shot_folder / "drafts" / "toxic.yaml"
    path.parent.mkdir()
    path.write_text(LOOK)
    return {"look": path}


def a_look_of_muted_layers(show: ApprovedShow) -> dict[str, Any]:
    text = LOOK.replace("  - name: snow", "  - name: snow\n    mute: true")
    text = text.replace("  - name: dust", "  - name: dust\n    mute: true")
    return {"look": show.show.add_look(text)}


def an_uncleared_model(show: ApprovedShow) -> dict[str, Any]:
    edit(show.root / "params" / "models" / "mini.yaml", "[explore, final]", "[explore]")
    return {}


def a_frame_outside_the_shot(_show: ApprovedShow) -> dict[str, Any]:
    return {"frames": (1003, 1007)}


def no_frame(_show: ApprovedShow) -> dict[str, Any]:
    return {"frames": ()}


def nobody(_show: ApprovedShow) -> dict[str, Any]:
    return {"by": " "}


def a_plate_that_changed_since_ingest(show: ApprovedShow) -> dict[str, Any]:
    """Of a frame that is not approved, but is delivered with the look."""
    path = show.root / "plates" / "plate.1006.exr"
    os.truncate(path, path.stat().st_size - 1)
    return {}


def a_missing_frame(show: ApprovedShow) -> dict[str, Any]:
    (show.root / "mattes" / "tower.1005.exr").unlink()
    return {}


def a_bomb_as_look(show: ApprovedShow) -> dict[str, Any]:
    return {"look": show.show.add_look(BOMB)}


def a_huge_look(show: ApprovedShow) -> dict[str, Any]:
    path = show.show.add_look(LOOK)
    with path.open("ab") as file:
        file.truncate(100_000_000)
    return {"look": path}


def a_pickle_in_the_models_folder(show: ApprovedShow) -> dict[str, Any]:
    (show.root / "models" / "mini" / "unet" / "model.pkl").write_bytes(b"\x80\x04.")
    return {}


def a_ledger_that_is_a_folder(show: ApprovedShow) -> dict[str, Any]:
    (show.root / "ledger" / "ledger.sqlite").mkdir(parents=True)
    return {}


REFUSALS = {
    no_written_approval: (TrustError, r"policy\.written_approval is required; give its reference"),
    an_untrusted_key: (TrustError, r"show\.yaml does not trust; add it to trusted_keys"),
    an_expired_key: (TrustError, r"the key of Ana expired on 2026-01-01"),
    a_key_of_tomorrow: (TrustError, r"before 2999-01-01, from which the key of Ana counts"),
    a_draft: (SpecError, r"drafts/toxic\.yaml: is a draft; save it as a version"),
    a_look_of_muted_layers: (SpecError, r"other_v001\.yaml: every layer is muted"),
    an_uncleared_model: (RightsError, r"mini\.yaml: allows is \[explore\]"),
    a_frame_outside_the_shot: (PlateError, r"frame 1007 is outside the shot's 1001-1006"),
    no_frame: (SpecError, r"names no frame; give --frame N, or --range A-B"),
    nobody: (SpecError, r"by is empty"),
    a_plate_that_changed_since_ingest: (PlateError, r"plate\.1006\.exr: has changed since"),
    a_missing_frame: (PlateError, r"frame 1005 of the matte tower cannot be found"),
    a_bomb_as_look: (SpecError, r"other_v001\.yaml:1: the anchor or alias a is refused"),
    a_huge_look: (SpecError, r"other_v001\.yaml: larger than 4000000 bytes"),
    a_pickle_in_the_models_folder: (
        ModelError,
        r"holds unet/model\.pkl, a pickle, which may run code",
    ),
    a_ledger_that_is_a_folder: (LookdevError, r"ledger\.sqlite"),
}


@pytest.mark.parametrize("spoil", REFUSALS, ids=lambda spoil: spoil.__name__)
def test_it_is_refused_before_anything_is_rendered(
    spoil: Any, show: ApprovedShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rendered(*_args: object, **_named: object) -> None:
        raise AssertionError("something was rendered")

    monkeypatch.setattr(approve_module, "render_frame", rendered)
    kind, sentence = REFUSALS[spoil]
    asked = {"frames": (1003,), "by": "Ana", "written_approval": "W-1"} | spoil(show)
    look = asked.pop("look", show.show.look_path)
    key = show.key
    with pytest.raises(kind, match=sentence):
        approve(Wish(LookFile.open(str(look)), **asked), key=key)
    assert not list(show.root.rglob("*.dsse"))
    assert not list((show.root / "approved").rglob("*.exr"))


def test_a_look_is_approved_by_its_stills(show: ApprovedShow) -> None:
    made = show.again(1003, 1001, note="colder, please")
    approval = made.approval
    assert (made.name, approval.kind, approval.by) == ("toxic_v001_a001", "look", "Ana")
    assert [(one.frame, one.checked) for one in approval.frames] == [(1001, True), (1003, True)]
    assert (approval.note, approval.written_approval) == ("colder, please", "mail of 2026-03-01")
    assert made.key == show.key.public
    assert not [name for name in made.subjects if name.startswith("element")]
    for one in approval.frames:
        kept = made.folder / "frames" / f"comp.{one.frame}.exr"
        read = exr.read(kept, ("R", "G", "B"), colourspace="ACEScg", number=one.frame)
        assert pixel_hash(read) == one.pixels
        assert made.subjects[f"approved still {one.frame}"] == sha256(kept)
    events = list(Ledger.open(show.show.folder).events())
    assert [type(one) for one in events] == [Run, Approved]
    assert (events[0].what, events[0].outcome) == ("approve", "done")
    assert (events[1].approval, events[1].by) == (made.digest, "Ana")
    assert is_approval(str(made.path))
    assert is_approval("street/sh0010/toxic_v001_a001")
    assert not is_approval("street/sh0010/toxic_v001")


def test_a_shot_is_approved_in_motion_and_its_elements_are_kept(show: ApprovedShow) -> None:
    made = show.again(moving=(1002, 1003, 1004, 1005))
    assert made.approval.kind == "shot"
    checked = {one.frame: one.checked for one in made.approval.frames}
    assert checked == {1002: True, 1003: False, 1004: True, 1005: True}
    elements = {name for name in made.subjects if name.startswith("element ")}
    assert elements == {
        f"element {layer} {frame}" for layer in ("snow", "dust") for frame in checked
    }
    other = show.again(1006, moving=(1002, 1003))
    assert {one.frame: one.checked for one in other.approval.frames} == {
        1002: False,
        1003: False,
        1006: True,
    }


def test_a_waived_written_approval_is_said(show: ApprovedShow) -> None:
    path = show.root / "params" / "show.yaml"
    path.write_text(f"policy: {{written_approval: waived}}\n{path.read_text()}")
    assert show.again(1001, written_approval=None).approval.written_approval is None


def test_an_approval_is_written_once_and_the_next_has_the_next_number(show: ApprovedShow) -> None:
    first = show.again(1001)
    data = first.path.read_bytes()
    second = show.again(1001)
    assert [first.name, second.name] == ["toxic_v001_a001", "toxic_v001_a002"]
    assert first.path.read_bytes() == data
    assert approvals_of(show.show.look()) == [first.path, second.path]
    second.path.unlink()  # its stills are still there: the number is not given again
    assert show.again(1001).name == "toxic_v001_a003"
    assert refusal(first.path) is None


def test_an_approval_that_appears_meanwhile_is_not_replaced(show: ApprovedShow) -> None:
    path = show.path
    path.parent.mkdir(parents=True)

    def meanwhile(line: str) -> None:
        if line == "frame 1001":
            path.write_bytes(b"another's")

    wish = Wish(show.show.look(), "Ana", (1001,), written_approval="W-1")
    with pytest.raises(DeliveryError, match="is there already; an approval is never replaced"):
        approve(wish, key=show.key, say=meanwhile)
    assert path.read_bytes() == b"another's"


def test_an_approval_that_fails_leaves_nothing_behind(show: ApprovedShow) -> None:
    def fails(line: str) -> None:
        if line == "frame 1002":
            raise KeyboardInterrupt

    wish = Wish(show.show.look(), "Ana", (1001, 1002), written_approval="W-1")
    with pytest.raises(KeyboardInterrupt):
        approve(wish, key=show.key, say=fails)
    assert not list((show.root / "approved").rglob("*.exr"))
    assert not list(show.root.rglob("*.dsse"))
    assert [one.outcome for one in Ledger.open(show.show.folder).events()] == ["cancelled"]
    assert show.again(1001).name == "toxic_v001_a001"


KILLED = """
import os, sys
from pathlib import Path
from lookdev.approve.approve import approve
from lookdev.approve.wish import Wish
from lookdev.attest.keys import read_private
from lookdev.spec.folder import LookFile
def say(line):
    if line == "frame 1003":
        os.kill(os.getpid(), 9)
wish = Wish(LookFile.open(sys.argv[1]), "Ana", (1001, 1002, 1003), written_approval="W-1")
approve(wish, key=read_private(Path(sys.argv[2])), say=say)
"""


@pytest.mark.slow
def test_a_killed_approval_is_no_approval(show: ApprovedShow) -> None:
    command = [sys.executable, "-c", KILLED, str(show.show.look_path), str(show.key_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert list((show.root / "approved").rglob("comp.1002.exr")), "it was killed too early"
    assert approvals_of(show.show.look()) == []
    with pytest.raises(TrustError, match="there is no such approval"):
        ApprovalFile.open(str(show.path))
    made = show.again(1001)
    assert made.name == "toxic_v001_a002", "what a killed one has kept is never taken for ours"
    assert refusal(made.path) is None


def at(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Set this machine's clock."""
    monkeypatch.setattr("lookdev.approve.approve.utc_now", lambda: when)
    monkeypatch.setattr("lookdev.approve.trust.utc_now", lambda: when)


def test_a_clock_a_day_off_is_found_in_both_directions(
    show: ApprovedShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(show.root, show.key, since="2026-11-20", until="2026-11-25")
    at(monkeypatch, "2026-11-24 12:00:00")
    made = show.again(1001)
    at(monkeypatch, "2026-11-23 12:00:00")  # the machine that renders is a day behind
    ahead = r"dated 2026-11-24 12:00:00 UTC, 1 day, 0:00:00 ahead of this machine's clock"
    assert_refused(made.path, ahead)
    at(monkeypatch, "2026-11-24 11:55:00")  # no two clocks are the same
    assert refusal(made.path) is None
    at(monkeypatch, "2026-11-25 12:00:00")
    assert refusal(made.path) is None
    at(monkeypatch, "2027-11-25 12:00:00")  # the key has expired since; the approval was in time
    assert refusal(made.path) is None
    with pytest.raises(TrustError, match="the key of Ana expired on 2026-11-25"):
        show.again(1001)
    trust(show.root, show.key, since="2026-11-25")
    at(monkeypatch, "2026-11-24 23:59:59")  # a day behind, before the key counts
    with pytest.raises(TrustError, match="is of 2026-11-24, before 2026-11-25"):
        show.again(1001)


def assert_refused(path: Path, sentence: str) -> None:
    assert sentence in (refusal(path) or "nothing")


def test_a_huge_file_is_no_approval_and_is_not_read(show: ApprovedShow) -> None:
    show.path.parent.mkdir(parents=True)
    with show.path.open("wb") as file:
        file.truncate(100_000_000)
    assert_refused(show.path, "toxic_v001_a001.dsse: is larger than any approval")


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("street/sh0010/toxic_v001_a007", "there is no such approval; there are toxic_v001_a001"),
        ("toxic_v001_a001", "is neither an approval's file nor sequence/shot/name_v003_a001"),
        ("street/../../etc/toxic_v001_a001", "is neither an approval's file nor"),
        ("street/../toxic_v001_a001", "shot '..' is no name"),
    ],
)
def test_an_approval_that_is_not_there_is_said(
    reference: str, sentence: str, show: ApprovedShow
) -> None:
    show.path.parent.mkdir(parents=True)
    show.path.write_bytes(b"{}")
    with pytest.raises(LookdevError) as refused:
        ApprovalFile.open(reference, start=show.root)
    assert sentence in str(refused.value)


def test_an_approval_holds_in_a_copy_of_the_show(show: ApprovedShow, tmp_path: Path) -> None:
    show.again(1001)
    copy = show.copy(tmp_path / "another place")
    assert refusal(copy.path) is None
    assert open_small_show(copy.root).folder.root != show.root
