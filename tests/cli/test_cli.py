"""The commands as a person types them: exit codes, one sentence, nothing harmed."""

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from small_show import LOOK, SmallShow

from lookdev.spec.files import sha256


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def snapshot(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): sha256(p) for p in folder.rglob("*") if p.is_file()}


COMMANDS = (
    *("init", "ingest", "check", "demo", "still", "wedge", "render", "fit", "qc", "diversity"),
    *("approve", "rights", "verify", "disclose", "estimate", "hours", "report", "keys"),
    "models",
    *("lab", "desk"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    script = (
        "import sys; from lookdev.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'diffusers', 'papermill', 'ipywidgets', 'OpenImageIO', 'cv2', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    print(f"help: {time.perf_counter() - started:.2f} s")
    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert command in done.stdout


def test_check_and_a_finished_delivery_import_no_torch(small_show: SmallShow) -> None:
    script = (
        "import sys; from lookdev.cli import app\n"
        "try: app(['check'])\nexcept SystemExit: pass\n"
        "print(sorted({'torch', 'papermill'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=small_show.folder.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "files are in order" in done.stdout
    assert done.stdout.strip().endswith("[]")


BAD_LOOKS = {
    "unknown key": ("exposuer: 1.0", "toxic_v002.yaml", "is not a known field"),
    "out of bounds": ("opacity: 1.4", "snow.blend.opacity is 1.4", "less than or equal to 1"),
    "duplicate key": ("opacity: 0.5\n      opacity: 0.6", "toxic_v002.yaml", "stands twice"),
    "ambiguous": ("opacity: 010", "snow.blend.opacity is 010", 'write "010"'),
}


@pytest.mark.parametrize("case", BAD_LOOKS)
@pytest.mark.parametrize("command", ["still", "wedge", "render", "check"])
def test_a_bad_look_through_every_command(
    small_show: SmallShow, tmp_path: Path, command: str, case: str
) -> None:
    bad, *wanted = BAD_LOOKS[case]
    text = LOOK.replace("  - name: dust", f"    blend:\n      {bad}\n  - name: dust")
    path = small_show.add_look(text, "toxic_v002")
    words = {
        "still": ("still", str(path), "--frame", "1001", "--out", "s.exr"),
        "wedge": ("wedge", str(path), "--axis", "snow.element.seed=1,2", "--frame", "1001", "--out", "w"),
        "render": ("render", str(path), "--out", "d"),
        "check": ("check", str(path)),
    }[command]  # fmt: skip
    before = snapshot(small_show.folder.root)
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    for part in wanted:
        assert part in done.stderr
    assert snapshot(small_show.folder.root) == before
    assert [p for p in tmp_path.iterdir() if p.name != "show"] == []


def test_debug_shows_the_traceback(small_show: SmallShow, tmp_path: Path) -> None:
    done = run(
        "--debug",
        "still",
        str(small_show.look_path),
        "--frame",
        "9",
        "--out",
        "s.exr",
        cwd=tmp_path,
    )
    assert "Traceback" in done.stderr
    assert "frame 9 is outside the shot's 1001-1006" in done.stderr


@pytest.mark.parametrize("damage", ["gone", "cut", "flip"])
@pytest.mark.parametrize("command", ["still", "wedge", "render"])
def test_a_plate_that_is_not_what_was_ingested(
    small_show: SmallShow, tmp_path: Path, command: str, damage: str
) -> None:
    path = small_show.folder.root / "plates" / "plate.1002.exr"
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        data[-100] ^= 1
        path.write_bytes(data if damage == "flip" else data[:1500])
    look = str(small_show.look_path)
    words = {
        "still": ("still", look, "--frame", "1002", "--out", "s.exr"),
        "wedge": ("wedge", look, "--axis", "snow.element.seed=1,2", "--frame", "1002", "--out", "w"),
        "render": ("render", look, "--out", "d"),
    }[command]  # fmt: skip
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "1002" in done.stderr
    assert ("cannot be found" if damage == "gone" else "has changed since") in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not [*tmp_path.glob("[swd]*.exr"), *tmp_path.glob("d/**/*.exr")]


def test_an_output_folder_that_cannot_be_written(small_show: SmallShow, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for words in (
        ("render", str(small_show.look_path), "--out", "file/d"),
        ("wedge", str(small_show.look_path), "--axis", "snow.element.seed=1", "--frame", "1001", "--out", "file/w"),
        ("still", str(small_show.look_path), "--frame", "1001", "--out", "none/s.exr"),
        ("init", "file/show"),
        ("demo", "--out", "file/demo"),
    ):  # fmt: skip
        done = run(*words, cwd=tmp_path)
        assert done.returncode == 2, (words, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert "file" in done.stderr or "none" in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("name", ["..", "a/b", "a\tb", "", "9lives", "x" * 64])
def test_names_that_are_no_names(small_show: SmallShow, name: str) -> None:
    plate = str(small_show.folder.root / "plates" / "plate.%04d.exr")
    before = snapshot(small_show.folder.root)
    done = run(
        "ingest", plate, "--sequence", "q", "--shot", name, "--colourspace", "ACEScg",
        cwd=small_show.folder.root,
    )  # fmt: skip
    assert done.returncode == 2
    assert "is no name" in done.stderr
    assert snapshot(small_show.folder.root) == before


def test_init_makes_a_show_and_harms_none(tmp_path: Path) -> None:
    done = run("init", "show", cwd=tmp_path)
    assert done.returncode == 0
    names = {str(p.relative_to(tmp_path / "show")) for p in (tmp_path / "show").rglob("*.*")}
    assert {
        "params/show.yaml",
        "params/models/mini.yaml",
        "params/schemas/look.json",
        "notebooks/final.ipynb",
    } <= names
    assert run("check", cwd=tmp_path / "show").returncode == 0
    again = run("init", "show", cwd=tmp_path)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    outside = run("check", cwd=tmp_path)
    assert outside.returncode == 2
    assert "lies in no show" in outside.stderr


def test_a_look_by_its_short_name(small_show: SmallShow) -> None:
    done = run(
        "still", "street/sh0010/toxic_v001", "--frame", "1001", "--out", "s.png",
        cwd=small_show.folder.root,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    missing = run(
        "still", "street/sh0010/toxic_v009", "--frame", "1001", "--out", "s.png",
        cwd=small_show.folder.root,
    )  # fmt: skip
    assert missing.returncode == 2
    assert "there are toxic_v001" in missing.stderr


def test_a_wheel_and_an_editable_install_make_the_same_show(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(tmp_path),
            str(root),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = zipfile.ZipFile(wheel).namelist()
    assert any(re.fullmatch(r"lookdev/mini/weights/unet/.*\.safetensors", n) for n in packed)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(tmp_path / "site"),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    script = "import lookdev, sys; print(lookdev.__file__); from lookdev.cli import app; app(['init', 'wheel'])"
    made = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "site") in made.stdout
    assert run("init", "checkout", cwd=tmp_path).returncode == 0
    assert snapshot(tmp_path / "wheel") == snapshot(tmp_path / "checkout")
    assert "notebooks/final.ipynb" in snapshot(tmp_path / "wheel")
