"""`lookdev approve` as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from approve.approved import ApprovedShow, make_approvable

from lookdev.approve.approval_file import ApprovalFile


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    made = make_approvable(tmp_path_factory.mktemp("approving") / "made")
    made.again(1003)
    return made


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


def run(show: ApprovedShow, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", *words],
        cwd=show.root,
        input=said,
        env=os.environ | {"LOOKDEV_KEY": str(show.key_path)},
        capture_output=True,
        text=True,
        check=False,
    )


LOOK = "street/sh0010/toxic_v001"


@pytest.mark.slow
def test_a_shot_is_approved_by_its_range(show: ApprovedShow) -> None:
    words = ["approve", LOOK, "--by", "Ana", "--range", "1002-1003", "--frame", "1003"]
    done = run(show, *words, "--written-approval", "W-1", "--note", "colder")
    assert done.returncode == 0, done.stderr
    made = ApprovalFile.open("street/sh0010/toxic_v001_a002", start=show.root)
    print(done.stdout)
    assert done.stdout.strip() == (
        f"{made.path}: approved by Ana, the shot's frames 1002-1003, elements frozen; "
        "1003 are rebuilt before a final"
    )
    assert (made.approval.note, made.approval.written_approval) == ("colder", "W-1")


@pytest.mark.slow
def test_superseding_shows_what_changed_and_asks(show: ApprovedShow) -> None:
    look = show.show.look_path
    look.write_text(look.read_text().replace('seed: "7"', 'seed: "8"'))
    words = ["approve", "--supersede", str(show.path), "--by", "Ana", "--frame", "1003"]
    words += ["--written-approval", "W-2"]
    no = run(show, *words, said="n\n")
    assert no.returncode != 0
    assert 'look: snow.element.seed was "7", is "8"' in no.stdout
    assert "to be rendered again: 1001-1006" in no.stdout
    assert not show.path.with_name("toxic_v001_a002.dsse").exists()
    yes = run(show, *words, said="y\n")
    assert yes.returncode == 0, yes.stderr
    new = ApprovalFile.open(str(show.path.with_name("toxic_v001_a002.dsse")))
    assert new.approval.supersedes is not None
    assert new.approval.supersedes.name == "toxic_v001_a001"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--by", "Ana", "--frame", "1003"], "policy.written_approval is required"),
        (["--by", "Ana", "--written-approval", "W"], "names no frame; give --frame N"),
        (["--by", "Ana", "--range", "1003-x", "--written-approval", "W"], "1003-x"),
        (["--frame", "1003"], "--by"),
    ],
    ids=["no written approval", "no frame", "no range", "nobody"],
)
def test_a_refusal_is_one_sentence(words: list[str], sentence: str, show: ApprovedShow) -> None:
    done = run(show, "approve", LOOK, *words)
    assert done.returncode == 2, done.stdout
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not show.path.with_name("toxic_v001_a002.dsse").exists()


def test_neither_look_nor_approval_is_said(show: ApprovedShow) -> None:
    done = run(show, "approve", "--by", "Ana", "--frame", "1003")
    assert done.returncode == 2
    assert "is missing; name a look, or --supersede" in done.stderr


def test_an_approval_that_changed_is_refused_without_torch(show: ApprovedShow) -> None:
    look = show.show.look_path
    look.write_text(look.read_text().replace('seed: "7"', 'seed: "8"'))
    script = (
        "import sys; from lookdev.cli import main\n"
        "sys.argv = ['lookdev', 'render', sys.argv[1], '--out', 'out', '--key', sys.argv[2]]\n"
        "try: main()\nexcept SystemExit as done: print(done.code)\n"
        "print(sorted({'torch', 'papermill'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(show.path), str(show.key_path)]
    done = subprocess.run(command, cwd=show.root, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2", "[]"], done.stderr
    assert 'look: snow.element.seed was "7", is "8"' in done.stderr
    assert not (show.root / "out").exists()
