"""Finals of an approval, end to end through papermill: proven, made, recorded, sealed, told."""

import json
import sys
from pathlib import Path

import numpy as np
import papermill
import pytest
from approve.approved import ApprovedShow, make_approvable

import lookdev.finals.deliver as deliver_module
import lookdev.finals.execute as execute_module
from lookdev.errors import DeliveryError, TrustError
from lookdev.finals.deliver import deliver
from lookdev.finals.execute import NOTEBOOK, render
from lookdev.finals.plan import Plan, make_plan
from lookdev.finals.records import read_record
from lookdev.finals.verify import verify
from lookdev.image import exr
from lookdev.spec.event import Approved, Delivered, Run
from lookdev.spec.files import sha256
from lookdev.store.ledger import Ledger


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    """A look that was approved with one still, 1003; every run costs a model's loading less."""
    made = make_approvable(tmp_path_factory.mktemp("final") / "made")
    made.again(1003)
    return made


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


def header(plan: Plan, frame: int) -> dict[str, object]:
    space = plan.look_file.shot.plate.colourspace
    comp = exr.read(plan.comp(frame), tuple("RGB"), colourspace=space, number=frame)
    return {one.name: one.value for one in comp.header}


def events(show: ApprovedShow) -> list[str]:
    """Kinds of the ledger's events; of runs, what was run."""
    found = Ledger.open(show.show.folder).events()
    return [one.what if isinstance(one, Run) else one.kind for one in found]


HOOK = (
    "import json, pathlib, sys; "
    "pathlib.Path('told.json').write_text(json.dumps(json.load(sys.stdin)))"
)


def hook(show: ApprovedShow) -> None:
    path = show.root / "params" / "show.yaml"
    line = f"after_delivery: {json.dumps([sys.executable, '-c', HOOK])}\n"
    path.write_text(line + path.read_text())


@pytest.mark.slow
def test_an_approval_is_delivered_proven_recorded_sealed_and_told(
    show: ApprovedShow, tmp_path: Path
) -> None:
    hook(show)
    said: list[str] = []
    out = tmp_path / "out"
    plan = render(str(show.path), out=out, frames="1002-1003", key=show.key, say=said.append)
    print("\n".join(said))
    assert plan.folder == out / "sh0010_toxic_v001_a001_v001"
    approval = show.open()

    assert said.index("approved frame 1003: made once more") < next(
        n for n, line in enumerate(said) if line.startswith("frame 1002 (1 of 2)")
    )
    record = read_record(plan.folder)
    assert record is not None
    assert record.approval is not None
    assert (record.state, record.identity.approval) == ("approved", approval.digest)
    assert (record.approval.name, record.approval.by) == ("toxic_v001_a001", "Ana")
    assert record.approval.written_approval == "mail of 2026-03-01"
    assert record.approval.rebuild.exact
    assert [one.frame for one in record.approval.rebuild.frames] == [1003]
    pixels = {one.frame: one.pixels for one in record.frames}
    assert pixels[1003] == approval.approval.pixels[1003]
    assert [(one.card, one.licence) for one in record.rights] == [("mini", "CC0-1.0")]

    assert (plan.folder / "approval.dsse").read_bytes() == show.path.read_bytes()
    told = header(plan, 1003)
    assert told["lookdev:state"] == "approved"
    assert told["lookdev:approval"] == "toxic_v001_a001"
    assert told["DateTime"] == approval.approval.at.replace("-", ":")

    assert events(show) == ["approve", "approval", "rebuild", "final", "final", "delivery"]
    delivered = list(Ledger.open(show.show.folder).events())[-1]
    assert isinstance(delivered, Delivered)
    assert (delivered.approval, delivered.frames) == (approval.digest, 2)
    assert json.loads((show.root / "told.json").read_text())["name"] == plan.name
    assert "after_delivery: done" in said

    ledger = show.root / "ledger" / "ledger.sqlite"
    looked = verify(plan.folder, keys=[show.key.public], pixels=True, ledger=ledger)
    assert looked.findings == ()
    assert looked.approval is not None
    assert (looked.state, looked.approval.digest) == ("approved", approval.digest)

    sums = {path: sha256(path) for path in plan.folder.rglob("*") if path.is_file()}
    render(str(show.path), out=out, frames="1002-1003", key=show.key, say=said.append)
    assert {path: sha256(path) for path in sums} == sums
    assert events(show)[-1] == "delivery"
    assert len(events(show)) == 6, "a finished delivery is verified, and is no event"


@pytest.mark.slow
def test_a_draft_says_so_everywhere_and_is_sealed_only_with_a_key(
    show: ApprovedShow, tmp_path: Path
) -> None:
    said: list[str] = []
    look = str(show.show.look_path)
    plan = render(look, out=tmp_path, frames="1002", say=said.append)
    assert plan.name == "sh0010_toxic_v001_v001"
    record = read_record(plan.folder)
    assert record is not None
    assert (record.state, record.approval, record.identity.approval) == ("draft", None, None)
    told = header(plan, 1002)
    assert told["lookdev:state"] == "draft"
    assert "lookdev:approval" not in told
    assert "not sealed: a draft, and no --key was given" in said
    assert not (plan.folder / "delivery.dsse").exists()
    assert not (plan.folder / "approval.dsse").exists()
    assert events(show)[2:] == ["draft", "delivery"]

    with pytest.raises(TrustError, match="what this run has not rendered it does not sign"):
        render(look, out=tmp_path, frames="1002", key=show.key, say=said.append)
    assert not (plan.folder / "delivery.dsse").exists()
    sealed = render(look, out=tmp_path, frames="1002", key=show.key, new_version=True)
    looked = verify(sealed.folder, keys=[show.key.public], pixels=True)
    assert (looked.findings, looked.state) == ((), "draft")


