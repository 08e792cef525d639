"""`lookdev qc` and `approve --waive` as a person types them."""

import json
from pathlib import Path

import pytest
from approve.approved import trust
from qc.own_meter import Said
from small_show import SmallShow, ungate
from typer.testing import CliRunner, Result

import lookdev.qc.run as run_module
from lookdev.approve.approval_file import ApprovalFile
from lookdev.attest.keys import new_key
from lookdev.cli import app
from lookdev.errors import LookdevError
from lookdev.spec.qc import QcReport

LOOK = "street/sh0010/toxic_v001"
TWO = ("--frames", "1002-1003")


@pytest.fixture
def show(small_show: SmallShow, monkeypatch: pytest.MonkeyPatch) -> SmallShow:
    """A show with a gate that its look does not pass at 1003."""
    monkeypatch.chdir(small_show.folder.root)
    monkeypatch.setattr(
        run_module, "all_meters", lambda: (Said("seam", {1002: 1.0, 1003: 1.32}, "wall"),)
    )
    ungate(small_show.folder.root, "{seam: 1.12}")
    return small_show


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_qc_ends_with_1_where_a_gate_fails_and_with_0_elsewhere(show: SmallShow) -> None:
    done = run("qc", LOOK, *TWO)
    print(done.output)
    assert done.exit_code == 1
    assert [line.split() for line in done.stdout.splitlines()[:2]] == [
        ["meter", "layer", "worst", "frame", "allowed"],
        ["seam", "wall", "1.32", "1003", "1.12", "FAIL"],
    ]
    sentence = "the seam of wall is visible: 1.32 where 1.12 is allowed, at 1003"
    assert done.stdout.splitlines()[2] == f"seam: {sentence}"
    assert "qc: frame 1003 (2 of 2): " in done.stderr

    told = run("qc", LOOK, *TWO, "--json")
    assert told.exit_code == 1
    report = QcReport.model_validate_json(told.stdout)
    assert (report.target, report.frames) == ("toxic_v001", (1002, 1003))
    assert [one.sentence for one in report.failures] == [sentence]
    assert json.loads(told.stdout)["gates"]["seam"] == 1.12

    passed = run("qc", LOOK, "--frames", "1002")
    assert passed.exit_code == 0
    assert passed.stdout.splitlines()[1].split()[-1] == "pass"
    ungate(show.folder.root)
    assert run("qc", LOOK, *TWO).exit_code == 0, "a gate that stands empty stops nothing"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("qc", "nothing/here"), "is neither a look's file nor"),
        (("qc", "params"), "holds no delivery.json"),
        (("qc", LOOK, "--frames", "9"), "outside the shot's 1001-1006"),
        (("approve", LOOK, "--by", "Ana", "--frame", "1003", "--waive", "seam"), "has no reason"),
    ],
)
@pytest.mark.usefixtures("show")
def test_what_is_wrong_is_one_sentence(words: tuple[str, ...], wanted: str) -> None:
    done = run(*words)
    assert isinstance(done.exception, LookdevError)
    assert wanted in str(done.exception)
    assert "\n" not in str(done.exception)


@pytest.mark.slow
def test_approving_refuses_until_the_gate_is_waived(
    show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(show.folder.root, new_key(tmp_path / "keys", "ana"))
    monkeypatch.setenv("LOOKDEV_KEY", str(tmp_path / "keys" / "ana.key"))
    words = ["approve", LOOK, "--by", "Ana", "--frame", "1003", "--written-approval", "W-1"]
    no = run(*words)
    assert "does not pass QC: seam: the seam of wall is visible" in str(no.exception)
    yes = run(*words, "--waive", "seam: it is out of focus")
    assert yes.exit_code == 0, yes.exception
    print(yes.stdout)
    assert yes.stdout.splitlines()[-1] == "waived by Ana: seam: it is out of focus"
    made = ApprovalFile.open(f"{LOOK}_a001")
    assert [(one.gate, one.by) for one in made.approval.waived] == [("seam", "Ana")]


@pytest.mark.slow
def test_a_against_b_is_printed_by_frame(show: SmallShow) -> None:
    show.add_look(show.look_path.read_text().replace('"7"', '"8"'), "toxic_v002")
    done = run("qc", LOOK, "--against", "street/sh0010/toxic_v002", "--frames", "1003")
    print(done.stdout)
    assert done.exit_code == 0
    assert done.stdout.startswith("frame 1003: FLIP mean 0.")
