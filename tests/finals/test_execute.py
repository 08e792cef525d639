"""Finals through papermill, and everything in which papermill fools its users."""

import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from small_show import SmallShow

from lookdev.errors import DeliveryError
from lookdev.finals.execute import NOTEBOOK, render
from lookdev.finals.records import read_record
from lookdev.spec.files import sha256

PATIENCE = 300.0
"""Seconds: a render starts a kernel, which loads torch first, and a machine may be slow."""


def exr_sums(folder: Path) -> dict[str, str]:
    """Hashes by place, without the delivery's own name."""
    return {
        str(p.relative_to(folder)).replace(folder.name, "D"): sha256(p)
        for p in sorted(folder.rglob("*.exr"))
    }


@pytest.mark.slow
def test_render_and_plain_papermill_deliver_the_same_bits(
    small_show: SmallShow, tmp_path: Path
) -> None:
    said: list[str] = []
    plan = render(
        str(small_show.look_path), out=tmp_path / "a", frames="1001-1002", say=said.append
    )
    assert any("frame 1002 (2 of 2)" in line for line in said)
    executed = nbformat.read(plan.folder / "final.ipynb", as_version=4)
    assert any("evaluations" in str(cell.get("outputs")) for cell in executed.cells)
    parameters = papermill.iorw.read_yaml_file(str(plan.folder / "final.yaml"))
    other = tmp_path / "b" / plan.folder.name
    papermill.execute_notebook(
        small_show.folder.root / NOTEBOOK,
        tmp_path / "out.ipynb",
        parameters={**parameters, "out_dir": str(other)},
        progress_bar=False,
        cwd=small_show.folder.root,
    )
    sums = exr_sums(plan.folder)
    assert len(sums) == 8
    assert exr_sums(other) == sums

    started = time.perf_counter()
    again = render(str(small_show.look_path), out=tmp_path / "a", frames="1001-1002")
    print(f"verifying the finished delivery took {time.perf_counter() - started:.2f} s")
    assert again.folder == plan.folder
    assert exr_sums(plan.folder) == sums


@pytest.mark.slow
def test_a_killed_kernel_is_a_failure_and_the_next_run_resumes(
    small_show: SmallShow, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "lookdev", "render", str(small_show.look_path)]
    command += ["--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    folder = tmp_path / "out" / "sh0010_toxic_v001_v001"
    deadline = time.monotonic() + PATIENCE
    while not (folder / ".unfinished" / "1001.json").is_file():
        assert time.monotonic() < deadline, "no frame was ever finished"
        time.sleep(0.02)
    kernels = [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "ipykernel" in " ".join(child.cmdline())
    ]
    assert kernels, "the kernel was gone before it could be killed"
    for kernel in kernels:
        kernel.kill()
    _, errors = process.communicate(timeout=PATIENCE)
    print(errors)
    assert process.returncode == 2
    assert "the kernel died" in errors
    assert "Traceback" not in errors
    assert read_record(folder) is None
    said: list[str] = []
    plan = render(str(small_show.look_path), out=tmp_path / "out", say=said.append)
    assert plan.folder == folder
    assert any("frame 1001" in line and line.endswith("kept") for line in said)
    assert read_record(folder) is not None


def test_a_notebook_that_renders_nothing_is_a_failure(
    small_show: SmallShow, tmp_path: Path
) -> None:
    path = small_show.folder.root / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = notebook.cells[:2]
    nbformat.write(notebook, path)
    with pytest.raises(DeliveryError, match="ended without a finished delivery"):
        render(str(small_show.look_path), out=tmp_path, frames="1001")


def test_papermill_shows_the_sentence_in_the_failing_cell(
    small_show: SmallShow, tmp_path: Path
) -> None:
    with pytest.raises(papermill.PapermillExecutionError) as failure:
        papermill.execute_notebook(
            small_show.folder.root / NOTEBOOK,
            tmp_path / "out.ipynb",
            parameters={"look": str(small_show.look_path), "frame": "1001"},
            progress_bar=False,
        )
    assert failure.value.ename == "SpecError"
    assert "frame is no parameter; it takes look, frames, out_dir" in failure.value.evalue


def test_the_notebook_is_thin_and_stripped() -> None:
    notebook = nbformat.read(Path(__file__).parents[2] / NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [c.metadata.get("tags") for c in code].count(["parameters"]) == 1
    for cell in code:
        assert not cell.outputs
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) < 10
        assert "def " not in cell.source
        assert "class " not in cell.source


@pytest.mark.slow
def test_two_renders_of_one_show_at_once_in_a_folder_with_braces(
    small_show: SmallShow, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "lookdev", "render", str(small_show.look_path)]
    command += ["--frames", "1001", "--out"]
    running = [
        subprocess.Popen(
            [*command, str(tmp_path / f"out {{look}} {n}")], stderr=subprocess.PIPE, text=True
        )
        for n in range(2)
    ]
    errors = [process.communicate(timeout=PATIENCE)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], errors
    sums = [exr_sums(next((tmp_path / f"out {{look}} {n}").glob("sh*"))) for n in range(2)]
    assert len(sums[0]) == 4
    assert sums[0] == sums[1]
    assert not list(small_show.folder.root.glob("kernel*"))


def test_a_folder_that_is_no_delivery_is_not_touched(small_show: SmallShow, tmp_path: Path) -> None:
    folder = tmp_path / "sh0010_toxic_v001_v001"
    folder.mkdir()
    (folder / "final.ipynb").write_text("mine")
    with pytest.raises(DeliveryError, match=r"is no delivery and holds final\.ipynb"):
        render(str(small_show.look_path), out=tmp_path, frames="1001")
    assert (folder / "final.ipynb").read_text() == "mine"
    assert len(list(folder.iterdir())) == 1
