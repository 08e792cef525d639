"""The demo itself, small: every command in a row, with the weights that come with the package."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lookdev.finals.records import read_record
from lookdev.image import exr
from lookdev.image.sheet import read_png
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look


@pytest.mark.slow
def test_the_demo_delivers_and_says_where(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lookdev", "demo", "--frames", "3", "--size", "480x270"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    said = dict(
        re.findall(r"^(frames|movie|sheet|proof|time|network) +(.*)$", done.stdout, re.MULTILINE)
    )
    frames = sorted(Path(said["frames"]).glob("*.exr"))
    assert len(frames) == 3
    assert Path(said["movie"]).stat().st_size > 10_000
    sheet = read_png(Path(said["sheet"]))
    assert sheet.shape[1] > 5 * 480
    for stage in ("plate", "ingest", "look", "approval", "final"):
        assert stage in said["time"]
    record = read_record(Path(said["sheet"]).parent)
    assert record is not None
    assert f"{record.evaluations} evaluations" in said["network"]
    assert record.evaluations > 0
    assert record.approval is not None
    assert record.approval.rebuild.exact
    proof = [sys.executable, "-m", *said["proof"].split()]
    proven = subprocess.run(proof, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "approved by the demo itself" in proven.stdout, proven.stderr
    comp = exr.read(frames[-1], ("R", "G", "B"), colourspace="ACEScg", number=1003)
    print(f"brightest value of the comp: {comp.pixels.max():.1f}")
    assert comp.pixels.max() > 10
    assert "frame 1003 (3 of 3)" in done.stderr

    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "not empty" in again.stderr


@pytest.mark.parametrize("words", [["--size", "1920"], ["--size", "127x72"], ["--frames", "0"]])
def test_a_demo_of_no_use_is_refused(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lookdev", "demo", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_demo_without_its_final_is_ready_for_the_desk(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lookdev", "demo", "--no-final"]
    small = ["--frames", "2", "--size", "128x72"]
    done = subprocess.run(
        [*command, *small], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    look = re.search(r"^look +(.*)$", done.stdout, re.MULTILINE)
    assert look is not None
    written = strict_yaml.read(tmp_path / look[1], Look)
    assert written.measured is not None
    assert written.measured.frames == (1001, 1002)
    assert [layer.blend.camera.grain for layer in written.layers] == [0.0, 1.0, 0.0]
    assert not (tmp_path / "demo" / "deliveries").exists()
    assert "network" not in done.stdout
