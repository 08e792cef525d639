from pathlib import Path

import pytest
from small_show import LOOK, SmallShow

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


def test_a_prompt_of_no_known_kind_is_in_order_and_a_warning(
    small_show: SmallShow, caplog: pytest.LogCaptureFixture
) -> None:
    path = small_show.add_look(LOOK.replace("light snow", "a happy dog", 1))
    assert check([path]) == ([path], [])
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"{path}: snow.element.prompt is 'a happy dog', which names no kind")
