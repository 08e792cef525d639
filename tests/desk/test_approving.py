"""Approving in the review desk without a browser: what is signed, what is refused, what is told."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from posted import keep_posts, until
from qc.own_meter import Said
from small_show import LOOK, SmallShow, ungate

import lookdev.qc.run as run_module
from lookdev.approve import approve as approve_module
from lookdev.approve.approval_file import ApprovalFile
from lookdev.attest.keys import PASSPHRASE, PrivateKey, default_folder, new_key
from lookdev.desk.reviewing.desk import ReviewDesk
from lookdev.explore.review import ReviewFile
from lookdev.render.recorded import CancelledError
from lookdev.spec.folder import LookFile

Open = Callable[[], ReviewDesk]
PHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOKDEV_KEYS", str(tmp_path / "keys"))
    monkeypatch.delenv("LOOKDEV_KEY", raising=False)
    monkeypatch.delenv(PASSPHRASE, raising=False)
    return default_folder()


@pytest.fixture
def show(small_show: SmallShow) -> SmallShow:
    small_show.add_look(
        LOOK.replace("opacity: {1001: 0.0, 1003: 1.0}", "opacity: 0.3"), "toxic_v002"
    )
    return small_show


def trust(show: SmallShow, *keys: PrivateKey, policy: str = "waived", until: str = "") -> None:
    """Write what a TD writes into show.yaml."""
    path = show.folder.root / "params" / "show.yaml"
    text = path.read_text().split("\n# of the test\n")[0]
    ends = f', until: "{until}"' if until else ""
    listed = "".join(f'  - {{name: Ada, key: "{key.public.text}"{ends}}}\n' for key in keys)
    trusted = f"trusted_keys:\n{listed}" if keys else ""
    path.write_text(f"{text}\n# of the test\npolicy: {{written_approval: {policy}}}\n{trusted}")


@pytest.fixture
def key(keys: Path, show: SmallShow) -> PrivateKey:
    made = new_key(keys, "default")
    trust(show, made)
    return made


@pytest.fixture
def opened(show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    keep_posts(monkeypatch)
    desks: list[ReviewDesk] = []

    def make() -> ReviewDesk:
        desks.append(ReviewDesk(show.shot_file, None))
        desks[-1].status.author.value = "Ada"
        desks[-1].approving.open.value = True
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()
        desk.stage.engine.join()


@pytest.fixture
def desk(key: PrivateKey, opened: Open) -> ReviewDesk:  # noqa: ARG001 it is on disk
    return opened()


def approved(show: SmallShow, name: str = "toxic_v002_a001") -> ApprovalFile:
    return ApprovalFile.open(str(show.look_path.parents[1] / "approved" / f"{name}.dsse"))


def signed_files(show: SmallShow) -> list[str]:
    return sorted(path.name for path in (show.look_path.parents[1] / "approved").glob("*"))


def sign(desk: ReviewDesk) -> None:
    """As a person does: ask, then yes, then wait."""
    desk.approving.sign.click()
    assert desk.banner.text == ""
    desk.approving.yes.click()
    until(lambda: not desk.approving._is_running)


def shown(desk: ReviewDesk) -> list[object]:
    parts = desk.approving.widget.children[1:-1]
    return [part for part in parts if part.layout.display == ""]


def status_of(show: SmallShow, name: str = "toxic_v002") -> str:
    look_file = LookFile.open(str(show.look_path.with_name(f"{name}.yaml")))
    return ReviewFile.open(look_file).read().status


def test_a_person_approves_and_everything_says_so(desk: ReviewDesk, show: SmallShow) -> None:
    approving = desk.approving
    assert desk.stage.viewer.frame == 1001
    assert "1001, the one shown" in approving.form._stills.value
    desk.stage.show(1003)
    approving.form.pick.click()
    desk.stage.show(1005)
    assert approving.form.pick.description == "add 1005"
    approving.form.pick.click()
    approving.form.pick.click()
    approving.form.note.value = "as discussed <today>"
    approving.sign.click()
    question = approving.question.value
    print(question)
    for part in ("<b>toxic_v002</b>", "<b>1003</b>", "<b>Ada</b>", "default.key", "waives"):
        assert part in question
    assert "as discussed &lt;today&gt;" in question
    assert "Not made yet, and so not seen whole: 1003" in question
    assert signed_files(show) == []
    started = time.perf_counter()
    approving.yes.click()
    print(f"yes: {(time.perf_counter() - started) * 1000:.1f} ms")
    assert shown(desk) == [approving._progress]
    until(lambda: not approving._is_running)
    assert desk.banner.text == ""
    made = approved(show)
    approval = made.approval
    assert (approval.by, approval.note, approval.kind) == ("Ada", "as discussed <today>", "look")
    assert list(approval.pixels) == [1003]
    assert approval.written_approval is None
    until(lambda: "signed: a001 by Ada" in desk.status._said.value)
    assert "params/shots/street/sh0010/approved/toxic_v002_a001.dsse" in approving.said.value
    assert status_of(show) == "approved"
    assert desk.strip.widget.items[1]["lines"] == ["approved, a001", "0 open notes"]
    assert ("toxic_v002  approved, a001", "toxic_v002") in desk.choosers.a.options
    assert approving.form.note.value == ""


def test_a_persons_word_is_told_from_a_signature(desk: ReviewDesk) -> None:
    desk.status.buttons["approved"].click()
    assert "said by a person, not signed" in desk.status._said.value
    assert desk.strip.widget.items[1]["lines"][0] == "approved"
    sign(desk)
    assert "not signed" not in desk.status._said.value
    desk.status.buttons["changes"].click()
    assert desk.strip.widget.items[1]["lines"][0] == "changes; approved, a001"


def test_the_range_can_be_approved_once_it_could_have_been_played(
    desk: ReviewDesk, show: SmallShow
) -> None:
    form = desk.approving.form
    assert form.moving.disabled
    assert "0 of 6 frames made" in form.why_not.value
    assert "frames 1001-1006 are not made yet" in form.moving.tooltip
    desk.fill()
    until(lambda: _cached(desk) == 6)
    until(lambda: not form.moving.disabled)
    form.moving.value = True
    desk.approving.sign.click()
    assert "<b>1001-1006</b>, seen moving" in desk.approving.question.value
    assert "1001,1004,1006 are made once more" in desk.approving.question.value
    assert "Not made yet" not in desk.approving.question.value
    desk.approving.yes.click()
    until(lambda: not desk.approving._is_running)
    assert desk.banner.text == ""
    made = approved(show).approval
    assert made.kind == "shot"
    assert [one.frame for one in made.checked] == [1001, 1004, 1006]
    assert "frames 1001-1006, seen moving" in desk.status._said.value


def _cached(desk: ReviewDesk) -> int:
    file = desk.library.file(desk.a)
    assert file is not None
    desk.approving.find_cached(file)
    return len(desk.approving.form._cached)


def test_a_range_that_is_gone_from_the_cache_is_refused(desk: ReviewDesk) -> None:
    form = desk.approving.form
    form.cached(range(1001, 1007))
    form.moving.value = True
    form.cached(range(1001, 1005))
    assert not form.moving.disabled  # so that it can be taken back
    desk.approving.sign.click()
    assert "frames 1005-1006 are not made yet" in desk.banner.text


def test_each_refusal_is_a_sentence_and_nothing_hangs(
    desk: ReviewDesk, show: SmallShow, key: PrivateKey, keys: Path
) -> None:
    approving = desk.approving
    card = show.folder.root / "params" / "models" / "mini.yaml"
    good = card.read_text()

    def refused(part: str) -> None:
        approving.sign.click()
        assert part in desk.banner.text, desk.banner.text
        assert "\n" not in desk.banner.text
        assert shown(desk) == [approving._fill_in]

    desk.status.author.value = " "
    refused("no name is given; say who you are to approve")
    desk.status.author.value = "A" * 101
    refused("by")
    desk.status.author.value = "Ada"
    approving.form.reference.value = "r" * 501
    refused("written_approval")
    approving.form.reference.value = ""
    trust(show, key, policy="required")
    refused("this show requires one")
    trust(show)
    refused("does not trust; add it to trusted_keys")
    trust(show, key, until="2020-01-01")
    refused("expired on 2020-01-01")
    trust(show, key)
    card.write_text(good.replace("[explore, final]", "[explore]"))
    assert card.read_text() != good
    refused("final")
    card.write_text(good)
    approving.form.key.value = str(keys / "nobody.key")
    refused("nobody.key")
    approving.form.key.value = ""
    (keys / "default.key").unlink()
    refused("there is no key to sign with")
    assert signed_files(show) == []


def test_what_fails_on_the_way_is_told_and_stays_until_it_is_mended(
    desk: ReviewDesk, show: SmallShow
) -> None:
    plate = show.folder.root / "plates" / "plate.1001.exr"
    data = plate.read_bytes()
    plate.unlink()
    desk.approving.sign.click()
    desk.approving.yes.click()
    until(lambda: not desk.approving._is_running)
    assert "1001" in desk.banner.text
    assert "not given, nothing was signed" in desk.approving.said.value
    assert signed_files(show) == []
    plate.write_bytes(data)
    sign(desk)
    assert desk.banner.text == ""
    assert signed_files(show)[0].endswith(".dsse")


def test_a_version_or_shot_that_is_not_the_one_shown_is_not_approved(
    desk: ReviewDesk, show: SmallShow
) -> None:
    path = show.look_path.with_name("toxic_v002.yaml")
    text = path.read_text()
    path.write_text(text.replace("opacity: 0.3", "opacity: 0.9"))
    desk.approving.sign.click()
    assert "toxic_v002.yaml: has changed since it was drawn" in desk.banner.text
    path.write_text(text)
    shot = show.shot_file.path
    shot.write_text(shot.read_text().replace("first: 1001", "first: 1002"))
    desk.approving.sign.click()
    assert "shot.yaml: has changed since this desk was opened" in desk.banner.text


def test_going_back_or_to_another_version_signs_nothing(desk: ReviewDesk, show: SmallShow) -> None:
    approving = desk.approving
    approving.form.note.value = "of the second"
    approving.form.pick.click()
    approving.sign.click()
    approving.back.click()
    assert shown(desk) == [approving._fill_in]
    approving.yes.click()  # nothing was asked
    approving.sign.click()
    desk.choosers.a.value = "toxic_v001"
    assert approving._ready is None
    assert approving.form.note.value == ""
    desk.choosers.a.value = "toxic_v002"
    assert approving.form.note.value == "of the second"
    assert approving.form.frames == (1001,)
    assert signed_files(show) == []


def test_a_cancel_is_said_at_once_and_the_outcome_when_it_is_known(
    desk: ReviewDesk, show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_frame, go = threading.Event(), threading.Event()
    render = approve_module.render_frame

    def held(*args: object, **kwargs: object) -> object:
        at_frame.set()
        assert go.wait(20)
        return render(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(approve_module, "render_frame", held)
    desk.approving.form.pick.click()
    desk.stage.show(1002)
    desk.approving.form.pick.click()
    desk.approving.sign.click()
    desk.approving.yes.click()
    assert at_frame.wait(30)
    desk.stage.show(1004)  # the desk is alive
    desk.status.buttons["for review"].click()
    assert status_of(show) == "for review"
    started = time.perf_counter()
    desk.approving.cancel.click()
    waited = (time.perf_counter() - started) * 1000
    print(f"cancel: {waited:.1f} ms (bar 200)")
    assert "cancelling, after the frame in flight" in desk.approving.said.value
    go.set()
    until(lambda: not desk.approving._is_running)
    assert "cancelled, nothing was signed" in desk.approving.said.value
    assert desk.banner.text == ""
    assert [name for name in signed_files(show) if name.endswith(".dsse")] == []
    sign(desk)  # the worker is free again
    assert status_of(show) == "approved"


def test_a_cancel_that_comes_too_late_does_not_deny_the_signature(
    desk: ReviewDesk, show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing, go = threading.Event(), threading.Event()
    seal = approve_module.dsse.seal

    def held(*args: object) -> object:
        sealing.set()
        assert go.wait(20)
        return seal(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(approve_module.dsse, "seal", held)
    desk.approving.sign.click()
    desk.approving.yes.click()
    assert sealing.wait(30)
    desk.approving.cancel.click()
    go.set()
    until(lambda: not desk.approving._is_running)
    assert "approved by Ada: params" in desk.approving.said.value
    assert approved(show).approval.by == "Ada"
    assert status_of(show) == "approved"


def test_escape_cancels_an_approval_as_it_cancels_all_work(
    desk: ReviewDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's own cancel reaches it, at the next frame."""
    reached = threading.Event()

    def approve(_wish: object, *, say: Callable[[str], None], **_rest: object) -> None:
        reached.set()
        for number in range(2000):
            say(f"frame {number}")
            time.sleep(0.01)
        raise AssertionError("nobody cancelled")

    monkeypatch.setattr(approve_module, "approve", approve)
    desk.approving.sign.click()
    desk.approving.yes.click()
    assert reached.wait(30)
    desk.stage.engine.cancel()
    until(lambda: not desk.approving._is_running)
    assert "cancelled, nothing was signed" in desk.approving.said.value
    assert issubclass(CancelledError, Exception)


