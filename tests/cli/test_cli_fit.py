"""`lookdev fit` as a person types it."""

import subprocess
import sys
from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.errors import SpecError
from lookdev.explore.fit_file import fit_file
from lookdev.spec.folder import LookFile

LOOK = "street/sh0010/toxic_v001"


def run(show: SmallShow, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", "fit", *words],
        cwd=show.folder.root,
        capture_output=True,
        text=True,
        check=False,
    )


def written(show: SmallShow) -> list[str]:
    return sorted(path.name for path in show.look_path.parent.iterdir())


def test_a_fit_is_the_looks_next_version_and_is_said_in_words(small_show: SmallShow) -> None:
    before = small_show.look_path.read_text()
    done = run(small_show, LOOK, "--layer", "snow")
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stderr
    *words, path = done.stdout.splitlines()
    assert words[0].startswith("snow: exposure +0.00 -> ")
    assert Path(path).name == "toxic_v002.yaml"
    assert "snow: compared with the light of the plate near it" in done.stderr
    look = LookFile.open(path).look
    assert look.layers[0].blend.match.exposure != 0
    assert look.layers[1] == small_show.look().look.layers[1]
    assert small_show.look_path.read_text() == before


def test_what_is_wrong_is_one_sentence_and_writes_nothing(small_show: SmallShow) -> None:
    done = run(small_show, LOOK, "--layer", "rain")
    assert done.returncode == 2
    assert "has no layer rain; it shows snow, dust" in done.stderr
    assert "Traceback" not in done.stderr
    assert written(small_show) == ["toxic_v001.yaml"]


def test_a_file_of_its_own_is_written_once_and_is_a_look(small_show: SmallShow) -> None:
    root, look = small_show.folder.root, str(small_show.look_path)
    taken = root / "mine_v001.yaml"
    taken.write_text("kept")
    for out, sentence in (
        (taken, "mine_v001.yaml: is there already, and a look is written once"),
        (root / "look.txt", "look.txt: a look is a .yaml file"),
        (root / "none" / "look_v001.yaml", "none: there is no such folder"),
    ):
        with pytest.raises(SpecError, match=sentence):
            fit_file(look, out=out)
    assert taken.read_text() == "kept"
    assert written(small_show) == ["toxic_v001.yaml"]
