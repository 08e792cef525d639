"""wedge.ipynb as CI and a person's first "run all" execute it: it finishes, and stays small."""

from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from small_show import SmallShow


def executed(show: SmallShow, out: Path, **parameters: str) -> Path:
    root = show.folder.root
    papermill.execute_notebook(
        root / "notebooks" / "wedge.ipynb",
        out,
        parameters=parameters,
        cwd=root / "notebooks",
        progress_bar=False,
        execution_timeout=120,
    )
    return out


def test_it_finishes_and_nothing_is_rendered(small_show: SmallShow, tmp_path: Path) -> None:
    out = executed(small_show, tmp_path / "out.ipynb", look="toxic_v001")
    notebook = nbformat.read(out, as_version=4)
    assert all(cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code")
    assert out.stat().st_size < 500_000, f"{out.stat().st_size} bytes"
    assert not (small_show.folder.root / "wedges").exists()


def test_a_look_that_is_not_there_is_one_sentence(small_show: SmallShow, tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError, match="has no look fog"):
        executed(small_show, tmp_path / "out.ipynb", look="fog")
