"""review.ipynb under papermill: it finishes, and nothing waits for a widget."""

import time
from pathlib import Path

import nbformat
import papermill
import pytest
from small_show import SmallShow

from lookdev.finals.kernel import LocalKernel


def executed(show: SmallShow, out: Path, **parameters: str) -> nbformat.NotebookNode:
    papermill.execute_notebook(
        str(show.folder.root / "notebooks" / "review.ipynb"),
        str(out),
        parameters=parameters,
        progress_bar=False,
        cwd=str(show.folder.root / "notebooks"),
        kernel_manager_class=LocalKernel,
    )
    return nbformat.read(out, as_version=4)


def test_the_notebook_finishes_and_stays_small(small_show: SmallShow, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    started = time.perf_counter()
    notebook = executed(small_show, out, sequence="street", shot="sh0010", look="toxic_v001")
    print(f"{time.perf_counter() - started:.1f} s, {out.stat().st_size / 1000:.0f} kB")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in outputs)
    assert out.stat().st_size < 500_000
    assert not (
        small_show.folder.root / "params" / "shots" / "street" / "sh0010" / "reviews"
    ).exists()


def test_a_look_that_is_not_there_fails_the_notebook(small_show: SmallShow, tmp_path: Path) -> None:
    with pytest.raises(papermill.PapermillExecutionError, match="has no look sleet_v001"):
        executed(small_show, tmp_path / "out.ipynb", look="sleet_v001")