def test_a_drafts_preview_and_sheet_are_watermarked(
    show: ApprovedShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookdev.finals.preview.burned_in", lambda picture, *_texts: picture)
    draft = make_plan(str(show.show.look_path), frames="1003", folder=tmp_path / "a" / "d_v001")
    approved = make_plan(str(show.path), frames="1003", folder=tmp_path / "b" / "d_v001")
    pictures = {}
    for plan in (draft, approved):
        deliver(plan, say=lambda _line: None)
        pictures[plan.state] = first_picture(plan.folder / "preview.mp4")
    comp = {
        plan.state: exr.read(plan.comp(1003), tuple("RGB"), colourspace="ACEScg", number=1003)
        for plan in (draft, approved)
    }
    assert np.array_equal(comp["draft"].pixels, comp["approved"].pixels)
    difference = np.abs(pictures["draft"].astype(int) - pictures["approved"].astype(int))
    print(f"{(difference > 8).any(-1).mean():.1%} of the preview's pixels are the watermark's")
    assert (difference > 8).any(-1).mean() > 0.01
    assert sha256(draft.folder / "sheet.png") != sha256(approved.folder / "sheet.png")


def first_picture(path: Path) -> np.ndarray:
    import av

    with av.open(str(path)) as movie:
        return next(movie.decode(video=0)).to_ndarray(format="rgb24")


@pytest.mark.parametrize("key", ["none", "a stranger's"])
def test_without_a_key_that_counts_no_kernel_starts(
    key: str, show: ApprovedShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lookdev.attest.keys import new_key

    def started(*_args: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(execute_module, "_execute", started)
    stranger = new_key(tmp_path / "strangers", "stranger") if key != "none" else None
    sentence = "does not trust" if stranger else "an approved delivery is signed; give --key"
    with pytest.raises(TrustError, match=sentence):
        render(str(show.path), out=tmp_path / "out", frames="1003", key=stranger)
    assert not (tmp_path / "out").exists()


def test_what_changed_is_named_and_nothing_is_made(show: ApprovedShow, tmp_path: Path) -> None:
    look = show.show.look_path
    look.write_text(look.read_text().replace('seed: "7"', 'seed: "8"'))
    with pytest.raises(TrustError, match=r'look: snow\.element\.seed was "7", is "8"'):
        render(str(show.path), out=tmp_path / "out", frames="1003", key=show.key)
    assert not (tmp_path / "out").exists()


class StoppedError(Exception):
    pass


def test_a_killed_approved_delivery_is_proven_again_and_resumed(
    show: ApprovedShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(str(show.path), frames="1002-1004", folder=tmp_path / "d_v001")
    real = deliver_module.render_and_write

    def stopped(plan: Plan, frame: int, *args: object, **named: object) -> object:
        if frame == 1004:
            raise StoppedError
        return real(plan, frame, *args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(deliver_module, "render_and_write", stopped)
        with pytest.raises(StoppedError):
            deliver(plan, say=lambda _line: None)
    assert read_record(plan.folder) is None
    kept = plan.comp(1002).stat().st_mtime_ns
    said: list[str] = []
    record = deliver(plan, say=said.append)
    assert said[0] == "approved frame 1003: made once more"
    assert [line.endswith("kept") for line in said[1:4]] == [True, True, False]
    assert plan.comp(1002).stat().st_mtime_ns == kept
    assert len(record.frames) == 3
    show.again(1003)
    with pytest.raises(DeliveryError, match=r"holds a delivery whose approval is .*--new-version"):
        deliver(
            make_plan(
                str(show.path.with_name("toxic_v001_a002.dsse")),
                frames="1002-1004",
                folder=plan.folder,
            ),
            say=lambda _line: None,
        )


@pytest.mark.slow
def test_what_plain_papermill_delivered_is_approved_and_is_not_signed_unseen(
    show: ApprovedShow, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "sh0010_toxic_v001_a001_v001"
    folder.mkdir(parents=True)
    parameters = {"look": str(show.path), "frames": "1003", "out_dir": str(folder)}
    papermill.execute_notebook(
        show.root / NOTEBOOK, tmp_path / "out.ipynb", parameters=parameters, progress_bar=False
    )
    record = read_record(folder)
    assert record is not None
    assert record.state == "approved"
    assert not (folder / "delivery.dsse").exists()
    made = {path: sha256(path) for path in folder.rglob("*.exr")}
    with pytest.raises(TrustError, match="what this run has not rendered it does not sign"):
        render(str(show.path), out=tmp_path / "out", frames="1003", key=show.key)
    assert {path: sha256(path) for path in made} == made
    assert not (folder / "delivery.dsse").exists()


def test_a_shot_approval_delivers_the_range_that_was_seen_and_no_more(
    show: ApprovedShow, tmp_path: Path
) -> None:
    made = show.again(moving=(1002, 1003, 1004))
    whole = make_plan(str(made.path), frames=None, folder=tmp_path / "d_v001")
    assert whole.frames == (1002, 1003, 1004)
    sentence = r"approves a shot's frames 1002-1004, and not 1001,1005; approve those too"
    with pytest.raises(DeliveryError, match=sentence):
        make_plan(str(made.path), frames="1001-1005", folder=tmp_path / "d_v002")
    record = deliver(whole, say=lambda _line: None)
    assert {one.frame: one.pixels for one in record.frames} == made.approval.pixels
    assert isinstance(list(Ledger.open(show.show.folder).events())[3], Approved)


def test_a_look_approval_delivers_frames_that_were_not_seen(
    show: ApprovedShow, tmp_path: Path
) -> None:
    plan = make_plan(str(show.path), frames=None, folder=tmp_path / "d_v001")
    assert plan.frames == tuple(range(1001, 1007))
