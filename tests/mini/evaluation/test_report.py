from pathlib import Path

import pytest
from PIL import Image

from lookdev.mini.evaluation.__main__ import judge, main
from lookdev.mini.evaluation.classifier import Lesson
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.report import Row, missed, table
from lookdev.mini.evaluation.settings import Settings

_TINY = Settings(
    pictures=2, sets=2, many=2, flaky=2, size=96, seeds=7, pairs=1, strips=1, strip=(64, 256),
    squares=1, square=256, period=32, reach=64, lesson=Lesson(2, 1, 1), timed=False, shown=32,
)  # fmt: skip


def test_a_table_says_what_was_met() -> None:
    rows = [Row("a", "1.0", "at most 2", True), Row("b", "3.0", "at most 2", False), Row("c", "4")]
    assert table(rows).splitlines()[2:] == [
        "| a | 1.0 | at most 2 | yes |",
        "| b | 3.0 | at most 2 | **no** |",
        "| c | 4 |  |  |",
    ]
    assert missed(rows) == rows[1:2]


def test_a_run_writes_its_table_and_sheet_and_fails_where_a_bar_is_missed(
    tmp_path: Path, haze: Make
) -> None:
    code = judge(haze, haze, "haze", tmp_path, _TINY)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    print(text)
    assert code == 1
    assert "Judged: haze." in text
    assert "snow: flakes, count over real | 0.000" in text
    assert "| **no** |" in text
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (10 * 36, 7 * 36)


def test_a_folder_without_weights_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="model_index"):
        main([str(tmp_path / "out"), "--weights", str(tmp_path)])
