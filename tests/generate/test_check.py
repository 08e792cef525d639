from pathlib import Path

import pytest

from lookdev.generate.check import check


@pytest.fixture
def show(tmp_path: Path) -> Path:
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "show.yaml").write_text("format: show/1\nname: test\n")
    return tmp_path


@pytest.mark.parametrize("name", ["README.md", "final.ipynb", "notes.yaml", "params/notes.txt"])
def test_a_file_that_a_show_does_not_have(show: Path, name: str) -> None:
    path = show / name
    path.write_text("text\n")
    _, problems = check([path])
    assert [str(problem) for problem in problems] == [
        f"{path}: is no file that a show has; see params/schemas"
    ]


def test_a_folder_beside_params_stands_for_the_show(show: Path) -> None:
    (show / "notebooks").mkdir()
    assert check([show / "notebooks"]) == ([show / "params" / "show.yaml"], [])