def test_a_locked_key_asks_for_its_passphrase_which_is_kept_nowhere(
    show: SmallShow, keys: Path, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    trust(show, new_key(keys, "default"), new_key(keys, "locked", passphrase=PHRASE))
    desk = opened()
    form = desk.approving.form
    assert form.secret.layout.display == "none"
    form.key.value = str(keys / "locked.key")
    assert form.secret.layout.display == ""
    desk.approving.sign.click()
    assert "is locked; give its passphrase" in desk.banner.text
    _type(desk, "wrong")
    desk.approving.sign.click()
    assert "the passphrase is wrong" in desk.banner.text
    assert "wrong" not in form.secret._typed
    _type(desk, PHRASE)
    sign(desk)
    assert form.secret.take() is None
    assert approved(show).approval.by == "Ada"
    desk.refresh()
    for path in show.folder.root.rglob("*"):
        assert not path.is_file() or PHRASE.encode() not in path.read_bytes(), path
    assert PHRASE not in caplog.text
    assert PHRASE not in str([one.get_state() for one in _all_widgets(desk)])


def _type(desk: ReviewDesk, text: str) -> None:
    """As the page does."""
    desk.approving.form.secret._handle_custom_msg({"typed": text}, [])


def _all_widgets(desk: ReviewDesk) -> list[object]:
    from lookdev.desk import tree

    return list(tree._below([desk.widget]))


def test_a_typed_passphrase_is_forgotten_with_its_key(
    desk: ReviewDesk, keys: Path, show: SmallShow
) -> None:
    new_key(keys, "locked", passphrase=PHRASE)
    desk.approving.form.key.value = str(keys / "locked.key")
    _type(desk, PHRASE)
    desk.approving.form.key.value = str(keys / "default.key")
    sign(desk)  # a passphrase for a key that has none would be refused
    assert signed_files(show)[0].endswith(".dsse")


def test_what_changed_since_is_shown_and_approved_anew(desk: ReviewDesk, show: SmallShow) -> None:
    since = desk.approving.since
    assert since.widget.layout.display == "none"
    sign(desk)
    assert since.ask.description == "what changed since a001"
    since.ask.click()
    until(lambda: "nothing changed" in since.said.value)
    assert since.anew.layout.display == "none"
    _new_roto(show)
    since.ask.click()
    until(lambda: "tower" in since.said.value)
    print(since.said.value)
    assert "to be rendered again" in since.said.value
    assert since.anew.layout.display == ""


def _new_roto(show: SmallShow) -> None:
    """Roto sends a new version of one frame."""
    path = show.folder.root / "mattes" / "tower.1004.exr"
    path.write_bytes((show.folder.root / "mattes" / "tower.1005.exr").read_bytes())


def test_a_later_version_takes_the_place_of_the_earlier_ones_approval(
    desk: ReviewDesk, show: SmallShow
) -> None:
    desk.choosers.a.value = "toxic_v001"
    sign(desk)
    desk.choosers.a.value = "toxic_v002"
    since = desk.approving.since
    assert since.ask.description == "what changed since toxic_v001_a001"
    since.ask.click()
    until(lambda: "another version of the look: toxic_v002" in since.said.value)
    since.anew.click()
    assert "takes the place of toxic_v001_a001" in desk.approving.question.value
    desk.approving.yes.click()
    until(lambda: not desk.approving._is_running)
    found = approved(show).approval.supersedes
    assert found is not None
    assert found.name == "toxic_v001_a001"


def test_an_approval_that_does_not_count_says_so(
    desk: ReviewDesk, show: SmallShow, key: PrivateKey
) -> None:
    sign(desk)
    trust(show)
    desk.refresh()
    assert "a001 does not count: " in desk.status._said.value
    assert desk.strip.widget.items[1]["lines"][0] == "approved; a001 does not count"
    assert desk.approving.since.widget.layout.display == "none"
    trust(show, key)
    desk.refresh()
    assert desk.strip.widget.items[1]["lines"][0] == "approved, a001"
    path = show.look_path.parents[1] / "approved" / "toxic_v002_a001.dsse"
    path.write_bytes(path.read_bytes()[:-20])
    desk.refresh()
    assert "a001 does not count: " in desk.status._said.value


def test_without_a_key_the_desk_opens_and_says_so_beside_the_field(
    opened: Open,
) -> None:
    desk = opened()
    assert desk.banner.text == ""
    desk.approving.open.value = False
    assert shown(desk) == []
    assert "You have no default key" in desk.approving.form._key_said.value


def test_approvals_are_read_once(desk: ReviewDesk) -> None:
    sign(desk)
    desk.library._approvals._known.clear()
    files = dict(desk.library._files)
    started = time.perf_counter()
    read = desk.library._approvals.of(files)
    first = time.perf_counter() - started
    started = time.perf_counter()
    known = desk.library._approvals.of(files)
    again = time.perf_counter() - started
    print(f"one approval opened: {first * 1000:.1f} ms, known: {again * 1000:.2f} ms")
    assert [id(one) for one in known.values()] == [id(one) for one in read.values()]


@pytest.mark.slow
def test_a_gate_that_fails_is_told_and_let_pass_once_it_is_waived(
    key: PrivateKey,  # noqa: ARG001 it is on disk
    show: SmallShow,
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ungate(show.folder.root, "{seam: 1.12}")
    monkeypatch.setattr(run_module, "all_meters", lambda: (Said("seam", {1001: 1.32}, "wall"),))
    desk = opened()
    sign(desk)
    print(desk.banner.text)
    assert "does not pass QC: seam: the seam of wall is visible: 1.32 where" in desk.banner.text
    assert signed_files(show) == []
    for text, wanted in (
        ("seam", "has no reason"),
        ("seems: a", "names no gate"),
        ("boil: a", "boil is waived, and gates.boil is empty"),
    ):
        desk.approving.form.waive.value = text
        desk.approving.sign.click()
        assert wanted in desk.banner.text
        assert shown(desk) == [desk.approving._fill_in]
    desk.approving.form.waive.value = "seam: out of <focus>"
    sign(desk)
    assert (
        "<b>Waived, should it fail: seam</b>: out of &lt;focus&gt;" in desk.approving.question.value
    )
    assert [(one.gate, one.by) for one in approved(show).approval.waived] == [("seam", "Ada")]
    assert desk.approving.form.waive.value == ""
