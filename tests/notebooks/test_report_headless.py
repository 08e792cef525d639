"""report.ipynb as CI and a production's computer execute it: it finishes, and stays small."""

from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from small_show import SmallShow

from lookdev.finals.report.estimates import enter_hours


def executed(show: SmallShow, out: Path, **parameters: str) -> str:
    root = show.folder.root
    papermill.execute_notebook(
        root / "notebooks" / "report.ipynb",
        out,
        parameters=parameters,
        cwd=root / "notebooks",
        progress_bar=False,
        execution_timeout=120,
    )
    notebook = nbformat.read(out, as_version=4)
    assert all(cell.get("execution_count") for cell in notebook.cells if cell.cell_type == "code")
    return str(notebook)


def test_it_finishes_on_a_show_where_nothing_ran(small_show: SmallShow, tmp_path: Path) -> None:
    enter_hours(small_show.shot_file, hours=2.5, by="Anna", what="roto")
    out = tmp_path / "out.ipynb"
    said = executed(small_show, out, sequence="street", shot="sh0010")
    assert "nothing has been run yet" in said
    assert "2.5 h entered" in said
    assert said.count("image/png") == 2
    print(f"{out.stat().st_size} bytes")
    assert out.stat().st_size < 500_000


def test_a_shot_that_is_not_there_is_one_sentence(small_show: SmallShow, tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError, match="there is no street/sh0099"):
        executed(small_show, tmp_path / "out.ipynb", sequence="street", shot="sh0099")


def test_it_is_thin_and_keeps_no_outputs(small_show: SmallShow) -> None:
    notebook = nbformat.read(small_show.folder.root / "notebooks" / "report.ipynb", as_version=4)
    for cell in notebook.cells:
        assert len(cell.source.splitlines()) < 10
        assert not cell.get("outputs")
    tags = [cell.metadata.get("tags") for cell in notebook.cells]
    assert tags.count(["parameters"]) == 1
