"""explore.ipynb under papermill: it finishes, stays small, and says one sentence if it cannot."""

from pathlib import Path

import nbformat
import papermill
import pytest
from small_show import SmallShow

from lookdev.finals.kernel import LocalKernel


def executed(show: SmallShow, out: Path, **parameters: str) -> nbformat.NotebookNode:
    papermill.execute_notebook(
        str(show.folder.root / "notebooks" / "explore.ipynb"),
        str(out),
        parameters=parameters,
        progress_bar=False,
        cwd=str(show.folder.root / "notebooks"),
        kernel_manager_class=LocalKernel,
        execution_timeout=120,
    )
    return nbformat.read(out, as_version=4)


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize(
    "parameters",
    [{}, {"sequence": "street", "shot": "sh0010", "look": "toxic_v001"}],
    ids=["as it is", "with parameters"],
)
def test_the_notebook_finishes_and_stays_small(
    small_show: SmallShow, tmp_path: Path, parameters: dict[str, str]
) -> None:
    out = tmp_path / "out.ipynb"
    notebook = executed(small_show, out, **parameters)
    print(f"{out.stat().st_size / 1000:.0f} kB")
    kinds = [key for output in outputs(notebook) for key in output.get("data", {})]
    assert "application/vnd.jupyter.widget-view+json" in kinds
    assert not any(output.output_type == "error" for output in outputs(notebook))
    assert out.stat().st_size < 1_000_000
    assert (small_show.shot_file.path.parent / "drafts" / "toxic.yaml").is_file()


def test_a_wrong_look_fails_with_one_sentence(small_show: SmallShow, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError):
        executed(small_show, out, look="sleet_v001")
    (error,) = [o for o in outputs(nbformat.read(out, as_version=4)) if o.output_type == "error"]
    print(error.traceback)
    assert error.ename == "SpecError"
    assert "sleet_v001" in error.evalue
    assert error.traceback == [f"SpecError: {error.evalue}"]
